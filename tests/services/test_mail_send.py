"""The outbox is emptied once, however often and by however many; later when the server is away, and not for ever."""

import logging
import smtplib
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail as sent_mail

from ingest.models import Batch, Job, Mail, Workspace
from ingest.services import dispatch, events, mail_outbox, mail_send
from tests import factories
from tests.services import post
from tests.services.mail_server import Receiver, listening, over_smtp, text_of
from tests.services.working import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _mail_leaves(settings: Any) -> None:
    settings.MAILS_LEAVE = True


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    """A real SMTP server on this machine."""
    with listening(settings) as made:
        yield made


@pytest.fixture
def where() -> Workspace:
    """Dan and Eve manage it."""
    made = factories.workspace(name="Acme")
    factories.member(made, "Dan", roles=["admin"])
    factories.member(made, "Eve", roles=["admin"])
    return made


def rest(where: Workspace, name: str = "Adobe S3") -> None:
    """Something of which both admins are told."""
    told = {"destination": 1, "name": name}
    events.record("destination.rests", workspace=where, actor=None, now=NOW, after=told)


def states() -> list[str]:
    return list(Mail.objects.order_by("pk").values_list("state", flat=True))


def run(now: Any, owner: str = "a worker") -> None:
    mail_send.run(post.job_id(now), owner, clock=lambda: now)


def test_a_real_server_gets_both_parts_and_the_headers(where: Workspace, receiver: Receiver) -> None:
    rest(where)
    post.empty()
    assert receiver.to() == ["dan", "eve"]
    text = text_of(receiver.envelopes[0])
    key = Mail.objects.order_by("pk")[0].key
    assert f"Message-ID: <{key}@localhost>" in text
    assert "Content-Type: text/plain" in text
    assert "Content-Type: text/html" in text
    assert "List-Unsubscribe: <http://127.0.0.1/settings#emails>" in text
    assert "Auto-Submitted: auto-generated" in text
    assert states() == ["sent", "sent"]


def test_emptying_twice_sends_once(where: Workspace) -> None:
    rest(where)
    post.empty()
    post.empty()
    assert len(sent_mail.outbox) == 2


def test_two_workers_at_once_send_once(where: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    rest(where)
    job = post.job_id()
    real = mail_send.message_of

    def also_elsewhere(mail: Mail) -> Any:
        mail_send.run(job, "another worker", clock=lambda: NOW + post.MINUTE)
        return real(mail)

    monkeypatch.setattr(mail_send, "message_of", also_elsewhere)
    post.empty()
    assert len(sent_mail.outbox) == 2


class _Died(BaseException):
    """A worker that is killed says nothing."""


def test_a_worker_that_dies_between_server_and_database_repeats_one_message_under_the_same_name(
    where: Workspace, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    rest(where)

    def die(_place: str) -> None:
        raise _Died

    with monkeypatch.context() as patched:
        patched.setattr(mail_send, "failpoint", die)
        with pytest.raises(_Died):
            post.empty()
    assert states() == ["waiting", "waiting"]
    later = NOW + timedelta(minutes=5)
    assert Job.objects.get(kind=Job.Kind.MAIL).state == Job.State.RUNNING
    mail_send.run(Job.objects.get(kind=Job.Kind.MAIL).pk, "another", clock=lambda: later)
    assert receiver.to() == ["dan", "dan", "eve"]
    first, second, _third = (
        next(line for line in text_of(envelope).splitlines() if line.startswith("Message-ID"))
        for envelope in receiver.envelopes
    )
    assert first == second
    assert states() == ["sent", "sent"]


def test_a_worker_that_has_lost_the_outbox_sends_no_more(where: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    rest(where)
    real = mail_send.message_of

    def lose(mail: Mail) -> Any:
        Job.objects.filter(kind=Job.Kind.MAIL).update(epoch=99)
        return real(mail)

    monkeypatch.setattr(mail_send, "message_of", lose)
    post.empty()
    assert len(sent_mail.outbox) == 1


@pytest.fixture
def nobody_listens(settings: Any) -> Any:
    """The mail server is away."""
    over_smtp(settings)
    return settings


def test_an_hour_without_a_server_loses_nothing(
    where: Workspace, nobody_listens: Any, caplog: pytest.LogCaptureFixture
) -> None:
    rest(where)
    now, tries = NOW, 0
    job = post.job_id()
    while now < NOW + timedelta(hours=1):
        mail_send.run(job, "a worker", clock=lambda now=now: now)  # type: ignore[misc]
        next_at = Job.objects.get(pk=job).next_attempt_at
        assert next_at >= now + mail_send.FIRST_PAUSE
        now, tries = next_at, tries + 1
    assert 5 < tries < 14
    assert states() == ["waiting", "waiting"]
    assert "example.com" not in caplog.text
    nobody_listens.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail_send.run(job, "a worker", clock=lambda: now)
    assert post.told() == ["Dan", "Eve"]


def test_a_server_that_is_away_is_no_attempt_of_the_job(where: Workspace, nobody_listens: Any) -> None:
    del nobody_listens
    rest(where)
    run(NOW)
    job = Job.objects.get(kind=Job.Kind.MAIL)
    assert (job.state, job.attempts, job.last_error_code) == ("ready", 0, "mail.server_away")


def test_what_is_older_than_a_day_is_dropped_and_named_by_its_number(
    where: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    rest(where, "Adobe S3")
    with caplog.at_level(logging.WARNING):
        run(NOW + mail_send.TOO_LATE + post.MINUTE)
    assert sent_mail.outbox == []
    assert post.outcomes() == [("dropped", "too_late")] * 2
    assert f"mail {Mail.objects.order_by('pk')[0].pk} could not be sent within a day" in caplog.text
    assert "Adobe" not in caplog.text


def test_an_address_that_is_refused_for_ever_holds_up_nobody_else(where: Workspace, receiver: Receiver) -> None:
    receiver.answers["dan"] = "550 nobody here"
    rest(where)
    post.empty()
    assert receiver.to() == ["eve"]
    assert post.outcomes() == [("dropped", "refused"), ("sent", "")]


def test_an_address_that_is_refused_for_now_is_tried_again_alone(where: Workspace, receiver: Receiver) -> None:
    receiver.answers["dan"] = "451 grey list, come back"
    rest(where)
    post.empty()
    assert states() == ["waiting", "sent"]
    receiver.answers.clear()
    run(NOW + timedelta(minutes=20))
    assert receiver.to() == ["eve", "dan"]
    assert states() == ["sent", "sent"]


def test_refusals_for_now_come_to_an_end(where: Workspace, receiver: Receiver) -> None:
    receiver.answers["dan"] = "451 never"
    rest(where)
    for hour in range(mail_send.MOST_ATTEMPTS):
        run(NOW + timedelta(hours=hour))
    assert ("dropped", "refused_for_now") in post.outcomes()


@pytest.mark.parametrize(("answer", "state"), [("554 no", "dropped"), ("452 full", "waiting")])
def test_a_message_that_is_refused_whole(where: Workspace, receiver: Receiver, answer: str, state: str) -> None:
    receiver.at_data = answer
    rest(where)
    post.empty()
    assert states() == [state, state]


def test_a_mistake_in_one_message_holds_up_no_other(
    where: Workspace, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    rest(where)
    real = mail_send.message_of

    def stumble(mail: Mail) -> Any:
        if mail.person.name == "Dan":
            raise KeyError("jo.doe@example.com")
        return real(mail)

    monkeypatch.setattr(mail_send, "message_of", stumble)
    post.empty()
    assert post.told() == ["Eve"]
    assert "KeyError" in caplog.text
    assert "jo.doe" not in caplog.text


def test_one_that_the_server_hangs_up_on_comes_after_the_others(
    where: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    rest(where)
    real: Callable[[Mail], Any] = mail_send.message_of

    def hang_up(mail: Mail) -> Any:
        if mail.person.name == "Dan":
            raise smtplib.SMTPServerDisconnected
        return real(mail)

    monkeypatch.setattr(mail_send, "message_of", hang_up)
    run(NOW)
    assert sent_mail.outbox == []
    Job.objects.filter(kind=Job.Kind.MAIL).update(next_attempt_at=NOW)
    Mail.objects.filter(person__name="Dan").update(next_attempt_at=NOW + timedelta(hours=1))
    run(NOW + timedelta(minutes=1))
    assert post.told() == ["Eve"]


def test_the_dispatcher_rings_for_what_is_due_and_for_nothing_else(where: Workspace) -> None:
    assert mail_outbox.ring_for_mail(NOW) == 0
    assert not Job.objects.exists()
    rest(where)
    assert mail_outbox.ring_for_mail(NOW - post.MINUTE) == 0
    assert mail_outbox.ring_for_mail(NOW) == 2
    assert Job.objects.get(kind=Job.Kind.MAIL).state == Job.State.READY
    assert {"mail", "digests", "old mail"} <= {duty.name for duty in dispatch.DUTIES}


def test_a_job_that_died_too_often_is_taken_up_again(where: Workspace) -> None:
    rest(where)
    job = post.job_id()
    Job.objects.filter(pk=job).update(state=Job.State.NEEDS_ATTENTION, attempts=5)
    mail_outbox.ring_for_mail(NOW)
    mail_send.run(job, "a worker", clock=lambda: NOW)
    assert post.told() == ["Dan", "Eve"]


def test_old_messages_are_forgotten_and_newer_ones_kept(where: Workspace) -> None:
    rest(where)
    post.empty()
    assert mail_outbox.forget_old(NOW + mail_outbox.KEPT) == 0
    assert mail_outbox.forget_old(NOW + mail_outbox.KEPT + post.MINUTE) == 2
    assert not Mail.objects.exists()


def test_a_batch_is_never_told_of_another_workspace(where: Workspace) -> None:
    other = factories.workspace(name="Umbrella")
    dan = where.memberships.get(user__name="Dan").user
    other.memberships.create(user=dan, administers=True)
    rest(where)
    rest(other)
    post.empty()
    texts = [str(message.body) for message in sent_mail.outbox if message.to == [dan.email]]
    assert ["Workspace: Acme" in text for text in texts] == [True, False]
    assert ["Workspace: Umbrella" in text for text in texts] == [False, True]
    assert not Batch.objects.exists()
