"""Which columns are sent and what they become, beside those of the transfer before."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ingest.crm.mapping import ColumnMapping, MappingError, parse_mapping
from ingest.models import Workspace
from ingest.services.column_details import Details, details_of, names_of_traits
from ingest.services.column_words import said
from ingest.services.phrases import listed_apart

NOTHING_MORE: Final = Details()


@dataclass(frozen=True)
class SentColumn:
    """A column of the customer file in words; `change` against last time is added, removed, changed or empty.

    `details` say what the words leave out: which value gets which trait.
    """

    name: str
    becomes: str
    change: str = ""
    details: Details = NOTHING_MORE


def sent_columns(
    mapping: Mapping[str, Any], earlier: Mapping[str, Any] | None = None, *, workspace: Workspace | None = None
) -> tuple[SentColumn, ...]:
    """The columns in the order of the mapping, then those that were sent last time only. IDs are not among them.

    When fewer than half were sent last time, that was another kind of file, and nothing is compared column by column.
    Traits have their names where the workspace is given whose they are.
    """
    now = _entries(mapping)
    flat = [entry for entries in now.values() for entry in entries]
    names = names_of_traits(workspace, flat) if workspace else {}
    return tuple(_compared(now, _entries(earlier or {}), names))


_Entries = dict[str, tuple[ColumnMapping, ...]]


def _compared(now: _Entries, before: _Entries, names: Mapping[int, str]) -> Iterator[SentColumn]:
    is_alike = 2 * len(now.keys() & before.keys()) >= len(now)
    for name, entries in now.items():
        change = _change(entries, before.get(name)) if is_alike else ""
        yield SentColumn(name, _words(entries), change, details_of(entries, names))
    for name, entries in before.items():
        if is_alike and name not in now:
            yield SentColumn(name, _words(entries), "removed")


def _change(entries: tuple[ColumnMapping, ...], before: tuple[ColumnMapping, ...] | None) -> str:
    """By what the mapping says, not by its words: another trait for a value reads the same and is another matter."""
    if before is None:
        return "added"
    return "" if entries == before else "changed"


def _words(entries: tuple[ColumnMapping, ...]) -> str:
    return listed_apart(map(said, entries))


def _entries(mapping: Mapping[str, Any]) -> _Entries:
    """What each column becomes; a column may become several things."""
    try:
        columns = parse_mapping(dict(mapping)).columns
    except MappingError:
        return {}
    found: _Entries = {}
    for column in columns:
        found[column.column] = (*found.get(column.column, ()), column)
    return found
