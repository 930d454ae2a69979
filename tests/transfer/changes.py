"""What may happen to a part in the portal's storage while it is sent."""

import os
from collections.abc import Callable
from pathlib import Path

MIB = 1024 * 1024


def _truncate(path: Path) -> None:
    os.truncate(path, 4 * MIB)


def _grow(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"x")


def _change_the_end(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(-1, os.SEEK_END)
        last = file.read(1)[0]
        file.seek(-1, os.SEEK_END)
        file.write(bytes([last ^ 1]))


def _empty(path: Path) -> None:
    os.truncate(path, 0)


CHANGES: dict[str, Callable[[Path], None]] = {
    "truncated": _truncate, "grown": _grow, "changed": _change_the_end, "emptied": _empty,
}  # fmt: skip
