"""openpyxl reads the first sheet, read-only, values alone: `python -m bench.yardsticks.openpyxl_read FILE`."""

from __future__ import annotations

import sys

import openpyxl


def count_rows(path: str) -> int:
    """The rows of the first sheet, header not counted."""
    workbook = openpyxl.load_workbook(path, read_only=True, data_only=True)
    return sum(1 for _ in workbook.worksheets[0].iter_rows(values_only=True)) - 1


if __name__ == "__main__":
    print(count_rows(sys.argv[1]))
