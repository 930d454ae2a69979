"""100 columns, 40 of them mapped, half of these with a value map or transforms: against DuckDB's count of the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.mappings import wide
from bench.pairs import in_turn
from bench.results import Better, Result, Target
from bench.setting import Setting, yardstick
from bench.workshop import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

ROWS = 500_000
TARGET = Target(Better.LOWER, must=7, goal=2)


def measure(setting: Setting) -> Sequence[Result]:
    """One ratio of wall clocks."""
    rows = setting.rows_or(ROWS)
    job = setting.engine.job(Kind.WIDE, rows, "wide", wide())
    pairs = in_turn(lambda: setting.engine.measure(job), lambda: yardstick("duckdb_count", job.source), setting.pairs)
    return [Result("wide", "time / DuckDB count(*)", rows, "x", pairs.times_as_long(), TARGET, pairs.details())]
