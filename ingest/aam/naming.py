"""Names of inbound files: what is in one, how it is written, how it is read back."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, assert_never

from ingest.aam.data_sources import DATA_SOURCE_PATTERN, GLOBAL_DATA_SOURCES, DataSourceId, parse_data_source_id
from ingest.aam.limits import TIMESTAMP_DIGITS


class FileNameError(ValueError):
    """A name that Audience Manager would not take, in three parts: what was found, what is expected, what to do."""

    def __init__(self, found: str, expected: str, what_to_do: str) -> None:
        super().__init__(f"Found {found}; expected {expected}. {what_to_do}")
        self.found = found
        self.expected = expected
        self.what_to_do = what_to_do


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
                "the mode overwrite in an ID file",
                "sync, the only mode for IDs",
                "Links between IDs cannot be replaced; send a .sync file.",
            )


_PREFIXES: Final = {
    FileKind.TRAITS: "ftp_dpm",
    FileKind.ID_SYNC: "adobe_id",
    FileKind.HASHED_EMAILS: "c2c_id",
}
_KINDS: Final = {prefix: kind for kind, prefix in _PREFIXES.items()}
_FIRST_TIMESTAMP: Final = 10 ** (TIMESTAMP_DIGITS - 1)
_LAST_TIMESTAMP: Final = 10**TIMESTAMP_DIGITS - 1
_LAST_SPLIT: Final = 999_999_999

_SHAPE: Final = re.compile(
    rf"({'|'.join(_KINDS)})((?:_(?:{DATA_SOURCE_PATTERN.pattern}))+)_([1-9][0-9]{{{TIMESTAMP_DIGITS - 1}}})"
    r"\.(sync|overwrite)(?:\.([1-9][0-9]{0,8}))?(?:\.(gz|gpg|pgp))?"
)


_SHAPE_EXPECTED: Final = "a name such as ftp_dpm_478_1700000000.sync.gz"
_GZ_EXPECTED: Final = "the ending .gz"
_GZ_ADVICE: Final = "Compress the file with gzip."
_TIME_EXPECTED: Final = "10 digits: the seconds since 1970, UTC"
_TIME_ADVICE: Final = "Use the time of sending in whole seconds."
_SPLIT_EXPECTED: Final = "a part number from 1"
_SPLIT_ADVICE: Final = "Number the parts 1, 2, 3 and so on."

# What people (and some of Adobe's own pages) get wrong, most telling first: a pattern from the beginning of the name,
# what was found, what is expected, what to do.
_PROBLEMS: Final = (
    (r"\Z", "an empty name", _SHAPE_EXPECTED, "Give the file a name."),
    (r".*[/\\]", "a folder in the name", "the name alone", "Leave out everything up to the last slash."),
    (r".*\s", "white space in the name", _SHAPE_EXPECTED, "Leave out blanks and line ends."),
    (
        r"ftp_dpm_odc_",
        "the old form ftp_dpm_odc_ with three columns",
        _SHAPE_EXPECTED,
        "Send device IDs as trait data with the number of their global data source.",
    ),
    (r".*[A-Z]", "capital letters", "lower case throughout", "Write the name in lower case."),
    (r".*\.zip", "zip compression", _GZ_EXPECTED, _GZ_ADVICE),
    (r".*\.gzip", "the ending .gzip", _GZ_EXPECTED, "Rename it to .gz."),
    (
        r".*\.(gz|gpg|pgp)\.[0-9]+$",
        "the part number behind the compression ending",
        "the part number before it, as in .sync.1.gz",
        "Swap the two.",
    ),
    (
        r".*\.(gz|gpg|pgp)\.(gz|gpg|pgp)$",
        "two compression endings",
        "one of .gz, .gpg and .pgp",
        "PGP compresses already: leave gzip out.",
    ),
    (
        r".*\.[0-9]+\.(sync|overwrite)",
        "the part number before the mode",
        "the part number behind it, as in .sync.1.gz",
        "Swap the two.",
    ),
    (
        rf"(?!({'|'.join(_KINDS)})_)",
        "an unknown beginning",
        "ftp_dpm_ for traits, adobe_id_ for an ID sync or c2c_id_ for hashed e-mail addresses",
        "Begin the name with one of these.",
    ),
    (r"(?!.*\.(sync|overwrite)(\.|$))", "no mode", ".sync or .overwrite after the time", "Add the mode."),
    (r".*\.(sync|overwrite)\.0", "a part number that begins with 0", _SPLIT_EXPECTED, _SPLIT_ADVICE),
    (r".*_[0-9]{13}\.", "a time of 13 digits: milliseconds", _TIME_EXPECTED, "Leave out the last three digits."),
    (r".*_[0-9]{9}\.", "a time of 9 digits, as some examples of Adobe's have it", _TIME_EXPECTED, _TIME_ADVICE),
    (r".*_0[0-9]{9}\.", "a time that begins with 0", _TIME_EXPECTED, _TIME_ADVICE),
    (r"(?!.*_[0-9]{10}\.)", "no time of 10 digits", _TIME_EXPECTED, _TIME_ADVICE),
    (
        r"[a-z2]+_[a-z]+_[0-9]{10}\.",
        "no data source",
        "the number of the data source before the time",
        "Add the data source whose IDs the file holds.",
    ),
    (
        r"[a-z2]+_[a-z]+_.*[^0-9_].*_[0-9]{10}\.",
        "a data source that is no number",
        "numbers between the prefix and the time",
        "Write the data source's ID (DPID), not its name.",
    ),
    (
        r".*_0[0-9]",
        "a data source that begins with 0",
        "its number without leading zeros",
        "Leave the zeros out.",
    ),
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
        raise _explained(text)
    prefix, sources, timestamp, mode, split, suffix = found.groups()
    kind = _KINDS[prefix]
    dpids = tuple(map(parse_data_source_id, sources[1:].split("_")))
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
            _check_count(name, "two or more data sources, one for each column", fits=len(name.dpids) >= 2)
        case FileKind.HASHED_EMAILS:
            _check_count(
                name, "two data sources: the customer IDs' and the hashed addresses'", fits=len(name.dpids) == 2
            )
        case _:
            assert_never(name.kind)
    if name.target is not None and name.kind is not FileKind.TRAITS:
        raise FileNameError("a target in an ID file", "no target", "Only trait data goes to another data source.")


def _check_trait_sources(name: InboundFileName) -> None:
    _check_count(name, "one data source, and after it the target at most", fits=len(name.dpids) == 1)
    source = GLOBAL_DATA_SOURCES.get(name.dpids[0])
    if source is not None and name.target is None:
        raise FileNameError(
            f"the global data source {source.dpid} ({source.label}) without a target",
            "the data source that owns the traits after it",
            f"Write ftp_dpm_{source.dpid}_TARGET_… with a data source of your own.",
        )
    if name.target in GLOBAL_DATA_SOURCES:
        raise FileNameError(
            f"the global data source {name.target} as target",
            "a data source of your own",
            "A global data source owns no traits; name the one that does.",
        )


def _check_count(name: InboundFileName, expected: str, *, fits: bool) -> None:
    if not fits:
        count = len(name.dpids)
        found = f"{count} data source{'' if count == 1 else 's'}"
        raise FileNameError(found, expected, "Check the numbers between the prefix and the time.")


def _check_numbers(name: InboundFileName) -> None:
    if not _FIRST_TIMESTAMP <= name.timestamp <= _LAST_TIMESTAMP:
        raise FileNameError(f"the time {name.timestamp}", _TIME_EXPECTED, _TIME_ADVICE)
    if name.split is not None and not 1 <= name.split <= _LAST_SPLIT:
        raise FileNameError(f"the part number {name.split}", _SPLIT_EXPECTED, _SPLIT_ADVICE)


def _explained(text: str) -> FileNameError:
    """What is wrong with a name that has not the shape of one: the first problem that applies."""
    for pattern, found, expected, what_to_do in _PROBLEMS:
        if re.match(pattern, text, re.DOTALL):
            return FileNameError(found, expected, what_to_do)
    return FileNameError(f"the name {text!r}", _SHAPE_EXPECTED, "Compare it with Adobe's page on inbound file names.")
