"""Which columns are sent and what they become, beside those of the transfer before."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ingest.crm.mapping import MappingError, parse_mapping
from ingest.services.column_words import said


@dataclass(frozen=True)
class SentColumn:
    """A column of the customer file in words; `change` against last time is added, removed, changed or empty."""

    name: str
    becomes: str
    change: str = ""


def sent_columns(mapping: Mapping[str, Any], earlier: Mapping[str, Any] | None = None) -> tuple[SentColumn, ...]:
    """The columns in the order of the mapping, then those that were sent last time only. IDs are not among them.

    When fewer than half were sent last time, that was another kind of file, and nothing is compared column by column.
    """
    now, before = _said(mapping), _said(earlier or {})
    if 2 * len(now.keys() & before.keys()) < len(now):
        return tuple(SentColumn(name, becomes) for name, becomes in now.items())
    sent = (SentColumn(name, becomes, _change(becomes, before.get(name))) for name, becomes in now.items())
    gone = (SentColumn(name, becomes, "removed") for name, becomes in before.items() if name not in now)
    return (*sent, *gone)


def _change(becomes: str, before: str | None) -> str:
    if before is None:
        return "added"
    return "" if becomes == before else "changed"


def _said(mapping: Mapping[str, Any]) -> dict[str, str]:
    try:
        columns = parse_mapping(dict(mapping)).columns
    except MappingError:
        return {}
    words: dict[str, str] = {}
    for column in columns:
        words[column.column] = "; ".join(filter(None, (words.get(column.column), said(column))))
    return words
