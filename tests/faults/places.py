"""Real receivers that a run with many faults sends to, each behind a line of its own.

Servers can be killed and stopped. Everything is on loopback. A receiver is looked at from its own side, never through
the line.
"""

import hashlib
import os
import signal
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Final, Self

from tests.fault_proxy import FaultProxy

SECONDS_TO_START: Final = 60
Seen = tuple[object, str]
"""What tells a file from another one of its name (inode, time of an object), and the checksum of its bytes."""


@dataclass(frozen=True)
class Where:
    """A destination as an admin would enter it."""

    method: str
    settings: Mapping[str, Any]
    secrets: Mapping[str, str]


class Place:
    """A receiver; use it as a context manager. `line` is None where nothing can be between it and the portal."""

    name: str
    keeps_names: ClassVar[bool] = True
    """Whether it can be told to give a name only if nothing has it. Where it cannot, the same bytes may come twice."""
    pause: ClassVar[float] = 0.04
    """Seconds between two looks."""
    line: FaultProxy | None = None

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._known: dict[str, tuple[object, Seen]] = {}

    def where(self) -> Where:
        """How the portal reaches it."""
        raise NotImplementedError

    def look(self) -> dict[str, Seen]:
        """Everything that a receiver's own program would take for a file."""
        raise NotImplementedError

    def hidden(self) -> list[str]:
        """What is there and is not taken for a file: temporaries, uploads that have not ended."""
        raise NotImplementedError

    def clear(self) -> None:
        """Take everything away, as the program does for which the files are."""
        raise NotImplementedError

    def kill(self) -> None:
        """Kill the server with all that serve somebody; `start` starts it again."""
        raise NotImplementedError

    def start(self) -> None:
        """Start the server again, with everything it held."""
        raise NotImplementedError

    def server(self) -> list[int]:
        """The processes of the server; none where there is no server."""
        return []

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to all of them."""
        for pid in self.server():
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    def close(self) -> None:
        """End everything."""
        self._stack.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Folder(Place):
    """A receiver whose files are in a folder of this machine."""

    folder: Path

    def look(self) -> dict[str, Seen]:
        """Each file is read once, and again when it is another one."""
        found = {}
        for entry in os.scandir(self.folder):
            if not entry.name.startswith("."):
                with suppress(FileNotFoundError):
                    found[entry.name] = self._seen(entry)
        return found

    def _seen(self, entry: "os.DirEntry[str]") -> Seen:
        mark = _mark(entry.stat())
        known = self._known.get(entry.name)
        if known is None or known[0] != mark:
            with Path(entry.path).open("rb") as file:
                mark = _mark(os.fstat(file.fileno()))
                seen = (mark[0], hashlib.sha256(file.read()).hexdigest())
            known = self._known[entry.name] = (mark, seen)
        return known[1]

    def hidden(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir() if path.name.startswith("."))

    def clear(self) -> None:
        for path in self.folder.iterdir():
            path.unlink(missing_ok=True)


def _mark(status: os.stat_result) -> tuple[int, int, int]:
    return status.st_ino, status.st_size, status.st_mtime_ns
