"""What a run with many faults has come to: counts by kind, how long until the next file was verified, and a table."""

import bisect
import statistics
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.faults.injector import Hit
from tests.faults.watcher import Watcher

if TYPE_CHECKING:
    from tests.faults.world import World


@dataclass(frozen=True)
class Row:
    """A kind of fault: how many, and the seconds from each until the next file was verified there, or anywhere."""

    kind: str
    count: int
    recovered: Sequence[float]


@dataclass(frozen=True)
class Outcome:
    """`faulty` and `settled` are seconds: while faults happened, and from the last of them until all was well."""

    rows: Sequence[Row]
    faulty: float
    settled: float
    transfers: int
    parts: int
    attempts: dict[str, int]
    disturbed: Sequence[float]
    """Of each part that took more than one attempt: the seconds from the first one's start until it was verified."""
    pressed: dict[str, int]
    looks: dict[str, int]

    @property
    def faults(self) -> int:
        """How many have happened."""
        return sum(row.count for row in self.rows)

    def table(self) -> str:
        """In Markdown."""
        lines = ["| fault | how many | p50 s | p95 s |", "| --- | ---: | ---: | ---: |"]
        lines += [
            f"| {row.kind} | {row.count} | {_at(row.recovered, 50)} | {_at(row.recovered, 95)} |" for row in self.rows
        ]
        together = [seconds for row in self.rows for seconds in row.recovered]
        lines += [f"| all | {self.faults} | {_at(together, 50)} | {_at(together, 95)} |", ""]
        p50, p95 = (_at(self.disturbed, percent) for percent in (50, 95))
        lines += [
            f"{self.faults} faults in {self.faulty:.0f} s, settled {self.settled:.0f} s after the last one.",
            f"{self.transfers} transfers, {self.parts} parts, attempts: {_told(self.attempts)}.",
            f"{len(self.disturbed)} parts took more than one attempt: verified after p50 {p50} s, p95 {p95} s.",
            f"A person was asked: {_told(self.pressed)}.",
            f"Receivers were looked at: {_told(self.looks)} times.",
        ]
        return "\n".join(lines)


def outcome_of(
    world: "World", hits: Sequence[Hit], watcher: Watcher, pressed: Counter[str], seconds: tuple[float, float]
) -> Outcome:
    """Of a world in which all is well again."""
    told = world.ask("summary")
    verified: dict[str | None, list[float]] = defaultdict(list)
    for place, at in sorted(told["sent"], key=lambda one: float(one[1])):
        verified[place].append(at)
        verified[None].append(at)
    kinds: dict[str, list[Hit]] = defaultdict(list)
    for hit in hits:
        kinds[hit.kind].append(hit)
    rows = [Row(kind, len(found), _recovered(found, verified)) for kind, found in sorted(kinds.items())]
    return Outcome(
        rows=rows, faulty=seconds[0], settled=seconds[1], transfers=told["transfers"], parts=len(told["sent"]),
        attempts=told["attempts"], disturbed=told["disturbed"], pressed=dict(pressed), looks=watcher.looks,
    )  # fmt: skip


def _recovered(hits: Sequence[Hit], verified: dict[str | None, list[float]]) -> list[float]:
    found = []
    for hit in hits:
        times = verified[hit.place]
        at = bisect.bisect_right(times, hit.at)
        if at < len(times):
            found.append(times[at] - hit.at)
    return found


def _at(seconds: Sequence[float], percent: int) -> str:
    if not seconds:
        return "–"
    if len(seconds) == 1:
        return f"{seconds[0]:.1f}"
    return f"{statistics.quantiles(seconds, n=100, method='inclusive')[percent - 1]:.1f}"


def _told(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in sorted(counts.items())) or "never"
