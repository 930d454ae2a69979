"""A spreadsheet through the complete path: against openpyxl that only reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.mappings import customers
from bench.pairs import in_turn
from bench.results import Better, Result, Target
from bench.setting import Setting, yardstick
from bench.workshop import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

ROWS = 500_000
TARGET = Target(Better.HIGHER, must=5)


def measure(setting: Setting) -> Sequence[Result]:
    """One ratio of wall clocks."""
    rows = setting.rows_or(ROWS)
    job = setting.engine.job(Kind.SHEET, rows, "customers", customers())
    pairs = in_turn(lambda: setting.engine.measure(job), lambda: yardstick("openpyxl_read", job.source), setting.pairs)
    what = "times faster than openpyxl reading"
    return [Result("xlsx", what, rows, "x", pairs.times_faster(), TARGET, pairs.details())]
