"""The first rows as the judges leave them, and what only all of them together decide, by the rules for single rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from operator import or_

import numpy as np
import numpy.typing as npt

from ingest.aam.findings import Severity
from ingest.engine.blocks import Block
from ingest.engine.findings import bits_of, bits_with, codes_of, severity_of
from ingest.engine.ledger import IdLedger
from ingest.engine.merging import LateRefusal, MergedId
from ingest.engine.plan import Plan
from ingest.engine.row_copy import RowCopy
from ingest.engine.seen import LONGEST_SAMPLE


@dataclass
class JudgedRow:
    """A row: its findings as bits, the line that it makes (None: it was refused), and its lines in the end.

    `text` is the beginning of the row as it stands in the file, where it could not be read.
    """

    number: int
    copy: RowCopy
    bits: int
    made: str | None
    text: str
    lines: tuple[str, ...] = ()

    @property
    def cells(self) -> tuple[str, ...]:
        """Its cells as they stand in the file."""
        return self.copy.cells


class FirstRows:
    """Takes judged blocks in order, up to `limit` rows; `finish` then settles what depends on other rows."""

    def __init__(self, plan: Plan, limit: int) -> None:
        unsafe_values = plan.document.unsafe_values
        self._plan = plan
        self._limit = limit
        self._refusing = bits_with(Severity.REFUSED, unsafe_values)
        self._changing = bits_with(Severity.CHANGED, unsafe_values)
        self._ledger = IdLedger()
        self._ids: list[tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]] = []
        self.judged: list[JudgedRow] = []
        self.lines: list[str] = []
        self.late: dict[int, LateRefusal] = {}
        self.distinct_ids = 0
        self.more = False

    def __call__(self, block: Block) -> None:
        """Copy what is needed of a block."""
        count = min(block.count, self._limit - len(self.judged))
        self.more |= count < block.count
        bits = block.verdicts.bits[:count]
        exact, folded = block.verdicts.id_exact[:count].copy(), block.verdicts.id_folded[:count].copy()
        accepted = (bits & np.uint64(self._refusing)) == 0
        over = self._ledger.enter(exact, folded, accepted & (not self._plan.merges))
        bits[over != 0] |= self._plan.bits.too_many_lines
        self._ids.append((exact, folded))
        start = 0
        for row in range(count):
            end = int(block.verdicts.line_end[row])
            made = block.out[start : end - 1].tobytes().decode() if end > start and not over[row] else None
            start = end
            self.judged.append(self._judged(block, row, int(bits[row]), made))

    def _judged(self, block: Block, row: int, bits: int, made: str | None) -> JudgedRow:
        copy = RowCopy.of(block, row, self._plan.layout)
        text = copy.line[:LONGEST_SAMPLE] if bits & int(self._plan.bits.unreadable) else ""
        return JudgedRow(int(block.rows.number[row]), copy, bits, made, text)

    def finish(self) -> None:
        """Settle which lines are sent, and which rows have an ID that also occurs in other case."""
        if self._plan.merges:
            self._merge()
        else:
            self._keep()
        if self._plan.layout.folds_ids:
            self._note_variants()

    def _keep(self) -> None:
        for row in self.judged:
            if row.made is not None:
                row.lines = (row.made,)
                self.lines.append(row.made)
        self.distinct_ids = self._ledger.distinct_sent

    def _merge(self) -> None:
        merged: dict[str, MergedId] = {}
        rows_of: dict[str, list[JudgedRow]] = {}
        for row in self.judged:
            if row.made is None:
                continue
            identifier, _, items = row.made.partition("\t")
            refusal = merged.setdefault(identifier, MergedId(identifier)).add(items)
            if refusal is None:
                rows_of.setdefault(identifier, []).append(row)
            else:
                self.late[row.number] = refusal
                row.bits |= bits_of([refusal.code])
        for identifier, one in merged.items():
            lines = tuple(record.removesuffix("\n") for record, _ in one.records())
            self.lines.extend(lines)
            for row in rows_of.get(identifier, ()):
                row.lines = lines
        self.distinct_ids = len(merged)

    def _note_variants(self) -> None:
        if not self._ledger.rows_with_variants():
            return
        exact, folded = (np.concatenate(hashes) for hashes in zip(*self._ids, strict=True))
        for row in np.flatnonzero(self._ledger.variant_marks(exact, folded, exact.size)).tolist():
            self.judged[row].bits |= int(self._plan.bits.case_variant)

    def is_accepted(self, row: JudgedRow) -> bool:
        """Whether the row is sent."""
        return not row.bits & self._refusing

    def is_changed(self, row: JudgedRow) -> bool:
        """Whether the row is sent after a change."""
        return self.is_accepted(row) and bool(row.bits & self._changing)

    def findings(self) -> Iterator[tuple[str, Severity, int]]:
        """The codes that some row has, in the order of the table: how much each weighs, and its rows."""
        for code in codes_of(reduce(or_, (row.bits for row in self.judged), 0)):
            bit = bits_of([code])
            rows = sum(bool(row.bits & bit) for row in self.judged)
            yield code, severity_of(code, self._plan.document.unsafe_values), rows
