"""The part as it is read for sending: hashed on the way, and refused before its end if it is not what was approved."""

import os
from collections.abc import Iterator
from types import TracebackType
from typing import Final, Self

from ingest.transfer.base import Source
from ingest.transfer.errors import TransferFailure
from ingest.transfer.failures import failure
from ingest.transfer.hashing import SideHash

PIECE_BYTES: Final = 1024 * 1024


class PlannedFile:
    """A source that is open for reading, with the `read` that libraries ask of a file.

    **The last piece is handed out only after size and SHA-256 of the whole were found right** and nothing follows it in
    the file. So a receiver that counts bytes never gets a complete file that was not approved: a source that was
    truncated, grew or was changed while it was sent ends in Permanent `artifact.changed` first. (paramiko's `put`
    reports success for a source that was truncated on the way.)
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._hash = SideHash()
        self._sent = 0
        try:
            self._file = source.path.open("rb", buffering=0)
        except FileNotFoundError:
            raise failure("artifact.missing") from None
        except OSError as error:
            raise _unreadable(error) from None
        self._check_size_on_disk()

    def read(self, size: int = PIECE_BYTES) -> bytes:
        """Up to `size` bytes (all that is left if negative), empty at the end. Raises TransferFailure `artifact.…`."""
        left = self._source.size - self._sent
        wanted = left if size < 0 else min(size, left)
        self._hash.catch_up()  # so that its piece is given back before the next one takes room
        piece = self._read_exactly(wanted)
        self._hash.update(piece)
        self._sent += len(piece)
        if self._sent == self._source.size:
            self._check_whole()
        return piece

    def pieces(self, size: int = PIECE_BYTES) -> Iterator[bytes]:
        """All of it; an empty source is checked too, and gives nothing."""
        while piece := self.read(size):
            yield piece

    def _check_whole(self) -> None:
        if self._hash.hexdigest() != self._source.sha256 or self._read_exactly(1, at_end=True):
            raise failure("artifact.changed")

    def _check_size_on_disk(self) -> None:
        """A wrong size is said before anything is sent."""
        if os.fstat(self._file.fileno()).st_size != self._source.size:
            self._file.close()
            raise failure("artifact.changed")

    def _read_exactly(self, size: int, *, at_end: bool = False) -> bytes:
        """The file is not buffered, and the system may give less than was asked for."""
        piece = self._read_some(size)
        while len(piece) < size and (more := self._read_some(size - len(piece))):
            piece += more
        if len(piece) < size and not at_end:
            raise failure("artifact.changed")
        return piece

    def _read_some(self, size: int) -> bytes:
        try:
            return self._file.read(size)
        except OSError as error:
            raise _unreadable(error) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._hash.close()
        self._file.close()


def _unreadable(error: OSError) -> TransferFailure:
    return failure("artifact.unreadable", reason=error.strerror or type(error).__name__)
