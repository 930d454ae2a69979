"""Processes that belong to a test: told from all others by a mark in their environment, which is inherited."""

import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from queue import Empty, Queue

from tests.house.tree import PROJECT

MARK = "STARTED_BY_TEST"


def wait_until(holds: Callable[[], bool], seconds: float) -> bool:
    """Whether it came to hold in time."""
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        if holds():
            return True
        time.sleep(0.05)
    return holds()


class Run:
    """A program that runs, what it has said so far, and every process that came of it."""

    def __init__(self, command: Sequence[str], variables: dict[str, str] | None = None) -> None:
        self.mark = uuid.uuid4().hex
        plain = {name: value for name, value in os.environ.items() if not name.startswith(("AMPORTAL_", "DJANGO_"))}
        self.process = subprocess.Popen(
            [sys.executable, *command],
            cwd=PROJECT,
            env={**plain, **(variables or {}), MARK: self.mark},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines: list[str] = []
        self._coming: Queue[str] = Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for line in self.process.stdout or ():
            self._coming.put(line.rstrip("\n"))

    def said(self, text: str, seconds: float) -> bool:
        """Whether a line with this text comes, or has come, in time."""
        give_up = time.monotonic() + seconds
        while not any(text in line for line in self.lines):
            try:
                self.lines.append(self._coming.get(timeout=max(0.01, give_up - time.monotonic())))
            except Empty:
                if time.monotonic() > give_up:
                    return False
        return True

    def text(self) -> str:
        """Everything it has said."""
        while not self._coming.empty():
            self.lines.append(self._coming.get())
        return "\n".join(self.lines)

    def living(self) -> dict[int, str]:
        """Process ID → command line of all that came of it and still run, itself included."""
        return dict(_marked(self.mark))

    def children(self, part: str) -> list[int]:
        """The direct children whose command line has this part."""
        found = {number for number, line in _marked(self.mark) if part in line}
        return sorted(number for number in found if _parent(number) == self.process.pid)

    def ends(self, seconds: float) -> int | None:
        """Its exit code, or None when it still runs."""
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None
        self._reader.join(5)
        return code

    def end(self) -> None:
        """After a test, however it went."""
        for number in (self.process.pid, *self.living()):
            try:
                os.kill(number, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.process.wait()
        self._reader.join(5)
        if self.process.stdout:
            self.process.stdout.close()


def _marked(mark: str) -> list[tuple[int, str]]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if f"{MARK}={mark}".encode() in (folder / "environ").read_bytes():
                found.append((int(folder.name), (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()))
        except OSError:  # it has just ended
            continue
    return [(number, line) for number, line in found if line]


def _parent(number: int) -> int:
    try:
        return int((Path("/proc") / str(number) / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])
    except OSError:
        return 0
