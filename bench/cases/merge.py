"""`repeated_ids: merge` over IDs that come back anywhere: against GNU sort making the ID column unique.

The yardstick is the quick kind of sort: bytes, not letters (`LC_ALL=C`), two threads.
"""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING

from bench.mappings import merged
from bench.measure import Measurement, run
from bench.pairs import in_turn
from bench.results import Better, Result, Target
from bench.workshop import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bench.setting import Setting

ROWS = 10_000_000
TARGET = Target(Better.LOWER, must=1.5, goal=0.5)


def measure(setting: Setting) -> Sequence[Result]:
    """One ratio of wall clocks."""
    rows = setting.rows_or(ROWS)
    job = setting.engine.job(Kind.REPEATS, rows, "merged", merged())
    pairs = in_turn(lambda: setting.engine.measure(job), lambda: sort_ids(job.source), setting.pairs)
    return [Result("merge", "time / sort -u of the IDs", rows, "x", pairs.times_as_long(), TARGET, pairs.details())]


def sort_ids(source: Path) -> Measurement:
    """The distinct IDs of a file, sorted, written nowhere."""
    pipeline = f"cut -d, -f1 {shlex.quote(str(source))} | sort -u --parallel=2 > {os.devnull}"
    return run(["sh", "-c", pipeline], environment={"LC_ALL": "C"})
