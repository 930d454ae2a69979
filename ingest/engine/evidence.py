"""Whether a date column writes the day or the month first: found by a pass over all rows that will be read."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ingest.aam.text import trim
from ingest.crm.dates import DayOrder, combine_evidence, date_evidence
from ingest.crm.mapping import MappingDocument, Transform
from ingest.crm.transforms import before_date, compile_transforms
from ingest.engine.blocks import DEFAULT_BLOCK_BYTES, Block
from ingest.engine.errors import Cancelled
from ingest.engine.kernels.evidence import fresh_cells
from ingest.engine.opened import opened
from ingest.engine.pipeline import Stop
from ingest.engine.plan import Plan, make_plan

_FIRST_TABLE = 1 << 16
_LARGEST_TABLE = 1 << 21


@dataclass
class _DateColumn:
    """One use of `date_iso` and what its column proved so far."""

    column: str
    steps: tuple[Transform, ...]
    split: str | None
    proven: set[DayOrder | None] = field(default_factory=set)
    table: npt.NDArray[np.uint64] = field(default_factory=lambda: np.zeros(_FIRST_TABLE, np.uint64))
    used: int = 0

    def make_room(self, rows: int) -> None:
        """Room for a block of rows; the set starts anew once it is large, which only costs looking twice."""
        if 2 * (self.used + rows) > self.table.size:
            size = min(2 * self.table.size, _LARGEST_TABLE)
            self.table = np.zeros(max(size, 1 << (2 * rows).bit_length()), np.uint64)
            self.used = 0

    def look_at(self, text: str) -> None:
        """Take the evidence of one cell."""
        apply = compile_transforms(self.steps, day_order=DayOrder.UNKNOWN)
        pieces = [text] if self.split is None else text.split(self.split)
        self.proven.update(date_evidence(trim(apply(trim(piece)))) for piece in pieces)


def _date_columns(document: MappingDocument) -> Iterator[_DateColumn]:
    for id_column in document.ids:
        steps = before_date(id_column.transforms)
        if steps is not None:
            yield _DateColumn(id_column.column, steps, None)
    for column in document.columns:
        steps = before_date(column.transforms)
        if steps is not None:
            yield _DateColumn(column.column, steps, column.split)


def day_orders(path: Path, document: MappingDocument, *, limit: int | None, stop: Stop) -> dict[str, DayOrder]:
    """The day order of each column with `date_iso` (docs/decisions/0001, 12), over the first `limit` rows or all.

    Needed only when some date can be read in two ways.
    """
    columns = list(_date_columns(document))
    with opened(path, document) as file:
        plan = make_plan(document, file.header, file.dialect, day_orders=None)
        block = Block(DEFAULT_BLOCK_BYTES, 0)
        rows = 0
        while (limit is None or rows < limit) and file.scanner.fill(
            block, most_rows=None if limit is None else limit - rows
        ):
            if stop():
                raise Cancelled
            rows += block.count
            for column in columns:
                _look_at_block(column, block, plan)
    proven: dict[str, set[DayOrder | None]] = {}
    for column in columns:
        proven.setdefault(column.column, set()).update(column.proven)
    return {name: combine_evidence(evidence) for name, evidence in proven.items()}


def _look_at_block(column: _DateColumn, block: Block, plan: Plan) -> None:
    column.make_room(block.count)
    place = plan.header.places[column.column]
    picked = np.empty(block.count, np.int64)
    found = fresh_cells(block.buffer, block.rows, block.count, place, plan.layout, plan.bits, column.table, picked)
    column.used += found
    for row in picked[:found]:
        cells = block.cells_of(int(row), plan.layout)
        text = trim(cells[place])
        if text:
            column.look_at(text)
