"""The different values of a column as tables show them, and what the changes of a mapping make of one."""

from collections import Counter
from collections.abc import Callable
from typing import Any, Final

from ingest.aam.text import trim
from ingest.crm.dates import DayOrder
from ingest.crm.proposals import ColumnLook
from ingest.crm.transforms import NotADate, compile_transforms
from ingest.services.columns import mapping_of

MOST_VALUES: Final = 50


def values_of(look: ColumnLook, split: str) -> list[tuple[str, int]]:
    """The most frequent values with how many of the first rows have them; with `split` those inside the cells.

    Where there are very many, those of a single row are left out: nobody answers for each of a thousand IDs.
    """
    counts: Counter[str] = Counter()
    for cell, rows in look.samples:
        for piece in filter(None, map(trim, cell.split(split))) if split else (cell,):
            counts[piece] += rows
    least = 1 if len(counts) <= MOST_VALUES else 2
    return [(value, rows) for value, rows in counts.most_common(MOST_VALUES) if rows >= least]


def changed_by(transforms: list[Any]) -> Callable[[str], str]:
    """What these transforms, as the mapping document writes them, make of a value; wrong ones change nothing."""
    column = mapping_of({"column": "-", "action": "signal", "key": "k", "transforms": transforms})
    if column is None:
        return str
    apply = compile_transforms(column.transforms, day_order=DayOrder.DAY_FIRST)

    def changed(value: str) -> str:
        try:
            return trim(apply(value))
        except NotADate:
            return value

    return changed
