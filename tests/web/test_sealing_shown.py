"""What is shown of encryption: in the list how long a key is good, on a transfer that a file is being encrypted."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ingest.models import Destination, Workspace
from ingest.services import deliver_run, deliver_sealed
from ingest.services.sealing import shown_key
from ingest.transfer.seal_field import SEAL_KEY
from tests import factories, openpgp_keys
from tests.factories import signed_in
from tests.services import working
from tests.web.journey import words

pytestmark = pytest.mark.django_db
LIST = "/w/acme/manage/destinations"
PGP = {**factories.MAPPING, "output": {"compression": "pgp"}}


@pytest.fixture
def acme() -> Workspace:
    return factories.workspace(slug="acme", name="Acme")


@pytest.fixture
def admin(acme: Workspace) -> Client:
    return signed_in(factories.member(acme, "Ada", roles=["admin"]))


def sealed(where: Workspace, key: str = "") -> Destination:
    """A destination with a key, whatever is wrong with it by now."""
    plain = factories.destination(where, is_active=False)
    return factories.destination(where, config={**plain.config, SEAL_KEY: key or openpgp_keys.public_key()})


@pytest.mark.parametrize(
    ("key", "there", "absent"),
    [
        (openpgp_keys.expired_key, "Nothing can be sent here now", "The OpenPGP key expires on"),
        (openpgp_keys.revoked_key, "Nothing can be sent here now", "The OpenPGP key expires on"),
        (openpgp_keys.expiring_key, "The OpenPGP key expires on", "Nothing can be sent here now"),
    ],
)
def test_the_list_tells_of_a_key_in_the_words_of_the_destinations_page(
    admin: Client, acme: Workspace, key: Any, there: str, absent: str
) -> None:
    assert not any(word in words(admin.get(LIST)) for word in (there, absent))
    place = sealed(acme, key())
    shown = shown_key(place, timezone.now())
    assert shown is not None
    for page in (LIST, f"{LIST}/{place.pk}"):
        said = words(admin.get(page))
        assert there in said
        assert absent not in said
        assert shown.problem in said


def test_the_list_says_nothing_of_a_key_that_is_good_for_long(admin: Client, acme: Workspace) -> None:
    place = sealed(acme)
    assert "key" not in words(admin.get(LIST)).split(place.name)[1].lower()


def test_a_part_is_being_encrypted_until_its_attempt_has_what_it_sends(
    acme: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivery = working.sending(b"A-1\n", b"A-2\n", workspace=acme, destination=sealed(acme), mapping=PGP)
    page = reverse("transfer", args=["acme", delivery.batch.number])
    seen: dict[str, str] = {}
    maker = signed_in(delivery.batch.maker)

    def look(place: str) -> None:
        seen.setdefault(place, words(maker.get(page)))

    monkeypatch.setattr(deliver_sealed, "failpoint", look)
    monkeypatch.setattr(deliver_run, "failpoint", look)
    part = delivery.parts.first()
    assert part is not None
    working.work(part)
    assert "Encrypting" not in seen["deliver.claimed"]
    for place in ("deliver.begun", "deliver.sealed"):
        assert "Files are being encrypted for their receiver. Nothing has left yet." in seen[place]
        assert seen[place].count("Encrypting") == 1
        assert "0 of 2 files sent" not in seen[place]
    for place in ("deliver.sealed_kept", "deliver.delivered", "deliver.committed"):
        assert "encrypt" not in seen[place].lower().replace("encrypted with openpgp", "")
    assert "1 of 2 files sent" in seen["deliver.committed"]


def test_what_leaves_as_it_is_is_never_said_to_be_encrypted(acme: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    delivery = working.sending(b"A-1\n", b"A-2\n", workspace=acme, destination=factories.destination(acme))
    seen: list[str] = []
    page = reverse("transfer", args=["acme", delivery.batch.number])
    maker = signed_in(delivery.batch.maker)
    monkeypatch.setattr(deliver_run, "failpoint", lambda _place: seen.append(words(maker.get(page))))
    working.work(delivery.parts.first())  # type: ignore[arg-type]
    assert len(seen) > 3
    assert not [text for text in seen if "ncrypt" in text]
