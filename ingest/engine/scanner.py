"""Cut the stream of a customer file into blocks of whole rows."""

from typing import Protocol

import numpy as np

from ingest.engine.blocks import Block
from ingest.engine.kernels.scan import PART_OF_LINE, DialectBytes, after_line_end, scan_rows

LINE_ENDS = (10, 13)


class Readable(Protocol):
    """A stream of UTF-8 bytes; 0xFF where the file's encoding does not allow what stands there."""

    def readinto(self, view: memoryview, /) -> int:
        """Fill `view` as far as there are bytes; 0 at the end."""


class Scanner:
    """Reads blocks in order. `number` is the spreadsheet row of the next line."""

    def __init__(self, source: Readable, dialect: DialectBytes) -> None:
        self._source = source
        self._dialect = dialect
        self._left_over = np.empty(0, np.uint8)
        self._skipping = False
        self.ended = False
        self.number = 1
        self.bytes_read = 0

    def fill(self, block: Block, *, most_rows: int | None = None) -> bool:
        """Read the next rows into `block`; False when none are left (`block.count` may be 0 all the same).

        A record that does not fit makes the block larger, up to the longest record that is read at all.
        """
        while block.room < self._left_over.size:
            block.grow()
        block.used = self._left_over.size
        block.buffer[: block.used] = self._left_over
        while True:
            self._read(block)
            count, at, number = scan_rows(
                block.buffer, 0, block.used, self.ended, self._dialect, block.rows, self.number
            )
            if at > 0 or self.ended:
                break
            block.grow()
        self._take(block, count, at, number, most_rows)
        return block.count > 0 or not self.ended

    def take_header(self, block: Block) -> bool:
        """Read the first record into row 0 of `block` and leave what follows it for `fill`; False: there is none."""
        while self.fill(block):
            if block.count:
                stop = int(block.rows.end[0])
                after = after_line_end(block.buffer, stop, block.used) if stop < block.used else block.used
                self._left_over = block.buffer[after : block.used].copy()
                self.number = int(block.rows.number[0]) + 1
                block.count = 1
                return True
        return False

    def _read(self, block: Block) -> None:
        while block.used < block.room and not self.ended:
            got = self._source.readinto(memoryview(block.buffer)[block.used : block.room])
            self.ended = got == 0
            start = self._end_of_skipped(block, got) if self._skipping and got else 0
            block.buffer[block.used : block.used + got - start] = block.buffer[block.used + start : block.used + got]
            block.used += got - start
            self.bytes_read += got

    def _end_of_skipped(self, block: Block, got: int) -> int:
        """How many of the bytes just read belong to a line that was given up."""
        fresh = block.buffer[block.used : block.used + got]
        ends = np.flatnonzero(np.isin(fresh, LINE_ENDS))
        self._skipping = ends.size == 0
        if not ends.size:
            return got
        return int(after_line_end(fresh, int(ends[0]), got))

    def _take(self, block: Block, count: int, at: int, number: int, most_rows: int | None) -> None:
        rows = block.rows
        self._skipping = bool(count and rows.broken[count - 1] == PART_OF_LINE)
        self._left_over = block.buffer[at : block.used].copy()
        self.number = number
        block.count = count if most_rows is None else min(count, most_rows)
