"""Peak memory over a file and over one of four times its size: what grows may only be a few bytes per distinct ID."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.cases.complete import job_of
from bench.pairs import figures
from bench.results import Better, Result, Target

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.engine import Outcome
    from bench.setting import Setting

ROWS = 5_000_000
TIMES_LARGER = 4
BYTES_PER_ID = 48
MIB = 1 << 20

PEAK_TARGET = Target(Better.LOWER, must=1024, goal=400)
GROWTH_TARGET = Target(Better.LOWER, must=1.1)


def measure(setting: Setting) -> Sequence[Result]:
    """Peaks, their ratio without what the IDs may cost, and what an ID did cost."""
    rows = setting.rows_or(ROWS)
    small = runs(setting, rows)
    large = runs(setting, TIMES_LARGER * rows)
    both = list(zip(small, large, strict=True))
    return [
        peak(rows, small, PEAK_TARGET),
        peak(TIMES_LARGER * rows, large, None),
        Result(
            "memory", f"growth beyond {BYTES_PER_ID} B per ID", TIMES_LARGER * rows, "x", growth(both), GROWTH_TARGET
        ),
        Result("memory", "growth per distinct ID", TIMES_LARGER * rows, "B", per_id(both)),
    ]


def runs(setting: Setting, rows: int) -> list[Outcome]:
    """As many runs as there would be pairs."""
    job = job_of(setting, rows)
    return [setting.engine.run(job, whole_tree=True) for _ in range(setting.pairs)]


def peak(rows: int, outcomes: Sequence[Outcome], target: Target | None) -> Result:
    """The peak of the process, or of all its processes together."""
    measurements = tuple(outcome.measurement for outcome in outcomes)
    details = {"subject": figures(measurements), "distinct_ids": [outcome.distinct_ids for outcome in outcomes]}
    return Result("memory", "peak", rows, "MiB", tuple(run.peak / MIB for run in measurements), target, details)


def growth(both: Sequence[tuple[Outcome, Outcome]]) -> tuple[float, ...]:
    """The larger peak over the smaller one, with the allowance for the additional IDs taken off."""
    return tuple(
        (large.measurement.peak - BYTES_PER_ID * (large.distinct_ids - small.distinct_ids)) / small.measurement.peak
        for small, large in both
    )


def per_id(both: Sequence[tuple[Outcome, Outcome]]) -> tuple[float, ...]:
    """Additional bytes per additional distinct ID."""
    return tuple(
        (large.measurement.peak - small.measurement.peak) / (large.distinct_ids - small.distinct_ids)
        for small, large in both
    )
