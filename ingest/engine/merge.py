"""`repeated_ids: merge`, first half: IDs are numbered by first appearance, and all lines set aside by number."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from ingest.engine.blocks import Block
from ingest.engine.kernels.ledger import move_slots
from ingest.engine.kernels.merge import number_ids
from ingest.engine.kernels.spill import GROUP_BITS, measure_groups, put_entries
from ingest.engine.ledger import IdLedger
from ingest.engine.refused import RefusedWriter
from ingest.engine.spill import Spill
from ingest.engine.totals import Totals

_FULLEST = 0.6


@dataclass
class IdNumbers:
    """Numbers the different IDs by first appearance."""

    count: int = 0
    _words: npt.NDArray[np.uint64] = field(default_factory=lambda: np.zeros((1 << 14, 2), np.uint64))

    def of(self, exact: npt.NDArray[np.uint64], accepted: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
        """The number of each accepted row's ID."""
        while self.count + accepted.size > _FULLEST * self._words.shape[0]:
            larger = np.zeros((2 * self._words.shape[0], 2), np.uint64)
            move_slots(self._words, larger)
            self._words = larger
        numbers = np.zeros(accepted.size, np.int64)
        self.count, _ = number_ids(self._words, self.count, accepted.size, exact, accepted, numbers)
        return numbers


@dataclass
class MergingCommit:
    """Counts the rows of a block and sets their lines aside."""

    totals: Totals
    ledger: IdLedger
    refused: RefusedWriter
    spill: Spill
    numbers: IdNumbers

    def __call__(self, block: Block) -> None:
        """Take a judged block."""
        bits = block.verdicts.bits[: block.count]
        accepted = (bits & np.uint64(self.totals.refusing)) == 0
        self.ledger.enter(block.verdicts.id_exact, block.verdicts.id_folded, np.zeros(block.count, np.bool_))
        self.totals.add(block)
        self.refused.write(block, np.flatnonzero(~accepted))
        self._set_aside(block, self.numbers.of(block.verdicts.id_exact, accepted), accepted)

    def _set_aside(self, block: Block, ids: npt.NDArray[np.int64], accepted: npt.NDArray[np.bool_]) -> None:
        sizes = np.zeros((self.numbers.count >> GROUP_BITS) + 1, np.int64)
        measure_groups(block.verdicts.line_end, block.count, ids, accepted, sizes)
        ends = np.cumsum(sizes)
        at_of = ends - sizes
        entries = np.empty(int(ends[-1]), np.uint64)
        put_entries(
            block.out, block.verdicts, block.count, ids, accepted, block.rows.number, at_of, entries,
            entries.view(np.uint8),
        )  # fmt: skip
        self.spill.add(entries, ends - sizes, ends)
