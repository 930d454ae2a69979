"""A receiver while it runs, and a part for it: what a benchmark of transfers has in its hands."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import IO, TYPE_CHECKING, Any

from bench.errors import BenchError
from bench.measure import Measurement, run
from bench.workshop import PROJECT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from bench.setting import Setting

BYTES_PER_ROW = 50
ROWS = 10_000_000
BLOCK = 1_000_000
STAMP = 1_769_817_600


@dataclass(frozen=True)
class Part:
    """A file to be sent; `stamp` is the number in its name at the receiver."""

    path: Path
    size: int
    sha256: str
    stamp: int


@dataclass(frozen=True)
class Receiver:
    """How to reach it: as a destination of the portal, and by the programs of its way.

    `roots`: the folders in which a local one may be. `put` sends a file by hand; `both` sends it and fetches it again,
    empty where that means nothing.
    """

    method: str
    settings: Mapping[str, object]
    secrets: Mapping[str, str]
    day: str
    put: tuple[str, ...]
    both: tuple[str, ...]
    variables: Mapping[str, str]
    roots: Sequence[str]
    asked: IO[str]
    answers: IO[str]

    def empty(self) -> None:
        """Remove everything that is there."""
        self.asked.write("\n")
        self.asked.flush()
        if not self.answers.readline():
            raise BenchError("the receiver has ended")

    def by_hand(self, command: tuple[str, ...], part: Part) -> Measurement:
        """Run one of its programs, as a whole process; afterwards the receiver is empty."""
        measured = run([word.replace("{file}", str(part.path)) for word in command], environment=self.variables)
        self.empty()
        return measured

    def command(self, part: Part, **changes: object) -> list[str]:
        """What delivers a part as a worker does; `changes` are settings of the destination."""
        job = part.path.with_suffix(".json")
        content: dict[str, Any] = {
            "method": self.method, "settings": {**self.settings, **changes}, "secrets": dict(self.secrets),
            "roots": list(self.roots),
            "day": self.day, "path": str(part.path), "size": part.size, "sha256": part.sha256,
            "name": f"ftp_dpm_478_{part.stamp}.sync.gz",
        }  # fmt: skip
        job.write_text(json.dumps(content), encoding="utf-8")
        return [sys.executable, "-m", "bench.subjects.deliver", str(job)]

    def process(self, part: Part, **changes: object) -> Measurement:
        """Deliver as a worker does; the figures are those of its whole process."""
        measured = run(self.command(part, **changes))
        self.empty()
        return measured

    def deliver(self, part: Part, **changes: object) -> Measurement:
        """The same, with the figures of `delivery_of`."""
        return delivery_of(self.process(part, **changes))


def delivery_of(process: Measurement) -> Measurement:
    """The delivery alone, without the start of its process; `peak` is what it held more than before, in bytes."""
    told = json.loads(process.output)
    return replace(process, wall=told["ended"] - told["began"], cpu=told["cpu"], peak=told["peak"] - told["idle"])


@contextmanager
def receiving(way: str) -> Iterator[Receiver]:
    """Start the server of a way, and end it; raises BenchError where it cannot be started."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.transfer.serve", way],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=PROJECT,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        if not line:
            raise BenchError(f"no server for {way}: the line above says why")
        told = json.loads(line)
        told["put"], told["both"] = tuple(told["put"]), tuple(told["both"])
        yield Receiver(**told, asked=process.stdin, answers=process.stdout)
    finally:
        process.stdin.close()
        process.wait(60)


@contextmanager
def parts(setting: Setting, rows: int, count: int = 1) -> Iterator[tuple[Part, ...]]:
    """So many parts of `rows` rows of 50 bytes, as compressed ones look; they are in the cache, and go at the end."""
    folder = setting.workshop.folder / "transfer"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    setting.workshop.require_disk(10 * count * rows * BYTES_PER_ROW)
    try:
        yield tuple(_part(folder, number, rows * BYTES_PER_ROW) for number in range(count))
    finally:
        shutil.rmtree(folder)


def _part(folder: Path, number: int, size: int) -> Part:
    path, digest = folder / f"part-{number}", hashlib.sha256()
    with path.open("wb") as file:
        for start in range(0, size, BLOCK):
            block = os.urandom(min(BLOCK, size - start))
            digest.update(block)
            file.write(block)
        os.fsync(file.fileno())
    return Part(path, size, digest.hexdigest(), STAMP + number)
