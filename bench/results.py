"""Targets, results and verdicts, and how they are shown and kept."""

from __future__ import annotations

import json
import statistics
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path


class Better(StrEnum):
    """Which direction is good."""

    LOWER = "lower"
    HIGHER = "higher"


class Verdict(StrEnum):
    """How a result stands to its target."""

    GOAL = "goal"
    MUST = "pass"
    FAIL = "FAIL"
    NO_TARGET = "-"


@dataclass(frozen=True)
class Target:
    """`must` has to hold; `goal` is what is aimed at. Both in the unit of the result."""

    better: Better
    must: float
    goal: float | None = None

    def judge(self, value: float) -> Verdict:
        """The verdict on `value`; a bound itself is still good."""
        if self.goal is not None and self._holds(value, self.goal):
            return Verdict.GOAL
        return Verdict.MUST if self._holds(value, self.must) else Verdict.FAIL

    def _holds(self, value: float, bound: float) -> bool:
        return value <= bound if self.better is Better.LOWER else value >= bound


@dataclass(frozen=True)
class Result:
    """One figure: the median of `values` (one per pair or run), with what stood behind each of them."""

    benchmark: str
    what: str
    rows: int
    unit: str
    values: tuple[float, ...]
    target: Target | None = None
    details: Mapping[str, object] = field(default_factory=dict)

    @property
    def median(self) -> float:
        """The figure that is judged."""
        return statistics.median(self.values)

    @property
    def verdict(self) -> Verdict:
        """Judged by the median."""
        return self.target.judge(self.median) if self.target else Verdict.NO_TARGET


TITLES = ("benchmark", "what", "rows", "median", "spread", "must", "goal", "verdict")


def table(results: Iterable[Result]) -> str:
    """The results as text columns."""
    lines = [TITLES, *map(_cells, results)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(TITLES))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def _cells(result: Result) -> tuple[str, ...]:
    target = result.target
    return (
        result.benchmark,
        result.what,
        f"{result.rows:,}",
        f"{_number(result.median)} {result.unit}",
        f"{_number(min(result.values))} to {_number(max(result.values))} (n={len(result.values)})",
        _bound(target, target.must) if target else "-",
        _bound(target, target.goal) if target and target.goal is not None else "-",
        result.verdict.value,
    )


def _bound(target: Target, value: float) -> str:
    return f"{'<=' if target.better is Better.LOWER else '>='} {_number(value)}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def append(path: Path, results: Sequence[Result], machine: Mapping[str, object]) -> None:
    """Add one JSON line per result; `machine` says when, where and on which revision it was measured."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as lines:
        for result in results:
            entry = {**asdict(result), "median": result.median, "verdict": result.verdict, "machine": machine}
            lines.write(json.dumps(entry, ensure_ascii=False) + "\n")
