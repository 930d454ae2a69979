"""Somebody who watches what arrives: no file under its final name is ever seen half, or made anew."""

import hashlib
import threading
from pathlib import Path


class Outbox:
    """Looks at every folder below `root` fifty times a second, as a receiver's transfer program would."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._seen: dict[Path, tuple[int, str]] = {}
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def stop(self) -> None:
        """Watch no more."""
        self._end.set()
        if self._thread.ident is not None:
            self._thread.join(10)

    def _watch(self) -> None:
        while not self._end.wait(0.02):
            for path in self._root.glob("*/[!.]*"):
                if path not in self._seen:
                    self._seen[path] = _look(path)

    def faults(self) -> list[str]:
        """Files that are not what they were when they were seen first."""
        return [f"{path.name} was another file before" for path, was in self._seen.items() if _look(path) != was]


def _look(path: Path) -> tuple[int, str]:
    with path.open("rb") as file:
        return path.stat().st_ino, hashlib.sha256(file.read()).hexdigest()
