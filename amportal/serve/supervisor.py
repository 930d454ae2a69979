"""Starts programs, passes on what they say, starts them again when they die, and ends them all."""

import selectors
import signal
import socket
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import FrameType

from amportal.serve.child import Child, Program
from amportal.serve.console import Console
from amportal.serve.errors import StartError

LONGEST_PAUSE = 30.0  # seconds before a program that keeps dying is started again
STEADY = 60.0  # seconds after which a program is thought to be well
GRACE = 8.0  # seconds to end by itself after being told
HOPELESS = 4  # deaths in a row of one program before the portal ever answered
LOOK = 0.1  # seconds between two looks at what is waited for
LAST_WORDS = 20  # lines of a quiet program that are shown when it dies


class Stopped(Exception):
    """Somebody asked for the end while something was waited for."""


@dataclass
class _Record:
    """What is known of a program: whether it runs, how often it died in a row, when it starts again."""

    program: Program
    child: Child | None = None
    deaths: int = 0
    start_at: float = 0.0
    said: deque[str] = field(default_factory=lambda: deque(maxlen=LAST_WORDS))


@dataclass
class Supervisor:
    """A small init for one portal, in one thread; the main thread, whose end is what the children follow."""

    console: Console
    environment: Mapping[str, str]
    changed: Callable[[list[int]], None]  # told the process IDs whenever they change
    settled: bool = False  # the portal has answered once
    stopping: bool = False
    _records: list[_Record] = field(default_factory=list)
    _selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)

    def heed_signals(self) -> None:
        """From now on SIGINT, SIGTERM and SIGHUP end the portal in order; a second one ends it at once."""
        ours, theirs = socket.socketpair()
        ours.settimeout(0)
        theirs.settimeout(0)
        signal.set_wakeup_fd(theirs.detach(), warn_on_full_buffer=False)
        self._selector.register(ours, selectors.EVENT_READ, lambda: ours.recv(64))
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._asked_to_stop)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # wakes the loop

    def start(self, program: Program) -> None:
        """Start a program and watch over it from now on."""
        record = _Record(program)
        self._records.append(record)
        self._start(record)

    def run_once(self, program: Program) -> list[str]:
        """Run a program to its end and give back the lines it wrote; raises `StartError` when it fails."""
        said: list[str] = []
        child = self._watch_over(program, said.append)
        try:
            self.await_true(lambda: not child.is_alive(), seconds=float("inf"))
        finally:
            self._end([child])
            self._close(child, said.append)
        if child.process.returncode:
            for line in said:
                self.console.log(program.name, line)
            message = f"{program.called} failed ({child.ended_with()}); the lines above say why."
            raise StartError(message)
        return said

    def await_true(self, condition: Callable[[], bool], *, seconds: float) -> bool:
        """Keep everything going until the condition holds or time is up; raises `Stopped` when asked to end."""
        give_up = time.monotonic() + seconds
        while not (held := condition()) and time.monotonic() < give_up:
            self.watch(LOOK)
            if self.stopping:
                raise Stopped
        return held

    def watch(self, seconds: float) -> None:
        """Pass on lines and care for the dead, for so long."""
        until = time.monotonic() + seconds
        while not self.stopping:
            self._pass_lines_on(min(max(0.0, until - time.monotonic()), 1.0))
            for record in self._records:
                self._care(record)
            if time.monotonic() >= until:
                return

    def stop(self) -> None:
        """End everything: all but the first program at once, the first, which they lean on, last."""
        self.stopping = True
        for records in (self._records[1:], self._records[:1]):
            self._end([record.child for record in records if record.child is not None])
            for record in records:
                if record.child is not None:
                    self._close(record.child, self._sink(record))
                    record.child = None
        self._tell_changed()

    def _care(self, record: _Record) -> None:
        """Start it again when its pause is over; after a death, begin one."""
        now = time.monotonic()
        child, called = record.child, record.program.called
        if child is None:
            if now >= record.start_at:
                self._start(record)
            return
        if child.is_alive():
            return
        record.deaths = 1 if now - child.started > STEADY else record.deaths + 1
        pause = min(2.0 ** (record.deaths - 1), LONGEST_PAUSE)
        record.child, record.start_at = None, now + pause
        self._close(child, self._sink(record))
        while record.said:
            self.console.log(record.program.name, record.said.popleft())
        if not self.settled and record.deaths >= HOPELESS:
            message = f"{called} ended {record.deaths} times before the portal ever answered; the lines above say why."
            raise StartError(message)
        self.console.say(f"{called} ended unexpectedly ({child.ended_with()}); it starts again in {pause:.0f} s.")

    def _start(self, record: _Record) -> None:
        record.child = self._watch_over(record.program, self._sink(record))
        self._tell_changed()

    def _watch_over(self, program: Program, sink: Callable[[str], None]) -> Child:
        child = Child.start(program, self.environment)
        self._selector.register(child.output, selectors.EVENT_READ, lambda: self._pass_on(child, sink))
        return child

    def _pass_lines_on(self, seconds: float) -> None:
        for key, _ in self._selector.select(seconds):
            key.data()

    def _pass_on(self, child: Child, sink: Callable[[str], None]) -> None:
        lines = child.lines()
        if lines is None:
            self._selector.unregister(child.output)
        for line in lines or ():
            sink(line)

    def _close(self, child: Child, sink: Callable[[str], None]) -> None:
        """After its end: pass on what it said last, and end what it left behind, which may hold the pipe open."""
        child.sweep()
        while lines := child.lines():
            for line in lines:
                sink(line)
        if child.output in self._selector.get_map():
            self._selector.unregister(child.output)
        child.close()

    def _end(self, children: Iterable[Child]) -> None:
        living = list(children)
        for child in living:
            child.signal(signal.SIGTERM)
        give_up = time.monotonic() + GRACE
        while any(child.is_alive() for child in living) and time.monotonic() < give_up:
            self._pass_lines_on(LOOK)
        for child in living:
            child.signal(signal.SIGKILL)
            child.process.wait()

    def _asked_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        if self.stopping:
            for record in self._records:
                if record.child is not None:
                    record.child.sweep()
        self.stopping = True

    def _sink(self, record: _Record) -> Callable[[str], None]:
        if record.program.quiet:
            return record.said.append
        return lambda line: self.console.log(record.program.name, line) if line else None

    def _tell_changed(self) -> None:
        self.changed([record.child.process.pid for record in self._records if record.child is not None])
