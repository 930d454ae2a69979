"""A refused.csv that comes back corrected: its leading columns dropped, its protecting apostrophes taken off."""

import re
from collections.abc import Iterator

from ingest.crm.dialect import Dialect
from ingest.engine.blocks import Block
from ingest.engine.header import LEADING_COLUMNS
from ingest.engine.refused import csv_row
from ingest.engine.scanner import Scanner

RETURNED_DIALECT = Dialect(delimiter=",", quote='"', escape=None, skip_blanks_before_quote=False)
_PROTECTED = re.compile(r"'(?='*[=+\-@\t\r])")
_ROOM = 256 * 1024
_LEADING = len(LEADING_COLUMNS)
# One empty field: an empty line would hold no row.
_NO_FIELD = '""'


def unprotected(text: str) -> str:
    """A cell without the apostrophe that `refused.protected` put before it."""
    return text[1:] if _PROTECTED.match(text) else text


class ReturnedRows:
    """The rows behind the header as plain CSV, one line end per spreadsheet row that was passed, so that numbers stay."""

    def __init__(self, scanner: Scanner, dialect: Dialect) -> None:
        self._scanner = scanner
        self._quote = ord(dialect.quote) if dialect.quote else -1
        self._escape = ord(dialect.escape) if dialect.escape else -1
        self._lines = self._rewritten()
        self._rest = memoryview(b"\n" * (scanner.number - 1))

    def readinto(self, view: memoryview, /) -> int:
        """Fill `view` as far as there are bytes; 0 at the end."""
        while not self._rest:
            following = next(self._lines, None)
            if following is None:
                return 0
            self._rest = memoryview(following)
        size = min(len(view), len(self._rest))
        view[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size

    def _rewritten(self) -> Iterator[bytes]:
        block = Block(_ROOM, 0)
        number = self._scanner.number
        while self._scanner.fill(block):
            for row in range(block.count):
                # Empty lines, which the scanner passes over, keep their place.
                yield b"\n" * (int(block.rows.number[row]) - number)
                number = int(block.rows.number[row]) + 1
                yield self._row(block, row) + b"\n"

    def _row(self, block: Block, row: int) -> bytes:
        """A row without its leading columns; one that cannot be read goes on as it stands, to be refused again."""
        line = block.buffer[block.rows.start[row] : block.rows.end[row]].tobytes()
        if block.rows.broken[row] or not _is_utf8(line):
            return line
        cells = block.texts_of(row, self._quote, self._escape)[_LEADING:]
        return (csv_row([unprotected(cell) for cell in cells]) or _NO_FIELD).encode()


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True
