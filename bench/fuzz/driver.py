"""Run the fuzz harnesses one after the other, each for its share of the CPU seconds, and tell what they found.

What was reached stays in `var/bench/fuzz/corpus`: the next run goes on from there. A crash, a time-out or too much
memory leaves its input in `var/bench/fuzz/found`; `NUMBA_DISABLE_JIT=1 python -m bench.fuzz.reader FILE` shows it
again.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bench.errors import BenchError
from bench.fuzz.seeds import SEEDS, dictionary

if TYPE_CHECKING:
    from collections.abc import Mapping

INPUT_SECONDS = 20
RESIDENT_MIB = 2048
MAX_INPUT_BYTES = 16_384
MAX_CRASHES = 10
LEAST_SECONDS = 1.0

EXECUTED = re.compile(rb"^(?:stat::number_of_executed_units:\s*|#)(\d+)", re.MULTILINE)
WRITTEN = re.compile(rb"Test unit written to (.+)")


@dataclass(frozen=True)
class Harness:
    """A module of this package, the corpus it grows, and how compiled code is to be run in it."""

    name: str
    corpus: str
    environment: Mapping[str, str]
    share: float

    @property
    def module(self) -> str:
        """The module to run."""
        return f"bench.fuzz.{self.corpus}"


INTERPRETED = {"NUMBA_DISABLE_JIT": "1"}
# The reader has most of the code; interpreted it is slow, but sees how the kernels branch.
HARNESSES = (
    Harness("reader, interpreted", "reader", INTERPRETED, 0.3),
    Harness("reader, compiled", "reader", {"NUMBA_BOUNDSCHECK": "1"}, 0.4),
    Harness("mapping", "mapping", INTERPRETED, 0.15),
    Harness("names", "names", INTERPRETED, 0.15),
)


@dataclass(frozen=True)
class Found:
    """What one harness did."""

    harness: str
    executions: int
    cpu_seconds: float
    crashes: tuple[Path, ...]


def fuzz(folder: Path, seconds: float) -> int:
    """Run all harnesses and print a table; returns 1 when anything crashed or a harness could not run, else 0."""
    code = 0
    print(f"{'harness':20} {'executions':>12} {'CPU s':>8} {'crashes':>8}")
    for harness in HARNESSES:
        try:
            found = drive(harness, folder.resolve(), seconds * harness.share)
        except BenchError as error:
            print(f"{harness.name:20} {error}", flush=True)
            code = 1
            continue
        print(f"{found.harness:20} {found.executions:12,} {found.cpu_seconds:8.0f} {len(found.crashes):8}", flush=True)
        for crash in found.crashes:
            print(f"    {crash}", flush=True)
        code = 1 if found.crashes else code
    return code


def drive(harness: Harness, folder: Path, seconds: float) -> Found:
    """Start the harness again after each crash until its CPU seconds are used."""
    corpus, words, artifacts = prepare(harness, folder)
    if harness.environment is not INTERPRETED:
        # every kind of file once, so that no input waits for the compiler
        run_once(harness, folder, [*map(str, sorted(corpus.glob("seed-*"))), "-runs=1"])
    executions, spent = 0, 0.0
    crashes: set[Path] = set()
    for _ in range(MAX_CRASHES):
        left = seconds - spent
        if left < LEAST_SECONDS:
            break
        code, log, cpu = run_once(harness, folder, [str(corpus), *options(words, artifacts, left)])
        written = {Path(os.fsdecode(path)) for path in WRITTEN.findall(log)}
        if code != 0 and not written:
            raise BenchError(f"ended with {code} and left no input behind:\n{log[-2000:].decode(errors='replace')}")
        spent += cpu
        executions += max(map(int, EXECUTED.findall(log)), default=0)
        crashes |= written
    return Found(harness.name, executions, spent, tuple(sorted(crashes)))


def prepare(harness: Harness, folder: Path) -> tuple[Path, Path, Path]:
    """The corpus with its seeds, the dictionary, and the folder for what is found."""
    corpus, artifacts = folder / "corpus" / harness.corpus, folder / "found" / harness.corpus
    for path in (corpus, artifacts):
        path.mkdir(parents=True, exist_ok=True)
    seeds = SEEDS[harness.corpus]()
    for number, content in enumerate(seeds.inputs):
        (corpus / f"seed-{number}").write_bytes(content)
    words = folder / f"{harness.corpus}.dict"
    words.write_text(dictionary(seeds.words))
    return corpus, words, artifacts


def options(words: Path, artifacts: Path, seconds: float) -> list[str]:
    """The fuzzer's command line after the corpus."""
    return [
        f"-dict={words}",
        f"-artifact_prefix={artifacts}/",
        f"-max_total_time={max(1, int(seconds))}",
        f"-timeout={INPUT_SECONDS}",
        f"-rss_limit_mb={RESIDENT_MIB}",
        f"-max_len={MAX_INPUT_BYTES}",
        "-print_final_stats=1",
    ]


def scratch_root(folder: Path) -> Path:
    """A file system in memory where there is one: the reader writes files for every input."""
    memory = Path("/dev/shm")
    return memory if memory.is_dir() and os.access(memory, os.W_OK) else folder


def run_once(harness: Harness, folder: Path, arguments: list[str]) -> tuple[int, bytes, float]:
    """Exit code, log and CPU seconds of one process.

    Compiled code with bounds checks has a cache of its own. A crash ends the process on the spot, so the folder for
    temporary files is cleared from here.
    """
    log = folder / f"{harness.corpus}.log"
    with log.open("wb") as output, tempfile.TemporaryDirectory(prefix="scratch-", dir=scratch_root(folder)) as scratch:
        folders = {"NUMBA_CACHE_DIR": str(folder / "compiled"), "TMPDIR": scratch}
        process = subprocess.Popen(
            [sys.executable, "-m", harness.module, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **folders, **harness.environment},
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, log.read_bytes(), usage.ru_utime + usage.ru_stime
