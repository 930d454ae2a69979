"""What the columns of the file hold, gathered by each worker and added up at the end."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from ingest.engine.kernels.columns import EXACT_DISTINCT, insert_new
from ingest.engine.kernels.hashing import hash_of
from ingest.engine.kernels.judge import CELL_SEED
from ingest.engine.kernels.tables import RECENT, REGISTERS, SAMPLES_PER_COLUMN, SPARE, Seen, make_values

# Words that people and databases write for "nothing". They are values all the same (section 4.3 of the format).
LONGEST_SAMPLE = 200
WORDS_FOR_NOTHING = (
    "NULL", "null", "Null", "N/A", "n/a", "NA", "#N/A", "None", "none", "NaN", "nan", "nil", "-", "--", "?", "(null)",
    "\\N",
)  # fmt: skip
_ALPHA = 0.7213 / (1 + 1.079 / REGISTERS)


@dataclass(frozen=True)
class ColumnSummary:
    """What one column holds, over the rows that could be read."""

    name: str
    filled: int
    distinct: int
    distinct_estimated: bool
    samples: tuple[str, ...]
    words_for_nothing: tuple[tuple[str, int], ...]


@dataclass
class ColumnsSeen:
    """The counters of one worker. `samples`: per column the first different values: row, digest, beginning."""

    columns: int
    arrays: Seen = field(init=False)
    samples: list[list[tuple[int, bytes, str]]] = field(init=False)

    def __post_init__(self) -> None:
        words = [np.frombuffer(word.encode() + bytes(SPARE), np.uint8).copy() for word in WORDS_FOR_NOTHING]
        lead = np.zeros(256, np.uint8)
        lead[[word[0] for word in words]] = 1
        self.samples = [[] for _ in range(self.columns)]
        self.arrays = Seen(
            filled=np.zeros(self.columns, np.int64),
            distinct=np.zeros(self.columns, np.int64),
            table=np.zeros(1024, np.uint64),
            used=np.zeros(1, np.int64),
            recent=np.zeros((self.columns, RECENT), np.uint64),
            registers=np.zeros((self.columns, REGISTERS), np.uint8),
            samples=np.zeros(self.columns, np.int64),
            fresh=np.zeros((self.columns * SAMPLES_PER_COLUMN, 4), np.int32),
            fresh_count=np.zeros(1, np.int64),
            words=np.array([hash_of(word, 0, word.size - SPARE, CELL_SEED) for word in words], np.uint64),
            word_lead=lead,
            word_rows=np.zeros((self.columns, len(words)), np.int64),
            values=make_values(self.columns),
        )

    def make_room(self, cells: int) -> None:
        """Make sure that a block of `cells` cells fits; to be called before it is judged."""
        open_columns = np.maximum(EXACT_DISTINCT + 1 - self.arrays.distinct, 0)
        needed = 2 * (int(self.arrays.used[0]) + min(cells, int(open_columns.sum())))
        if needed > self.arrays.table.size:
            self._grow(1 << needed.bit_length())

    def _grow(self, size: int) -> None:
        table = np.zeros(size, np.uint64)
        for entry in self.arrays.table[self.arrays.table != 0]:
            insert_new(table, entry)
        self.arrays = self.arrays._replace(table=table)

    def take_samples(self, buffer: npt.NDArray[np.uint8], numbers: npt.NDArray[np.int64]) -> None:
        """Copy the new samples out of a block that was just judged."""
        for column, row, start, end in self.arrays.fresh[: int(self.arrays.fresh_count[0])]:
            value = buffer[start:end].tobytes()
            shown = value.decode()[:LONGEST_SAMPLE]
            self.samples[column].append((int(numbers[row]), hashlib.sha256(value).digest(), shown))
        self.arrays.fresh_count[0] = 0


def summarise(names: Sequence[str], workers: Iterable[ColumnsSeen]) -> list[ColumnSummary]:
    """Add up what all workers saw; the same result however the blocks were shared out."""
    all_seen = list(workers)
    filled = np.add.reduce([seen.arrays.filled for seen in all_seen])
    registers = np.maximum.reduce([seen.arrays.registers for seen in all_seen])
    words = np.add.reduce([seen.arrays.word_rows for seen in all_seen])
    exact = _exact_distinct(all_seen, len(names))
    return [
        ColumnSummary(
            name=name,
            filled=int(filled[column]),
            distinct=_estimate(registers[column]) if exact[column] > EXACT_DISTINCT else int(exact[column]),
            distinct_estimated=bool(exact[column] > EXACT_DISTINCT),
            samples=_first_samples(seen.samples[column] for seen in all_seen),
            words_for_nothing=tuple(
                (word, int(rows)) for word, rows in zip(WORDS_FOR_NOTHING, words[column], strict=True) if rows
            ),
        )
        for column, name in enumerate(names)
    ]


def _exact_distinct(workers: Sequence[ColumnsSeen], columns: int) -> npt.NDArray[np.int64]:
    """Different values per column; more than EXACT_DISTINCT where some worker stopped counting."""
    entries = np.unique(np.concatenate([seen.arrays.table[seen.arrays.table != 0] for seen in workers]))
    counts = np.bincount((entries & np.uint64(0xFFFF)).astype(np.int64), minlength=columns)
    return counts[:columns]


def _estimate(registers: npt.NDArray[np.uint8]) -> int:
    """HyperLogLog (Flajolet and others, 2007); only used far above the range of its small corrections."""
    return round(_ALPHA * REGISTERS**2 / float(np.sum(2.0 ** -registers.astype(np.float64))))


def _first_samples(samples: Iterable[list[tuple[int, bytes, str]]]) -> tuple[str, ...]:
    """The first different values; workers may have met the same one, and long ones differ where they are cut off."""
    different: dict[bytes, str] = {}
    for _, digest, shown in sorted(sample for part in samples for sample in part):
        different.setdefault(digest, shown)
    return tuple(different.values())[:SAMPLES_PER_COLUMN]
