"""`email_sha256` on one column: the complete path against hashlib, without and with the reading of the file."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bench.mappings import hashed_email
from bench.pairs import in_turn
from bench.results import Better, Result, Target
from bench.setting import Setting, yardstick
from bench.workshop import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.measure import Measurement

ROWS = 5_000_000
TARGET = Target(Better.HIGHER, must=1.2, goal=4)


def measure(setting: Setting) -> Sequence[Result]:
    """Two ratios of the same runs: the engine always reads, checks, writes and compresses."""
    rows = setting.rows_or(ROWS)
    job = setting.engine.job(Kind.CUSTOMERS, rows, "hashed_email", hashed_email())
    reading_too = in_turn(
        lambda: setting.engine.measure(job), lambda: yardstick("hashlib_loop", job.source, "email"), setting.pairs
    )
    loop_alone = replace(reading_too, yardstick=tuple(map(loop_of, reading_too.yardstick)))
    return [
        Result(
            "hash",
            "times faster than a hashlib loop",
            rows,
            "x",
            loop_alone.times_faster(),
            TARGET,
            loop_alone.details(),
        ),
        Result("hash", "times faster than csv + that loop", rows, "x", reading_too.times_faster()),
    ]


def loop_of(process: Measurement) -> Measurement:
    """The yardstick prints the seconds of its loop."""
    return replace(process, wall=float(process.output))
