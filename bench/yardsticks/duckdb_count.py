"""DuckDB reads a CSV file whole and counts its good rows: `python -m bench.yardsticks.duckdb_count FILE`.

The dialect is explicit (sniffing can settle on a single column), every column is text, refused rows are stored.
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

THREADS = 2


def count_rows(path: str) -> int:
    """The rows that DuckDB reads with the header's number of columns."""
    with Path(path).open(encoding="utf-8") as file:
        names = file.readline().rstrip("\n").split(",")
    connection = duckdb.connect()
    connection.execute(f"SET threads = {THREADS}")
    row = connection.execute(
        """
        SELECT count(*) FROM read_csv(
            ?, auto_detect = false, header = true, delim = ',', quote = '"', escape = '"', new_line = '\\n',
            columns = ?, store_rejects = true, strict_mode = true)
        """,
        [path, dict.fromkeys(names, "VARCHAR")],
    ).fetchone()
    assert row is not None, "count(*) always has a row"
    return int(row[0])


if __name__ == "__main__":
    print(count_rows(sys.argv[1]))
