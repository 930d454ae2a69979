"""What is written into the outbox stands and falls with what it tells of, and never the other way round."""

from typing import Any

import pytest
from django.db import transaction

from ingest.models import Batch, Event, Mail, User
from ingest.services import mail_outbox, submit
from tests import factories
from tests.services import working
from tests.services.working import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _mail_leaves(settings: Any) -> None:
    settings.MAILS_LEAVE = True


@pytest.fixture
def batch() -> Batch:
    """Ada's, checked; Wei decides."""
    made = working.checked(name="November loyalty", workspace=factories.workspace(max_left_out_percent=50))
    factories.member(made.workspace, "Wei", roles=["approver"])
    return made


def ask(batch: Batch) -> Batch:
    return submit.submit(batch, actor=batch.maker, now=NOW, replaces_confirmed=False)


def test_a_request_is_written_down_for_who_decides(batch: Batch) -> None:
    ask(batch)
    assert [(mail.person.name, mail.state) for mail in Mail.objects.all()] == [("Wei", "waiting")]


def test_where_no_mail_server_is_named_nothing_is_written_down(batch: Batch, settings: Any) -> None:
    settings.MAILS_LEAVE = False
    ask(batch)
    assert not Mail.objects.exists()


def test_what_is_taken_back_is_told_to_nobody(batch: Batch) -> None:
    with transaction.atomic():
        ask(batch)
        transaction.set_rollback(True)
    assert not Mail.objects.exists()


def test_a_mistake_about_who_is_told_undoes_nothing(
    batch: Batch, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def stumble(event: Event) -> list[User]:
        Event.objects.create(workspace=event.workspace, kind="half done", at=NOW)
        raise ZeroDivisionError

    monkeypatch.setattr(mail_outbox, "receivers_of", stumble)
    ask(batch)
    assert working.state_of(batch) == "waiting"
    assert working.kinds(batch) == ["batch.submit"]
    assert not Event.objects.filter(kind="half done").exists()
    assert "mail about event" in caplog.text
