"""What workers need while they deliver: memory for one part, and processors for two at once."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from bench.measure import run
from bench.results import Better, Result, Target
from bench.transfer.receiver import ROWS, delivery_of, parts, receiving

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.measure import Measurement
    from bench.setting import Setting
    from bench.transfer.receiver import Part, Receiver

WAYS = ("sftp", "s3", "ftp", "ftps")
MIB = 1 << 20
MEMORY = Target(Better.LOWER, 64)


def memory(setting: Setting) -> Sequence[Result]:
    """What a worker holds more than an idle one at most, while it delivers a part of 500 MB and reads it back."""
    rows = setting.rows_or(ROWS)
    found: list[Result] = []
    with parts(setting, rows) as (part,):
        for way in WAYS:
            with receiving(way) as receiver:
                peak = receiver.deliver(part).peak / MIB
            found.append(Result("transfer-memory", f"{way}: more than idle", rows, "MiB", (peak,), MEMORY))
    return found


def parallel(setting: Setting) -> Sequence[Result]:
    """Two parts by two workers at once, against one after the other.

    SFTP is what needs the processor most, but its server takes as much of it here; a folder leaves it to the workers.
    """
    return [*_parallel(setting, "local"), *_parallel(setting, "sftp")]


def _parallel(setting: Setting, way: str) -> Sequence[Result]:
    rows = setting.rows_or(ROWS) // 2
    faster: list[float] = []
    cores: list[float] = []
    with parts(setting, rows, count=2) as both, receiving(way) as receiver:
        for _ in range(setting.pairs):
            alone = [receiver.deliver(part).wall for part in both]
            wall, cpu = _at_once(receiver, both)
            faster.append(sum(alone) / wall)
            cores.append(cpu / wall)
    return [
        Result("transfer-parallel", f"{way}: two at once, times faster", 2 * rows, "x", tuple(faster),
               Target(Better.HIGHER, 1.0)),
        Result("transfer-parallel", f"{way}: processors of both workers", 2 * rows, "cores", tuple(cores)),
    ]  # fmt: skip


def _at_once(receiver: Receiver, both: Sequence[Part]) -> tuple[float, float]:
    """Seconds from the beginning of the first to the end of the last, and their processor seconds."""
    commands = [receiver.command(part) for part in both]
    with ThreadPoolExecutor(len(both)) as workers:
        runs: list[Measurement] = list(workers.map(run, commands))
    receiver.empty()
    told = [json.loads(one.output) for one in runs]
    wall = max(one["ended"] for one in told) - min(one["began"] for one in told)
    return wall, sum(delivery_of(one).cpu for one in runs)
