"""Cost as rows grow: 1 M, 5 M, 20 M in turn; every step may cost at most a tenth more than its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.cases.complete import job_of
from bench.pairs import figures
from bench.results import Better, Result, Target

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.setting import Setting

ROWS = 20_000_000
SHARES = (20, 4, 1)
TARGET = Target(Better.LOWER, must=1.1)


def measure(setting: Setting) -> Sequence[Result]:
    """Seconds per row of a larger file over those of a smaller one, and the same without what a start costs."""
    sizes = [max(1, setting.rows_or(ROWS) // share) for share in SHARES]
    jobs = [job_of(setting, rows) for rows in sizes]
    rounds = [[setting.engine.measure(job) for job in jobs] for _ in range(setting.pairs)]
    walls = [[run.wall for run in taken] for taken in rounds]
    details = {f"{rows}": figures(tuple(taken[place] for taken in rounds)) for place, rows in enumerate(sizes)}
    small, middle, large = sizes
    return [
        Result("linear", f"per row / at {small:,}", middle, "x", per_row(walls, sizes, 1, 0), TARGET, details),
        Result("linear", f"per row / at {middle:,}", large, "x", per_row(walls, sizes, 2, 1), TARGET),
        Result("linear", f"per row / at {small:,}", large, "x", per_row(walls, sizes, 2, 0), TARGET),
        Result("linear", "slope of the last step / of the first", large, "x", slopes(walls, sizes)),
    ]


def per_row(walls: list[list[float]], sizes: list[int], larger: int, smaller: int) -> tuple[float, ...]:
    """Seconds per row at one size over those at another, round by round."""
    return tuple((wall[larger] / sizes[larger]) / (wall[smaller] / sizes[smaller]) for wall in walls)


def slopes(walls: list[list[float]], sizes: list[int]) -> tuple[float, ...]:
    """Seconds per additional row, late over early: the cost of a start is in neither."""
    early = [(wall[1] - wall[0]) / (sizes[1] - sizes[0]) for wall in walls]
    late = [(wall[2] - wall[1]) / (sizes[2] - sizes[1]) for wall in walls]
    return tuple(after / before for before, after in zip(early, late, strict=True))
