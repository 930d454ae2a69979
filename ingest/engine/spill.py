"""Lines set aside on disk in groups of IDs, so that one group at a time fits into memory."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import numpy.typing as npt

from ingest.engine.kernels.tables import KINDS_OF_ITEMS

IDS_PER_GROUP = 32_768
_MOST_BUFFERED = 64 * 1024 * 1024


@dataclass(frozen=True)
class SpilledLines:
    """Lines with the number of their ID, their spreadsheet row and their items per kind, in row order."""

    ids: npt.NDArray[np.int64]
    rows: npt.NDArray[np.int64]
    lengths: npt.NDArray[np.int64]
    items: npt.NDArray[np.int32]  # [row, kind]
    lines: npt.NDArray[np.uint8]

    def pack(self) -> bytes:
        """As bytes, to be read back by `unpack`."""
        count = np.array([self.ids.size, self.lines.size], np.int64)
        arrays = (count, self.ids, self.rows, self.lengths, self.items, self.lines)
        return b"".join(array.tobytes() for array in arrays)

    @classmethod
    def unpack(cls, data: memoryview) -> tuple["SpilledLines", memoryview]:
        """What `pack` wrote, and what stands behind it."""
        count, size = np.frombuffer(data[:16], np.int64).tolist()
        head, each = 16, 24 + 4 * KINDS_OF_ITEMS
        numbers = np.frombuffer(data[head : head + 24 * count], np.int64).reshape(3, count)
        items = np.frombuffer(data[head + 24 * count : head + each * count], np.int32).reshape(count, KINDS_OF_ITEMS)
        start = head + each * count
        lines = np.frombuffer(data[start : start + size], np.uint8)
        return cls(numbers[0], numbers[1], numbers[2], items, lines), data[start + size :]


class Spill:
    """One file on disk, written group by group, read group by group."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("x+b")
        self._waiting: dict[int, list[bytes]] = {}
        self._buffered = 0
        self._extents: dict[int, list[tuple[int, int]]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()

    def add(self, group: int, lines: SpilledLines) -> None:
        """Set lines aside for a group of IDs."""
        packed = lines.pack()
        self._waiting.setdefault(group, []).append(packed)
        self._buffered += len(packed)
        if self._buffered > _MOST_BUFFERED:
            self.flush()

    def flush(self) -> None:
        """Write what waits in memory."""
        for group, packed in self._waiting.items():
            data = b"".join(packed)
            self._extents.setdefault(group, []).append((self._file.tell(), len(data)))
            self._file.write(data)
        self._waiting.clear()
        self._buffered = 0

    def groups(self) -> Iterator[int]:
        """The groups in order."""
        yield from sorted(self._extents)

    def size(self, group: int) -> int:
        """Bytes set aside for a group."""
        return sum(length for _, length in self._extents[group])

    def read(self, group: int) -> Iterator[SpilledLines]:
        """The lines of a group, in row order."""
        for offset, length in self._extents[group]:
            self._file.seek(offset)
            data = memoryview(bytearray(self._file.read(length)))
            while data:
                lines, data = SpilledLines.unpack(data)
                yield lines
