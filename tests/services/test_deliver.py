"""Sending: names, parts and events; every part once, and the state of the batch decided once, by the last of them."""

import errno
import logging
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from ingest.models import Attempt, Batch, Check, Decision, DeliveredPart, Delivery, Destination, Event, Job, Part
from ingest.services import deliver, deliver_end, deliver_way, dispatch_jobs, files, work
from ingest.services.mapping_digest import parts_sha256
from ingest.transfer.failures import failure
from ingest.transfer.local import LocalDestination
from tests import factories
from tests.services import working
from tests.services.working import NOW, outbox, send_all, state_of

pytestmark = pytest.mark.django_db
STAMP = int(NOW.timestamp())


def _part(delivery: Delivery, number: int = 1) -> DeliveredPart:
    return delivery.parts.get(part__number=number)


def test_parts_are_named_when_sending_begins_and_each_gets_a_job() -> None:
    delivery = working.sending()
    assert (delivery.prefix, delivery.stamp, delivery.environment) == ("ftp_dpm_478", STAMP, "beta")
    assert [part.name for part in delivery.parts.all()] == [f"ftp_dpm_478_{STAMP}.sync.{n}.gz" for n in (1, 2)]
    assert state_of(delivery.batch) == "sending"
    assert Job.objects.filter(kind=Job.Kind.DELIVER, state=Job.State.READY).count() == 2
    event = Event.objects.get(batch=delivery.batch, kind="batch.send")
    assert (event.after["stamp"], event.sha256) == (STAMP, delivery.decision.parts_sha256)


def test_a_second_is_never_used_twice_for_the_same_beginning() -> None:
    first = working.sending(b"one\n")
    working.end(first)
    second = working.sending(b"two\n", workspace=first.workspace, destination=first.destination)
    working.end(second)
    other_place = working.sending(b"three\n", workspace=first.workspace)
    elsewhere = factories.destination(first.workspace, "production")
    in_production = working.sending(b"four\n", workspace=first.workspace, destination=elsewhere)
    stamps = [delivery.stamp - STAMP for delivery in (first, second, other_place, in_production)]
    assert stamps == [0, 1, 2, 0]


def test_sending_begins_once() -> None:
    batch = working.approved()
    assert deliver.begin(batch, actor=None, now=NOW)
    assert deliver.begin(batch, actor=None, now=NOW) is None
    assert batch.deliveries.count() == 1


def test_every_part_is_sent_and_the_last_one_says_so() -> None:
    delivery = working.sending()
    send_all(delivery)
    assert list(outbox(delivery).values()) == [b'A-1\t"tier"="gold"\n', b'A-2\t"tier"="silver"\n']
    assert working.kinds(delivery.batch) == ["batch.send", "part.sent", "part.sent", "batch.sent_all"]
    part = _part(delivery)
    assert (part.state, part.verify_level, part.sent_bytes) == ("sent", "read_back", part.part.stored_bytes)
    assert part.remote_name == str(Path(delivery.destination.config["folder"]) / part.name)
    assert [attempt.outcome for attempt in part.attempts.all()] == ["sent"]
    delivery.refresh_from_db()
    assert (state_of(delivery.batch), delivery.finished_at is not None) == ("sent", True)
    event = Event.objects.filter(batch=delivery.batch, kind="part.sent").order_by("pk")[0]
    assert (event.sha256, event.after["name"]) == (part.part.sha256, part.name)


def test_a_part_that_is_rung_for_again_is_not_sent_again() -> None:
    delivery = working.sending()
    send_all(delivery)
    before = (outbox(delivery), Event.objects.count(), Attempt.objects.count())
    for _ in range(3):
        send_all(delivery)
    assert before == (outbox(delivery), Event.objects.count(), Attempt.objects.count())


def test_a_message_with_the_job_of_another_kind_does_nothing() -> None:
    delivery = working.sending()
    job = working.job_of(_part(delivery))
    assert work.claim(job.pk, "foreign", kind=Job.Kind.CHECK) is None
    deliver.run(10**9, "foreign")
    assert outbox(delivery) == {}
    assert working.job_of(_part(delivery)).state == Job.State.READY


def test_what_fails_for_now_is_tried_again_later_and_then_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    delivery = working.sending(b"one\n")
    with monkeypatch.context() as patched:
        patched.setattr(LocalDestination, "deliver", _raises(failure("remote.interrupted", name="x", reason="cut")))
        working.work(_part(delivery))
    part = _part(delivery)
    assert (part.state, part.problem_code, state_of(delivery.batch)) == ("waiting", "remote.interrupted", "sending")
    assert working.job_of(part).next_attempt_at > timezone.now()
    working.work(part)
    assert [attempt.outcome for attempt in part.attempts.all()] == ["failed", "sent"]
    assert (_part(delivery).problem, state_of(delivery.batch)) == ("", "sent")


def _raises(error: Exception) -> Any:
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


def test_what_fails_eight_times_waits_for_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    delivery = working.sending(b"one\n")
    with monkeypatch.context() as patched:
        patched.setattr(LocalDestination, "deliver", _raises(failure("remote.interrupted", name="x", reason="cut")))
        for _ in range(9):
            Destination.objects.update(rests_until=None)
            working.work(_part(delivery))
    part = _part(delivery)
    assert (part.state, part.attempts.count(), state_of(delivery.batch)) == ("failed", 8, "failed")
    assert working.job_of(part).state == Job.State.NEEDS_ATTENTION
    assert working.kinds(delivery.batch) == ["batch.send", "part.failed", "batch.sent_none"]
    deliver.retry(delivery.batch, actor=delivery.batch.maker, now=NOW)
    send_all(delivery)
    assert state_of(delivery.batch) == "sent"


def test_a_setting_that_is_wrong_is_not_tried_again() -> None:
    delivery = working.sending()
    folder = Path(delivery.destination.config["folder"])
    folder.rmdir()
    working.work(_part(delivery, 1))
    part = _part(delivery, 1)
    assert (part.state, part.problem_code, part.attempts.count()) == ("failed", "folder.missing", 1)
    assert str(folder) in part.problem
    folder.mkdir()
    working.work(_part(delivery, 2))
    assert state_of(delivery.batch) == "partly_sent"


def test_a_retry_sends_only_what_is_missing_under_the_same_names() -> None:
    delivery = working.sending()
    folder = Path(delivery.destination.config["folder"])
    working.work(_part(delivery, 1))
    (in_the_way := folder / _part(delivery, 2).name).write_bytes(b"somebody else's")
    working.work(_part(delivery, 2))
    assert (_part(delivery, 2).problem_code, state_of(delivery.batch)) == ("conflict", "partly_sent")
    assert in_the_way.read_bytes() == b"somebody else's"
    in_the_way.unlink()
    names = [part.name for part in delivery.parts.all()]
    deliver.retry(delivery.batch, actor=delivery.batch.maker, now=NOW + timedelta(hours=1))
    send_all(delivery)
    assert list(outbox(delivery)) == names
    assert (state_of(delivery.batch), _part(delivery, 1).attempts.count()) == ("sent", 1)


def test_a_retry_is_refused_where_there_is_nothing_to_retry() -> None:
    delivery = working.sending()
    for _ in range(2):
        with pytest.raises(deliver.NotPossible, match="nothing to send again"):
            deliver.retry(delivery.batch, actor=delivery.batch.maker, now=NOW)
        send_all(delivery)


def test_a_retry_is_refused_once_the_files_are_deleted(monkeypatch: pytest.MonkeyPatch) -> None:
    delivery = working.sending(b"one\n")
    monkeypatch.setattr(LocalDestination, "deliver", _raises(failure("conflict", name="x")))
    send_all(delivery)
    Batch.objects.filter(pk=delivery.batch_id).update(data_deleted_at=NOW)
    with pytest.raises(deliver.NotPossible, match="were deleted"):
        deliver.retry(delivery.batch, actor=delivery.batch.maker, now=NOW)


def test_a_transfer_that_is_stopped_sends_nothing_more() -> None:
    delivery = working.sending()
    working.work(_part(delivery, 1))
    assert deliver.stop(delivery.batch, actor=delivery.batch.maker, now=NOW) == 1
    send_all(delivery)
    assert (len(outbox(delivery)), state_of(delivery.batch)) == (1, "partly_sent")
    assert _part(delivery, 2).state == "cancelled"
    deliver.retry(delivery.batch, actor=delivery.batch.maker, now=NOW)
    send_all(delivery)
    assert (len(outbox(delivery)), state_of(delivery.batch)) == (2, "sent")


def test_a_transfer_that_is_stopped_before_anything_was_sent_is_cancelled() -> None:
    delivery = working.sending()
    assert deliver.stop(delivery.batch, actor=delivery.batch.maker, now=NOW) == 2
    send_all(delivery)
    assert (outbox(delivery), state_of(delivery.batch)) == ({}, "cancelled")
    with pytest.raises(deliver.NotPossible):
        deliver.stop(delivery.batch, actor=delivery.batch.maker, now=NOW)


@pytest.mark.parametrize("was_delivered", [True, False])
def test_after_a_lost_attempt_the_destination_is_asked_first(*, was_delivered: bool) -> None:
    delivery = working.sending(b"one\n")
    part = _part(delivery)
    claim = work.claim(working.job_of(part).pk, "dies", kind=Job.Kind.DELIVER)
    assert claim is not None
    assert deliver_end.begun(claim) is not None
    if was_delivered:
        (Path(delivery.destination.config["folder"]) / part.name).write_bytes(b"one\n")
    Job.objects.update(lease_until=NOW)
    working.work(part, "takes over")
    outcomes = [attempt.outcome for attempt in part.attempts.all()]
    assert outcomes == ["lost", "already_there" if was_delivered else "sent"]
    assert (outbox(delivery), state_of(delivery.batch)) == ({part.name: b"one\n"}, "sent")


def test_a_worker_whose_lease_was_lost_gives_nothing_its_final_name(monkeypatch: pytest.MonkeyPatch) -> None:
    delivery = working.sending(b"one\n")
    part = _part(delivery)
    real = deliver_way.Progress.fence

    def overtaken(progress: deliver_way.Progress) -> None:
        Job.objects.filter(pk=working.job_of(part).pk).update(epoch=7, lease_owner="another")
        real(progress)

    monkeypatch.setattr(deliver_way.Progress, "fence", overtaken)
    working.work(part)
    assert (outbox(delivery), _part(delivery).state) == ({}, "sending")
    assert working.kinds(delivery.batch) == ["batch.send"]


def test_a_part_that_kills_every_worker_is_given_up() -> None:
    delivery = working.sending(b"one\n")
    for _ in range(8):
        working.die(_part(delivery))
    working.work(_part(delivery))
    assert _part(delivery).state == "waiting"
    assert dispatch_jobs.give_up_hopeless(NOW) == 1
    assert (_part(delivery).problem_code, state_of(delivery.batch)) == ("worker.died", "failed")
    deliver.retry(delivery.batch, actor=delivery.batch.maker, now=NOW)
    send_all(delivery)
    assert state_of(delivery.batch) == "sent"


def test_a_mistake_of_the_program_waits_for_a_person_and_shows_no_value(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    delivery = working.sending(b"one\n")
    monkeypatch.setattr(LocalDestination, "deliver", _raises(ValueError("ada@example.com")))
    with caplog.at_level(logging.DEBUG):
        send_all(delivery)
    part = _part(delivery)
    assert (part.state, part.problem_code, state_of(delivery.batch)) == ("failed", "bug", "failed")
    assert f"D-{part.pk}-1" in part.problem
    assert "ValueError at " in caplog.text
    assert "ada@example.com" not in caplog.text


def test_storage_that_does_not_answer_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    delivery = working.sending(b"one\n")
    with monkeypatch.context() as patched:
        patched.setattr(files, "sha256_of", _raises(OSError(errno.EIO, "Input/output error", "/secret/path")))
        send_all(delivery)
    part = _part(delivery)
    assert (part.state, part.problem_code) == ("waiting", "artifact.unreadable")
    assert "/secret/path" not in part.problem
    send_all(delivery)
    assert state_of(delivery.batch) == "sent"


def test_files_that_are_to_be_encrypted_are_never_sent_plain() -> None:
    mapping = {**factories.MAPPING, "output": {"compression": "pgp"}}
    delivery = working.sending(b"one\n", mapping=mapping)
    send_all(delivery)
    assert (outbox(delivery), _part(delivery).problem_code) == ({}, "seal.missing")
    assert state_of(delivery.batch) == "failed"


def test_a_batch_without_a_single_line_fails_instead_of_waiting_for_ever() -> None:
    batch = working.approved()
    nothing = parts_sha256([])
    Part.objects.filter(check_run=batch.result_id).delete()
    Check.objects.filter(batch=batch).update(parts_sha256=nothing)
    Decision.objects.filter(batch=batch).update(parts_sha256=nothing)
    deliver.begin(batch, actor=None, now=NOW)
    assert state_of(batch) == "failed"
