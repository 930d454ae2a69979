"""A server that shows another key is sent nothing more until an admin has looked; then what waited goes on."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from ingest.lifecycle import BatchState
from ingest.models import Attempt, Batch, DeliveredPart, Delivery, Destination, Event, Job, User, Workspace
from ingest.services import deliver, destination_pause, destinations, dispatch_batches, dispatch_jobs, sweep
from ingest.services.destination_test import key_found, run_test
from ingest.transfer.base import CheckStep, StepOutcome
from ingest.transfer.errors import Misconfigured
from ingest.transfer.words import Message
from tests import factories
from tests.services import vault, working
from tests.services.vault import SHOWN, Vault
from tests.services.working import NOW

pytestmark = pytest.mark.django_db
OTHER_KEY = "SHA256:an/other/key"


@pytest.fixture
def known(tmp_path: Path) -> Iterator[Vault]:
    with vault.opened(tmp_path) as made:
        yield made


@pytest.fixture
def where() -> Workspace:
    return factories.workspace()


@pytest.fixture
def admin(where: Workspace) -> User:
    return factories.member(where, "Ben", roles=["admin"])


@pytest.fixture
def place(known: Vault, where: Workspace) -> Destination:
    assert known.shows == SHOWN
    return vault.destination(where)


def sending(place: Destination) -> Delivery:
    return working.sending(b"one\n", b"two\n", b"three\n", workspace=place.workspace, destination=place)


def states(delivery: Delivery) -> list[str]:
    return [part.state for part in delivery.parts.all()]


def paused(known: Vault, place: Destination) -> Delivery:
    """A delivery whose first part met another key."""
    delivery = sending(place)
    known.shows = OTHER_KEY
    working.work(delivery.parts.all()[0])
    place.refresh_from_db()
    return delivery


def test_another_key_pauses_the_destination_and_the_other_parts_wait(known: Vault, place: Destination) -> None:
    delivery = paused(known, place)
    assert place.paused_at is not None
    assert not place.is_active
    assert OTHER_KEY in destination_pause.reason(place)
    working.send_all(delivery)
    assert states(delivery) == ["failed", "waiting", "waiting"]
    assert known.connected == 1, "nothing else was even connected"
    assert working.state_of(delivery.batch) == "sending"
    event = Event.objects.get(kind="destination.paused")
    assert (event.actor, event.after["reason"]) == (None, "vault.host_key_changed")


def test_it_is_paused_once_and_the_first_moment_counts(place: Destination) -> None:
    assert destination_pause.pause(place, _failure(), now=NOW)
    assert not destination_pause.pause(place, _failure(), now=NOW + timedelta(hours=1))
    place.refresh_from_db()
    assert place.paused_at == NOW
    assert Event.objects.filter(kind="destination.paused").count() == 1


def _failure() -> Misconfigured:
    return Misconfigured("Another key", code="vault.host_key_changed")


@pytest.mark.parametrize("code", ["host.silent", "vault.host_key_new", "vault.sign_in"])
def test_other_failures_pause_nothing(code: str) -> None:
    assert not destination_pause.pauses(Misconfigured("No", code=code))


def test_waiting_counts_as_no_attempt_however_long_it_takes(known: Vault, place: Destination) -> None:
    delivery = paused(known, place)
    part = delivery.parts.all()[1]
    for _ in range(20):
        working.work(part)
    job = working.job_of(part)
    assert (job.state, job.attempts, job.last_error_code) == (Job.State.READY, 0, "destination.paused")
    assert job.next_attempt_at > timezone.now()
    assert not Attempt.objects.filter(delivered_part=part).exists()
    assert dispatch_jobs.give_up_hopeless(timezone.now()) == 0


def test_after_the_old_key_is_back_everything_is_sent_at_once(known: Vault, place: Destination, admin: User) -> None:
    delivery = paused(known, place)
    working.send_all(delivery)
    known.shows = SHOWN
    now = timezone.now()
    assert destination_pause.resume(place, actor=admin, now=now)
    assert not destination_pause.resume(place, actor=admin, now=now), "once"
    assert Job.objects.filter(state=Job.State.READY, next_attempt_at__lte=now).count() == 2
    working.send_all(delivery)
    assert states(delivery) == ["failed", "sent", "sent"]
    assert working.state_of(delivery.batch) == "partly_sent"
    deliver.retry(delivery.batch, actor=delivery.batch.maker, now=now)
    working.send_all(delivery)
    assert working.state_of(delivery.batch) == "sent"
    place.refresh_from_db()
    assert (place.is_active, place.paused_at, place.paused_code) == (True, None, "")
    assert Event.objects.get(kind="destination.resumed").actor == admin


def test_a_worker_that_died_there_waits_too_and_is_looked_after(known: Vault, place: Destination, admin: User) -> None:
    delivery = sending(place)
    part = delivery.parts.all()[0]
    DeliveredPart.objects.filter(pk=part.pk).update(state="sending")
    working.die(part)
    destination_pause.pause(place, _failure(), now=NOW)
    working.work(part)
    assert known.connected == 0
    destination_pause.resume(place, actor=admin, now=timezone.now())
    working.send_all(delivery)
    assert states(delivery) == ["sent"] * 3


def test_accepting_the_key_is_a_change_that_voids_approvals(known: Vault, place: Destination, admin: User) -> None:
    delivery = paused(known, place)
    asked = working.checked(workspace=place.workspace, destination=place)
    Batch.objects.filter(pk=asked.pk).update(state=BatchState.WAITING)
    assert destination_pause.accept_key(place, OTHER_KEY, actor=admin, now=NOW) == 1
    place.refresh_from_db()
    assert (place.config["host_key"], place.is_active, place.paused_at) == (OTHER_KEY, True, None)
    assert (place.changed_by, working.state_of(asked)) == (admin, "checked")
    event = Event.objects.get(kind="destination.key_accepted")
    assert (event.before, event.after["fingerprint"]) == ({"fingerprint": SHOWN}, OTHER_KEY)
    assert Event.objects.filter(kind="destination.changed").exists()
    working.send_all(delivery)
    assert {part.problem_code for part in delivery.parts.all()} <= {"approval.changed", "vault.host_key_changed", ""}
    assert list(known.folder.iterdir()) == [], "what was approved was for the old key"
    assert working.state_of(delivery.batch) == "checked"


def test_an_approved_batch_is_begun_once_the_destination_is_in_use_again(
    known: Vault, place: Destination, admin: User
) -> None:
    batch = working.approved(b"one\n", workspace=place.workspace, destination=place)
    destination_pause.pause(place, _failure(), now=NOW)
    assert deliver.begin(batch, actor=None, now=NOW) is None
    assert dispatch_batches.send_due(NOW) == 0
    assert working.state_of(batch) == "approved"
    destination_pause.resume(place, actor=admin, now=NOW)
    assert dispatch_batches.send_due(NOW) == 1
    assert working.state_of(batch) == "sending"
    assert known.connected == 0


def test_batches_that_wait_for_a_paused_destination_do_not_hold_up_others(
    place: Destination, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch_batches, "AT_ONCE", 1)
    waits = working.approved(workspace=place.workspace, destination=place)
    goes = working.approved(workspace=place.workspace)
    destination_pause.pause(place, _failure(), now=NOW)
    assert dispatch_batches.send_due(NOW) == 1
    assert (working.state_of(waits), working.state_of(goes)) == ("approved", "sending")


@pytest.mark.parametrize("is_offered", [True, False])
def test_what_was_not_offered_before_the_pause_is_not_offered_after_it(
    place: Destination, admin: User, is_offered: bool
) -> None:
    Destination.objects.filter(pk=place.pk).update(is_active=is_offered)
    destination_pause.pause(place, _failure(), now=NOW)
    destination_pause.resume(place, actor=admin, now=NOW)
    place.refresh_from_db()
    assert place.is_active is is_offered


def test_nothing_is_swept_at_a_paused_destination(known: Vault, place: Destination) -> None:
    sweep.sweep_destinations(NOW)
    assert known.connected == 1
    destination_pause.pause(place, _failure(), now=NOW)
    sweep.sweep_destinations(NOW)
    assert known.connected == 1


def test_a_form_that_was_opened_before_the_pause_does_not_end_it(known: Vault, place: Destination, admin: User) -> None:
    assert known.connected == 0
    destination_pause.pause(place, _failure(), now=NOW)
    destinations.change(place, actor=admin, now=NOW, name="Another name", is_active=True)
    place.refresh_from_db()
    assert (place.name, place.is_active, place.paused_at) == ("Another name", False, NOW)


def test_the_database_offers_no_paused_destination(place: Destination) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Destination.objects.filter(pk=place.pk).update(paused_at=NOW, is_active=True)


@pytest.mark.parametrize(("shows", "step"), [(SHOWN, ""), (OTHER_KEY, "Meet the server")])
def test_the_last_test_is_kept_with_when_and_by_whom(
    known: Vault, place: Destination, admin: User, shows: str, step: str
) -> None:
    known.shows = shows
    run_test(place, actor=admin, now=NOW + timedelta(days=2))
    place.refresh_from_db()
    assert (place.tested_at, place.tested_by, place.tested_step) == (NOW + timedelta(days=2), admin, step)
    assert place.tested_sha256 == place.config_sha256
    assert OTHER_KEY not in repr(place.__dict__)


def step(code: str, problem: str = "", **params: str) -> CheckStep:
    return CheckStep(code, Message("Meet"), StepOutcome.FAILED, Message("Key", params), None, problem)


@pytest.mark.parametrize(
    ("failed", "is_other"),
    [
        (step("meet", "sftp.host_key_new", fingerprint=SHOWN), False),
        (step("meet", "sftp.host_key_changed", fingerprint=SHOWN), True),
        (step("sftp.host_key_changed", fingerprint=SHOWN), True),
    ],
)
def test_a_key_is_found_by_the_code_of_the_failure_or_of_the_step(
    place: Destination, failed: CheckStep, is_other: bool
) -> None:
    found = key_found(place, [failed])
    assert found is not None
    assert (found.fingerprint, found.is_other) == (SHOWN, is_other)


@pytest.mark.parametrize(
    "failed", [step("meet", "sftp.sign_in", fingerprint=SHOWN), step("meet", "sftp.host_key_new"), step("host_key")]
)
def test_other_failed_steps_offer_no_key(place: Destination, failed: CheckStep) -> None:
    assert key_found(place, [failed]) is None


def test_a_method_that_keeps_no_key_is_offered_none(where: Workspace) -> None:
    folder = factories.destination(where)
    assert key_found(folder, [step("meet", "sftp.host_key_new", fingerprint=SHOWN)]) is None
