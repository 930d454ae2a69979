"""The customer file without the rows that are left out, its IDs and cells tidied: ready to be taken in again."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from ingest.aam.identifiers import judge_identifier
from ingest.aam.text import WHITE_SPACE, trim
from ingest.crm.dates import DayOrder
from ingest.crm.dialect import Dialect
from ingest.crm.mapping import IdColumn, MappingDocument
from ingest.crm.transforms import before_date, compile_transforms
from ingest.engine.blocks import DEFAULT_BLOCK_BYTES, Block
from ingest.engine.corrections import row_numbers
from ingest.engine.errors import Cancelled
from ingest.engine.opened import OpenedFile, opened_as_said
from ingest.engine.pipeline import Stop, never
from ingest.engine.plan import dialect_bytes
from ingest.engine.refused_form import unprotected

_BOM: Final = b"\xef\xbb\xbf"
_LINE_END: Final = "\r\n"
_NEVER: Final = 0
_FIRST_BYTES: Final = np.zeros(256, bool)
_FIRST_BYTES[[letter.encode()[0] for letter in WHITE_SPACE]] = True
_LAST_BYTES: Final = np.zeros(256, bool)
_LAST_BYTES[[letter.encode()[-1] for letter in WHITE_SPACE]] = True


def fixed_file(
    original: Path, document: MappingDocument, refused: Path | None, *, stop: Stop = never
) -> Iterator[bytes]:
    """The rows of `original` that are not in `refused` (None: all of them), in order, as UTF-8 with BOM and CR LF.

    Columns, separator and quotes are the original's, and so is every byte of a row in which there is nothing to tidy.
    IDs stand as they are sent, cells lose the white space around them. A cell that the mapping would change once more
    stays as it was: the file gives the same with this mapping again. Raises FileProblem, Cancelled and OSError.
    """
    with opened_as_said(original, document.reader, document.named_columns) as file:
        yield _BOM + _written(list(file.header.names), file.dialect)
        gone = row_numbers(refused, stop) if refused is not None else iter(())
        yield from _Rows(file, document, gone).tidied(stop)


def _written(cells: list[str], dialect: Dialect) -> bytes:
    """A row as the dialect writes it. Where there are no quotes a cell with a separator was never one of a row."""
    line = io.StringIO()
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE
    csv.writer(
        line, delimiter=dialect.delimiter, quotechar=dialect.quote or None, escapechar=dialect.escape,
        doublequote=dialect.escape is None, quoting=quoting, lineterminator=_LINE_END,
    ).writerow(cells)  # fmt: skip
    return line.getvalue().encode()


def _tidy_id(column: IdColumn) -> Callable[[str], str]:
    """An ID as it is sent; unchanged where doing it twice would give another one, such as a hash of a hash."""
    if before_date(column.transforms) is not None:
        return str
    transform = compile_transforms(column.transforms, day_order=DayOrder.UNKNOWN)

    def sent(text: str) -> str:
        return judge_identifier(trim(transform(text)), column.type).value

    def tidy(text: str) -> str:
        once = sent(text)
        return once if once and sent(once) == once else text

    return tidy


class _Rows:
    """The rows of an open file, block by block."""

    def __init__(self, file: OpenedFile, document: MappingDocument, gone: Iterator[int]) -> None:
        self._file = file
        self._raw = dialect_bytes(file.dialect)
        self._leading = file.header.leading
        self._ids: Mapping[int, Callable[[str], str]] = {
            file.header.places[column.column]: _tidy_id(column) for column in document.ids
        }
        self._gone = gone
        self._next_gone = next(gone, _NEVER)

    def tidied(self, stop: Stop) -> Iterator[bytes]:
        """The lines of each block."""
        block = Block(DEFAULT_BLOCK_BYTES, 0)
        while self._file.scanner.fill(block):
            if stop():
                raise Cancelled
            lines = bytearray()
            has_blanks = _rows_with_blanks(block)
            for row, number in enumerate(block.rows.number[: block.count].tolist()):
                if number == self._next_gone:
                    self._next_gone = next(self._gone, _NEVER)
                else:
                    lines += self._line(block, row, has_blanks=bool(has_blanks[row]))
            yield bytes(lines)

    def _line(self, block: Block, row: int, *, has_blanks: bool) -> bytes:
        rows = block.rows
        if has_blanks or self._leading or self._changes_an_id(block, row):
            cells = block.texts_of(row, self._raw.quote, self._raw.escape)
            try:
                return _written(self._tidied(cells), self._file.dialect)
            except csv.Error:  # what this file has no way of writing stays as it is
                pass
        return block.buffer[rows.start[row] : rows.end[row]].tobytes() + _LINE_END.encode()

    def _tidied(self, cells: list[str]) -> list[str]:
        own = [unprotected(cell) for cell in cells[self._leading :]] if self._leading else cells
        tidied = [trim(cell) for cell in own]
        for place, tidy in self._ids.items():
            if place < len(tidied):
                tidied[place] = tidy(tidied[place])
        return tidied

    def _changes_an_id(self, block: Block, row: int) -> bool:
        rows = block.rows
        first, fields = int(rows.first_field[row]), int(rows.first_field[row + 1] - rows.first_field[row])
        for place, tidy in self._ids.items():
            at = first + place
            if place < fields and rows.field_escaped[at]:
                return True
            if place < fields:
                cell = block.buffer[rows.field_start[at] : rows.field_end[at]].tobytes().decode(errors="replace")
                if tidy(cell) != cell:
                    return True
        return False


def _rows_with_blanks(block: Block) -> npt.NDArray[np.bool_]:
    """Which rows may have a cell with white space at its ends; perhaps some more, by the bytes of other letters."""
    rows, fields = block.rows, int(block.rows.first_field[block.count])
    start, end = rows.field_start[:fields], rows.field_end[:fields]
    ends_blank = (_FIRST_BYTES[block.buffer[start]] | _LAST_BYTES[block.buffer[end - 1]]) & (end > start)
    before = np.concatenate(([0], np.cumsum(ends_blank)))
    counts: npt.NDArray[np.int64] = np.diff(before[rows.first_field[: block.count + 1]])
    return counts > 0
