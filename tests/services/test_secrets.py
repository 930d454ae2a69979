"""Secrets at rest: unreadable without a key, bound to their place, and moved to a newer key without harm."""

from io import StringIO

import pytest
from cryptography.fernet import Fernet, MultiFernet
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from ingest.models import Destination, DestinationSecret
from ingest.services import secrets_rotate
from ingest.services.secrets import Place, decrypt, encrypt, is_under_newest_key
from ingest.transfer.errors import Misconfigured
from ingest.transfer.secret import Secret
from tests import factories

PLACE = Place(7, "password", "Password")
TEXT = "hunter2 – ünïcödé\n\t"


@pytest.fixture
def keys(settings: object) -> list[str]:
    """The ring, newest first; empty at the start, as in an installation without keys of its own."""
    ring: list[str] = []
    settings.SECRETS_KEYS = ring  # type: ignore[attr-defined]
    return ring


def new_key() -> str:
    return Fernet.generate_key().decode()


def test_a_secret_comes_back_and_is_not_seen_in_what_is_stored() -> None:
    stored = encrypt(Secret(TEXT), PLACE)
    assert "hunter2" not in stored
    assert stored != encrypt(Secret(TEXT), PLACE)
    assert decrypt(stored, PLACE).reveal() == TEXT


@pytest.mark.parametrize("place", [Place(8, "password"), Place(7, "passphrase"), Place(77, "password")])
def test_a_secret_of_another_place_is_not_read(place: Place) -> None:
    with pytest.raises(Misconfigured) as caught:
        decrypt(encrypt(Secret(TEXT), PLACE), place)
    assert caught.value.code == "secret.unreadable"
    assert "hunter2" not in repr(caught.value)


def test_something_else_under_the_same_key_is_not_taken_for_a_secret(keys: list[str]) -> None:
    keys.append(new_key())
    foreign = Fernet(keys[0]).encrypt(b'{"text": "planted", "destination": 7, "field": "password"}').decode()
    with pytest.raises(Misconfigured):
        decrypt(foreign, PLACE)


@pytest.mark.parametrize("altered", ["", "x", "gAAAAA==", "é"])
def test_what_is_no_ciphertext_is_said_and_no_crash(altered: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        decrypt(altered, PLACE)
    assert "Password" in str(caught.value)
    assert "must enter it anew" in caught.value.what_to_do


def test_a_ciphertext_with_one_letter_changed_is_not_read() -> None:
    stored = encrypt(Secret(TEXT), PLACE)
    with pytest.raises(Misconfigured):
        decrypt(stored[:40] + ("A" if stored[40] != "A" else "B") + stored[41:], PLACE)


def test_without_keys_of_its_own_the_installation_derives_one_from_its_secret_key(settings: object) -> None:
    stored = encrypt(Secret(TEXT), PLACE)
    settings.SECRET_KEY = "another installation's secret key, long enough " * 2  # type: ignore[attr-defined]
    with pytest.raises(Misconfigured) as caught:
        decrypt(stored, PLACE)
    assert caught.value.code == "secret.unreadable"


def test_the_newest_key_encrypts_and_the_older_ones_read(keys: list[str]) -> None:
    old = encrypt(Secret("derived"), PLACE)
    keys.append(new_key())
    first = encrypt(Secret("first"), PLACE)
    keys.insert(0, new_key())
    second = encrypt(Secret("second"), PLACE)
    assert [decrypt(text, PLACE).reveal() for text in (old, first, second)] == ["derived", "first", "second"]
    assert [is_under_newest_key(text) for text in (old, first, second)] == [False, False, True]
    assert MultiFernet([Fernet(keys[0])]).decrypt(second)
    del keys[1]
    with pytest.raises(Misconfigured):
        decrypt(first, PLACE)


def test_keys_of_its_own_need_no_secret_key_and_without_both_it_is_said(keys: list[str], settings: object) -> None:
    settings.SECRET_KEY = ""  # type: ignore[attr-defined]
    with pytest.raises(ImproperlyConfigured):
        encrypt(Secret(TEXT), PLACE)
    keys.append(new_key())
    assert decrypt(encrypt(Secret(TEXT), PLACE), PLACE).reveal() == TEXT


def kept(count: int) -> list[DestinationSecret]:
    place = factories.destination(factories.workspace())
    return [
        DestinationSecret.objects.create(
            destination=place, field=f"field{number}", changed_at=factories.NOW,
            ciphertext=encrypt(Secret(f"text {number}"), Place(place.pk, f"field{number}")),
        )
        for number in range(count)
    ]  # fmt: skip


def texts() -> list[str]:
    rows = DestinationSecret.objects.order_by("pk")
    return [decrypt(row.ciphertext, Place(row.destination_id, row.field)).reveal() for row in rows]


def rotated() -> str:
    out = StringIO()
    call_command("rotate_secrets", stdout=out)
    return out.getvalue().strip()


@pytest.mark.django_db
def test_rotating_leaves_nothing_under_the_old_keys_and_can_be_repeated(keys: list[str]) -> None:
    rows = kept(3)
    keys.append(new_key())
    kept(2)
    keys.insert(0, new_key())
    assert rotated() == "5 encrypted anew, 0 had the newest key already, 0 can't be read with any key."
    assert rotated() == "0 encrypted anew, 5 had the newest key already, 0 can't be read with any key."
    del keys[1]
    assert texts() == ["text 0", "text 1", "text 2", "text 0", "text 1"]
    assert all(is_under_newest_key(row.ciphertext) for row in DestinationSecret.objects.all())
    before = {row.pk: row.revision for row in rows}
    assert {row.pk: row.revision for row in DestinationSecret.objects.filter(pk__in=before)} == before


@pytest.mark.django_db
def test_rotating_names_what_no_key_can_read_and_does_the_rest(keys: list[str]) -> None:
    lost = kept(1)[0]
    DestinationSecret.objects.filter(pk=lost.pk).update(ciphertext=Fernet(new_key()).encrypt(b"{}").decode())
    kept(1)
    keys.append(new_key())
    out = StringIO()
    with pytest.raises(CommandError, match="enter them anew"):
        call_command("rotate_secrets", stdout=out)
    assert "1 encrypted anew, 0 had the newest key already, 1 can't be read" in out.getvalue()
    assert f"{lost.destination.workspace.slug}, {lost.destination.name}: field0" in out.getvalue()


@pytest.mark.django_db
def test_a_secret_that_is_changed_while_keys_are_rotated_stays_the_newer_one(
    keys: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (row,) = kept(1)
    keys.append(new_key())
    place = Place(row.destination_id, row.field)

    def meanwhile(ciphertext: str, _place: Place) -> Secret:
        read = decrypt(ciphertext, place)
        new = {"ciphertext": encrypt(Secret("newer"), place), "revision": "12345678123456781234567812345678"}
        DestinationSecret.objects.filter(pk=row.pk).update(**new)
        return read

    monkeypatch.setattr(secrets_rotate, "decrypt", meanwhile)
    secrets_rotate.rotate_secrets()
    assert texts() == ["newer"]


@pytest.mark.django_db
def test_a_destination_takes_its_secrets_with_it() -> None:
    (row,) = kept(1)
    Destination.objects.filter(pk=row.destination_id).delete()
    assert not DestinationSecret.objects.exists()
