"""The customer file as a spreadsheet saves it (shared strings, numbers as numbers): `python -m bench.sheet ROWS OUT`.

The cells are those of `bench.customers`; its ragged rows are cut to size, because a sheet has no ragged rows, and
the one cell that is longer than a sheet allows is shortened.
"""

from __future__ import annotations

import csv
import io
import sys

import xlsxwriter

from bench.blocks import split_into_blocks
from bench.customers import COLUMNS, make_block

NUMBER_COLUMNS = frozenset({COLUMNS.index("age"), COLUMNS.index("lifetime_value")})
MAX_CELL_CHARACTERS = 32_767


def write_sheet(out: str, rows: int, seed: int) -> None:
    """Write a workbook with one sheet."""
    workbook = xlsxwriter.Workbook(out)
    sheet = workbook.add_worksheet("Customers")
    sheet.write_row(0, 0, COLUMNS)
    number = 0
    for block in split_into_blocks(rows, seed):
        content, _ = make_block(block)
        for record in csv.reader(io.StringIO(content.decode(), newline="")):
            number += 1
            write_record(sheet, number, record)
    workbook.close()


def write_record(sheet: xlsxwriter.worksheet.Worksheet, number: int, record: list[str]) -> None:
    """Write one row, without its empty cells."""
    for column, cell in enumerate(record[: len(COLUMNS)]):
        if cell and column in NUMBER_COLUMNS and cell.replace(".", "").isdigit():
            sheet.write_number(number, column, float(cell))
        elif cell:
            sheet.write_string(number, column, cell[:MAX_CELL_CHARACTERS])


if __name__ == "__main__":
    csv.field_size_limit(1 << 20)
    write_sheet(sys.argv[2], int(sys.argv[1]), 42)
