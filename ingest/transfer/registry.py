"""The ways of sending that this program knows. A further one is a file with its `METHOD` and a line here."""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Final

from ingest.transfer import folder, ftp_method, local_method, s3_method, sftp_method
from ingest.transfer.base import Destination
from ingest.transfer.errors import TransferFailure
from ingest.transfer.failures import failure
from ingest.transfer.method import Limits, Method
from ingest.transfer.seal_field import SEAL_FIELD
from ingest.transfer.secret import Secret
from ingest.transfer.settings import Field, FieldKind, SettingsError, Value, all_values, read_fields
from ingest.transfer.words import Message

__all__ = [
    "METHODS", "Field", "FieldKind", "Limits", "Method", "SettingsError", "build", "canonical_settings", "method_named",
    "must_be_allowed", "read_settings", "settings_sha256",
]  # fmt: skip

_OWN: Final = (s3_method.METHOD, sftp_method.METHOD, ftp_method.METHOD, local_method.METHOD)
METHODS: Final[Mapping[str, Method]] = MappingProxyType(
    {method.name: replace(method, fields=(*method.fields, SEAL_FIELD)) for method in _OWN}
)
"""By the name under which a destination keeps its method, in the order in which screens offer them. Besides its own
fields each has the key that files are encrypted for before it gets them."""


def method_named(name: str) -> Method:
    """The method of this name. Raises Misconfigured `method.unknown`."""
    if name not in METHODS:
        raise failure("method.unknown", method=name, known=", ".join(METHODS))
    return METHODS[name]


def read_settings(method: str, settings: Mapping[str, object]) -> dict[str, Value]:
    """The settings with defaults filled in. Raises SettingsError, which says of each field what is wrong."""
    chosen = method_named(method)
    values = read_fields(chosen.fields, settings)
    if problems := chosen.check_together(values):
        raise SettingsError(problems)
    return values


def build(
    method: str, settings: Mapping[str, object], *, secrets: Mapping[str, Secret], limits: Limits
) -> Destination:  # fmt: skip
    """A destination, not yet connected. Raises Misconfigured (SettingsError among them)."""
    return method_named(method).build(read_settings(method, settings), secrets, limits)


def must_be_allowed(method: str, settings: Mapping[str, object], limits: Limits) -> None:
    """Raise SettingsError where the installation allows no such place; it need not be there yet."""
    problems: dict[str, Message] = {}
    for asked in method_named(method).fields:
        if asked.kind is FieldKind.FOLDER:
            path = Path(str(settings[asked.name]))
            try:
                folder.must_be_allowed(path, Path(os.path.realpath(path)), limits.allowed_roots)
            except TransferFailure as refused:
                problems[asked.name] = refused.message
    if problems:
        raise SettingsError(problems)


def canonical_settings(method: str, settings: Mapping[str, object]) -> str:
    """Method and settings as JSON, always in the same way: defaults filled in, sorted, without blanks and secrets.

    What stands in a field that does not apply is in it, too, so that a version in which fewer fields apply makes the
    same text of the same row. Equal settings give equal text, so an approval can be bound to its SHA-256. A secret is
    not in it: its hash would be an invitation to guess. That a secret was changed is for the caller to note.
    """
    read_settings(method, settings)
    document = {"method": method, "settings": all_values(method_named(method).fields, settings)}
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def settings_sha256(method: str, settings: Mapping[str, object]) -> str:
    """SHA-256 of `canonical_settings`, in lower-case digits."""
    return hashlib.sha256(canonical_settings(method, settings).encode()).hexdigest()
