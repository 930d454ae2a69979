"""The complete path over a dirty customer file: against DuckDB's count of its rows, and the script one writes first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.mappings import customers
from bench.pairs import in_turn
from bench.results import Better, Result, Target
from bench.setting import Setting, yardstick
from bench.workshop import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.engine import Job
    from bench.measure import Measurement

ROWS = 5_000_000
COUNT_TARGET = Target(Better.LOWER, must=5, goal=1.25)
PLAIN_TARGET = Target(Better.HIGHER, must=8, goal=30)


def measure(setting: Setting) -> Sequence[Result]:
    """Two ratios of wall clocks."""
    rows = setting.rows_or(ROWS)
    return [against_count(setting, rows), against_plain_script(setting, rows)]


def job_of(setting: Setting, rows: int) -> Job:
    """Six mapped columns of a dirty file."""
    return setting.engine.job(Kind.CUSTOMERS, rows, "customers", customers())


def against_count(setting: Setting, rows: int) -> Result:
    """How many times as long as DuckDB's `count(*)`."""
    job = job_of(setting, rows)
    pairs = in_turn(lambda: setting.engine.measure(job), lambda: yardstick("duckdb_count", job.source), setting.pairs)
    what = "time / DuckDB count(*)"
    return Result("complete", what, rows, "x", pairs.times_as_long(), COUNT_TARGET, pairs.details())


def against_plain_script(setting: Setting, rows: int) -> Result:
    """How many times faster than csv module and gzip 6."""
    job = job_of(setting, rows)
    outputs = [setting.workshop.folder / name for name in ("plain.gz", "plain-refused.csv")]

    def plain() -> Measurement:
        return yardstick("plain_csv", job.source, *outputs)

    pairs = in_turn(lambda: setting.engine.measure(job), plain, setting.pairs)
    for output in outputs:
        output.unlink()
    what = "times faster than csv + gzip 6"
    return Result("complete", what, rows, "x", pairs.times_faster(), PLAIN_TARGET, pairs.details())
