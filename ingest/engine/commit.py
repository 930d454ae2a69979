"""What happens to each judged block, in the order of the file: IDs, totals, refused rows, lines."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from ingest.engine.blocks import Block
from ingest.engine.findings import bits_of
from ingest.engine.kernels.tally import SAMPLES, drop_lines
from ingest.engine.ledger import IdLedger
from ingest.engine.merging import LateRefusal
from ingest.engine.parts import PartWriter
from ingest.engine.pipeline import Background
from ingest.engine.refused import RefusedWriter
from ingest.engine.totals import Sample, Totals

VARIANT = "id.case_variant"


@dataclass
class KeepingCommit:
    """One record per row: lines go straight to the parts, compressed in a thread of its own."""

    totals: Totals
    ledger: IdLedger
    refused: RefusedWriter
    parts: PartWriter
    background: Background
    file_bytes: int

    def __call__(self, block: Block) -> None:
        """Make the verdicts final, count them, and pass the lines on."""
        if not self.totals.rows and block.used:
            self.ledger.expect(self.file_bytes / block.used * block.count)
        bits = block.verdicts.bits[: block.count]
        refusing = np.uint64(self.totals.refusing)
        accepted = (bits & refusing) == 0
        over = self.ledger.enter(block.verdicts.id_exact, block.verdicts.id_folded, accepted)
        if over.any():
            bits[over != 0] |= self.totals.plan.bits.too_many_lines
            block.out_used = drop_lines(block.out, block.verdicts.line_end, block.count, over)
            accepted &= over == 0
        self.totals.add(block)
        self.refused.write(block, np.flatnonzero(~accepted))
        lines = block.out[: block.out_used].copy()
        self.background.do(partial(self.parts.write, lines, block.verdicts.line_end[: block.count][accepted]))


@dataclass
class LateCommit:
    """A second count of all rows, in which other rows of their IDs hold some back (by spreadsheet row)."""

    totals: Totals
    refused: RefusedWriter
    refusals: Mapping[int, LateRefusal]

    def __call__(self, block: Block) -> None:
        """Mark the rows that are held back, then count."""
        bits = block.verdicts.bits
        late = np.flatnonzero(np.isin(block.rows.number[: block.count], np.fromiter(self.refusals, np.int64)))
        for row in late:
            bits[row] |= np.uint64(bits_of([self.refusals[int(block.rows.number[row])].code]))
        self.totals.add(block, self.refusals)
        self.refused.write(block, np.flatnonzero(bits[: block.count] & np.uint64(self.totals.refusing)))


@dataclass
class VariantCommit:
    """A second look at the rows, for the first ones whose ID also occurs in other case."""

    totals: Totals
    ledger: IdLedger
    samples: list[Sample]

    def __call__(self, block: Block) -> None:
        """Take samples until there are enough."""
        marks = self.ledger.variant_marks(block.verdicts.id_exact, block.verdicts.id_folded, block.count)
        for row in np.flatnonzero(marks)[: SAMPLES - len(self.samples)]:
            self.samples.append(self.totals.sample(block, int(row), VARIANT))

    def done(self) -> bool:
        """Whether no further row is needed."""
        return len(self.samples) >= SAMPLES
