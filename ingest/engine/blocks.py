"""A block: some bytes of the customer file, the rows in them, and room for everything that is said about them."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from ingest.engine.kernels.scan import Rows, doubled_quote, room_for_rows
from ingest.engine.kernels.tables import Cells, Layout, Verdicts
from ingest.engine.kernels.text import unescape
from ingest.engine.refused_form import unprotected

# Measured: half of it costs 7 % of time, twice as much only memory.
DEFAULT_BLOCK_BYTES = 2 * 1024 * 1024
_SLACK = 64 * 1024
Bytes = npt.NDArray[np.uint8]
Places = npt.NDArray[np.int32]


@dataclass
class Block:
    """Reused from block to block. The buffer holds the bytes, then the unescaped fields, then changed values."""

    room: int
    slots: int
    used: int = 0
    count: int = 0
    out_used: int = 0
    buffer: npt.NDArray[np.uint8] = field(init=False)
    out: npt.NDArray[np.uint8] = field(init=False)
    rows: Rows = field(init=False)
    cells: Cells = field(init=False)
    verdicts: Verdicts = field(init=False)

    def __post_init__(self) -> None:
        self.out = np.empty(2 * self.room + _SLACK, np.uint8)
        self._allocate_rows(1024)
        self.buffer = np.empty(0, np.uint8)
        self._allocate_bytes()

    def _allocate_bytes(self) -> None:
        kept = self.buffer[: self.used]
        self.buffer = np.empty(4 * self.room + _SLACK, np.uint8)
        self.buffer[: kept.size] = kept
        self.rows = room_for_rows(self.room)

    def _allocate_rows(self, count: int) -> None:
        self.cells = Cells(
            kind=np.empty((count, self.slots), np.uint8),
            start=np.empty((count, self.slots), np.int32),
            end=np.empty((count, self.slots), np.int32),
        )
        self.verdicts = Verdicts(
            bits=np.empty(count, np.uint64),
            id_exact=np.empty(count, np.uint64),
            id_folded=np.empty(count, np.uint64),
            line_end=np.empty(count, np.int64),
            signals=np.zeros(count, np.int32),
            added=np.zeros(count, np.int32),
            removed=np.zeros(count, np.int32),
            codes=np.zeros(count, np.int32),
        )

    def grow(self) -> None:
        """Twice the room for bytes: a record did not fit."""
        self.room *= 2
        self._allocate_bytes()

    def make_room_for_rows(self) -> None:
        """Room for what will be said about `count` rows."""
        if self.count > self.verdicts.bits.size:
            self._allocate_rows(self.count + self.count // 4)

    def grow_out(self, needed: int) -> None:
        """Room for at least `needed` more bytes of lines."""
        larger = np.empty(2 * self.out.size + needed, np.uint8)
        larger[: self.out_used] = self.out[: self.out_used]
        self.out = larger

    def cells_of(self, row: int, layout: Layout) -> list[str]:
        """The cells of the file's own columns, as they were before a refused.csv protected them."""
        return own_cells(self.texts_of(row, layout.quote, layout.escape), layout)

    def texts_of(self, row: int, quote: int, escape: int) -> list[str]:
        """The fields of a row as text, quotes and escapes resolved, blanks kept; U+FFFD for what is not UTF-8."""
        rows = self.rows
        first, last = int(rows.first_field[row]), int(rows.first_field[row + 1])
        return texts_in(
            self.buffer, rows.field_start[first:last], rows.field_end[first:last], rows.field_escaped[first:last],
            quote, escape,
        )  # fmt: skip

    def line_of(self, row: int) -> str:
        """The bytes of a row as text, with U+FFFD for what is not UTF-8."""
        return self.buffer[self.rows.start[row] : self.rows.end[row]].tobytes().decode(errors="replace")


def own_cells(texts: list[str], layout: Layout) -> list[str]:
    """The cells of the file's own columns, as they were before a refused.csv protected them."""
    return [unprotected(text) for text in texts[layout.leading :]] if layout.leading else texts


def texts_in(  # noqa: PLR0917 - the arrays of a block, or of a copy of one row
    buffer: Bytes, starts: Places, ends: Places, escaped: Bytes, quote: int, escape: int
) -> list[str]:
    """The fields at these places as text, quotes and escapes resolved."""
    texts = []
    for start, end, mark in zip(starts.tolist(), ends.tolist(), escaped, strict=True):
        if not mark:
            texts.append(buffer[start:end].tobytes().decode(errors="replace"))
            continue
        resolved = np.empty(end - start, np.uint8)
        length = unescape(buffer, start, end, doubled_quote(mark, quote), escape, resolved, 0)
        texts.append(resolved[:length].tobytes().decode(errors="replace"))
    return texts
