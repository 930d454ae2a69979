"""Secrets of destinations: given to the method, part of what was approved, told by name only."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from ingest.lifecycle import BatchState
from ingest.models import Batch, DeliveredPart, Delivery, Destination, DestinationSecret, Event, User, Workspace
from ingest.services import approve, approved, deliver, destinations
from ingest.services.destination_digest import destination_sha256
from ingest.services.destination_open import opened
from ingest.services.destination_secrets import Changes, kept_of
from ingest.services.destinations import Unusable
from ingest.services.four_eyes import Bar, bar_for
from ingest.services.secrets import Place, encrypt
from ingest.services.secrets_rotate import rotate_secrets
from ingest.transfer.errors import Misconfigured
from ingest.transfer.secret import Secret
from tests import factories
from tests.services import vault, working
from tests.services.vault import KEY, OTHER, PASSWORD, Vault

pytestmark = pytest.mark.django_db
NOW = factories.NOW
LATER = NOW + timedelta(days=1)


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
    assert known.given == []
    return vault.destination(where)


def typed(**texts: str) -> Changes:
    return Changes({name: Secret(text) for name, text in texts.items()})


def change(place: Destination, actor: User, secrets: Changes, **fields: object) -> int:
    return destinations.change(place, actor=actor, now=LATER, secrets=secrets, **fields)


def everything_stored() -> str:
    """All that the database holds of destinations and events."""
    rows = [*Destination.objects.values(), *DestinationSecret.objects.values(), *Event.objects.values()]
    return repr(rows)


def test_the_method_gets_the_secrets_and_nothing_else_holds_them(known: Vault, place: Destination) -> None:
    opened(place).close()
    assert known.given == [{"password": PASSWORD}]
    assert PASSWORD not in everything_stored()
    assert PASSWORD not in repr(place.__dict__)


def test_pages_are_told_since_when_and_through_whom(place: Destination, admin: User) -> None:
    change(place, admin, typed(password=OTHER))
    (kept,) = kept_of(place).values()
    assert (kept.changed_at, kept.changed_by, kept.is_readable) == (LATER, "Ben", True)


def test_a_secret_that_is_left_alone_stays_with_who_typed_it(known: Vault, place: Destination, admin: User) -> None:
    before = DestinationSecret.objects.get()
    assert change(place, admin, Changes(), name="Another name") == 0
    after = DestinationSecret.objects.get()
    assert (after.ciphertext, after.revision, after.changed_at) == (before.ciphertext, before.revision, NOW)
    opened(place).close()
    assert known.given[-1] == {"password": PASSWORD}


def test_a_required_secret_is_asked_for(known: Vault, where: Workspace) -> None:
    with pytest.raises(Unusable) as caught:
        vault.destination(where, secrets=Changes(), config={"host": "not a host"})
    assert caught.value.problems.keys() == {"password", "host"}, "all that is wrong at once"
    assert not Destination.objects.exists()
    assert known.given == []


@pytest.mark.parametrize("text", ["two\nlines", "two\r\nlines", "a\x1bcode"])
def test_a_password_with_control_characters_is_refused_and_not_repeated(
    place: Destination, admin: User, text: str
) -> None:
    with pytest.raises(Unusable) as caught:
        change(place, admin, typed(password=text))
    assert caught.value.problems.keys() == {"password"}
    assert text not in str(caught.value.problems)


def test_a_key_is_judged_by_its_method(place: Destination, admin: User) -> None:
    config = {**place.config, "sign_in": "key"}
    with pytest.raises(Unusable) as caught:
        change(place, admin, typed(private_key="ssh-rsa AAAA"), config=config)
    assert caught.value.problems == {"private_key": "This is not a private key."}


def test_a_required_secret_is_not_removed_without_another(place: Destination, admin: User) -> None:
    with pytest.raises(Unusable) as caught:
        change(place, admin, Changes(removed=frozenset({"password"})))
    assert caught.value.problems.keys() == {"password"}
    assert kept_of(place).keys() == {"password"}


def test_what_no_longer_applies_is_removed_and_told_by_name(known: Vault, place: Destination, admin: User) -> None:
    change(place, admin, typed(private_key=KEY, passphrase="p"), config={**place.config, "sign_in": "key"})
    assert kept_of(place).keys() == {"private_key", "passphrase"}
    event = Event.objects.get(kind="destination.changed")
    assert event.after["secrets_changed"] == ["passphrase", "private_key"]
    assert event.after["secrets_removed"] == ["password"]
    change(place, admin, Changes(removed=frozenset({"passphrase"})))
    place.refresh_from_db()
    opened(place).close()
    assert known.given[-1] == {"private_key": KEY}


def test_events_name_the_fields_and_never_what_is_in_them(place: Destination, admin: User) -> None:
    assert Event.objects.get(kind="destination.added").after["secrets_changed"] == ["password"]
    change(place, admin, typed(password=OTHER))
    assert Event.objects.get(kind="destination.changed").after["secrets_changed"] == ["password"]
    assert PASSWORD not in everything_stored()
    assert OTHER not in everything_stored()


def waiting(place: Destination) -> Batch:
    batch = working.checked(workspace=place.workspace, destination=place)
    Batch.objects.filter(pk=batch.pk).update(state=BatchState.WAITING, state_at=LATER)
    batch.refresh_from_db()
    return batch


def test_another_secret_voids_what_waits_and_what_was_approved(place: Destination, admin: User) -> None:
    asked = waiting(place)
    decided = working.approved(workspace=place.workspace, destination=place)
    decision = decided.decision
    assert decision is not None
    before = place.config_sha256
    assert destinations.requests_lost(place, secrets=typed(password=PASSWORD)) == 2
    assert change(place, admin, typed(password=PASSWORD)) == 2, "the same text typed anew is a change, too"
    decision.refresh_from_db()
    place.refresh_from_db()
    assert (working.state_of(asked), working.state_of(decided)) == ("checked", "checked")
    assert (decision.void_reason, place.config_sha256 == before) == ("destination", False)
    assert (place.changed_by, place.changed_at) == (admin, LATER)


def test_whoever_changed_a_secret_cannot_approve(place: Destination, where: Workspace) -> None:
    both = factories.member(where, "Both", roles=["admin", "approver"])
    asked = waiting(place)
    Batch.objects.filter(pk=asked.pk).update(created_at=NOW)
    change(place, both, typed(password=OTHER))
    asked.refresh_from_db()
    place.refresh_from_db()
    assert bar_for(asked, both) is Bar.CHANGED_DESTINATION


def test_an_approval_is_of_the_secret_that_there_was(place: Destination, admin: User) -> None:
    asked = waiting(place)
    seen = approve.seen_in(asked)
    assert seen is not None
    change(place, admin, typed(password=OTHER))
    Batch.objects.filter(pk=asked.pk).update(state=BatchState.WAITING)  # as if it had been asked for at once
    approver = factories.member(place.workspace, "Wei", roles=["approver"])
    with pytest.raises(approve.NotWhatWasSeen):
        approve.approve(asked, actor=approver, now=LATER, seen=seen)


def sending(place: Destination) -> tuple[Delivery, DeliveredPart]:
    delivery = working.sending(b"one\n", workspace=place.workspace, destination=place)
    return delivery, delivery.parts.get()


def test_what_was_approved_is_sent_with_its_secret(known: Vault, place: Destination) -> None:
    delivery, part = sending(place)
    working.work(part)
    assert working.state_of(delivery.batch) == "sent"
    assert known.given == [{"password": PASSWORD}]


@pytest.mark.parametrize("how", ["by an admin", "in the database"])
def test_a_worker_sends_nothing_with_another_secret(known: Vault, place: Destination, admin: User, how: str) -> None:
    delivery, part = sending(place)
    if how == "by an admin":
        change(place, admin, typed(password=OTHER))
    else:
        DestinationSecret.objects.update(revision="12345678123456781234567812345678")
    working.work(part)
    part.refresh_from_db()
    assert part.problem_code == "approval.changed"
    assert (known.connected, working.state_of(delivery.batch)) == (0, "checked")


def test_a_secret_that_changes_between_looking_and_opening_is_not_used(
    known: Vault, place: Destination, admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivery, part = sending(place)
    verify = approved.verify

    def then_another(*args: object, **kwargs: object) -> None:
        verify(*args, **kwargs)  # type: ignore[arg-type]
        change(place, admin, typed(password=OTHER))

    monkeypatch.setattr(approved, "verify", then_another)
    working.work(part)
    part.refresh_from_db()
    assert part.problem_code == "approval.changed"
    assert known.given == [{"password": OTHER}]
    assert (known.connected, working.state_of(delivery.batch)) == (0, "checked")


def test_a_file_that_a_lost_attempt_delivered_is_found_although_the_secret_changed(
    known: Vault, place: Destination, admin: User
) -> None:
    delivery, part = sending(place)
    working.work(part)
    DeliveredPart.objects.filter(pk=part.pk).update(state="sending")
    part.attempts.update(outcome="open")
    Batch.objects.filter(pk=delivery.batch_id).update(state="sending")
    working.die(part)
    change(place, admin, typed(password=OTHER))
    working.work(part)
    part.refresh_from_db()
    assert (part.state, part.attempts.latest("number").outcome) == ("sent", "already_there")
    assert known.given[-1] == {"password": OTHER}


def test_newer_keys_touch_no_approval(place: Destination, settings: object) -> None:
    before = destination_sha256(place)
    settings.SECRETS_KEYS = ["MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="]  # type: ignore[attr-defined]
    assert rotate_secrets().renewed == 1
    assert destination_sha256(place) == before == place.config_sha256


def test_a_destination_without_secrets_has_the_checksum_that_it_always_had(where: Workspace) -> None:
    place = factories.destination(where, config={"folder": "/srv/out"})
    assert place.config_sha256 == "16ff3e7c2379081bd23be8062fae02187d8ca5f9726d6b13fe6a5fe1dc20183b"


@pytest.mark.parametrize("loss", ["the key is lost", "the row was copied", "the row is gone"])
def test_a_secret_that_cannot_be_used_is_said_to_a_person(
    known: Vault, place: Destination, where: Workspace, loss: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    code = "secret.unreadable"
    match loss:
        case "the key is lost":
            DestinationSecret.objects.update(ciphertext="gAAAAABlost")
        case "the row was copied":
            other = vault.destination(where)
            foreign = encrypt(Secret(OTHER), Place(other.pk, "password"))
            DestinationSecret.objects.filter(destination=place).update(ciphertext=foreign)
        case _:
            DestinationSecret.objects.all().delete()
            code = "secret.missing"
    with pytest.raises(Misconfigured) as caught:
        opened(place)
    assert caught.value.code == code
    batch = working.approved(b"one\n", workspace=where, destination=place)
    delivery = deliver.begin(batch, actor=None, now=NOW)
    if delivery is None:  # with the row gone it is no longer what was approved
        assert (loss, working.state_of(batch)) == ("the row is gone", "checked")
    else:
        working.send_all(delivery)
        part = delivery.parts.get()
        assert (part.problem_code, working.state_of(batch)) == (code, "failed")
        assert "Password" in part.problem
    assert known.connected == 0
    assert PASSWORD not in caplog.text
