"""Corrected rows go back to their places: a refused.csv that came back is merged into the file that it came from."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, Final, Literal

from ingest.aam.words import gettext_noop
from ingest.crm.dialect import Dialect
from ingest.crm.mapping import ReaderOptions
from ingest.engine.blocks import DEFAULT_BLOCK_BYTES, Block
from ingest.engine.errors import Cancelled, FileProblem
from ingest.engine.kernels.scan import PART_OF_LINE, DialectBytes
from ingest.engine.opened import OpenedFile, opened_as_said
from ingest.engine.pipeline import Stop, never
from ingest.engine.plan import dialect_bytes
from ingest.engine.refused_form import unprotected
from ingest.engine.scanner import Scanner
from ingest.engine.source import open_customer_file

_LINE_END: Final = b"\n"
_CSV_LINE_END: Final = "\r\n"  # the writer quotes cells that hold one of its line end's characters
# A line that was given up for its length is cut off here; this byte keeps what is left of it unreadable.
_STAYS_UNREADABLE: Final = b"\xff"
_LONGEST_ROW_NUMBER: Final = 12


@dataclass(frozen=True)
class Merged:
    """What a merge did: rows replaced, and the numbers of corrected rows that the original does not have.

    `reader`: how the merged file is to be read; it is UTF-8 with the original's separator and quote.
    """

    replaced: int
    unknown: tuple[int, ...]
    reader: ReaderOptions


def merge_corrections(
    original: Path, reader: ReaderOptions, corrected: Path, target: Path, *, stop: Stop = never
) -> Merged:
    """Write `original` to the new file `target` with the rows of `corrected` in place of those of the same number.

    Every row keeps its spreadsheet number, and what is not corrected its bytes. Columns are found by name, so their
    order in the corrected file does not matter. Raises FileProblem when either file cannot be read, when `corrected` is
    no refused.csv (`file.columns_missing`), or when a corrected cell holds what the original's dialect cannot express;
    Cancelled; OSError.
    """
    with opened_as_said(original, reader, ()) as file:
        names, dialect = file.header.names, file.dialect
    rows = _corrected_rows(corrected, names, dialect, stop)
    with open_customer_file(original, reader=reader, wanted_columns=()) as source, target.open("xb") as out:
        scanner = Scanner(source, dialect_bytes(dialect))
        replaced = _Copy(scanner, rows, out, stop).run()
    unknown = tuple(sorted(rows.keys() - replaced))
    return Merged(len(replaced), unknown, _reader(reader, dialect))


def rows_in_both(corrected: Path, refused: Path, *, stop: Stop = never) -> int:
    """How many rows of a refused.csv that came back are in a newer one as well; rows are known by their numbers.

    Raises FileProblem when either cannot be read or has no row; Cancelled; OSError.
    """
    numbers = set(row_numbers(corrected, stop))
    return sum(number in numbers for number in row_numbers(refused, stop))


def row_numbers(path: Path, stop: Stop) -> Iterator[int]:
    """The numbers of the rows of a refused.csv, in its order. Raises FileProblem, also without a row; Cancelled."""
    with opened_as_said(path, ReaderOptions(), ()) as file:
        yield from (number for number, _ in _rows_of(file, stop))


def _reader(reader: ReaderOptions, dialect: Dialect) -> ReaderOptions:
    return replace(
        reader, encoding="utf-8", delimiter=dialect.delimiter, quote=dialect.quote or "", escape=dialect.escape or "",
        sheet=None,
    )  # fmt: skip


def _corrected_rows(path: Path, names: tuple[str, ...], dialect: Dialect, stop: Stop) -> Mapping[int, bytes]:
    """Row number → the row in the original's dialect. The last of several rows with one number counts."""
    rows: dict[int, bytes] = {}
    with opened_as_said(path, ReaderOptions(), ()) as file:
        if not file.header.leading:
            raise FileProblem(
                "file.columns_missing",
                gettext_noop(
                    "The columns “row”, “codes” and “what to do” are not at the front of this file, so it is not known "
                    "which rows it corrects. Download the rows that were left out, correct them there and upload that."
                ),
            )
        order = _order(file, names)
        for number, cells in _rows_of(file, stop):
            rows[number] = _encoded(number, [cells[place] if place < len(cells) else "" for place in order], dialect)
    return rows


def _order(file: OpenedFile, names: tuple[str, ...]) -> list[int]:
    """Where each column of the original stands in the corrected file."""
    if file.header.names[: len(names)] == names:
        return list(range(len(names)))
    missing = [name for name in names if name not in file.header.places]
    if missing:
        listed = ", ".join(f"“{name}”" for name in missing)
        raise FileProblem(
            "file.columns_missing",
            gettext_noop(
                "The corrected file lacks %(columns)s, which the original has. Keep all columns as they were "
                "downloaded."
            ),
            columns=listed,
        )
    return [file.header.places[name] for name in names]


def _rows_of(file: OpenedFile, stop: Stop) -> Iterator[tuple[int, list[str]]]:
    """The row number and the own cells of every readable row of a refused.csv."""
    raw = dialect_bytes(file.dialect)
    leading = file.header.leading
    block = Block(DEFAULT_BLOCK_BYTES, 0)
    while file.scanner.fill(block):
        if stop():
            raise Cancelled
        for row in range(block.count):
            cells = _cells(block, row, raw)
            if any(cells):
                yield (
                    _row_number(cells[0], int(block.rows.number[row])),
                    [unprotected(cell) for cell in cells[leading:]],
                )


def _cells(block: Block, row: int, raw: DialectBytes) -> list[str]:
    if block.rows.broken[row]:
        raise FileProblem(
            "file.not_text",
            gettext_noop(
                "Row %(row)s of the corrected file has a quotation mark that is never closed. Close it, or save the "
                "file as CSV from a spreadsheet."
            ),
            row=int(block.rows.number[row]),
        )
    return block.texts_of(row, raw.quote, raw.escape)


def _row_number(text: str, at: int) -> int:
    number = text.strip()
    if not number.isascii() or not number.isdigit() or len(number) > _LONGEST_ROW_NUMBER:
        raise FileProblem(
            "file.columns_missing",
            gettext_noop(
                "Row %(row)s of the corrected file has no row number in its first column. Leave the numbers of the "
                "column “row” as they were downloaded: they say where each row belongs."
            ),
            row=at,
        )
    return int(number)


def _encoded(number: int, cells: list[str], dialect: Dialect) -> bytes:
    """A row as the original's dialect writes it."""
    line = io.StringIO()
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE
    try:
        csv.writer(
            line, delimiter=dialect.delimiter, quotechar=dialect.quote or None, escapechar=dialect.escape,
            doublequote=dialect.escape is None, quoting=quoting, lineterminator=_CSV_LINE_END,
        ).writerow(cells)  # fmt: skip
    except csv.Error as error:
        raise FileProblem(
            "file.columns_missing",
            gettext_noop(
                "Row %(row)s holds the separator or a line break in a cell, and your original file has no quotation "
                "marks to keep it together. Take it out of the cell, or correct the original file and upload it whole."
            ),
            row=number,
        ) from error
    return line.getvalue().removesuffix(_CSV_LINE_END).encode()


class _Copy:
    """Copies the original row by row, as its own bytes or as corrected."""

    def __init__(self, scanner: Scanner, rows: Mapping[int, bytes], out: BinaryIO, stop: Stop) -> None:
        self._scanner = scanner
        self._rows = rows
        self._out = out
        self._stop = stop
        self._next = 1
        self._replaced: set[int] = set()

    def run(self) -> set[int]:
        """The numbers of the rows that were replaced. The header is never one of them."""
        block = Block(DEFAULT_BLOCK_BYTES, 0)
        is_first = True
        while self._scanner.fill(block):
            if self._stop():
                raise Cancelled
            lines = bytearray()
            for row in range(block.count):
                self._add(lines, block, row, may_replace=not is_first)
                is_first = False
            self._out.write(lines)
        return self._replaced

    def _add(self, lines: bytearray, block: Block, row: int, *, may_replace: bool) -> None:
        number = int(block.rows.number[row])
        lines += _LINE_END * (number - self._next)  # empty lines hold no data, but they count
        self._next = number + 1
        corrected = self._rows.get(number) if may_replace else None
        if corrected is not None:
            self._replaced.add(number)
            lines += corrected
        else:
            lines += memoryview(block.buffer)[int(block.rows.start[row]) : int(block.rows.end[row])]
            lines += _STAYS_UNREADABLE if block.rows.broken[row] == PART_OF_LINE else b""
        lines += _LINE_END
