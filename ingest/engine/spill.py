"""Lines set aside on disk in groups of IDs, so that one group at a time fits into memory."""

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import numpy.typing as npt

from ingest.engine.kernels.tables import SPARE
from ingest.engine.pipeline import Background

_MOST_BUFFERED = 16 * 1024 * 1024
_MOST_VECTORS = 1024  # IOV_MAX of Linux
_WORD = 8

Words = npt.NDArray[np.uint64]


class Spill:
    """One file on disk, written group by group, read group by group. Its entries are those of `kernels.spill`."""

    def __init__(self, path: Path, background: Background) -> None:
        self._file = path.open("x+b", buffering=0)
        self._background = background
        self._waiting: dict[int, list[memoryview]] = {}
        self._buffered = 0
        self._written = 0
        self._extents: dict[int, list[tuple[int, int]]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()

    def add(self, entries: Words, starts: npt.NDArray[np.int64], ends: npt.NDArray[np.int64]) -> None:
        """Set the entries of a block aside: those of group `g` are `entries[starts[g]:ends[g]]`."""
        data = memoryview(entries).cast("B")
        for group in np.flatnonzero(ends > starts).tolist():
            piece = data[int(starts[group]) * _WORD : int(ends[group]) * _WORD]
            self._waiting.setdefault(group, []).append(piece)
            self._buffered += len(piece)
        if self._buffered > _MOST_BUFFERED:
            self.flush()

    def flush(self) -> None:
        """Have what waits in memory written, in the background."""
        self._background.do(partial(self._write, self._waiting))
        self._waiting = {}
        self._buffered = 0

    def finish(self) -> None:
        """Write all that was added; from now on it is only read."""
        self.flush()
        self._background.settle()

    def _write(self, waiting: dict[int, list[memoryview]]) -> None:
        for group, pieces in waiting.items():
            for first in range(0, len(pieces), _MOST_VECTORS):
                some = pieces[first : first + _MOST_VECTORS]
                length = sum(map(len, some))
                self._extents.setdefault(group, []).append((self._written, length))
                self._written += length
                _write_whole(self._file.fileno(), some)

    def groups(self) -> Iterator[int]:
        """The groups in order."""
        yield from sorted(self._extents)

    def size(self, group: int) -> int:
        """Bytes set aside for a group."""
        return sum(length for _, length in self._extents[group])

    def read(self, group: int) -> tuple[Words, int]:
        """The entries of a group, in row order, and how many words they take; spare words stand behind them.

        Several threads may read at once.
        """
        return self._read_extents(self._extents[group])

    def read_slowly(self, group: int) -> Iterator[tuple[Words, int]]:
        """The same in several pieces of whole entries, for a group that does not fit into memory."""
        for extent in self._extents[group]:
            yield self._read_extents([extent])

    def _read_extents(self, extents: list[tuple[int, int]]) -> tuple[Words, int]:
        size = sum(length for _, length in extents)
        words = np.empty((size + SPARE) // _WORD, np.uint64)
        target = memoryview(words).cast("B")
        for offset, length in extents:
            done = 0
            while done < length:
                done += os.preadv(self._file.fileno(), [target[done:length]], offset + done)
            target = target[length:]
        return words, size // _WORD


def _write_whole(file: int, pieces: list[memoryview]) -> None:
    written = os.writev(file, pieces)
    for piece in pieces:  # a full disk or a signal may cut a write short
        rest = piece[min(written, len(piece)) :]
        written -= len(piece) - len(rest)
        while rest:
            rest = rest[os.write(file, rest) :]
