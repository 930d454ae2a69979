"""The rows that are left out, to be looked at on a page: read from refused.csv, a few at a time."""

import csv
import io
import sys
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

from ingest.aam.findings import FINDINGS, FindingRule
from ingest.engine.refused_form import LEADING_COLUMNS, unprotected
from ingest.models import Check
from ingest.services import files

SHOWN: Final = 200
_LONGEST_CELL: Final = 200
_LONGEST_AT_FAULT: Final = 4000
_KEPT_WITH: Final = ","
# A record may be as long as the engine reads; the module's own limit of 128 KB would stop at one.
csv.field_size_limit(sys.maxsize)


Faults = Mapping[str, Collection[str]]
"""By code of a finding: the columns whose cells it is about."""


@dataclass(frozen=True)
class Cell:
    """One cell of a row that is left out; `is_at_fault`: its column is why."""

    column: str
    text: str
    is_at_fault: bool


@dataclass(frozen=True)
class RefusedRow:
    """One row: its spreadsheet number, why it is left out, and its cells, long ones cut off, missing ones empty."""

    number: int
    rules: tuple[FindingRule, ...]
    told: tuple[Cell, ...]

    @property
    def cells(self) -> tuple[str, ...]:
        """What stands in the cells."""
        return tuple(cell.text for cell in self.told)


@dataclass(frozen=True)
class RefusedRows:
    """Some of the rows; `more`: others follow."""

    header: tuple[str, ...]
    rows: tuple[RefusedRow, ...]
    more: bool


def refused_rows(
    check: Check, code: str = "", *, faults: Faults | None = None, limit: int = SHOWN
) -> RefusedRows | None:
    """The first rows that are left out, or those with one code; None when the file is gone.

    Cells of the columns that `faults` names for a row's codes are marked, and not cut off where others are.
    """
    if not check.refused_key or check.files_deleted_at is not None:
        return None
    try:
        with files.local_copy(check.refused_key) as path, path.open(encoding="utf-8-sig", newline="") as text:
            return _first(csv.reader(text), code, faults or {}, limit)
    except files.FileGone:
        return None


def _first(rows: Iterator[list[str]], code: str, faults: Faults, limit: int) -> RefusedRows:
    header = tuple(map(unprotected, next(rows, [])[len(LEADING_COLUMNS) :]))
    shown: list[RefusedRow] = []
    for row in rows:
        codes = row[1].split(";")
        if code and code not in codes:
            continue
        if len(shown) == limit:
            return RefusedRows(header, tuple(shown), more=True)
        at_fault = {column for name in codes for column in faults.get(name, ())}
        told = _told(header, row[len(LEADING_COLUMNS) :], at_fault)
        shown.append(RefusedRow(int(row[0]), tuple(FINDINGS[name] for name in codes), told))
    return RefusedRows(header, tuple(shown), more=False)


def _told(header: tuple[str, ...], cells: list[str], at_fault: Collection[str]) -> tuple[Cell, ...]:
    longest = {name: _LONGEST_AT_FAULT if name in at_fault else _LONGEST_CELL for name in header}
    pairs = zip_longest(header, cells, fillvalue="")
    return tuple(
        Cell(name, unprotected(cell)[: longest.get(name, _LONGEST_CELL)], name in at_fault) for name, cell in pairs
    )


def separator_of(check: Check) -> str:
    """What separates the cells of the customer file; a comma where it is none of text."""
    return str((check.mapping.get("reader") or {}).get("delimiter") or _KEPT_WITH)


def is_kept_as_wanted(check: Check, code: str) -> bool:
    """Whether the file that is kept is the very one to download."""
    return not code and separator_of(check) == _KEPT_WITH


def refused_with(check: Check, code: str) -> Iterator[bytes]:
    """The rows that are left out, or only those of one code, separated as in the customer file: the program that people
    open that with opens this one, too. Raises FileGone at once, not when it is read.
    """
    if not files.exists(check.refused_key):
        raise files.FileGone(check.refused_key)
    return _with(check, code)


def _with(check: Check, code: str) -> Iterator[bytes]:
    with files.local_copy(check.refused_key) as path, path.open(encoding="utf-8-sig", newline="") as text:
        rows, separator = csv.reader(text), separator_of(check)
        yield b"\xef\xbb\xbf" + _line(next(rows, []), separator)
        for row in rows:
            if not code or code in row[1].split(";"):
                yield _line(row, separator)


def _line(cells: list[str], separator: str) -> bytes:
    line = io.StringIO()
    csv.writer(line, delimiter=separator, lineterminator="\r\n").writerow(cells)
    return line.getvalue().encode()
