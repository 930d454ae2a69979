"""SHA-256 of every e-mail address with the engine: `python -m bench.subjects.hash_column FILE COLUMN`.

Prints the seconds from bytes in memory to finished records. As for the loop it is compared with, the column is taken
out of the file by the csv module before, and that is not counted; unlike the loop, the engine still finds the rows in
the bytes, judges every cell, counts what the columns hold and writes `ID TAB "email_hash"="…"`.
"""

from __future__ import annotations

import io
import os
import sys
import time
from typing import TYPE_CHECKING

from bench.mappings import hashed_email
from bench.yardsticks.hashlib_loop import read_cells
from ingest.crm.dialect import Dialect
from ingest.crm.mapping import parse_mapping
from ingest.engine.header import read_header
from ingest.engine.pipeline import Pipeline
from ingest.engine.plan import dialect_bytes, make_plan
from ingest.engine.scanner import Scanner

if TYPE_CHECKING:
    from ingest.engine.blocks import Block

COLUMNS = ("crm_id", "email")
WARM_UP_ROWS = 1000


class Counter:
    """Takes the records and keeps their number and size."""

    def __init__(self) -> None:
        self.rows = 0
        self.bytes = 0

    def __call__(self, block: Block) -> None:
        """Take a judged block."""
        self.rows += block.count
        self.bytes += block.out_used


def hash_rows(rows: bytes) -> Counter:
    """Run `ID,address` lines through the engine on all cores."""
    dialect = Dialect(delimiter=",", quote=None, escape=None, skip_blanks_before_quote=False)
    plan = make_plan(
        parse_mapping(hashed_email()), read_header(COLUMNS, COLUMNS), dialect, day_orders=None, judge_trait=None
    )
    taken = Counter()
    Pipeline(plan, workers=len(os.sched_getaffinity(0))).run(Scanner(io.BytesIO(rows), dialect_bytes(dialect)), taken)
    return taken


def main(path: str, column: str) -> None:
    """Measure, and refuse a figure of a run that lost a row."""
    lines = [f"{number},{cell}\n".encode() for number, cell in enumerate(read_cells(path, column)) if "," not in cell]
    hash_rows(b"".join(lines[:WARM_UP_ROWS]))
    rows = b"".join(lines)
    started = time.perf_counter()
    taken = hash_rows(rows)
    seconds = time.perf_counter() - started
    assert taken.rows == len(lines)
    print(seconds)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
