"""Ends what takes longer than it may, by the clock; cheap enough to be asked for around every piece of a file."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Final

_LOOKS_EVERY: Final = 1.0  # seconds; with nothing to watch by then, its thread ends


class Watchdog:
    """`bite` is called from another thread, once for each time that ran out. One thread watches, however often it asks.

    A thread for each piece of a file, as with `threading.Timer`, would take a tenth of the time of sending it.
    """

    def __init__(self, bite: Callable[[], None]) -> None:
        self._bite = bite
        self._changed = threading.Condition()
        self._ends: list[float] = []  # of what goes on now, by the monotonic clock: the innermost last
        self._wakes = 0.0  # when the thread looks next
        self._thread: threading.Thread | None = None

    @contextmanager
    def watch(self, seconds: float) -> Iterator[None]:
        """What is done inside may take so long. May be nested."""
        end = monotonic() + seconds
        with self._changed:
            self._ends.append(end)
            if self._thread is None:
                self._begin()
            elif end < self._wakes:
                self._changed.notify()
        try:
            yield
        finally:
            with self._changed:
                if end in self._ends:  # it is not once it has run out
                    self._ends.remove(end)

    def _begin(self) -> None:
        self._wakes = 0.0
        self._thread = threading.Thread(target=self._look, name="watchdog", daemon=True)
        self._thread.start()

    def _look(self) -> None:
        while self._is_late():
            self._bite()

    def _is_late(self) -> bool:
        """Wait until something has run out (and forget it) or there is nothing to watch."""
        with self._changed:
            while self._ends:
                now = monotonic()
                first = min(self._ends)
                if first <= now:
                    self._ends.remove(first)
                    return True
                self._wakes = min(first, now + _LOOKS_EVERY)
                self._changed.wait(self._wakes - now)
            self._thread = None
            return False
