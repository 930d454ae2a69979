"""Subject and yardstick in turn, A B A B: the ratios of the pairs survive a machine that drifts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bench.measure import Measurement

Step = Callable[[], Measurement]


@dataclass(frozen=True)
class Pairs:
    """Measurements of a subject and of its yardstick; the n-th of each were taken one after the other."""

    subject: tuple[Measurement, ...]
    yardstick: tuple[Measurement, ...]

    def times_as_long(self) -> tuple[float, ...]:
        """Wall clock of the subject over that of the yardstick, pair by pair."""
        return tuple(ours.wall / theirs.wall for ours, theirs in zip(self.subject, self.yardstick, strict=True))

    def times_faster(self) -> tuple[float, ...]:
        """The inverse: how many times faster the subject was, pair by pair."""
        return tuple(1 / ratio for ratio in self.times_as_long())

    def details(self) -> dict[str, object]:
        """The raw figures for the record."""
        return {"subject": figures(self.subject), "yardstick": figures(self.yardstick)}


def in_turn(subject: Step, yardstick: Step, pairs: int) -> Pairs:
    """Measure both `pairs` times, alternating."""
    taken = [(subject(), yardstick()) for _ in range(pairs)]
    return Pairs(tuple(ours for ours, _ in taken), tuple(theirs for _, theirs in taken))


def figures(runs: tuple[Measurement, ...]) -> dict[str, list[float]]:
    """Wall and CPU seconds and peak bytes of some runs."""
    return {
        "wall_s": [round(run.wall, 4) for run in runs],
        "cpu_s": [round(run.cpu, 4) for run in runs],
        "peak_bytes": [run.peak for run in runs],
    }
