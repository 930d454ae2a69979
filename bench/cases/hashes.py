"""`email_sha256` on one column against hashlib in a loop: both from memory, and the whole command beside them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bench.mappings import hashed_email
from bench.pairs import Pairs, in_turn
from bench.results import Better, Result, Target
from bench.setting import Setting, subject, yardstick
from bench.workshop import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.measure import Measurement

ROWS = 5_000_000
TARGET = Target(Better.HIGHER, must=1.2, goal=4)


def measure(setting: Setting) -> Sequence[Result]:
    """From memory both sides; then the whole command, which also reads, checks eleven more columns and compresses."""
    rows = setting.rows_or(ROWS)
    job = setting.engine.job(Kind.CUSTOMERS, rows, "hashed_email", hashed_email())

    def loop() -> Measurement:
        return yardstick("hashlib_loop", job.source, "email")

    from_memory = in_turn(lambda: subject("hash_column", job.source, "email"), loop, setting.pairs)
    from_memory = Pairs(tuple(map(loop_of, from_memory.subject)), tuple(map(loop_of, from_memory.yardstick)))
    command = in_turn(lambda: setting.engine.measure(job), loop, setting.pairs)
    loop_alone = replace(command, yardstick=tuple(map(loop_of, command.yardstick)))
    return [
        Result(
            "hash", "times faster than a hashlib loop", rows, "x", from_memory.times_faster(), TARGET,
            from_memory.details(),
        ),
        Result(
            "hash", "whole command / that loop alone", rows, "x", loop_alone.times_as_long(), None, command.details()
        ),
        Result("hash", "whole command: times faster than csv + that loop", rows, "x", command.times_faster()),
    ]  # fmt: skip


def loop_of(process: Measurement) -> Measurement:
    """The process prints the seconds of what is measured in it."""
    return replace(process, wall=float(process.output))
