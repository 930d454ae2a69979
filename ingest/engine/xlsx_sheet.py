"""Read a worksheet's XML chunk by chunk and hand its rows on as CSV."""

from __future__ import annotations

import numpy as np

from ingest.aam.words import gettext_noop
from ingest.engine.xlsx_cells import (
    AFTER_CELLS,
    CELLS_AT_ONCE,
    DAMAGE,
    FORBIDDEN_MARKUP,
    OUT_OF_ORDER,
    OUTSIDE_THE_SHEET,
    PHASE,
    UNKNOWN_TEXT,
    room_for_cells,
    scan_cells,
)
from ingest.engine.xlsx_chunks import Bytes, Chunks
from ingest.engine.xlsx_digits import MAX_NUMBER_BYTES
from ingest.engine.xlsx_lines import AT_COLUMN, AT_ROW, WRITTEN, end_line, put_byte, resolve_texts, write_cells
from ingest.engine.xlsx_package import DOCUMENT_TYPE, damaged
from ingest.engine.xlsx_strings import SharedTexts
from ingest.engine.xlsx_styles import Styles

OUTPUT_BYTES = 4 * 1024 * 1024
LF = 10
DAMAGES = {
    FORBIDDEN_MARKUP: DOCUMENT_TYPE,
    OUT_OF_ORDER: gettext_noop("The rows or cells of its sheet do not stand in order."),
    OUTSIDE_THE_SHEET: gettext_noop("A row or cell of its sheet lies outside of 1,048,576 rows and 16,384 columns."),
    UNKNOWN_TEXT: gettext_noop("A cell refers to a text that is not in the file."),
}


class SheetReader:
    """The rows of one sheet; `next_bytes` gives stretches of CSV until there are no more."""

    def __init__(self, chunks: Chunks, texts: SharedTexts, styles: Styles) -> None:
        self._chunks, self._texts, self._styles = chunks, texts, styles
        self._cells = room_for_cells(CELLS_AT_ONCE)
        self._state = np.zeros(4, dtype=np.int64)
        self._place = np.zeros(4, dtype=np.int64)
        self._place[AT_ROW] = 1
        self._out: Bytes = np.empty(OUTPUT_BYTES, dtype=np.uint8)
        self._scratch: Bytes = np.empty(0, dtype=np.uint8)
        self._rendered: Bytes = np.empty(0, dtype=np.uint8)
        self._next = self._count = 0
        self._ended = False

    def next_bytes(self) -> memoryview:
        """The next stretch of CSV, valid until the next call; empty at the end of the sheet."""
        self._place[WRITTEN] = 0
        while not self._ended and self._place[WRITTEN] < len(self._out) // 2:
            if self._next == self._count and not self._find_cells():
                self._finish()
                break
            self._write_cells()
        return self._out[: int(self._place[WRITTEN])].data

    def _find_cells(self) -> bool:
        """Read more cells from the XML; False at its end."""
        chunks = self._chunks
        while True:
            self._count, chunks.start = scan_cells(
                chunks.buffer, chunks.start, chunks.end, self._styles.count, self._state, self._cells
            )
            self._next = 0
            self._check(int(self._state[DAMAGE]))
            if not resolve_texts(self._cells, self._count, self._texts.ends):
                raise damaged(DAMAGES[UNKNOWN_TEXT])
            if self._count > 0:
                self._rendered = self._styles.render(chunks.buffer, self._cells, self._count, self._texts)
                return True
            if self._state[PHASE] == AFTER_CELLS:
                return False
            if not chunks.fill():
                raise damaged(gettext_noop("Its sheet ends in the middle."))

    def _write_cells(self) -> None:
        """Write as many of the cells that were found as the output has room for."""
        wanted = len(self._chunks.buffer) + MAX_NUMBER_BYTES
        if len(self._scratch) < wanted:
            self._scratch = np.empty(wanted, dtype=np.uint8)
        self._next, room = write_cells(
            self._chunks.buffer, self._cells, self._next, self._count, self._styles.shapes, self._texts.fields,
            self._rendered, self._scratch, self._out, self._place,
        )  # fmt: skip
        if self._next < self._count:
            self._make_room(int(self._place[WRITTEN]) + room)

    def _make_room(self, needed: int) -> None:
        """Let the output grow for a cell that does not fit behind what is written."""
        if needed > len(self._out):
            larger = np.empty(2 * needed, dtype=np.uint8)
            larger[: len(self._out)] = self._out
            self._out = larger

    def _finish(self) -> None:
        """End the last row, and make sure that the part arrived whole."""
        self._ended = True
        self._chunks.finish()
        if self._place[AT_COLUMN] > 0:
            at = end_line(self._out, int(self._place[WRITTEN]), self._place)
            self._place[WRITTEN] = put_byte(LF, 1, self._out, at)

    def _check(self, damage: int) -> None:
        if damage:
            raise damaged(DAMAGES[damage])
