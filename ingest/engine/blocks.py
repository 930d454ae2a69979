"""A block: some bytes of the customer file, the rows in them, and room for everything that is said about them."""

import re
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from ingest.engine.kernels.scan import Rows, doubled_quote, room_for_rows
from ingest.engine.kernels.tables import Cells, Layout, Verdicts
from ingest.engine.kernels.text import unescape

_PROTECTED = re.compile(r"'+[=+\-@\t\r]")
# Measured: half of it costs 7 % of time, twice as much only memory.
DEFAULT_BLOCK_BYTES = 2 * 1024 * 1024
_SLACK = 64 * 1024


def unprotected(text: str) -> str:
    """A cell of a refused.csv without the apostrophe that keeps a spreadsheet from running it."""
    return text[1:] if _PROTECTED.match(text) else text


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
        texts = self.texts_of(row, layout.quote, layout.escape)[layout.leading :]
        return [unprotected(text) for text in texts] if layout.leading else texts

    def texts_of(self, row: int, quote: int, escape: int) -> list[str]:
        """The fields of a row as text, quotes and escapes resolved, blanks kept; U+FFFD for what is not UTF-8."""
        first, last = int(self.rows.first_field[row]), int(self.rows.first_field[row + 1])
        return [self._text_of(place, quote, escape) for place in range(first, last)]

    def _text_of(self, place: int, quote: int, escape: int) -> str:
        start, end = int(self.rows.field_start[place]), int(self.rows.field_end[place])
        if not self.rows.field_escaped[place]:
            return self.buffer[start:end].tobytes().decode(errors="replace")
        resolved = np.empty(end - start, np.uint8)
        doubled = doubled_quote(self.rows.field_escaped[place], quote)
        length = unescape(self.buffer, start, end, doubled, escape, resolved, 0)
        return resolved[:length].tobytes().decode(errors="replace")

    def line_of(self, row: int) -> str:
        """The bytes of a row as text, with U+FFFD for what is not UTF-8."""
        return self.buffer[self.rows.start[row] : self.rows.end[row]].tobytes().decode(errors="replace")
