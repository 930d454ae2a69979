"""The dispatcher: every job that can be done is rung for, soon and not too often, by one process at a time."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event
from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError, connections

from ingest import queue
from ingest.models import Batch, Check, Job, Leader
from ingest.services import check, deliver, dispatch, dispatch_batches, dispatch_jobs, leader, work
from ingest.services.dispatch import Dispatcher, Duty
from ingest.services.heartbeat import Heartbeat
from tests.services import working
from tests.services.working import NOW, kinds, state_of

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


class Bell:
    """A broker that can be away, and that holds what nobody has taken yet."""

    def __init__(self) -> None:
        self.rung: list[int] = []
        self.waits = 0
        self.is_away = False

    def ring(self, _kind: str, job_id: int) -> bool:
        if not self.is_away:
            self.rung.append(job_id)
        return not self.is_away

    def waiting(self, _kind: str) -> int | None:
        return None if self.is_away else self.waits


@pytest.fixture
def bell(monkeypatch: pytest.MonkeyPatch) -> Bell:
    made = Bell()
    monkeypatch.setattr(queue, "ring", made.ring)
    monkeypatch.setattr(queue, "waiting", made.waiting)
    return made


@pytest.fixture
def job() -> Job:
    batch = working.draft()
    return working.job_of(check.start(batch, actor=batch.maker, now=NOW))


def test_a_job_whose_bell_was_lost_is_rung_for_at_once_and_again_after_fifteen_seconds(bell: Bell, job: Job) -> None:
    for seconds in range(0, 32, 2):
        dispatch_jobs.ring_for_work(NOW + seconds * SECOND)
    assert bell.rung == [job.pk] * 2
    assert settings.LEASE / dispatch_jobs.RINGS_IN_A_LEASE == 15 * SECOND


@pytest.mark.usefixtures("job")
def test_a_broker_that_is_away_loses_nothing(bell: Bell) -> None:
    bell.is_away = True
    assert dispatch_jobs.ring_for_work(NOW) == 0
    bell.is_away = False
    assert dispatch_jobs.ring_for_work(NOW + 2 * SECOND) == 1


def test_a_queue_that_is_full_is_not_filled_further(bell: Bell) -> None:
    delivery = working.sending(*(f"line {number}\n".encode() for number in range(30)))
    bell.waits = dispatch_jobs.MOST_WAITING
    assert dispatch_jobs.ring_for_work(NOW) == 0
    bell.waits = dispatch_jobs.MOST_WAITING - 3
    assert dispatch_jobs.ring_for_work(NOW) == 3
    bell.waits = 0
    assert dispatch_jobs.ring_for_work(NOW + SECOND) == dispatch_jobs.MOST_WAITING
    assert len(set(bell.rung)) == len(bell.rung)
    assert delivery.parts.count() == 30


def test_a_job_waits_for_its_time(bell: Bell, job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(next_attempt_at=NOW + 60 * SECOND)
    assert dispatch_jobs.ring_for_work(NOW + 59 * SECOND) == 0
    assert dispatch_jobs.ring_for_work(NOW + 60 * SECOND) == 1
    assert bell.rung == [job.pk]


def test_a_dead_workers_job_is_taken_up_within_75_seconds(bell: Bell, job: Job) -> None:
    """With the lease of 60 seconds, whenever after its last bell the worker died, second by second."""
    assert settings.LEASE == 60 * SECOND
    now = NOW
    for died_after in range(0, 60, 7):
        Job.objects.update(state=Job.State.READY, attempts=0, rung_at=now, next_attempt_at=now)
        claim = work.claim(job.pk, "dies", kind=Job.Kind.CHECK, clock=lambda at=now: at)  # type: ignore[misc]
        assert claim is not None
        died = now + died_after * SECOND
        Job.objects.filter(pk=job.pk).update(lease_until=died + settings.LEASE)  # its last heartbeat
        bell.rung.clear()
        seconds = next(s for s in range(0, 200, 2) if dispatch_jobs.ring_for_work(died + s * SECOND))
        at = died + seconds * SECOND
        assert seconds <= 75
        assert work.claim(job.pk, "lives", kind=Job.Kind.CHECK, clock=lambda at=at: at) is not None  # type: ignore[misc]
        now = at + timedelta(hours=1)


@pytest.mark.usefixtures("bell")
def test_a_lease_that_was_never_written_counts_as_ended(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING, lease_until=None)
    assert dispatch_jobs.ring_for_work(NOW) == 1


def test_a_batch_is_sent_at_its_time_and_not_before() -> None:
    batch = working.approved(send_at=NOW + 60 * SECOND)
    assert dispatch_batches.send_due(NOW + 59 * SECOND) == 0
    assert dispatch_batches.send_due(NOW + 60 * SECOND) == 1
    assert dispatch_batches.send_due(NOW + 61 * SECOND) == 0
    assert state_of(batch) == "sending"
    assert batch.events.get(kind="batch.send").actor is None


def test_a_batch_that_nobody_decided_on_goes_back_to_its_maker() -> None:
    batch = working.checked()
    Batch.objects.filter(pk=batch.pk).update(state="waiting", state_at=NOW)
    hours = timedelta(hours=batch.workspace.approval_hours)
    assert dispatch_batches.expire_waiting(NOW + hours) == 0
    assert dispatch_batches.expire_waiting(NOW + hours + SECOND) == 1
    assert dispatch_batches.expire_waiting(NOW + hours + SECOND) == 0
    assert state_of(batch) == "checked"
    assert batch.events.get().after["reason"] == "expired"


def test_one_leads_at_a_time_and_the_next_one_takes_over() -> None:
    assert leader.lead("role", "a", now=NOW)
    assert not leader.lead("role", "b", now=NOW + 14 * SECOND)
    assert leader.lead("role", "a", now=NOW + 14 * SECOND)
    assert not leader.lead("role", "b", now=NOW + 29 * SECOND)
    assert leader.lead("role", "b", now=NOW + 30 * SECOND)
    assert not leader.lead("role", "a", now=NOW + 31 * SECOND)
    leader.resign("role", "b", now=NOW + 31 * SECOND)
    assert leader.lead("role", "a", now=NOW + 31 * SECOND)
    assert Leader.objects.count() == 1


def _noting(done: list[str], name: str = "x") -> Callable[[datetime], int]:
    def note(_now: datetime) -> int:
        done.append(name)
        return 1

    return note


def _duties(monkeypatch: pytest.MonkeyPatch, *duties: Duty) -> None:
    monkeypatch.setattr(dispatch, "DUTIES", duties)


def test_a_dispatcher_that_does_not_lead_does_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    _duties(monkeypatch, Duty("note", _noting(done)))
    first, second = (Dispatcher(name, clock=lambda: NOW) for name in "ab")
    first.round(Event())
    second.round(Event())
    assert done == ["x"]


def test_duties_are_done_as_often_as_they_say(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []

    _duties(monkeypatch, Duty("often", _noting(done, "often")), Duty("rarely", _noting(done, "rarely"), 60 * SECOND))
    times = iter(NOW + second * SECOND for second in range(10_000))
    dispatcher = Dispatcher("a", clock=lambda: next(times))
    for _ in range(20):
        dispatcher.round(Event())
    assert done.count("often") == 20
    assert 1 < done.count("rarely") < 5


@pytest.mark.parametrize("error", [OperationalError("database is locked"), ZeroDivisionError(), OSError(5, "I/O")])
def test_a_duty_that_fails_holds_up_none_of_the_others(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    done: list[str] = []
    closed: list[str] = []

    def fail(_now: datetime) -> int:
        raise error

    monkeypatch.setattr(connections, "close_all", lambda: closed.append("all"))
    _duties(monkeypatch, Duty("fails", fail), Duty("works", _noting(done)))
    dispatcher = Dispatcher("a", clock=lambda: NOW)
    dispatcher.round(Event())
    dispatcher.round(Event())
    assert (done, closed) == (["x", "x"], ["all", "all"])
    assert f"dispatcher, fails: {type(error).__name__} at " in caplog.text


def test_a_dispatcher_that_is_told_to_end_resigns() -> None:
    stop = Event()
    stop.set()
    assert leader.lead(dispatch.ROLE, "a", now=NOW)
    Dispatcher("a", clock=lambda: NOW).run(stop)
    assert leader.lead(dispatch.ROLE, "b", now=NOW)


def test_every_duty_is_there() -> None:
    assert {duty.name for duty in dispatch.DUTIES} == {
        "give up", "send due", "mail", "ring", "expire", "scratch", "uploads", "digests", "old mail", "retention",
        "destinations", "parts",
    }  # fmt: skip


def _claimed(job: Job) -> work.Claim:
    claim = work.claim(job.pk, "a worker", kind=Job.Kind.CHECK)
    assert claim is not None
    return claim


def test_a_heartbeat_renews_the_lease_at_most_once_a_second(job: Job) -> None:
    written: list[int] = []
    claim = _claimed(job)
    Job.objects.filter(pk=job.pk).update(lease_until=NOW)
    heart = Heartbeat(claim, lambda: written.append(1))
    for _ in range(100):
        heart.beat()
    assert written == [1]
    job.refresh_from_db()
    assert job.lease_until is not None
    assert job.lease_until > NOW


def test_a_heartbeat_bears_a_database_that_is_away_but_not_beyond_the_lease(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise OperationalError("the database is away")

    monkeypatch.setattr("ingest.services.heartbeat.connection.close", lambda: None)
    monkeypatch.setattr("ingest.services.heartbeat.SECONDS", 0.0)
    heart = Heartbeat(_claimed(job), fail)
    heart.beat()
    heart._renewed -= settings.LEASE.total_seconds() + 1
    with pytest.raises(work.LeaseLost):
        heart.beat()


def test_a_claim_that_was_lost_can_write_nothing(job: Job) -> None:
    lost = _claimed(job)
    Job.objects.filter(pk=job.pk).update(lease_until=NOW)
    newer = _claimed(job)
    attempts = (lambda: lost.give_up("x"), lambda: lost.again(after=SECOND, code="x"))
    for attempt in (lost.renew, lost.hold, lost.finish, *attempts):
        with pytest.raises(work.LeaseLost):
            attempt()
    newer.finish()
    assert work.claim(job.pk, "later", kind=Job.Kind.CHECK) is None


def test_a_batch_with_a_bug_does_not_hold_up_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = working.approved(), working.approved()
    real = deliver.begin

    def begin(batch: Batch, **given: Any) -> object:
        return 1 // 0 if batch.pk == first.pk else real(batch, **given)

    monkeypatch.setattr(deliver, "begin", begin)
    assert dispatch_batches.send_due(NOW) == 1
    assert (state_of(first), state_of(second)) == ("approved", "sending")


def test_a_batch_that_is_no_longer_what_was_approved_does_not_hold_up_the_others() -> None:
    first, second = working.approved(), working.approved()
    Check.objects.filter(batch=first).update(mapping={})
    assert dispatch_batches.send_due(NOW) == 1
    assert (state_of(first), state_of(second)) == ("checked", "sending")
    assert kinds(first) == ["batch.void"]
    assert deliver.begin(first, actor=None, now=NOW) is None
