"""The IDs of the batch: records per ID, different IDs, IDs that also occur in other case."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from ingest.aam.limits import MAX_LINES_PER_ID
from ingest.engine.kernels.ledger import enter_rows, mark_variants, move_slots, rows_with_variants

_FIRST_SIZE = 1 << 14
_FULLEST = 0.7
_WORDS = 2
# Expectations are guesses from the size of the file; a table that they make is never larger than this.
_MOST_EXPECTED = 20_000_000


@dataclass
class IdLedger:
    """A table of 16 bytes per place, at most 70 % full: 23 to 46 bytes per different ID."""

    words: npt.NDArray[np.uint64] = field(default_factory=lambda: np.zeros((_FIRST_SIZE, _WORDS), np.uint64))
    _used: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(4, np.int64))

    @property
    def distinct_sent(self) -> int:
        """Different IDs that have at least one record."""
        return int(self._used[1])

    def expect(self, ids: float) -> None:
        """Make room for a number of different IDs at once. Room that is not used is not touched and takes no memory."""
        self._make_room(int(min(ids, _MOST_EXPECTED)))

    def _make_room(self, ids: int) -> None:
        size = self.words.shape[0]
        while ids > _FULLEST * size:
            size *= 2
        if size > self.words.shape[0]:
            larger = np.zeros((size, _WORDS), np.uint64)
            move_slots(self.words, larger)
            self.words = larger

    def enter(
        self,
        exact: npt.NDArray[np.uint64],
        folded: npt.NDArray[np.uint64],
        accepted: npt.NDArray[np.bool_],
    ) -> npt.NDArray[np.uint8]:
        """Enter the rows of a block in order; marks the rows whose record would be one too many for its ID."""
        self._make_room(int(self._used[0]) + accepted.size)
        over = np.zeros(accepted.size, np.uint8)
        enter_rows(self.words, self._used, accepted.size, exact, folded, accepted, MAX_LINES_PER_ID, over)
        return over

    def rows_with_variants(self) -> int:
        """Rows whose ID also occurs in other case."""
        return int(rows_with_variants(self.words)) if self._used[2] else 0

    def variant_marks(
        self, exact: npt.NDArray[np.uint64], folded: npt.NDArray[np.uint64], count: int
    ) -> npt.NDArray[np.uint8]:
        """Which rows of a block have an ID that also occurs in other case, once all rows were entered."""
        marks = np.zeros(count, np.uint8)
        mark_variants(self.words, count, exact, folded, marks)
        return marks
