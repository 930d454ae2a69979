"""A destination gets so many files at once, and rests when it has failed again and again."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from ingest.models import Attempt, DeliveredPart, Delivery, Destination, Event, Job
from ingest.services import deliver, restraint
from ingest.transfer.failures import failure
from ingest.transfer.local import LocalDestination
from tests.services import working
from tests.services.working import send_all, state_of

pytestmark = pytest.mark.django_db
CUT = failure("remote.interrupted", name="x", reason="cut")


@pytest.fixture
def delivery() -> Delivery:
    return working.sending(*(f"{number}\n".encode() for number in range(8)))


def place(delivery: Delivery) -> Destination:
    return Destination.objects.get(pk=delivery.destination_id)


def failing(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def deliver_nothing(*_arguments: Any, **_more: Any) -> Any:
        raise error

    monkeypatch.setattr(LocalDestination, "deliver", deliver_nothing)


def attempts(delivery: Delivery) -> int:
    return Attempt.objects.filter(delivered_part__delivery=delivery).count()


def test_no_more_files_are_sent_at_once_than_the_destination_takes(delivery: Delivery) -> None:
    first, second, third = delivery.parts.all()[:3]
    Destination.objects.update(most_at_once=2)
    DeliveredPart.objects.filter(pk__in=[first.pk, second.pk]).update(state="sending")
    working.work(third)
    job = working.job_of(third)
    assert (DeliveredPart.objects.get(pk=third.pk).state, job.state, job.attempts) == ("waiting", "ready", 0)
    assert job.next_attempt_at > timezone.now()
    DeliveredPart.objects.filter(pk=second.pk).update(state="waiting")
    working.work(third)
    assert DeliveredPart.objects.get(pk=third.pk).state == "sent"


def test_a_part_that_was_being_sent_goes_on_among_as_many_as_are_allowed(delivery: Delivery) -> None:
    part = delivery.parts.all()[0]
    Destination.objects.update(most_at_once=1)
    DeliveredPart.objects.filter(pk=part.pk).update(state="sending")
    working.work(part)
    assert DeliveredPart.objects.get(pk=part.pk).state == "sent"


def test_after_five_failures_in_a_row_nothing_is_tried_for_a_while(
    delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        failing(patched, CUT)
        send_all(delivery)
    assert attempts(delivery) == restraint.FAILURES_BEFORE_REST
    rests_until = place(delivery).rests_until
    assert rests_until is not None
    assert timedelta(seconds=30) < rests_until - timezone.now() <= restraint.FIRST_REST
    event = Event.objects.get(kind="destination.rests")
    assert event.after == {
        "destination": delivery.destination_id, "name": delivery.destination.name, "code": "remote.interrupted",
    }  # fmt: skip
    untouched = delivery.parts.all()[7]
    job = working.job_of(untouched)
    assert job.attempts == 0, "waiting was no try"
    assert abs(job.next_attempt_at - rests_until) < timedelta(seconds=5)


def test_after_a_rest_one_file_is_tried_and_the_others_wait_for_it(
    delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    Destination.objects.update(failures_in_a_row=5, rests_until=timezone.now() - timedelta(seconds=1))
    with monkeypatch.context() as patched:
        failing(patched, CUT)
        send_all(delivery)
    assert attempts(delivery) == 1
    rests_until = place(delivery).rests_until
    assert rests_until is not None
    assert rests_until - timezone.now() > restraint.FIRST_REST, "longer than the first time"
    Destination.objects.update(rests_until=timezone.now() - timedelta(seconds=1))
    send_all(delivery)
    assert state_of(delivery.batch) == "sent"
    assert (place(delivery).failures_in_a_row, place(delivery).rests_until) == (0, None)


@pytest.mark.parametrize("code", ["artifact.unreadable", "fence.lost"])
def test_what_is_wrong_on_our_side_is_not_the_destinations_fault(
    delivery: Delivery, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    failing(monkeypatch, failure(code, reason="x") if code == "artifact.unreadable" else failure(code))
    send_all(delivery)
    assert attempts(delivery) == 8
    assert (place(delivery).failures_in_a_row, place(delivery).rests_until) == (0, None)


def test_a_destination_that_refuses_one_file_is_there(delivery: Delivery, monkeypatch: pytest.MonkeyPatch) -> None:
    Destination.objects.update(failures_in_a_row=4)
    failing(monkeypatch, failure("conflict", name="x"))
    working.work(delivery.parts.all()[0])
    assert place(delivery).failures_in_a_row == 0


def test_whoever_asks_for_another_try_does_not_wait_for_the_end_of_a_rest(
    delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        failing(patched, failure("conflict", name="x"))
        send_all(delivery)
    Destination.objects.update(failures_in_a_row=5, rests_until=timezone.now() + timedelta(minutes=20))
    deliver.retry(delivery.batch, actor=delivery.batch.maker, now=timezone.now())
    send_all(delivery)
    assert state_of(delivery.batch) == "sent"
    assert Job.objects.filter(kind=Job.Kind.DELIVER, state=Job.State.DONE).count() == 8
