"""Destinations in words: for the list of them, and what a new one can begin with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from ingest.models import Destination
from ingest.models import Environment as Place
from ingest.services.destinations import said
from ingest.services.restraint import Rest, rest_of
from ingest.services.sealing import KeyShown, shown_key
from ingest.transfer.errors import Misconfigured
from ingest.transfer.presets import (
    ENVIRONMENT_LABELS,
    ENVIRONMENT_NOTES,
    PRESETS,
    Environment,
    Standing,
    is_usable,
    presets_for,
)
from ingest.transfer.presets import Preset as Proposal
from ingest.transfer.registry import method_named
from ingest.transfer.settings import Value

_WHERE: Final = ("bucket", "host")
_INSIDE: Final = ("prefix", "partner_name", "folder")


@dataclass(frozen=True)
class Row:
    """One destination as an admin sees it. `where` is host, bucket or folder, never translated."""

    destination: Destination
    method: str
    where: str
    is_phased_out: bool
    test: str
    """passed, failed, outdated (changed since), or empty: never tested."""
    failed_step: str
    rest: Rest | None
    key: KeyShown | None
    """Where files are encrypted for a key: which, and whether it can be used."""


@dataclass(frozen=True)
class KnownPreset:
    """A proposal that this version can use. `settings` are by the names of the method's fields."""

    key: str
    environment: str
    method: str
    label: str
    where: str
    notes: tuple[str, ...]
    is_recommended: bool
    is_phased_out: bool
    settings: Mapping[str, Value]


@dataclass(frozen=True)
class Group:
    """An environment with what it proposes, recommended first."""

    environment: str
    label: str
    note: str
    presets: tuple[KnownPreset, ...]


def rows_of(destinations: Sequence[Destination]) -> list[Row]:
    """The rows of the list."""
    return [row_of(destination) for destination in destinations]


def row_of(destination: Destination) -> Row:
    """One destination in words, whatever its method, also one that this version lacks."""
    now = timezone.now()
    return Row(
        destination,
        method=_method_of(destination),
        where=where_of(destination.config),
        is_phased_out=any(
            (preset.environment, preset.method, preset.standing)
            == (destination.environment, destination.method, Standing.PHASED_OUT)
            for preset in PRESETS
        ),
        test=_test_of(destination),
        failed_step=_(destination.tested_step) if destination.tested_step else "",
        rest=rest_of(destination, now),
        key=shown_key(destination, now),
    )


def _method_of(destination: Destination) -> str:
    try:
        return said(method_named(destination.method).label)
    except Misconfigured:
        return destination.method


def _test_of(destination: Destination) -> str:
    if destination.tested_at is None:
        return ""
    if destination.tested_sha256 != destination.config_sha256:
        return "outdated"
    return "failed" if destination.tested_step else "passed"


def where_of(config: Mapping[str, object]) -> str:
    """Host, bucket or folder of a destination's settings, and the folder inside it: sftp.example.com:22/in."""
    outer = next((str(config[name]) for name in _WHERE if config.get(name)), "")
    if outer and config.get("port"):
        outer = f"{outer}:{config['port']}"
    inner = "/".join(str(config[name]).rstrip("/") for name in _INSIDE if config.get(name))
    return f"{outer}/{inner.lstrip('/')}" if outer and inner else outer or inner


def proposals() -> list[Group]:
    """What a new destination can begin with: the rehearsal first, then what reaches people."""
    return [_group(environment) for environment in (Environment.BETA, Environment.PRODUCTION)]


def _group(environment: Environment) -> Group:
    usable = filter(is_usable, presets_for(environment))
    label, note = said(ENVIRONMENT_LABELS[environment]), said(ENVIRONMENT_NOTES[environment])
    return Group(environment.value, label, note, tuple(map(_known, usable)))


def preset_named(key: str) -> KnownPreset | None:
    """The proposal of this name, as addresses of pages carry it: beta-s3. None where this version has none."""
    return next((known for group in proposals() for known in group.presets if known.key == key), None)


def _known(preset: Proposal) -> KnownPreset:
    return KnownPreset(
        key=f"{preset.environment}-{preset.method}",
        environment=Place(preset.environment.value),
        method=preset.method,
        label=said(preset.label),
        where=where_of(preset.settings),
        notes=tuple(map(said, preset.notes)),
        is_recommended=preset.standing is Standing.RECOMMENDED,
        is_phased_out=preset.standing is Standing.PHASED_OUT,
        settings=preset.settings,
    )
