"""The mapping document as the reference reads it: a valid one is taken for granted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.reference.characters import trim
from tests.reference.reader import Dialect

Document = dict[str, Any]


@dataclass(frozen=True)
class IdColumn:
    """A column that holds IDs of one type."""

    column: str
    type: str
    transforms: Sequence[Any]


@dataclass(frozen=True)
class MappedColumn:
    """One entry of `columns`."""

    column: str
    action: str
    key: str
    transforms: Sequence[Any]
    values: Mapping[str, Any] | None
    otherwise: str
    split: str


@dataclass(frozen=True)
class EmailColumn:
    """One entry of `emails`."""

    column: str
    hashed: bool


@dataclass(frozen=True)
class Plan:
    """Everything the document says, with the defaults of contract section 3 filled in."""

    kind: str
    ids: tuple[IdColumn, ...]
    columns: tuple[MappedColumn, ...]
    emails: tuple[EmailColumn, ...]
    unsafe_values: str
    keep_commas: bool
    merge: bool
    pad_short_rows: bool
    encoding: str
    dialect: Dialect

    @property
    def named_columns(self) -> tuple[str, ...]:
        """Every column of the customer file that is used, in order, no name twice."""
        used = [one.column for one in self.ids] + [one.column for one in self.columns]
        return tuple(dict.fromkeys(used + [one.column for one in self.emails]))


def read_document(document: Document, *, skip_blanks_before_quote: bool) -> Plan:
    """The plan of a valid mapping document."""
    reader = document.get("reader", {})
    mode = document.get("mode", "sync")
    ids = document["ids"] if document["kind"] == "id_sync" else [document["id"]]
    return Plan(
        kind=document["kind"],
        ids=tuple(IdColumn(trim(one["column"]), one["type"], one.get("transforms", ())) for one in ids),
        columns=tuple(_mapped_column(one) for one in document.get("columns", ())),
        emails=tuple(EmailColumn(trim(one["column"]), one["hashed"]) for one in document.get("emails", ())),
        unsafe_values=document.get("unsafe_values", "clean"),
        keep_commas=document.get("commas_in_values", "clean") == "keep",
        merge=document.get("repeated_ids", "merge" if mode == "overwrite" else "keep") == "merge",
        pad_short_rows=reader.get("short_rows", "refuse") == "pad",
        encoding=reader["encoding"],
        dialect=Dialect(
            delimiter=reader["delimiter"],
            quote=reader.get("quote") or "",
            escape=reader.get("escape") or "",
            skip_blanks_before_quote=skip_blanks_before_quote,
        ),
    )


def _mapped_column(entry: Document) -> MappedColumn:
    return MappedColumn(
        column=trim(entry["column"]),
        action=entry["action"],
        key=entry.get("key", ""),
        transforms=entry.get("transforms", ()),
        values=entry.get("values"),
        otherwise=entry.get("otherwise", "keep"),
        split=entry.get("split") or "",
    )
