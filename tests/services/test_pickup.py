"""After sending: the timeline says when the receiver has picked the files up, or that it has not."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from ingest.models import Delivery, Destination, Event, Job
from ingest.services import pickup
from ingest.services.timeline import events_of, timeline_of
from ingest.transfer.local import LocalDestination
from tests import factories
from tests.services import working
from tests.services.working import send_all

pytestmark = pytest.mark.django_db


def sent(way: str) -> Delivery:
    where = factories.workspace()
    delivery = working.sending(workspace=where, destination=factories.destination(where, pickup=way))
    send_all(delivery)
    return Delivery.objects.get(pk=delivery.pk)  # with the batch as it is now


def files(delivery: Delivery) -> list[Path]:
    return sorted(factories.folder_of(delivery.destination).iterdir())


def job_of(delivery: Delivery) -> Job:
    return Job.objects.get(kind=Job.Kind.WATCH, subject_id=delivery.pk)


def look(delivery: Delivery) -> None:
    job = job_of(delivery)
    Job.objects.filter(pk=job.pk).update(next_attempt_at=timezone.now())
    pickup.run(job.pk, "a worker")


def pause_of(delivery: Delivery) -> timedelta:
    return job_of(delivery).next_attempt_at - timezone.now()


def titles(delivery: Delivery) -> list[str]:
    return [str(moment.title) for moment in timeline_of(delivery.batch, events_of(delivery.batch))]


def test_nothing_is_watched_unless_the_destination_says_how() -> None:
    sent(Destination.Pickup.NOT_WATCHED)
    assert not Job.objects.filter(kind=Job.Kind.WATCH).exists()


def test_files_that_disappear_were_picked_up() -> None:
    delivery = sent(Destination.Pickup.DISAPPEARS)
    assert timedelta(minutes=4) < pause_of(delivery) <= pickup.FIRST_LOOK
    look(delivery)
    assert delivery.parts.filter(picked_up_at=None).count() == 2
    files(delivery)[0].unlink()
    look(delivery)
    assert delivery.parts.filter(picked_up_at=None).count() == 1
    assert "Picked up by the receiver" not in titles(delivery)
    files(delivery)[0].unlink()
    look(delivery)
    assert titles(delivery)[-1] == "Picked up by the receiver"
    assert job_of(delivery).state == Job.State.DONE
    event = Event.objects.get(kind="batch.picked_up")
    assert (event.after["parts"], event.sha256) == (2, delivery.decision.parts_sha256)


def test_a_processed_file_beside_each_says_so_as_well() -> None:
    delivery = sent(Destination.Pickup.PROCESSED)
    look(delivery)
    for file in files(delivery):
        file.with_name(f"{file.name}.processed").touch()
    look(delivery)
    assert titles(delivery)[-1] == "Picked up by the receiver"


def test_looking_is_polite_and_no_look_counts_as_a_failed_try() -> None:
    delivery = sent(Destination.Pickup.DISAPPEARS)
    pauses = []
    for minutes in (5, 20, 55, 600):
        Delivery.objects.filter(pk=delivery.pk).update(finished_at=timezone.now() - timedelta(minutes=minutes))
        look(delivery)
        pauses.append(round(pause_of(delivery).total_seconds() / 60))
    assert pauses == [5, 20, 55, 60]
    assert job_of(delivery).attempts == 0


def test_a_receiver_that_cannot_be_asked_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    delivery = sent(Destination.Pickup.DISAPPEARS)
    folder = factories.folder_of(delivery.destination)
    away = folder.rename(folder.with_name(f"{folder.name}-away"))
    look(delivery)
    assert job_of(delivery).state == Job.State.READY
    assert delivery.parts.filter(picked_up_at=None).count() == 2, "a folder that is gone is no file that was taken"
    away.rename(folder)
    monkeypatch.setattr(LocalDestination, "holds", lambda _self, _target: False)
    look(delivery)
    assert titles(delivery)[-1] == "Picked up by the receiver"


def test_after_three_days_it_is_said_and_nobody_looks_any_more() -> None:
    delivery = sent(Destination.Pickup.DISAPPEARS)
    files(delivery)[0].unlink()
    Delivery.objects.filter(pk=delivery.pk).update(finished_at=timezone.now() - pickup.GIVE_UP)
    look(delivery)
    moment = timeline_of(delivery.batch, events_of(delivery.batch))[-1]
    assert str(moment.title) == "Not picked up so far"
    assert "1 of 2 files" in moment.note
    assert job_of(delivery).state == Job.State.DONE


def test_a_mistake_while_looking_changes_nothing_of_what_was_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object) -> bool:
        raise RuntimeError("a bug")

    delivery = sent(Destination.Pickup.DISAPPEARS)
    monkeypatch.setattr(LocalDestination, "holds", fail)
    look(delivery)
    assert job_of(delivery).state == Job.State.NEEDS_ATTENTION
    assert working.state_of(delivery.batch) == "sent"
