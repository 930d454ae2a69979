"""Run a command as a whole process and say what it took: wall clock, CPU, peak memory, first output.

The peak of a child begins at what its parent held when it forked (Linux carries the mark over `exec`), so this
process stays small: generators, yardsticks and subjects all run as processes of their own.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bench.errors import BenchError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

TIME_LIMIT_SECONDS = 3600.0
SAMPLING_SECONDS = 0.1


@dataclass(frozen=True)
class Measurement:
    """One run of one command.

    `wall`, `cpu` and `first_output` are seconds (`cpu` is user + system over the process and its waited-for children),
    `peak` is the bytes of the largest single process, or of the whole tree where that was asked for and is larger.
    """

    wall: float
    cpu: float
    peak: int
    first_output: float
    output: str


def run(
    command: Sequence[str],
    *,
    environment: Mapping[str, str] | None = None,
    whole_tree: bool = False,
    discard_output: bool = False,
) -> Measurement:
    """Run `command` to its end and measure it; raises BenchError when it cannot start, fails or never ends."""
    with tempfile.TemporaryFile() as errors:
        started = time.perf_counter()
        process = _start(command, environment, errors.fileno())
        watchdog = threading.Timer(TIME_LIMIT_SECONDS, process.kill)
        watchdog.start()
        sampler = TreeSampler(process.pid) if whole_tree else None
        first_output, output = _read_output(process, started, keep=not discard_output)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        watchdog.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        tree_peak = sampler.stop() if sampler else 0
        if process.returncode != 0:
            errors.seek(0)
            complaint = errors.read()[-4000:].decode(errors="replace")
            raise BenchError(f"exit {process.returncode} after {wall:.1f} s: {' '.join(command)}\n{complaint}")
    return Measurement(
        wall=wall,
        cpu=usage.ru_utime + usage.ru_stime,
        peak=max(usage.ru_maxrss * 1024, tree_peak),
        first_output=first_output,
        output=output.decode(errors="replace"),
    )


def _start(command: Sequence[str], environment: Mapping[str, str] | None, errors: int) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            env={**os.environ, **(environment or {})},
        )
    except OSError as error:
        raise BenchError(f"cannot start {command[0]}: {error}") from error


def _read_output(process: subprocess.Popen[bytes], started: float, *, keep: bool) -> tuple[float, bytes]:
    """Drain stdout; the first value is when its first byte came, or when it closed without one."""
    assert process.stdout is not None
    output = bytearray()
    with process.stdout as stream:
        chunk = os.read(stream.fileno(), 1 << 16)
        first_output = time.perf_counter() - started
        while chunk:
            if keep:
                output += chunk
            chunk = os.read(stream.fileno(), 1 << 16)
    return first_output, bytes(output)


class TreeSampler:
    """Watches the memory of a process and its descendants: proportional set size, every 100 ms; all of them or `of`.

    It only adds up when there is more than one process (the kernel's own peak is exact for a single one), and it
    costs the subject a little time, so only the memory benchmark uses it.
    """

    def __init__(self, pid: int, of: Callable[[Iterable[int]], int] = sum) -> None:
        self._pid = pid
        self._of = of
        self._peak = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> int:
        """End the watch; returns the largest sum seen, in bytes (0: there never was a second process)."""
        self._ended.set()
        self._thread.join()
        return self._peak

    def _watch(self) -> None:
        while not self._ended.wait(SAMPLING_SECONDS):
            pids = _tree(self._pid)
            if len(pids) > 1:
                self._peak = max(self._peak, self._of(map(_proportional_size, pids)))


def _tree(pid: int) -> list[int]:
    found = [pid]
    for parent in found:  # grows while it is read: breadth first
        for listing in Path(f"/proc/{parent}/task").glob("*/children"):
            found.extend(int(child) for child in _read_or_nothing(listing).split())
    return found


def _proportional_size(pid: int) -> int:
    for line in _read_or_nothing(Path(f"/proc/{pid}/smaps_rollup")).splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0


def _read_or_nothing(path: Path) -> str:
    """A process may end between being listed and being read: then it holds nothing."""
    try:
        return path.read_text()
    except OSError:
        return ""
