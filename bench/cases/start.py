"""What a start costs: from the command to its first output, and to its end, over a small file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.cases.complete import job_of
from bench.engine import SMALL_ROWS
from bench.results import Result

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.setting import Setting

STARTS_PER_PAIR = 3


def measure(setting: Setting) -> Sequence[Result]:
    """Milliseconds of second and later starts; the first one warms the caches and is not counted."""
    job = job_of(setting, SMALL_ROWS)
    setting.engine.run(job)
    starts = [setting.engine.measure(job) for _ in range(STARTS_PER_PAIR * setting.pairs)]
    return [
        Result("start", "command to first output", SMALL_ROWS, "ms", tuple(run.first_output * 1000 for run in starts)),
        Result("start", "command to its end", SMALL_ROWS, "ms", tuple(run.wall * 1000 for run in starts)),
    ]
