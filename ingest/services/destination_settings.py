"""Where files go, in words: the settings of a destination that are no secret."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from ingest.models import Destination
from ingest.transfer.errors import TransferFailure
from ingest.transfer.openpgp import key_of
from ingest.transfer.registry import METHODS, Field, FieldKind
from ingest.transfer.words import Message


@dataclass(frozen=True)
class Setting:
    """One setting: what it is called, and what it is."""

    label: str
    value: str


def settings_of(destination: Destination | None) -> tuple[Setting, ...]:
    """The method's fields with what was filled in, such as the folder.

    Secrets and empty ones are left out, and what is as it is unless somebody says otherwise.
    """
    if destination is None:
        return ()
    return tuple(
        Setting(_said(field.label), _shown(field, value))
        for field, value in _open(destination)
        if value not in ("", None, field.default)
    )


def settings_told(destination: Destination) -> dict[str, Any]:
    """The same for events, by the names of fields; of a public key its fingerprint."""
    return {
        field.name: _fingerprint(value) if field.kind is FieldKind.PUBLIC_KEY else value
        for field, value in _open(destination)
    }


def _open(destination: Destination) -> Iterator[tuple[Field, Any]]:
    """Only what the method asks for and is no secret, whatever else stands in the row."""
    config: Mapping[str, Any] = destination.config
    method = METHODS.get(destination.method)
    for field in method.fields if method else ():
        if not field.is_secret and field.name in config:
            yield field, config[field.name]


def _shown(field: Field, value: Any) -> str:
    if field.kind is FieldKind.LINES:
        return _("SHA-256 %(digest)s") % {"digest": hashlib.sha256(str(value).encode()).hexdigest()[:16] + "…"}
    if field.kind is FieldKind.PUBLIC_KEY:
        return _fingerprint(value)
    if field.kind is FieldKind.TICK:
        return _("yes") if value else _("no")
    if field.kind is FieldKind.CHOICE and value in field.choices:
        return _said(field.choices[value])
    return str(value)


def _fingerprint(value: Any) -> str:
    """In groups; empty for a text that is no key any more."""
    try:
        return key_of(str(value).encode()).grouped
    except TransferFailure:
        return ""


def _said(message: Message) -> str:
    return _(message.text) % message.params if message.params else _(message.text)
