"""A bound on the memory of processes, set by the kernel: who goes beyond it is killed, as on a small machine."""

import time
from pathlib import Path
from typing import Final, Self

GROUPS: Final = Path("/sys/fs/cgroup")
_UNBOUNDED: Final = 1 << 46  # bytes
_PATIENCE: Final = 15  # seconds


class MemoryBox:
    """A control group of this process's own one, of either version; use it as a context manager.

    Raises OSError where none may be made: only root may, and not in every container.
    """

    def __init__(self, name: str) -> None:
        self._is_unified = (GROUPS / "cgroup.controllers").exists()
        own = _own_groups()
        home = GROUPS / own[""] if self._is_unified else GROUPS / "memory" / own["memory"]
        self.folder = home / name

    def __enter__(self) -> Self:
        self.folder.mkdir()
        if not (self.folder / self._limit).exists():
            self.folder.rmdir()
            raise OSError("the memory of groups is not counted here")
        return self

    def __exit__(self, *_args: object) -> None:
        """Those that were killed may take a moment to be gone."""
        end = time.monotonic() + _PATIENCE
        while (self.folder / "cgroup.procs").read_text(encoding="ascii") and time.monotonic() < end:
            time.sleep(0.05)
        self.folder.rmdir()

    @property
    def _limit(self) -> str:
        return "memory.max" if self._is_unified else "memory.limit_in_bytes"

    def inside(self, command: list[str]) -> list[str]:
        """The command that runs another one in here, with all that comes of it."""
        return ["sh", "-c", f'echo $$ >"{self.folder}/cgroup.procs" && exec "$@"', "sh", *command]

    def bound(self, size: int = _UNBOUNDED) -> None:
        """Let everything in here have so many bytes together."""
        (self.folder / self._limit).write_text(str(size), encoding="ascii")

    def held(self) -> int:
        """Bytes in here that are not a copy of what is on a disk."""
        return self._number("memory.stat", "anon" if self._is_unified else "rss")

    def killed(self) -> int:
        """How many processes the kernel has killed for want of memory."""
        return self._number("memory.events" if self._is_unified else "memory.oom_control", "oom_kill")

    def _number(self, file: str, name: str) -> int:
        for line in (self.folder / file).read_text(encoding="ascii").splitlines():
            key, _, value = line.partition(" ")
            if key == name:
                return int(value)
        raise LookupError(name)


def _own_groups() -> dict[str, str]:
    """The group of this process by controller; that of the unified hierarchy is under the empty name."""
    found: dict[str, str] = {}
    for line in Path("/proc/self/cgroup").read_text(encoding="ascii").splitlines():
        _, controllers, path = line.split(":", 2)
        found |= {name: path.lstrip("/") for name in controllers.split(",")}
    return found
