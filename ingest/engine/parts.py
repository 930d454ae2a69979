"""Inbound files as they are built: lines go in, parts with sizes and checksums come out."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Protocol, Self

import numpy as np
import numpy.typing as npt
from isal import isal_zlib

from ingest.aam.limits import MAX_COMPRESSED_PART_BYTES

# Measured in docs/performance.md: level 1 of ISA-L compresses at the speed at which lines are made.
_GZIP_LEVEL = 1
_GZIP_WINDOW = 31  # 15 bits, and 16 more for the header and trailer of gzip

# Encrypts a file into a new one.
Seal = Callable[[Path, Path], None]


@dataclass(frozen=True)
class BuiltPart:
    """A finished part, still under a temporary name. `bytes` and `sha256` are of the uncompressed lines."""

    path: Path
    records: int
    bytes: int
    compressed_bytes: int
    sha256: str


def sealed(part: BuiltPart, seal: Seal) -> BuiltPart:
    """The part encrypted, in place of the plain one. Size and checksum stay those of the lines."""
    target = part.path.with_suffix(".sealed")
    seal(part.path, target)
    part.path.unlink()
    return replace(part, path=target, compressed_bytes=target.stat().st_size)


class _Compressor(Protocol):
    def compress(self, data: memoryview, /) -> bytes: ...

    def flush(self) -> bytes: ...


class _Plain:
    """No compression."""

    def compress(self, data: memoryview, /) -> bytes:
        return bytes(data)

    def flush(self) -> bytes:
        return b""


class _OpenPart:
    """One part that is being written."""

    def __init__(self, path: Path, *, gzipped: bool) -> None:
        self._path = path
        self._file: BinaryIO = path.open("xb", buffering=0)
        self._compressor: _Compressor = (
            isal_zlib.compressobj(_GZIP_LEVEL, isal_zlib.DEFLATED, _GZIP_WINDOW) if gzipped else _Plain()
        )
        self._digest = hashlib.sha256()
        self.records = 0
        self.bytes = 0
        self.compressed_bytes = 0

    def write(self, lines: memoryview, records: int) -> None:
        self._digest.update(lines)
        self._put(self._compressor.compress(lines))
        self.bytes += len(lines)
        self.records += records

    def _put(self, data: bytes) -> None:
        view = memoryview(data)
        self.compressed_bytes += len(view)
        while view:
            view = view[self._file.write(view) :]

    def expected_size(self, more: int) -> float:
        """Compressed size after `more` bytes, judged by what was compressed so far."""
        return self.compressed_bytes * (1 + more / self.bytes) if self.bytes else 0.0

    def close(self) -> BuiltPart:
        self._put(self._compressor.flush())
        self._file.close()
        return BuiltPart(self._path, self.records, self.bytes, self.compressed_bytes, self._digest.hexdigest())

    def abandon(self) -> None:
        self._file.close()


class PartWriter:
    """Splits lines into parts (section 2 of the format); a line is never cut, and there is no empty part.

    A new part begins before one passes `max_part_bytes` uncompressed or, as far as can be foreseen, 300 MB compressed.
    """

    def __init__(self, folder: Path, *, gzipped: bool, max_part_bytes: int) -> None:
        self._folder = folder
        self._gzipped = gzipped
        self._most = max_part_bytes
        self._open: _OpenPart | None = None
        self.finished: list[BuiltPart] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._open is not None:
            self._open.abandon()

    def write(self, lines: npt.NDArray[np.uint8], line_ends: npt.NDArray[np.int64]) -> None:
        """Append whole lines; `line_ends`: the place behind each of them, ascending, without repeats."""
        for start, end, records in self._slices(line_ends):
            if self._open is None:
                self._open = _OpenPart(self._folder / f"part-{len(self.finished) + 1}", gzipped=self._gzipped)
            self._open.write(memoryview(lines)[start:end], records)

    def _slices(self, line_ends: npt.NDArray[np.int64]) -> Iterator[tuple[int, int, int]]:
        """Byte ranges that fit the open part, or a new one after it was closed."""
        done, start = 0, 0
        while done < line_ends.size:
            if self._open is not None and self._is_full(int(line_ends[done]) - start, int(line_ends[-1]) - start):
                self._close()
            free = self._most - (self._open.bytes if self._open else 0)
            fitting = max(int(np.searchsorted(line_ends, start + free, side="right")), done + 1)
            end = int(line_ends[fitting - 1])
            yield start, end, fitting - done
            done, start = fitting, end

    def _is_full(self, next_line: int, all_lines: int) -> bool:
        if self._open is None:
            return False
        too_long = self._open.bytes + next_line > self._most
        return too_long or (self._gzipped and self._open.expected_size(all_lines) > MAX_COMPRESSED_PART_BYTES)

    def _close(self) -> None:
        if self._open is not None:
            self.finished.append(self._open.close())
            self._open = None

    def finish(self) -> list[BuiltPart]:
        """Close the last part; all parts in order."""
        self._close()
        return self.finished
