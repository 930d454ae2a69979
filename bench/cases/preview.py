"""A preview of 1,000 rows of a large file, in a process that has made previews before."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from bench.cases.complete import job_of
from bench.measure import run
from bench.results import Better, Result, Target

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.setting import Setting

ROWS = 5_000_000
TIMES_PER_PAIR = 7
TARGET = Target(Better.LOWER, must=150, goal=50)


def measure(setting: Setting) -> Sequence[Result]:
    """Milliseconds per preview."""
    rows = setting.rows_or(ROWS)
    job = job_of(setting, rows)
    folder = setting.workshop.empty_output()
    folder.mkdir(parents=True)
    times = TIMES_PER_PAIR * setting.pairs
    process = run([sys.executable, "-m", "bench.warm_preview", *map(str, (job.source, job.mapping, folder, times))])
    return [Result("preview", "1,000 rows, warm", rows, "ms", tuple(json.loads(process.output)), TARGET)]
