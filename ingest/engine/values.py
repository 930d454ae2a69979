"""The values of columns that have few different ones: how many rows have each, and how many of these are left out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ingest.engine.blocks import Block
from ingest.engine.kernels.left_out import note_left_out
from ingest.engine.kernels.tables import LONGEST_VALUE, MOST_VALUES, make_scratch
from ingest.engine.plan import Plan
from ingest.engine.seen import ColumnsSeen


@dataclass(frozen=True)
class ValueRows:
    """A value of a column: its beginning, whether that is all of it, rows that have it, and those of them left out."""

    text: str
    is_whole: bool
    rows: int
    left_out: int


ColumnsOfValues = list[tuple[ValueRows, ...]]
"""For each column its values, most rows first; none where it has more than MOST_VALUES."""
TellValues = Callable[[ColumnsOfValues], None]


class LeftOut:
    """What the columns hold in the rows of judged blocks that are not sent."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._scratch = make_scratch(plan.layout.columns, 0)
        self.seen = ColumnsSeen(plan.layout.columns)

    def add(self, block: Block) -> None:
        """Count a block whose verdicts are final. What was unescaped and changed in it is no longer needed."""
        bits = self._plan.bits
        refused = int(np.count_nonzero(block.verdicts.bits[: block.count] & bits.refusing))
        if refused:
            self.seen.make_room(refused * self._plan.layout.columns)
            note_left_out(
                block.buffer, block.used, block.rows, block.count, block.verdicts.bits, bits.refusing, bits.unread,
                self._plan.layout, self.seen.arrays, self._scratch,
            )  # fmt: skip


def columns_of_values(workers: Sequence[ColumnsSeen], left_out: ColumnsSeen) -> ColumnsOfValues:
    """Add up what all workers counted; the same result however the blocks were shared out."""
    return [_values_of(column, workers, left_out) for column in range(left_out.columns)]


def _values_of(column: int, workers: Sequence[ColumnsSeen], left_out: ColumnsSeen) -> tuple[ValueRows, ...]:
    if any(seen.arrays.distinct[column] > MOST_VALUES for seen in workers):
        return ()
    texts: dict[int, tuple[str, bool]] = {}
    rows: dict[int, int] = {}
    for seen in workers:
        values = seen.arrays.values
        for place in np.flatnonzero(values.hash[column]):
            value = int(values.hash[column, place])
            rows[value] = rows.get(value, 0) + int(values.rows[column, place])
            if value not in texts:
                texts[value] = _text(seen, column, int(values.order[column, place]))
    if len(rows) > MOST_VALUES:
        return ()
    missing = _rows_of(column, left_out)
    found = [ValueRows(*texts[value], count, missing.get(value, 0)) for value, count in rows.items()]
    return tuple(sorted(found, key=lambda value: (-value.rows, value.text)))


def _rows_of(column: int, seen: ColumnsSeen) -> dict[int, int]:
    values = seen.arrays.values
    return {int(values.hash[column, at]): int(values.rows[column, at]) for at in np.flatnonzero(values.hash[column])}


def _text(seen: ColumnsSeen, column: int, order: int) -> tuple[str, bool]:
    """The beginning of a value, without a character that was cut in two."""
    values = seen.arrays.values
    length = int(values.length[column, order])
    text = values.text[column, order, : min(length, LONGEST_VALUE)].tobytes().decode(errors="ignore")
    return text, length <= LONGEST_VALUE
