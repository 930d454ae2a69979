"""What is counted over all rows, in row order: findings with their first rows, rows, records, items."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from ingest.aam.findings import FINDINGS, Severity
from ingest.crm.mapping import UnsafeValues
from ingest.engine.blocks import Block
from ingest.engine.exact_rows import ExactRows
from ingest.engine.findings import ROW_CODES, bits_with
from ingest.engine.kernels.tables import KINDS_OF_ITEMS, Layout
from ingest.engine.kernels.tally import SAMPLES, count_rows, count_sent_items, tally_rows
from ingest.engine.merging import LateRefusal
from ingest.engine.plan import Plan
from ingest.engine.seen import LONGEST_SAMPLE
from ingest.engine.values import LeftOut

UNREADABLE = "row.unreadable"
RAGGED = ("row.too_few_fields", "row.too_many_fields")
TellNoticed = Callable[[int], None]
NONE_LATE: Mapping[int, LateRefusal] = MappingProxyType({})


@dataclass(frozen=True)
class Sample:
    """One of the first rows that have a finding: spreadsheet row, column, found value, what was expected."""

    row: int
    column: str | None
    value: str
    expected: str


def ragged(cells: Sequence[str], layout: Layout) -> tuple[str, str]:
    """What was found in a row with too few or too many fields, and what was expected."""
    return f"{len(cells)} fields", f"{layout.columns} fields"


@dataclass
class Totals:
    """Adds up blocks as they come, in order. `left_out`: counts the values of rows that are refused, too.

    `noticed`: rows that are sent as they are although something was noticed in them; that an ID also occurs in other
    case is known of no single row, and does not count.
    """

    plan: Plan
    left_out: LeftOut | None = None
    accepted: int = 0
    refused: int = 0
    changed: int = 0
    noticed: int = 0
    items: list[int] = field(default_factory=lambda: [0] * KINDS_OF_ITEMS)
    samples: dict[str, list[Sample]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        unsafe_values: UnsafeValues = self.plan.document.unsafe_values
        self.refusing = bits_with(Severity.REFUSED, unsafe_values)
        self._changing = np.uint64(bits_with(Severity.CHANGED, unsafe_values))
        self._noticing = np.uint64(bits_with(Severity.NOTICE, unsafe_values))
        self._exact = ExactRows(self.plan)
        self._rows = np.zeros(len(ROW_CODES), np.int64)
        self._first = np.zeros((len(ROW_CODES), SAMPLES), np.int64)
        self._taken = np.zeros(len(ROW_CODES), np.int64)

    @property
    def rows(self) -> int:
        """Rows counted so far."""
        return self.accepted + self.refused

    def add(self, block: Block, late: Mapping[int, LateRefusal] = NONE_LATE) -> None:
        """Count the rows of a block whose verdicts are final; `late`: rows that other rows of their ID hold back."""
        rows, items = np.zeros(4, np.int64), np.zeros(KINDS_OF_ITEMS, np.int64)
        bits = block.verdicts.bits
        count_rows(bits, block.count, np.uint64(self.refusing), self._changing, self._noticing, rows)
        count_sent_items(block.verdicts, block.count, np.uint64(self.refusing), items)
        self.accepted += int(rows[0])
        self.refused += int(rows[1])
        self.changed += int(rows[2])
        self.noticed += int(rows[3])
        self.items = [total + int(more) for total, more in zip(self.items, items, strict=True)]
        tally_rows(bits, block.count, self._rows, self._first, self._taken)
        self._take_samples(block, late)
        if self.left_out is not None:
            self.left_out.add(block)

    def _take_samples(self, block: Block, late: Mapping[int, LateRefusal]) -> None:
        for place in np.flatnonzero(self._taken):
            code = ROW_CODES[place]
            samples = self.samples.setdefault(code, [])
            wanted = self._first[place, : min(int(self._taken[place]), SAMPLES - len(samples))]
            samples.extend(self._sample(block, int(row), code, late) for row in wanted)

    def _sample(self, block: Block, row: int, code: str, late: Mapping[int, LateRefusal]) -> Sample:
        refusal = late.get(int(block.rows.number[row]))
        if refusal is None or refusal.code != code:
            return self.sample(block, row, code)
        cells = block.cells_of(row, self.plan.layout)
        column = self._exact.column_of(cells, refusal)
        return Sample(int(block.rows.number[row]), column, refusal.value, FINDINGS[code].expected)

    def sample(self, block: Block, row: int, code: str) -> Sample:
        """What a row shows about one of its findings."""
        number = int(block.rows.number[row])
        expected = FINDINGS[code].expected
        if code == UNREADABLE:
            return Sample(number, None, block.line_of(row)[:LONGEST_SAMPLE], expected)
        cells = block.cells_of(row, self.plan.layout)
        if code in RAGGED:
            return Sample(number, None, *ragged(cells, self.plan.layout))
        column, value = self._exact.explain(cells)[code]
        return Sample(number, column, value[:LONGEST_SAMPLE], expected)

    def rows_with(self, code: str) -> int:
        """How many rows have a finding."""
        return int(self._rows[ROW_CODES.index(code)])

    def set_variants(self, rows: int, samples: list[Sample]) -> None:
        """Add what is only known at the end: rows whose ID also occurs in other case."""
        self._rows[ROW_CODES.index("id.case_variant")] = rows
        self.samples["id.case_variant"] = samples
