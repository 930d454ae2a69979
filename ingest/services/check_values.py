"""Which values are frequent in the columns of a checked file: what is kept of them, and what pages show."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from ingest.aam.text import trim
from ingest.crm.dates import DayOrder
from ingest.crm.mapping import ColumnMapping, MappingDocument
from ingest.crm.transforms import HASHES, before_date, compile_transforms
from ingest.models import Check, ColumnValues
from ingest.services.people import identifying_columns

if TYPE_CHECKING:
    from ingest.engine.values import ColumnsOfValues, ValueRows

MOST_KEPT: Final = 5
MOST_OF_TABLE: Final = 10
"""Of a column whose values give traits."""


@dataclass(frozen=True)
class FrequentValue:
    """One value: `is_whole` says whether `text` is all of it, `sent` in how many of its rows it is sent."""

    text: str
    is_whole: bool
    rows: int
    sent: int


@dataclass(frozen=True)
class FrequentValues:
    """The values of a column that most rows have. `others`: how many further ones there are.

    `are_looked_up`: these are values as the table of traits has them, not as they stand in the cells.
    """

    values: tuple[FrequentValue, ...]
    others: int
    are_looked_up: bool


def kept_values(
    check: Check, document: MappingDocument, names: Sequence[str], columns: "ColumnsOfValues"
) -> ColumnValues | None:
    """The row to be kept beside a check; None where no column has values that stand in several rows.

    Only what leaves the house as it stands is kept: neither identifying columns nor those that are hashed or not sent,
    which may hold anything about people; nor columns in which most values stand once, for these are people, too.
    """
    tables = {column.column: column for column in reversed(document.columns) if column.trait_changes}
    ids = frozenset(identifying_columns(check.mapping))
    plain = {column.column for column in document.columns if HASHES.isdisjoint(column.transforms)} - ids
    kept = {}
    for place, (name, values) in enumerate(zip(names, columns, strict=True)):
        table = tables.get(name)
        looked_up = _looked_up(values, table) if table else None
        found = values if looked_up is None else looked_up
        if name in plain and found and (looked_up is not None or _repeat(values)):
            kept[str(place)] = _kept(found, are_looked_up=looked_up is not None)
    return ColumnValues(check_run=check, columns=kept) if kept else None


def frequent_values(check: Check) -> dict[int, FrequentValues]:
    """What was kept, by the place of the column in the file."""
    row = ColumnValues.objects.filter(check_run=check).first()
    return {int(place): _read(kept) for place, kept in row.columns.items()} if row else {}


def _repeat(values: Sequence["ValueRows"]) -> bool:
    """Whether the values stand in two rows or more on average."""
    return 2 * len(values) <= sum(value.rows for value in values)


def _kept(found: Sequence["ValueRows"], *, are_looked_up: bool) -> dict[str, Any]:
    most = MOST_OF_TABLE if are_looked_up else MOST_KEPT
    shown = [[_storable(value.text), value.is_whole, value.rows, value.rows - value.left_out] for value in found[:most]]
    return {"values": shown, "others": len(found) - len(shown), "looked_up": are_looked_up}


def _read(kept: Mapping[str, Any]) -> FrequentValues:
    values = tuple(FrequentValue(*value) for value in kept["values"])
    return FrequentValues(values, kept["others"], kept["looked_up"])


def _storable(text: str) -> str:
    """PostgreSQL keeps no NUL."""
    return text.replace("\x00", "\ufffd")


def _looked_up(values: Sequence["ValueRows"], table: ColumnMapping) -> "list[ValueRows] | None":
    """Cells as the table of traits is asked for them: those that are in it, and others that stand more than once.

    None where only the engine could say: it knows which of two days a date is, and the ends of long values.
    """
    if before_date(table.transforms) is not None or not all(value.is_whole for value in values):
        return None
    from ingest.engine.values import ValueRows  # noqa: PLC0415 - the engine takes a while to load

    apply = compile_transforms(table.transforms, day_order=DayOrder.UNKNOWN)
    rows: Counter[str] = Counter()
    left_out: Counter[str] = Counter()
    for value in values:
        for piece in _pieces(value.text, table.split):
            if looked_up := trim(apply(piece)):
                rows[looked_up] += value.rows
                left_out[looked_up] += value.left_out
    listed = table.trait_changes or {}
    found = [
        ValueRows(text, is_whole=True, rows=count, left_out=left_out[text])
        for text, count in rows.items()
        if text in listed or count > 1
    ]
    return sorted(found, key=lambda value: (-value.rows, value.text))


def _pieces(cell: str, split: str | None) -> Iterable[str]:
    return {piece for piece in map(trim, cell.split(split)) if piece} if split is not None else (cell,)
