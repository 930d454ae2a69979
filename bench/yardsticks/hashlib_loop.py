"""SHA-256 of every e-mail address with hashlib: `python -m bench.yardsticks.hashlib_loop FILE COLUMN`.

Prints the seconds of the loop alone; the list of cells is made before it, by the csv module, and is not counted in
them (it is in the wall clock of the process).
"""

from __future__ import annotations

import csv
import hashlib
import sys
import time
from pathlib import Path


def read_cells(path: str, column: str) -> list[str]:
    """The cells of one column; a short row has an empty one."""
    csv.field_size_limit(1 << 24)
    with Path(path).open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        place = next(rows).index(column)
        return [row[place] if place < len(row) else "" for row in rows]


def hash_cells(cells: list[str]) -> list[str]:
    """What Audience Manager asks for: trimmed, lower case, SHA-256 in hex."""
    return [hashlib.sha256(cell.strip().lower().encode()).hexdigest() for cell in cells]


if __name__ == "__main__":
    values = read_cells(sys.argv[1], sys.argv[2])
    started = time.perf_counter()
    hash_cells(values)
    print(time.perf_counter() - started)
