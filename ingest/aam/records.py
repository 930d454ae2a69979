"""Records: the lines of an inbound file, made of items and read back (Adobe: inbound-file-contents).

The makers join what they are given; that a key, a trait or a value may stand there is judged before (`text`,
`KEY_PATTERN`, `TRAIT_PATTERN`).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, assert_never

from ingest.aam.text import CONTROL, unsafe_characters

# Both for a full match. A key must hold a letter, and Audience Manager drops dashes at its beginning.
KEY_PATTERN: Final = re.compile("[0-9]*[A-Za-z_][A-Za-z0-9_-]*")
TRAIT_PATTERN: Final = re.compile("[1-9][0-9]*")

SIGNAL_END: Final = '"'


@dataclass(frozen=True)
class Signal:
    """`"key"="value"`: a key and a value that trait rules look at."""

    key: str
    value: str


@dataclass(frozen=True)
class AddedTrait:
    """`d_sid=N`: the user gets the trait."""

    trait: str


@dataclass(frozen=True)
class RemovedTrait:
    """`d_unsid=N`: the user loses the trait."""

    trait: str


@dataclass(frozen=True)
class Code:
    """`ic=value`: a value of the key that trait rules of the form `ic == "value"` look at."""

    value: str


Item = Signal | AddedTrait | RemovedTrait | Code


@dataclass(frozen=True)
class Record:
    """One line of a trait file: a user ID and what is said about the user."""

    user_id: str
    items: tuple[Item, ...]


class RecordError(ValueError):
    """A line that amportal would not write; the text says at which character (from 1) and what was expected there."""


def signal_start(key: str) -> str:
    """What stands before the value of a signal of this key; `SIGNAL_END` stands behind it."""
    return f'"{key}"="'


def signal_item(key: str, value: str) -> str:
    """The item of one signal."""
    return signal_start(key) + value + SIGNAL_END


def added_trait_item(trait: str) -> str:
    """The item that adds a trait."""
    return f"d_sid={trait}"


def removed_trait_item(trait: str) -> str:
    """The item that removes a trait."""
    return f"d_unsid={trait}"


def ic_item(code: str) -> str:
    """The item of one `ic` code. Nothing quotes it, so that a comma would end it."""
    return f"ic={code}"


def format_item(item: Item) -> str:
    """An item as it stands in a record."""
    match item:
        case Signal(key, value):
            return signal_item(key, value)
        case AddedTrait(trait):
            return added_trait_item(trait)
        case RemovedTrait(trait):
            return removed_trait_item(trait)
        case Code(value):
            return ic_item(value)
    assert_never(item)


def format_record(user_id: str, items: Iterable[str]) -> str:
    """One line of a trait file with its LF (contract, section 4.8)."""
    return f"{user_id}\t{','.join(items)}\n"


def id_sync_record(ids: Iterable[str]) -> str:
    """One line of an ID sync file with its LF: as many IDs as the file name has data sources."""
    return "\t".join(ids) + "\n"


def hashed_email_record(user_id: str, hashes: Iterable[str]) -> str:
    """One line of a hashed e-mail file with its LF: a customer ID and up to MAX_HASHES_PER_ID hashes."""
    return id_sync_record((user_id, *hashes))


_CONTROL: Final = re.escape("".join(sorted(CONTROL)))
_IN_SIGNALS: Final = re.escape("".join(sorted(unsafe_characters(keep_commas=True))))
_IN_CODES: Final = re.escape("".join(sorted(unsafe_characters(keep_commas=False))))
_EXPECTED: Final = {"\t": "a TAB", ",": "a comma or one line end"}
_ID: Final = re.compile(f"[^{_CONTROL}]+")
_ITEM: Final = re.compile(
    f'"({KEY_PATTERN.pattern})"="([^{_IN_SIGNALS}]+)"'
    f"|d_sid=({TRAIT_PATTERN.pattern})"
    f"|d_unsid=({TRAIT_PATTERN.pattern})"
    f"|ic=([^{_IN_CODES}]+)"
)


def parse_record(line: str) -> Record:
    """Read a line that `format_record` wrote; RecordError for any other, also for the looser forms Adobe accepts."""
    body = line.removesuffix("\n")
    user_id = _ID.match(body)
    if user_id is None:
        raise _error(0, "a user ID")
    items = []
    separator, at = "\t", user_id.end()
    while at < len(body):
        if body[at] != separator:
            raise _error(at, _EXPECTED[separator])
        found = _ITEM.match(body, at + 1)
        if found is None:
            raise _error(at + 1, '"key"="value", d_sid=N, d_unsid=N or ic=code')
        items.append(_item(found))
        separator, at = ",", found.end()
    if body == line or not items:
        raise _error(at, _EXPECTED[separator])
    return Record(user_id[0], tuple(items))


def parse_ids(line: str) -> tuple[str, ...]:
    """Read a line that `id_sync_record` or `hashed_email_record` wrote; RecordError for any other."""
    if not line.endswith("\n"):
        raise _error(len(line), "a line end")
    ids = tuple(line[:-1].split("\t"))
    at = 0
    for text in ids:
        if not _ID.fullmatch(text):
            raise _error(at, "an ID without control characters")
        at += len(text) + 1
    return ids


def _item(found: re.Match[str]) -> Item:
    key, value, added, removed, code = found.groups()
    if key is not None:
        return Signal(key, value)
    if added is not None:
        return AddedTrait(added)
    return RemovedTrait(removed) if removed is not None else Code(code)


def _error(at: int, expected: str) -> RecordError:
    return RecordError(f"character {at + 1}: expected {expected}")
