"""Of a check that has ended its maker is told, unless they have seen it or stopped it themselves."""

from datetime import timedelta
from typing import Any

import pytest

from ingest.models import Event, Mail
from ingest.services import check, check_seen
from tests import factories
from tests.services import post, working
from tests.services.working import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _mail_leaves(settings: Any) -> None:
    settings.MAILS_LEAVE = True


@pytest.mark.parametrize(
    ("content", "subject"),
    [
        (None, "November loyalty: 2 people ready, 1 left out"),
        (b"crm_id,tier\nA-1,gold\n", "November loyalty: 1 person ready"),
        (b"crm_id,tier\n,gold\n", "November loyalty: nothing can be sent"),
        (b"", "November loyalty: the check ended without a result"),
    ],
)
def test_the_maker_hears_that_a_check_has_ended(content: bytes | None, subject: str) -> None:
    draft = working.draft(*([content] if content is not None else []), name="November loyalty")
    working.work(check.start(draft, actor=draft.maker, now=NOW))
    post.empty()
    assert post.said() == [("Ada", subject)]


def test_the_message_about_a_check_waits_until_an_open_page_has_asked() -> None:
    draft = working.draft(name="November loyalty")
    one = check.start(draft, actor=draft.maker, now=NOW)
    working.work(one)
    [mail] = Mail.objects.all()
    assert mail.next_attempt_at - mail.created_at == timedelta(seconds=30)
    one.refresh_from_db()
    check_seen.note_seen(one, draft, draft.maker, now=NOW)
    post.empty()
    assert post.outcomes() == [("dropped", "seen")]
    assert post.said() == []


def test_somebody_else_who_looks_has_not_seen_it_for_the_maker() -> None:
    draft = working.draft(name="November loyalty")
    one = check.start(draft, actor=draft.maker, now=NOW)
    check_seen.note_seen(one, draft, draft.maker, now=NOW)  # before its end
    working.work(one)
    one.refresh_from_db()
    check_seen.note_seen(one, draft, factories.member(draft.workspace, "Bo"), now=NOW)
    post.empty()
    assert post.told() == ["Ada"]


def test_a_check_that_its_maker_stopped_is_not_told() -> None:
    draft = working.draft()
    one = check.start(draft, actor=draft.maker, now=NOW)
    check.stop(one, actor=draft.maker, now=NOW)
    working.work(one)
    assert Event.objects.filter(kind="batch.check_ended").exists()
    assert not Mail.objects.exists()
