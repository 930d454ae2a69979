"""A first look at a customer file, before there is a mapping: how it is read, its first rows, what its columns hold."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from ingest.aam.text import trim
from ingest.crm.mapping import MappingDocument, ReaderOptions, ShortRows, parse_mapping
from ingest.crm.proposals_types import ColumnLook
from ingest.engine.blocks import Block
from ingest.engine.containers import Container, container_of
from ingest.engine.errors import FileProblem
from ingest.engine.findings import codes_of
from ingest.engine.opened import OpenedFile, opened_as_said
from ingest.engine.pipeline import Pipeline
from ingest.engine.plan import Plan, make_plan
from ingest.engine.run import NO_ROWS
from ingest.engine.seen import LONGEST_SAMPLE
from ingest.engine.xlsx_package import Package
from ingest.engine.xlsx_workbook import read_workbook

SHOWN_ROWS: Final = 20
NAMED_ROWS: Final = 5
SAMPLES: Final = 8
BLOCK_BYTES: Final = 256 * 1024
# The name by which the only slots of a look at the file refer to its first column, whatever that is called.
_FIRST = "first"


@dataclass(frozen=True)
class FirstRow:
    """One of the first rows: its spreadsheet row number, its trimmed cells, and the `row.*` code if it can't be used.

    Cells are cut off after 200 characters. A row whose quotes are broken is one cell: its whole line.
    """

    number: int
    cells: tuple[str, ...]
    problem: str | None


@dataclass(frozen=True)
class Examined:
    """What a customer file looks like.

    `bytes` is the size as uploaded. `encoding` is a Python codec name, `encoding_confidence` 0..1 (1: certain or
    confirmed). `quote` and `escape` are None where the file has none. `sheet` and `sheets` are of a workbook: the sheet
    that was read, and the names of all. `header` has the trimmed names, which may be empty or repeated. `columns`,
    `looked_at` (rows) and `problems` (rows per `row.*` code) are about the first rows; `more_rows`: others follow.
    `problem_rows`: the first ones that can't be used, by spreadsheet row number, each with its code.
    `is_refused_file`: it is a `refused.csv` that came back, whose three leading columns are left out everywhere.
    """

    name: str
    bytes: int
    encoding: str
    encoding_confidence: float
    delimiter: str
    quote: str | None
    escape: str | None
    sheet: str | None
    sheets: tuple[str, ...]
    header: tuple[str, ...]
    rows: tuple[FirstRow, ...]
    columns: tuple[ColumnLook, ...]
    looked_at: int
    problems: tuple[tuple[str, int], ...]
    problem_rows: tuple[tuple[int, str], ...]
    more_rows: bool
    short_rows: ShortRows
    is_refused_file: bool

    @property
    def confirmed(self) -> ReaderOptions:
        """The `reader` member of a mapping that reads the file just as it was read here."""
        if self.sheet is not None:
            return ReaderOptions(sheet=self.sheet, short_rows=self.short_rows)
        return ReaderOptions(
            encoding=self.encoding,
            delimiter=self.delimiter,
            quote=self.quote or "",
            escape=self.escape or "",
            short_rows=self.short_rows,
        )


def examine(path: Path, reader: ReaderOptions | None = None, *, limit: int = 1000, samples: int = SAMPLES) -> Examined:
    """Look at the first `limit` rows of a customer file; what `reader` does not say is detected.

    `samples`: how many of the most frequent values of each column are kept. Whoever makes proposals from the columns
    takes many, `limit` for all of them; people see eight.

    Raises FileProblem: everything that `open_customer_file` raises, `file.header_missing`, `file.no_rows`, and
    `file.columns_missing` for a sheet that the workbook does not have.
    """
    reader = reader or ReaderOptions()
    sheet, sheets = _sheets(path, reader.sheet)
    with opened_as_said(path, reader, ()) as file:
        look = _Look(file, _reading_plan(file, reader.short_rows), limit)
        look.take_rows()
        if not look.rows:
            raise FileProblem("file.no_rows", NO_ROWS)
        return Examined(
            name=file.source.name,
            bytes=file.source.size,
            encoding=file.source.encoding,
            encoding_confidence=file.source.encoding_confidence,
            delimiter=file.dialect.delimiter,
            quote=file.dialect.quote,
            escape=file.dialect.escape,
            sheet=sheet,
            sheets=sheets,
            header=file.header.names,
            rows=tuple(look.first_rows),
            columns=tuple(look.columns(samples)),
            looked_at=min(look.rows, limit),
            problems=tuple(look.problems.items()),
            problem_rows=tuple(look.problem_rows),
            more_rows=look.rows > limit,
            short_rows=reader.short_rows,
            is_refused_file=file.header.leading > 0,
        )


def _sheets(path: Path, wanted: str | None) -> tuple[str | None, tuple[str, ...]]:
    """The sheet of a workbook that is read, and the names of all; nothing for other files."""
    if path.stat().st_size == 0 or container_of(path) is not Container.WORKBOOK:
        return None, ()
    with Package(path) as package:
        workbook = read_workbook(package)
        return workbook.choose(wanted).name, tuple(sheet.name for sheet in workbook.sheets)


def _reading_plan(file: OpenedFile, short_rows: ShortRows) -> Plan:
    """A plan that only reads: which rows can be used does not depend on what the mapping makes of them."""
    document: MappingDocument = parse_mapping(
        {
            "version": 1, "kind": "traits", "mode": "sync", "dpid": 1, "id": {"column": _FIRST, "type": "customer_id"},
            "columns": [{"column": _FIRST, "action": "ic"}], "reader": {"short_rows": short_rows.value},
        }
    )  # fmt: skip
    return make_plan(document, replace(file.header, places={_FIRST: 0}), file.dialect, day_orders=None)


class _Look:
    """Goes through the first rows and keeps what is shown of them."""

    def __init__(self, file: OpenedFile, plan: Plan, limit: int) -> None:
        self._file = file
        self._plan = plan
        self._limit = limit
        self._values: list[Counter[str]] = [Counter() for _ in file.header.names]
        self._readable = 0
        self.rows = 0
        self.first_rows: list[FirstRow] = []
        self.problems: Counter[str] = Counter()
        self.problem_rows: list[tuple[int, str]] = []

    def take_rows(self) -> None:
        """Read one row more than is looked at, which shows whether others follow."""
        pipeline = Pipeline(self._plan, workers=1, block_bytes=BLOCK_BYTES)
        pipeline.run(self._file.scanner, self._take, limit=self._limit + 1)

    def _take(self, block: Block) -> None:
        unread = (block.verdicts.bits[: block.count] & np.uint64(self._plan.bits.unread)).tolist()
        for row in range(min(block.count, self._limit - self.rows)):
            (problem,) = codes_of(unread[row]) or (None,)
            self._take_row(block, row, problem)
        self.rows += block.count

    def _take_row(self, block: Block, row: int, problem: str | None) -> None:
        is_shown = len(self.first_rows) < SHOWN_ROWS
        if problem is not None:
            self.problems[problem] += 1
            if len(self.problem_rows) < NAMED_ROWS:
                self.problem_rows.append((int(block.rows.number[row]), problem))
            if not is_shown:
                return
        cells = [trim(cell) for cell in _cells_of(block, row, self._plan)]
        if problem is None:
            self._readable += 1
            for values, cell in zip(self._values, cells, strict=False):
                if cell:
                    values[cell] += 1
        if is_shown:
            shown = tuple(cell[:LONGEST_SAMPLE] for cell in cells)
            self.first_rows.append(FirstRow(int(block.rows.number[row]), shown, problem))

    def columns(self, samples: int) -> list[ColumnLook]:
        """What the columns hold."""
        return [
            ColumnLook(
                name=name,
                position=position,
                filled=values.total(),
                rows=self._readable,
                distinct=len(values),
                samples=tuple((value[:LONGEST_SAMPLE], count) for value, count in values.most_common(samples)),
                longest=max(map(len, values), default=0),
            )
            for position, (name, values) in enumerate(zip(self._file.header.names, self._values, strict=True))
        ]


def _cells_of(block: Block, row: int, plan: Plan) -> Sequence[str]:
    return (block.line_of(row),) if block.rows.broken[row] else block.cells_of(row, plan.layout)
