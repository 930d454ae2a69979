"""One program that was started: its output, its end, and that it never outlives us."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from amportal.programs import ROOT

PR_SET_PDEATHSIG = 1  # Linux, prctl(2): the signal that a process gets when its parent ends
LONGEST_LINE = 8192
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Program:
    """What to start, and how to treat it."""

    name: str  # in front of its lines
    called: str  # in sentences
    command: Sequence[str]
    inherits: tuple[int, ...] = ()  # file descriptors
    quiet: bool = False  # what it says is shown only if it dies
    orphaned: int = (
        signal.SIGKILL
    )  # what it gets when we are killed: a worker's jobs are taken up again from the database


@dataclass
class Child:
    """A running program, the leader of a session and process group of its own: Ctrl-C in the terminal is for us."""

    program: Program
    process: subprocess.Popen[bytes]
    output: int  # the end of the pipe that we read
    started: float
    _unfinished: bytes = field(default=b"", repr=False)

    @classmethod
    def start(cls, program: Program, environment: Mapping[str, str]) -> "Child":
        """Start the program; its output comes through a pipe that is read without waiting."""
        parent = os.getpid()
        ours, theirs = os.pipe()
        os.set_blocking(ours, False)
        try:
            process = subprocess.Popen(  # noqa: S603 - our own programs
                program.command,
                cwd=ROOT,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=theirs,
                stderr=theirs,
                pass_fds=program.inherits,
                start_new_session=True,
                preexec_fn=lambda: _follow(parent, program.orphaned),  # noqa: PLW1509 - there is no other thread
            )
        except BaseException:
            os.close(ours)
            raise
        finally:
            os.close(theirs)
        return cls(program, process, ours, time.monotonic())

    def lines(self) -> list[str] | None:
        """The lines that came since the last call; nothing more will come after None."""
        try:
            block = os.read(self.output, 65_536)
        except BlockingIOError:
            return []
        *whole, rest = (self._unfinished + block).split(b"\n")
        if rest and (not block or len(rest) > LONGEST_LINE):
            whole, rest = [*whole, rest], b""
        self._unfinished = rest
        if not block and not whole:
            return None
        return [line.decode("utf-8", "replace").rstrip() for line in whole]

    def is_alive(self) -> bool:
        """Whether the program still runs."""
        return self.process.poll() is None

    def signal(self, number: int) -> None:
        """Send a signal to the program itself."""
        if self.is_alive():
            self.process.send_signal(number)

    def sweep(self) -> None:
        """End what the program may have started and left behind."""
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):  # none is left; macOS says the latter of the dead
            return

    def close(self) -> None:
        """Give back the pipe."""
        os.close(self.output)

    def ended_with(self) -> str:
        """How it ended, for a sentence."""
        code = self.process.returncode
        if code is not None and code < 0:
            return f"killed by {signal.Signals(-code).name}"
        return f"exit code {code}"


def _follow(parent: int, number: int) -> None:
    """In the child, before the program: end when the parent ends, also when it has done so already."""
    if _LIBC is None:
        return
    _LIBC.prctl(PR_SET_PDEATHSIG, number)
    if os.getppid() != parent:
        os._exit(1)
