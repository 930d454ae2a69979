"""The rows in which secrets of destinations are kept. Nothing here gives one to a page."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from ingest.models import Destination, DestinationSecret, User
from ingest.services.secrets import Place, decrypt, encrypt
from ingest.transfer.errors import Misconfigured
from ingest.transfer.failures import failure
from ingest.transfer.method import Method
from ingest.transfer.registry import method_named
from ingest.transfer.secret import Secret
from ingest.transfer.settings import Field, applying_fields, secret_problems
from ingest.transfer.words import Message


@dataclass(frozen=True)
class Changes:
    """What an admin typed, by field, and the fields whose secret is to be removed. What is in neither stays."""

    typed: Mapping[str, Secret] = field(default_factory=lambda: MappingProxyType({}))
    removed: frozenset[str] = frozenset()


NONE = Changes()


@dataclass(frozen=True)
class Kept:
    """That there is a secret, since when, and through whom; unless `is_readable` it has to be entered anew."""

    changed_at: datetime
    changed_by: str
    is_readable: bool


def kept_of(destination: Destination) -> dict[str, Kept]:
    """What pages may know of the secrets, by field."""
    rows = destination.secrets.select_related("changed_by")
    return {row.field: Kept(row.changed_at, row.changed_by.name if row.changed_by else "", _reads(row)) for row in rows}


def _reads(row: DestinationSecret) -> bool:
    try:
        decrypt(row.ciphertext, Place(row.destination_id, row.field))
    except Misconfigured:
        return False
    return True


def planned(destination: Destination, changes: Changes) -> Changes:
    """The changes that are left once those are gone that change nothing; secrets that no longer apply are removed.

    `destination` holds the new settings. A secret that is typed anew is another one, even if it is the same text.
    """
    applying = {asked.name for asked in _applying(destination)}
    there = _names(destination)
    typed = {name: secret for name, secret in changes.typed.items() if name in applying}
    gone = {name for name in there if name not in applying or name in changes.removed}
    return Changes(typed, frozenset(gone - typed.keys()))


def problems_of(destination: Destination, changes: Changes) -> dict[str, Message]:
    """What is wrong with the secrets that there would be, by field. Raises Misconfigured `method.unknown`."""
    method = method_named(destination.method)
    kept = _names(destination) - changes.removed
    return secret_problems(method.fields, destination.config, typed=changes.typed, kept=kept)


def write(destination: Destination, changes: Changes, *, actor: User, now: datetime) -> None:
    """Keep what is planned. To be called inside a transaction, for a destination that has its number."""
    destination.secrets.filter(field__in=changes.removed).delete()
    for name, secret in changes.typed.items():
        values = {
            "ciphertext": encrypt(secret, Place(destination.pk, name)), "revision": uuid.uuid4(), "changed_at": now,
            "changed_by": actor,
        }  # fmt: skip
        destination.secrets.update_or_create(field=name, defaults=values)


def secrets_for(destination: Destination) -> dict[str, Secret]:
    """The secrets that matter with the settings, decrypted, on their way to `build`.

    Raises Misconfigured: `secret.missing`, `secret.unreadable`, `method.unknown`.
    """
    rows: Mapping[str, DestinationSecret] = {row.field: row for row in destination.secrets.all()}
    found = {}
    for asked in _applying(destination):
        if asked.name in rows:
            place = Place(destination.pk, asked.name, str(asked.label))
            found[asked.name] = decrypt(rows[asked.name].ciphertext, place)
        elif asked.is_required:
            raise failure("secret.missing", field=str(asked.label))
    return found


def _applying(destination: Destination) -> list[Field]:
    method: Method = method_named(destination.method)
    return [asked for asked in applying_fields(method.fields, destination.config) if asked.is_secret]


def _names(destination: Destination) -> set[str]:
    """The fields that have a row; a destination that is being made has none."""
    return set(destination.secrets.values_list("field", flat=True)) if destination.pk else set()
