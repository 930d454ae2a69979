"""Secrets at rest: encrypted under a ring of keys, each bound to the row and the field that it was made for.

The newest key encrypts, all of them decrypt. The last one of the ring is always derived from the installation's secret
key, so that an installation that begins with no keys of its own can give itself some later.
"""

import base64
import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from ingest.transfer.failures import failure
from ingest.transfer.secret import Secret

_PURPOSE: Final = "amportal: secret of a destination, 1"
_DERIVED: Final = b"amportal: key for secrets of destinations, 1"


@dataclass(frozen=True)
class Place:
    """What a ciphertext belongs to: it is in the encrypted payload, so that rows cannot be exchanged."""

    destination_id: int
    field: str
    label: str = ""
    """How people call the field."""


def encrypt(secret: Secret, place: Place) -> str:
    """The secret for this place, under the newest key: text for the database."""
    return _ring()[0].encrypt(_payload(secret, place)).decode("ascii")


def decrypt(ciphertext: str, place: Place) -> Secret:
    """The secret that was encrypted for this place. Raises Misconfigured `secret.unreadable`: an admin enters it anew.

    It is unreadable when its key is no longer in the ring, when it was altered, and when it was made for another place.
    """
    try:
        payload = json.loads(MultiFernet(_ring()).decrypt(ciphertext.encode()))
    except InvalidToken:
        raise _unreadable(place) from None
    if {**payload, "text": ""} != _document("", place):
        raise _unreadable(place)
    return Secret(payload["text"])


def is_under_newest_key(ciphertext: str) -> bool:
    """Whether the older keys of the ring are not needed for this one."""
    try:
        _ring()[0].decrypt(ciphertext.encode())
    except InvalidToken:
        return False
    return True


def _unreadable(place: Place) -> Exception:
    return failure("secret.unreadable", field=place.label or place.field)


def _payload(secret: Secret, place: Place) -> bytes:
    return json.dumps(_document(secret.reveal(), place)).encode()


def _document(text: str, place: Place) -> dict[str, str | int]:
    return {"purpose": _PURPOSE, "destination": place.destination_id, "field": place.field, "text": text}


def _ring() -> tuple[Fernet, ...]:
    """Newest first. Raises ImproperlyConfigured where the installation has neither keys nor a secret key."""
    keys = tuple(settings.SECRETS_KEYS)
    try:
        return _ring_of(keys, settings.SECRET_KEY)
    except ImproperlyConfigured:
        if not keys:
            raise
        return _ring_of(keys, "")


@lru_cache(maxsize=4)
def _ring_of(keys: tuple[str, ...], secret_key: str) -> tuple[Fernet, ...]:
    derived = (Fernet(_derived(secret_key)),) if secret_key else ()
    return (*map(Fernet, keys), *derived)


def _derived(secret_key: str) -> bytes:
    """RFC 5869, with an info of its own: nothing else is made from the secret key in this way."""
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=_DERIVED).derive(secret_key.encode())
    return base64.urlsafe_b64encode(key)
