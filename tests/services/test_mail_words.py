"""What messages say: whole in both parts, in their receiver's language and time zone, whatever is in a name."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from django.conf import settings as installed
from django.core.mail import EmailMultiAlternatives

from ingest.models import Batch, Mail, User
from ingest.services import events, mail_outbox
from ingest.services.mail_letters import MOST_OF_SUBJECT, line, subject_with
from ingest.services.mail_receivers import RULES
from tests import factories
from tests.services import post, working
from tests.services.working import NOW
from tests.web.han_blanks import misplaced

pytestmark = pytest.mark.django_db
EVIL = 'x\r\nBcc: eve@example.com\r\n\r\n<b>bold</b> "q" &amp; \u202etxt.exe\u2066 \u2028 end'
EVENTS: Mapping[str, Mapping[str, Any]] = {
    "batch.check_finished": {"rows": 1204118, "accepted": 1182340, "refused": 21778, "distinct_ids": 1182340,
                             "records": 1182340},
    "batch.check_ended": {"outcome": "ended", "code": "file.empty"},
    "batch.submit": {"environment": "beta"},
    "batch.void": {"reason": "expired", "hours": 72},
    "batch.sent_all": {"parts": 4, "sent": 4},
    "batch.sent_some": {"parts": 4, "sent": 1},
    "batch.sent_none": {"parts": 4, "sent": 0},
    "batch.not_picked_up": {"parts": 4, "waiting": 4},
    "batch.receipt": {"receipt": 1, "received": 1182340, "stored": 412003, "alarm": "stored"},
    "destination.paused": {"reason": "sftp.host_key_changed"},
}  # fmt: skip


@pytest.fixture(autouse=True)
def _mail_leaves(settings: Any) -> None:
    settings.MAILS_LEAVE = True
    settings.ADDRESS = "https://portal.example.com"


@pytest.fixture
def batch() -> Batch:
    """Ada's, that Wei approved; Dan manages. It is to replace what people have."""
    made = working.approved(name="November loyalty", workspace=factories.workspace(name="Acme"))
    factories.member(made.workspace, "Dan", roles=["admin"])
    return made


def tell(batch: Batch, kind: str, **more: Any) -> EmailMultiAlternatives:
    """One event, and the message about it that left last."""
    about = None if kind.startswith("destination.") else batch
    place = {"destination": batch.destination_id, "name": batch.destination.name if batch.destination else ""}
    if kind == "batch.submit":
        Batch.objects.filter(pk=batch.pk).update(state="waiting", decision=None)
        batch.refresh_from_db()
    events.record(
        kind, workspace=batch.workspace, batch=about, actor=None, now=NOW, before={"state": batch.state},
        after={**place, **EVENTS.get(kind, {}), **more},
    )  # fmt: skip
    post.empty()
    return post.newest()


# Who is told of a withdrawal was asked before: tests/services/test_mail_receivers.py.
@pytest.mark.parametrize("kind", sorted(set(RULES) - {"batch.withdraw"}))
def test_every_message_is_whole_in_both_parts(batch: Batch, kind: str) -> None:
    message = tell(batch, kind)
    html, text = post.html_of(message), str(message.body)
    assert 0 < len(message.subject) <= MOST_OF_SUBJECT
    [link] = {word for word in text.split() if word.startswith("https://portal.example.com/w/")}
    assert f'href="{link}"' in html
    for part in (text, html):
        assert "https://portal.example.com/settings" in part
        assert "You get this message since you" in part
        assert "Acme" in part
        assert "23 Nov 2026, 12:00 (UTC)" in part
        assert "%(" not in part
        assert not set(part.lower().split()) & {"please", "sorry", "oops", "invalid"}
        assert "!" not in part.replace("<!DOCTYPE", "")
    assert "<img" not in html
    assert "\n\n\n" not in text


@pytest.mark.parametrize("kind", sorted(set(RULES) - {"batch.withdraw"}))
def test_chinese_messages_have_blanks_where_they_belong(batch: Batch, kind: str) -> None:
    User.objects.update(language="zh-hans", time_zone="Asia/Shanghai")
    batch = Batch.objects.get(pk=batch.pk)
    message = tell(batch, kind)
    text = re.sub(r"https://\S+", "", str(message.body))
    parts = [str(message.subject), *text.splitlines()]
    assert misplaced(post.html_of(message)) == []
    assert [part for part in parts if misplaced(f"<p>{part}</p>")] == []


def test_numbers_are_grouped(batch: Batch) -> None:
    message = tell(batch, "batch.check_finished")
    assert message.subject == "November loyalty: 1,182,340 people ready, 21,778 left out"
    assert "Rows left out: 21,778" in str(message.body)


def test_times_are_told_in_the_receivers_zone_and_texts_in_their_language(batch: Batch) -> None:
    User.objects.filter(pk=batch.maker_id).update(language="zh-hans", time_zone="Asia/Shanghai")
    batch.maker.refresh_from_db()
    tell(batch, "batch.sent_all", decision=batch.decision_id)
    by_name = dict(post.said())
    assert by_name == {"Ada": "已发送：November loyalty", "Wei": "Sent: November loyalty"}
    [hers] = [one for one in _all() if one.to == [batch.maker.email]]
    for part in (str(hers.body), post.html_of(hers)):
        assert "20:00（上海、UTC+8）" in part
        assert "查看传输" in part
        assert "工作区" in part
    assert 'lang="zh-hans"' in post.html_of(hers)
    [his] = [one for one in _all() if one.to != [batch.maker.email]]
    assert "12:00 (UTC)" in str(his.body)


def _all() -> list[EmailMultiAlternatives]:
    from django.core import mail  # noqa: PLC0415 - pytest-django puts the outbox there for each test

    return [message for message in mail.outbox if isinstance(message, EmailMultiAlternatives)]


@pytest.mark.parametrize("kind", ["batch.sent_all", "batch.check_finished", "batch.submit", "destination.paused"])
def test_a_name_can_break_neither_head_nor_page(batch: Batch, kind: str) -> None:
    Batch.objects.filter(pk=batch.pk).update(name=EVIL[:150])
    type(batch.workspace).objects.filter(pk=batch.workspace_id).update(name=f"Acme {EVIL}"[:100])
    User.objects.filter(pk=batch.maker_id).update(name=EVIL)
    place = batch.destination
    assert place is not None
    type(place).objects.filter(pk=place.pk).update(name=EVIL[:100])
    fresh = Batch.objects.select_related("workspace", "maker", "destination").get(pk=batch.pk)
    message = tell(fresh, kind)
    assert message.message()["Bcc"] is None
    assert "\n" not in message.subject
    html = post.html_of(message)
    assert "<b>" not in html
    assert "&lt;b&gt;bold&lt;/b&gt;" in html
    for text in (message.subject, str(message.body), html):
        assert not set(text) & set("\r\u202e\u2066\u2028")


def test_what_hides_or_turns_text_around_is_taken_out_of_names() -> None:
    assert line(f"{EVIL}\x00") == 'x Bcc: eve@example.com <b>bold</b> "q" &amp; txt.exe end'


@pytest.mark.parametrize("length", [1, 80, 119, 120, 121, 150, 5000])
def test_a_long_name_is_shortened_and_what_happened_stays(length: int) -> None:
    subject = subject_with("Not sent: %(name)s, nothing reached the receiver", "月" * length)
    assert len(subject) <= MOST_OF_SUBJECT
    assert subject.startswith("Not sent: 月")
    assert subject.endswith(", nothing reached the receiver")
    assert ("…" in subject) == (length > MOST_OF_SUBJECT - 40)


def _ask_daily(batch: Batch) -> User:
    wei = User.objects.get(name="Wei")
    User.objects.filter(pk=wei.pk).update(request_mails="daily", time_zone="Asia/Tokyo")
    Batch.objects.filter(pk=batch.pk).update(state="waiting", decision=None, state_at=NOW)
    batch.refresh_from_db()
    events.record("batch.submit", workspace=batch.workspace, batch=batch, actor=batch.maker, now=NOW,
                  after={"environment": "beta"})  # fmt: skip
    return wei


def test_a_daily_digest_comes_once_from_eight_in_the_morning_on(batch: Batch) -> None:
    _ask_daily(batch)
    assert not Mail.objects.exists()
    seven = NOW.replace(day=23, hour=22, minute=30)  # half past seven in Tokyo, on the 24th
    eight = seven.replace(hour=23, minute=0)
    assert mail_outbox.write_digests(seven) == 0
    assert mail_outbox.write_digests(eight) == 1
    assert mail_outbox.write_digests(eight) == 0
    assert Mail.objects.get().digest_day == date(2026, 11, 24)
    post.empty(eight)
    assert post.said() == [("Wei", "1 transfer waits for your decision in Acme")]
    text = str(post.newest().body)
    assert "November loyalty: Beta (" in text
    assert "2 people, waits since 23 Nov 2026, 21:00 (Tokyo, UTC+9)" in text
    assert f"https://portal.example.com/w/{batch.workspace.slug}/approvals" in text


def test_a_digest_with_nothing_to_decide_is_not_written(batch: Batch) -> None:
    wei = _ask_daily(batch)
    batch.editors.add(wei)
    assert mail_outbox.write_digests(NOW) == 0
    batch.editors.remove(wei)
    Batch.objects.filter(pk=batch.pk).update(state="checked")
    assert mail_outbox.write_digests(NOW) == 0


def test_a_digest_whose_last_request_was_decided_meanwhile_is_dropped(batch: Batch) -> None:
    _ask_daily(batch)
    assert mail_outbox.write_digests(NOW) == 1
    Batch.objects.filter(pk=batch.pk).update(state="checked")
    post.empty()
    assert post.outcomes() == [("dropped", "nothing_waits")]


def test_a_long_digest_tells_how_many_more_there_are(batch: Batch) -> None:
    _ask_daily(batch)
    for number in range(25):
        more = factories.batch(batch.workspace, batch.maker, name=f"No {number}", result=batch.result,
                               destination=batch.destination)  # fmt: skip
        Batch.objects.filter(pk=more.pk).update(state="waiting")
    mail_outbox.write_digests(NOW)
    post.empty()
    assert post.newest().subject == "26 transfers wait for your decision in Acme"
    assert "6 more are on the page." in str(post.newest().body)


def test_who_wants_no_message_about_requests_gets_none(batch: Batch) -> None:
    wei = _ask_daily(batch)
    User.objects.filter(pk=wei.pk).update(request_mails="never")
    events.record("batch.submit", workspace=batch.workspace, batch=batch, actor=batch.maker, now=NOW,
                  after={"environment": "beta"})  # fmt: skip
    assert mail_outbox.write_digests(NOW) == 0
    assert not Mail.objects.exists()


def test_addresses_in_messages_begin_where_the_portal_answers() -> None:
    assert installed.ADDRESS == "https://portal.example.com"
