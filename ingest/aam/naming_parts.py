"""A file name taken apart for people: what each piece of it is called and what it says."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from ingest.aam.data_sources import GLOBAL_DATA_SOURCES
from ingest.aam.naming import FileKind, FileMode, FileSuffix, InboundFileName, format_file_name
from ingest.aam.words import gettext_noop

UNKNOWN_TIME: Final = "…"
"""In place of the time of a file that has not been sent yet."""


class Role(StrEnum):
    """What a piece of a name is for."""

    START = "start"
    IDS = "ids"
    DEVICES = "devices"
    LINKED_IDS = "linked_ids"
    TRAITS = "traits"
    EMAILS = "emails"
    TIME = "time"
    MODE = "mode"
    PART = "part"
    PACKING = "packing"


@dataclass(frozen=True)
class NamePart:
    """One piece of a name: `joint` stands between it and the piece before, so that all together are the name.

    `label` and `help` are English with named places for `parameters`; whoever shows them translates, then fills in.
    """

    role: Role
    text: str
    joint: str
    label: str
    help: str
    parameters: Mapping[str, str | int] = field(default_factory=dict, hash=False)

    def say(self, translate: Callable[[str], str] = str) -> tuple[str, str]:
        """Label and help in the language of `translate`, such as Django's `gettext`."""
        return translate(self.label) % self.parameters, translate(self.help) % self.parameters


_LABELS: Final[Mapping[Role, str]] = MappingProxyType(
    {
        Role.START: gettext_noop("Fixed start"),
        Role.IDS: gettext_noop("IDs come from"),
        Role.DEVICES: gettext_noop("First IDs come from"),
        Role.LINKED_IDS: gettext_noop("Linked IDs come from"),
        Role.TRAITS: gettext_noop("Traits belong to"),
        Role.EMAILS: gettext_noop("Hashed addresses belong to"),
        Role.TIME: gettext_noop("Sent at"),
        Role.MODE: gettext_noop("What happens"),
        Role.PART: gettext_noop("Part"),
        Role.PACKING: gettext_noop("Packed"),
    }
)
_STARTS: Final[Mapping[FileKind, str]] = MappingProxyType(
    {
        FileKind.TRAITS: gettext_noop("Every file with traits of people starts like this."),
        FileKind.ID_SYNC: gettext_noop("Every file that links IDs starts like this."),
        FileKind.HASHED_EMAILS: gettext_noop("Every file with hashed e-mail addresses starts like this."),
    }
)
_SOURCE: Final = gettext_noop("Data source %(dpid)s.")
_SOURCE_NAMED: Final = gettext_noop("Data source %(dpid)s, “%(name)s”.")
_SOURCE_ADOBES: Final = gettext_noop("Data source %(dpid)s, %(name)s: Adobe's, the same for all its customers.")
_TIME: Final = gettext_noop("%(moment)s UTC. Seconds since 1970; they make the name unique.")
_TIME_LATER: Final = gettext_noop("The time is put in when the file is sent: ten digits that make the name unique.")
_MODES: Final[Mapping[FileMode, str]] = MappingProxyType(
    {
        FileMode.SYNC: gettext_noop("Adds to what is known, and takes away only where the file says so."),
        FileMode.OVERWRITE: gettext_noop("Replaces all traits that these people have in this data source."),
    }
)
_PART: Final = gettext_noop("Part %(number)s. Big files are split so that they are processed faster.")
_PART_OF: Final = gettext_noop("Part %(number)s of %(count)s. Big files are split so that they are processed faster.")
_PACKED: Final = gettext_noop("Compressed: smaller, same content.")
_SEALED: Final = gettext_noop("Encrypted: only Adobe can open it.")


def name_parts(
    name: InboundFileName, *, is_sent: bool = True, count: int | None = None, names: Mapping[int, str] | None = None
) -> tuple[NamePart, ...]:
    """The pieces of a name, in order; their joints and texts together are the name.

    `is_sent` false: the time in `name` is none yet, and UNKNOWN_TIME stands in its place. `count`: how many parts the
    batch has, where that is known. `names`: what the customer's data sources are called.
    """
    return tuple(_parts(name, is_sent=is_sent, count=count, names=names or {}))


def _parts(name: InboundFileName, *, is_sent: bool, count: int | None, names: Mapping[int, str]) -> Iterator[NamePart]:
    prefix = format_file_name(name).partition(f"_{name.dpids[0]}_")[0]
    yield _part(Role.START, prefix, "", _STARTS[name.kind])
    for role, dpid in _sources(name):
        yield _source(role, dpid, names)
    yield _time(name.timestamp, is_sent=is_sent)
    yield _part(Role.MODE, f".{name.mode}", "", _MODES[name.mode])
    if name.split is not None:
        numbers: dict[str, str | int] = {"number": name.split, **({} if count is None else {"count": count})}
        yield _part(Role.PART, f".{name.split}", "", _PART if count is None else _PART_OF, numbers)
    if name.suffix is not None:
        yield _part(Role.PACKING, f".{name.suffix}", "", _PACKED if name.suffix is FileSuffix.GZ else _SEALED)


def _sources(name: InboundFileName) -> Iterator[tuple[Role, int]]:
    first, *others = name.dpids
    match name.kind:
        case FileKind.TRAITS:
            yield Role.IDS, first
            if name.target is not None:
                yield Role.TRAITS, name.target
        case FileKind.ID_SYNC:
            yield Role.DEVICES, first
            yield from ((Role.LINKED_IDS, dpid) for dpid in others)
        case FileKind.HASHED_EMAILS:
            yield Role.IDS, first
            yield from ((Role.EMAILS, dpid) for dpid in others)


def _source(role: Role, dpid: int, names: Mapping[int, str]) -> NamePart:
    if dpid in GLOBAL_DATA_SOURCES:
        parameters: dict[str, str | int] = {"dpid": dpid, "name": GLOBAL_DATA_SOURCES[dpid].label}
        return _part(role, str(dpid), "_", _SOURCE_ADOBES, parameters)
    if dpid in names:
        return _part(role, str(dpid), "_", _SOURCE_NAMED, {"dpid": dpid, "name": names[dpid]})
    return _part(role, str(dpid), "_", _SOURCE, {"dpid": dpid})


def _time(timestamp: int, *, is_sent: bool) -> NamePart:
    if not is_sent:
        return _part(Role.TIME, UNKNOWN_TIME, "_", _TIME_LATER)
    moment = datetime.fromtimestamp(timestamp, UTC).strftime("%Y-%m-%d %H:%M:%S")
    return _part(Role.TIME, str(timestamp), "_", _TIME, {"moment": moment})


def _part(
    role: Role, text: str, joint: str, help_text: str, parameters: Mapping[str, str | int] | None = None
) -> NamePart:  # fmt: skip
    return NamePart(role, text, joint, _LABELS[role], help_text, parameters or {})
