"""A folder as a destination: for a company's own transfer program that picks files up there, and for trials."""

import errno
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from ingest.transfer.base import CheckStep, Destination, Fence, Present, Progress, Receipt, Source, Target, VerifyLevel
from ingest.transfer.failures import failure
from ingest.transfer.folder import OpenFolder, open_folder
from ingest.transfer.folder_errors import errors_in_words
from ingest.transfer.local_check import check_folder
from ingest.transfer.names import temporary_name
from ingest.transfer.sending import PlannedFile

_SYNC_EVERY: Final = 256 * 1024 * 1024  # bytes: so that no single sync keeps the caller from prolonging its lease
_NO_SIZE: Final = -1  # no file has it, so none is read
_NO_ALLOCATION: Final = frozenset({errno.EOPNOTSUPP, errno.EINVAL, errno.ENOSYS})


@dataclass(frozen=True)
class LocalFolder:
    """`folder`: where files are put; it must lie inside one of `allowed_roots`, links followed."""

    folder: Path
    allowed_roots: tuple[Path, ...]


class LocalDestination(Destination):
    """Delivers into a folder; see `Destination` for what is promised."""

    def __init__(self, config: LocalFolder) -> None:
        self._config = config

    def check(self, *, temp_tag: str) -> Sequence[CheckStep]:
        """Find the folder, write, read back, try to overwrite, remove."""
        return check_folder(self._config.folder, self._config.allowed_roots, temp_tag=temp_tag)

    def look(self, target: Target) -> Present | None:
        """What is there; hashed, unless it cannot be read."""
        with open_folder(self._config.folder, self._config.allowed_roots) as folder:
            return folder.held(target.name, told=lambda: None)

    def holds(self, target: Target) -> bool:
        """Whether there is a file of this name."""
        with open_folder(self._config.folder, self._config.allowed_roots) as folder:
            return folder.held(target.name, only_of_size=_NO_SIZE, told=lambda: None) is not None

    def deliver(self, source: Source, target: Target, *, temp_tag: str, progress: Progress, fence: Fence) -> Receipt:
        """Write beside the final name, sync, read back, and give the file its name if nothing has it.

        What is read back is the very file that gets the name a moment later. So wrong bytes never have it, and a
        receiver may take the file away at once.
        """
        temporary = temporary_name(target.name, temp_tag)
        with open_folder(self._config.folder, self._config.allowed_roots) as folder:
            delivery = _Delivery(folder, source, target, temporary, progress)
            is_new = not delivery.is_there() and delivery.send(fence)
            folder.settle(target.name)
        return Receipt(
            remote_name=str(self._config.folder / target.name),
            size=source.size,
            sha256=source.sha256,
            verify_level=VerifyLevel.READ_BACK,
            already_there=not is_new,
        )

    def sweep(self, *, older_than: timedelta, now: datetime) -> int:
        """Remove temporaries of killed attempts."""
        with open_folder(self._config.folder, self._config.allowed_roots) as folder:
            return sum(folder.remove(name) for name in folder.abandoned((now - older_than).timestamp()))


@dataclass(frozen=True)
class _Delivery:
    folder: OpenFolder
    source: Source
    target: Target
    temporary: str
    progress: Progress

    def is_there(self, *, sent: int = 0) -> bool:
        """Whether the final name holds these bytes. Raises where it holds others, or nobody can tell."""
        source, name = self.source, self.target.name
        held = self.folder.held(name, only_of_size=source.size, told=lambda: self.progress(sent))
        if held is None:
            return False
        if held == Present(source.size, source.sha256):
            return True
        if held == Present(source.size, None):
            raise failure("folder.not_readable", folder=str(self.folder.path), name=name)
        raise failure("conflict", name=name)

    def send(self, fence: Fence) -> bool:
        """Whether it is we who made the file; another worker may have been first with the same bytes."""
        name, size = self.target.name, self.source.size
        with PlannedFile(self.source) as planned, self.folder.temporary(self.temporary, name, size) as file:
            self._copy(planned, file)
            self._read_back(file)
            fence()
            if self.folder.create_if_absent(self.temporary, name, size):
                return True
        if self.is_there(sent=size):
            return False
        # Whatever had the name has gone again; the next attempt finds it free.
        raise failure("remote.interrupted", name=name, reason=os.strerror(errno.EEXIST))

    def _copy(self, planned: PlannedFile, file: int) -> None:
        self._allocate(file)
        sent = synced = 0
        for piece in planned.pieces():
            with errors_in_words(self.folder.path, self.target.name, self.source.size):
                _write(file, piece)
                sent += len(piece)
                if sent - synced >= _SYNC_EVERY:
                    os.fdatasync(file)
                    synced = sent
            self.progress(sent)
        with errors_in_words(self.folder.path, self.target.name, self.source.size):
            os.fsync(file)

    def _allocate(self, file: int) -> None:
        """A disk without room says so now, not after gigabytes."""
        if not self.source.size:
            return
        with errors_in_words(self.folder.path, self.target.name, self.source.size):
            try:
                os.posix_fallocate(file, 0, self.source.size)
            except OSError as error:
                if error.errno not in _NO_ALLOCATION:
                    raise

    def _read_back(self, file: int) -> None:
        size = self.source.size
        digest = self.folder.hash_of(file, self.target.name, lambda: self.progress(size))
        if (os.fstat(file).st_size, digest) != (size, self.source.sha256):
            raise failure("remote.damaged", name=self.target.name)


def _write(file: int, piece: bytes) -> None:
    rest = memoryview(piece)
    while rest:
        rest = rest[os.write(file, rest) :]
