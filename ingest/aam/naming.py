"""Names of inbound files: what is in one, how it is written, how it is read back."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, assert_never

from ingest.aam.data_sources import DATA_SOURCE_PATTERN, GLOBAL_DATA_SOURCES, DataSourceId, parse_data_source_id
from ingest.aam.limits import TIMESTAMP_DIGITS
from ingest.aam.naming_problems import (
    BEGINNINGS,
    SPLIT_ADVICE,
    SPLIT_EXPECTED,
    TIME_ADVICE,
    TIME_EXPECTED,
    problem_of,
)
from ingest.aam.naming_problems import FileNameError as FileNameError  # noqa: PLC0414 - it is raised by what is here
from ingest.aam.words import gettext_noop


class FileKind(StrEnum):
    """What a file brings; the values are those of `kind` in a mapping."""

    TRAITS = "traits"
    ID_SYNC = "id_sync"
    HASHED_EMAILS = "hashed_emails"


class FileMode(StrEnum):
    """Whether a file adds to what is known of a user or replaces it."""

    SYNC = "sync"
    OVERWRITE = "overwrite"


class FileSuffix(StrEnum):
    """How a file is packed: gzip, or OpenPGP under either of the two names that Adobe allows."""

    GZ = "gz"
    GPG = "gpg"
    PGP = "pgp"


@dataclass(frozen=True)
class InboundFileName:
    """A valid file name, taken apart; FileNameError says what makes one invalid (contract, section 2).

    `dpids` are the data sources of the IDs: one for traits, two or more for an ID sync, for hashed e-mails the customer
    IDs' and the hashes'. `target` owns the traits when that is another one. `timestamp` is in seconds, UTC, 10 digits.
    `split` counts the parts from 1; None when there is only one part.
    """

    kind: FileKind
    dpids: tuple[DataSourceId, ...]
    timestamp: int
    target: DataSourceId | None = None
    mode: FileMode = FileMode.SYNC
    split: int | None = None
    suffix: FileSuffix | None = None

    def __post_init__(self) -> None:
        _check_data_sources(self)
        _check_numbers(self)
        if self.mode is FileMode.OVERWRITE and self.kind is not FileKind.TRAITS:
            raise FileNameError(
                gettext_noop("the mode overwrite in an ID file"),
                gettext_noop("sync, the only mode for IDs"),
                gettext_noop("Links between IDs cannot be replaced; send a .sync file."),
                piece="mode",
            )


_PREFIXES: Final = dict(zip((FileKind.TRAITS, FileKind.ID_SYNC, FileKind.HASHED_EMAILS), BEGINNINGS, strict=True))
_KINDS: Final = {prefix: kind for kind, prefix in _PREFIXES.items()}
_FIRST_TIMESTAMP: Final = 10 ** (TIMESTAMP_DIGITS - 1)
_LAST_TIMESTAMP: Final = 10**TIMESTAMP_DIGITS - 1
_LAST_SPLIT: Final = 999_999_999

_SHAPE: Final = re.compile(
    rf"({'|'.join(_KINDS)})_(?P<sources>(?:{DATA_SOURCE_PATTERN.pattern})(?:_(?:{DATA_SOURCE_PATTERN.pattern}))*)"
    rf"_([1-9][0-9]{{{TIMESTAMP_DIGITS - 1}}})"
    r"\.(?P<mode>sync|overwrite)(?:\.([1-9][0-9]{0,8}))?(?:\.(gz|gpg|pgp))?"
)


def format_file_name(name: InboundFileName) -> str:
    """The name as text, without a folder."""
    numbers = (*name.dpids, *(() if name.target is None else (name.target,)), name.timestamp)
    stem = "_".join((_PREFIXES[name.kind], *map(str, numbers)))
    endings = (name.mode, name.split, name.suffix)
    return ".".join((stem, *(str(ending) for ending in endings if ending is not None)))


def parse_file_name(text: str) -> InboundFileName:
    """Read a file name without a folder. FileNameError says what was found, what is expected, and what to do.

    The inverse of `format_file_name`. Sources: inbound-s3-filenames, inbound-ftp-filenames, id-sync-file-based,
    inbound-file-encryption.
    """
    found = _SHAPE.fullmatch(text)
    if found is None:
        raise problem_of(text)
    try:
        return _taken_apart(found)
    except FileNameError as error:
        error.span = found.span(error.piece)
        raise


def _taken_apart(found: re.Match[str]) -> InboundFileName:
    prefix, sources, timestamp, mode, split, suffix = found.groups()
    kind = _KINDS[prefix]
    dpids = tuple(map(parse_data_source_id, sources.split("_")))
    has_target = kind is FileKind.TRAITS and len(dpids) == 2
    return InboundFileName(
        kind,
        dpids[:1] if has_target else dpids,
        int(timestamp),
        target=dpids[1] if has_target else None,
        mode=FileMode(mode),
        split=None if split is None else int(split),
        suffix=None if suffix is None else FileSuffix(suffix),
    )


def _check_data_sources(name: InboundFileName) -> None:
    match name.kind:
        case FileKind.TRAITS:
            _check_trait_sources(name)
        case FileKind.ID_SYNC:
            expected = gettext_noop("two or more data sources, one for each column")
            _check_count(name, expected, fits=len(name.dpids) >= 2)
        case FileKind.HASHED_EMAILS:
            expected = gettext_noop("two data sources: the customer IDs' and the hashed addresses'")
            _check_count(name, expected, fits=len(name.dpids) == 2)
        case _:
            assert_never(name.kind)
    if name.target is not None and name.kind is not FileKind.TRAITS:
        raise FileNameError(
            gettext_noop("a target in an ID file"),
            gettext_noop("no target"),
            gettext_noop("Only trait data goes to another data source."),
        )


def _check_trait_sources(name: InboundFileName) -> None:
    expected = gettext_noop("one data source, and after it the target at most")
    _check_count(name, expected, fits=len(name.dpids) == 1)
    source = GLOBAL_DATA_SOURCES.get(name.dpids[0])
    if source is not None and name.target is None:
        raise FileNameError(
            gettext_noop("the global data source %(dpid)s (%(name)s) without a target"),
            gettext_noop("the data source that owns the traits after it"),
            gettext_noop("Write ftp_dpm_%(dpid)s_TARGET_… with a data source of your own."),
            {"dpid": source.dpid, "name": source.label},
        )
    if name.target in GLOBAL_DATA_SOURCES:
        raise FileNameError(
            gettext_noop("the global data source %(dpid)s as target"),
            gettext_noop("a data source of your own"),
            gettext_noop("A global data source owns no traits; name the one that does."),
            {"dpid": int(name.target or 0)},
        )


def _check_count(name: InboundFileName, expected: str, *, fits: bool) -> None:
    if not fits:
        count = len(name.dpids)
        one, many = gettext_noop("%(count)s data source"), gettext_noop("%(count)s data sources")
        advice = gettext_noop("Check the numbers between the prefix and the time.")
        raise FileNameError(one if count == 1 else many, expected, advice, {"count": count})


def _check_numbers(name: InboundFileName) -> None:
    if not _FIRST_TIMESTAMP <= name.timestamp <= _LAST_TIMESTAMP:
        found = gettext_noop("the time %(number)s")
        raise FileNameError(found, TIME_EXPECTED, TIME_ADVICE, {"number": name.timestamp})
    if name.split is not None and not 1 <= name.split <= _LAST_SPLIT:
        found = gettext_noop("the part number %(number)s")
        raise FileNameError(found, SPLIT_EXPECTED, SPLIT_ADVICE, {"number": name.split})
