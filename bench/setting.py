"""What every benchmark is given."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.measure import Measurement, run
from bench.results import Result

if TYPE_CHECKING:
    from bench.engine import Engine
    from bench.workshop import Workshop


@dataclass(frozen=True)
class Setting:
    """The engine, the workshop, how many pairs are measured, and another number of rows where one was asked for."""

    engine: Engine
    workshop: Workshop
    pairs: int
    rows: int | None = None

    def rows_or(self, default: int) -> int:
        """The number of rows that was asked for, or the benchmark's own."""
        return self.rows or default


Benchmark = Callable[[Setting], Sequence[Result]]


def yardstick(name: str, *arguments: object) -> Measurement:
    """Run `bench.yardsticks.NAME` as a process."""
    return run([sys.executable, "-m", f"bench.yardsticks.{name}", *map(str, arguments)])


def subject(name: str, *arguments: object) -> Measurement:
    """Run `bench.subjects.NAME`, a part of the engine alone, as a process."""
    return run([sys.executable, "-m", f"bench.subjects.{name}", *map(str, arguments)])
