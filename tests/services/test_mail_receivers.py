"""Who is told of what: each change of state reaches the right people once, and nobody who is barred or has gone."""

from datetime import timedelta
from typing import Any

import pytest

from ingest.lifecycle import BatchAction
from ingest.models import Batch, Destination, Mail, Membership, User
from ingest.services import (
    approve,
    destination_pause,
    destinations,
    dispatch_batches,
    events,
    members,
    pickup,
    restraint,
    submit,
)
from ingest.services.mail_receivers import RULES
from ingest.services.mail_words import WORDS
from ingest.transfer.errors import Misconfigured
from ingest.transfer.failures import failure
from ingest.transfer.local import LocalDestination
from tests import factories
from tests.services import post, working
from tests.services.working import NOW

pytestmark = pytest.mark.django_db
CUT = failure("remote.interrupted", name="x", reason="cut")


@pytest.fixture(autouse=True)
def _mail_leaves(settings: Any) -> None:
    settings.MAILS_LEAVE = True


@pytest.fixture
def batch() -> Batch:
    """Ada's, checked; Wei and Bea decide; Dan manages; Vera looks."""
    made = working.checked(name="November loyalty", workspace=factories.workspace(max_left_out_percent=50))
    for name, role in (("Wei", "approver"), ("Bea", "approver"), ("Dan", "admin"), ("Vera", "viewer")):
        factories.member(made.workspace, name, roles=[role])
    return made


def person(name: str) -> User:
    return User.objects.get(name=name)


def ask(batch: Batch) -> Batch:
    return submit.submit(batch, actor=batch.maker, now=NOW, replaces_confirmed=False)


def approve_by(name: str, batch: Batch) -> None:
    seen = approve.seen_in(batch)
    assert seen is not None
    approve.approve(batch, actor=person(name), now=NOW, seen=seen)


def deliver_all(batch: Batch) -> None:
    batch.refresh_from_db()
    assert batch.delivery is not None
    working.send_all(batch.delivery)


def test_whoever_may_decide_is_asked(batch: Batch) -> None:
    ask(batch)
    post.empty()
    subject = "For you to decide: November loyalty to Beta (2 people)"
    assert sorted(post.said()) == [("Bea", subject), ("Wei", subject)]


def test_nobody_is_asked_who_is_barred(batch: Batch) -> None:
    Membership.objects.filter(user=batch.maker).update(approves=True)
    batch.editors.add(person("Bea"))
    ask(batch)
    post.empty()
    assert post.told() == ["Wei"]


def test_whoever_is_barred_before_the_message_leaves_gets_none(batch: Batch) -> None:
    ask(batch)
    batch.editors.add(person("Bea"))
    post.empty()
    assert post.told() == ["Wei"]
    assert ("dropped", "may_not_decide") in post.outcomes()


@pytest.mark.parametrize("gone", ["removed", "disabled", "no approver", "elsewhere"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_who_has_gone_gets_none(batch: Batch, gone: str, when: str) -> None:
    wei = Membership.objects.get(user__name="Wei")

    def leave() -> None:
        if gone == "removed":
            members.remove(wei, actor=person("Dan"), now=NOW)
        elif gone == "disabled":
            User.objects.filter(name="Wei").update(is_active=False)
        elif gone == "elsewhere":
            Membership.objects.filter(pk=wei.pk).update(workspace=factories.workspace())
        else:
            members.change_roles(wei, members.Roles(makes=True), actor=person("Dan"), now=NOW)

    if when == "before":
        leave()
    ask(batch)
    if when == "after":
        leave()
    post.empty()
    assert post.told() == ["Bea"]


def test_a_request_that_is_pressed_twice_is_told_once(batch: Batch) -> None:
    ask(batch)
    ask(batch)
    post.empty()
    post.empty()
    assert post.told() == ["Bea", "Wei"]


def test_a_request_that_was_decided_before_its_message_left_bothers_nobody(batch: Batch) -> None:
    approve_by("Bea", ask(batch))
    post.empty()
    assert [name for name, subject in post.said() if "decide" in subject] == []


def test_the_maker_hears_of_an_approval(batch: Batch) -> None:
    ask(batch)
    post.empty()
    approve_by("Wei", batch_of(batch))
    post.empty()
    assert post.said()[2:] == [("Ada", "Approved: November loyalty")]


def batch_of(batch: Batch) -> Batch:
    return Batch.objects.select_related("workspace", "result", "destination").get(pk=batch.pk)


def test_the_maker_hears_that_changes_are_needed_without_what_the_approver_wrote(batch: Batch) -> None:
    ask(batch)
    reason = "Jo Doe, jo.doe@example.com, is in there twice"
    approve.ask_for_changes(batch_of(batch), actor=person("Wei"), now=NOW, reason=reason)
    post.empty()
    assert post.said() == [("Ada", "Changes needed: November loyalty")]
    message = post.newest()
    assert "Wei asks for changes" in str(message.body)
    assert "Doe" not in message.message().as_string()


def test_who_was_asked_hears_of_a_withdrawal(batch: Batch) -> None:
    ask(batch)
    post.empty()
    submit.withdraw(batch, actor=batch.maker, now=NOW)
    post.empty()
    assert sorted(post.said()[2:]) == [("Bea", "Withdrawn: November loyalty"), ("Wei", "Withdrawn: November loyalty")]


def test_who_was_not_asked_yet_hears_neither_of_the_request_nor_of_its_withdrawal(batch: Batch) -> None:
    ask(batch)
    submit.withdraw(batch, actor=batch.maker, now=NOW)
    post.empty()
    assert post.said() == []
    assert {outcome for _state, outcome in post.outcomes()} == {"no_longer_waits", "never_asked"}


def test_maker_and_those_asked_hear_that_nobody_decided_in_time(batch: Batch) -> None:
    ask(batch)
    post.empty()
    late = NOW + timedelta(hours=batch.workspace.approval_hours + 1)
    assert dispatch_batches.expire_waiting(late) == 1
    post.empty(late + post.MINUTE)
    assert sorted(post.said()[2:]) == [(name, "Request ended: November loyalty") for name in ("Ada", "Bea", "Wei")]


def test_a_changed_destination_is_told_to_maker_and_approver_and_not_to_who_changed_it(batch: Batch) -> None:
    Batch.objects.filter(pk=batch.pk).update(send_at=NOW + timedelta(hours=2))
    approve_by("Wei", ask(batch_of(batch)))
    place = Destination.objects.get(batches=batch)
    other = {"folder": str(factories.folder_of(factories.destination(batch.workspace)))}
    assert destinations.change(place, actor=person("Dan"), now=NOW, config=other) == 1
    post.empty()
    told = [name for name, subject in post.said() if subject == "Approval no longer counts: November loyalty"]
    assert sorted(told) == ["Ada", "Wei"]


def test_maker_and_approver_hear_that_it_was_sent_once(batch: Batch) -> None:
    approve_by("Wei", ask(batch))
    deliver_all(batch)
    deliver_all(batch)
    post.empty()
    sent = [name for name, subject in post.said() if subject == "Sent: November loyalty"]
    assert sorted(sent) == ["Ada", "Wei"]
    assert "All 2 files are at the receiver." in str(post.newest().body)
    assert "Beta is a rehearsal" in str(post.newest().body)


def _failing(patched: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(*_arguments: object, **_more: object) -> None:
        raise error

    patched.setattr(LocalDestination, "deliver", fail)


def test_they_hear_that_nothing_was_sent(batch: Batch, monkeypatch: pytest.MonkeyPatch) -> None:
    approve_by("Wei", ask(batch))
    _failing(monkeypatch, Misconfigured("No such folder", code="vault.sign_in"))
    deliver_all(batch)
    post.empty()
    assert ("Wei", "Not sent: November loyalty, nothing reached the receiver") in post.said()
    assert ("Ada", "Not sent: November loyalty, nothing reached the receiver") in post.said()


def test_of_a_lost_attempt_nobody_is_told_that_nothing_arrived(batch: Batch) -> None:
    approve_by("Wei", ask(batch))
    batch.refresh_from_db()
    assert batch.delivery is not None
    part = batch.delivery.parts.all()[0]
    part.attempts.create(number=1, epoch=1, outcome="lost", started_at=NOW)
    told = {"delivery": batch.delivery.pk, "parts": 2, "sent": 0}
    events.move(batch, BatchAction.SENT_NONE, actor=None, now=NOW, after=told)
    post.empty()
    assert ("Ada", "Not sent: November loyalty") in post.said()
    assert "No file is known to be at the receiver." in str(post.newest().body)


def test_they_hear_that_only_some_files_were_sent(batch: Batch) -> None:
    approve_by("Wei", ask(batch))
    batch.refresh_from_db()
    told = {"delivery": batch.delivery_id, "parts": 4, "sent": 1}
    events.move(batch, BatchAction.SENT_SOME, actor=None, now=NOW, after=told)
    post.empty()
    assert ("Wei", "Partly sent: November loyalty") in post.said()
    assert "Only 1 of 4 files are at the receiver." in str(post.newest().body)


def test_the_maker_hears_that_the_files_were_picked_up(batch: Batch) -> None:
    for kind in ("batch.picked_up", "batch.not_picked_up"):
        told = {"parts": 2, "waiting": 1}
        events.record(kind, workspace=batch.workspace, batch=batch, actor=None, now=NOW, after=told)
    post.empty()
    assert post.said() == [("Ada", "Picked up: November loyalty"), ("Ada", "Not picked up: November loyalty")]
    assert f"{pickup.GIVE_UP.days} days" in str(post.newest().body).replace("three", "3")


def test_the_maker_hears_of_a_receipt_that_differs_and_of_no_other(batch: Batch) -> None:
    for alarm in ("", "stored", "received"):
        told = {"received": 9, "stored": 1, "alarm": alarm}
        events.record("batch.receipt", workspace=batch.workspace, batch=batch, actor=None, now=NOW, after=told)
    post.empty()
    subjects = ("Adobe stored fewer records than expected", "Adobe's receipt differs")
    assert post.said() == [("Ada", f"{subject}: November loyalty") for subject in subjects]


def test_admins_hear_that_a_destination_is_paused_or_rests(batch: Batch) -> None:
    place = batch.destination
    assert place is not None
    key = Misconfigured("Another key", code="vault.host_key_changed")
    for _ in range(2):
        destination_pause.pause(place, key, now=NOW)
    for _ in range(restraint.FAILURES_BEFORE_REST + 2):
        restraint.failed(place, CUT, NOW)
    post.empty()
    assert post.said() == [
        ("Dan", f"Paused: nothing is sent to {place.name}"), ("Dan", f"{place.name} rests after failures"),
    ]  # fmt: skip


@pytest.mark.parametrize("kind", [kind for kind in Mail.Kind if kind != Mail.Kind.REQUEST])
def test_what_a_person_has_switched_off_is_not_sent(batch: Batch, kind: Mail.Kind) -> None:
    told: dict[Mail.Kind, tuple[str, dict[str, Any]]] = {
        Mail.Kind.CHECK: ("batch.check_finished", {"distinct_ids": 1, "refused": 0, "records": 1}),
        Mail.Kind.DECISION: ("batch.approve", {}),
        Mail.Kind.VOID: ("batch.void", {"reason": "files"}),
        Mail.Kind.SENT: ("batch.sent_all", {"parts": 1, "sent": 1}),
        Mail.Kind.PICKED_UP: ("batch.picked_up", {}),
        Mail.Kind.RECEIPT: ("batch.receipt", {"received": 9, "stored": 1, "alarm": "stored"}),
        Mail.Kind.DESTINATION: ("destination.rests", {"destination": batch.destination_id, "name": "x"}),
    }  # fmt: skip
    name, after = told[kind]
    receiver = person("Dan") if kind == Mail.Kind.DESTINATION else batch.maker

    def happen() -> None:
        of = None if kind == Mail.Kind.DESTINATION else batch
        events.record(name, workspace=batch.workspace, batch=of, actor=None, now=NOW, after=after)
        post.empty()

    User.objects.filter(pk=receiver.pk).update(mails_off=[kind.value])
    batch.maker.refresh_from_db()
    happen()
    assert not Mail.objects.exists()
    User.objects.filter(pk=receiver.pk).update(mails_off=[other.value for other in Mail.Kind if other != kind])
    batch.maker.refresh_from_db()
    happen()
    assert post.told() == [receiver.name]


def test_every_event_that_people_are_told_of_has_its_words() -> None:
    assert {kind for kind in RULES if kind.startswith("batch.")} == set(WORDS)
