"""A folder of this machine, or one mounted on it: the calls that a delivery needs."""

import ctypes
import errno
import hashlib
import logging
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ingest.transfer.base import Present
from ingest.transfer.failures import failure
from ingest.transfer.folder_errors import errors_in_words, errors_of_opening
from ingest.transfer.names import is_temporary
from ingest.transfer.sending import PIECE_BYTES

logger = logging.getLogger(__name__)

_MODE: Final = 0o640  # customers' data: the folder's group, in which the receiving program is, may read it; others not
_READ: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_CREATE: Final = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_UNREADABLE: Final = frozenset({errno.EACCES, errno.EPERM, errno.ELOOP, errno.ENXIO})
_NO_LINKS: Final = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})
_NO_RENAME: Final = frozenset({errno.EINVAL, errno.EOPNOTSUPP, errno.ENOSYS})
_RENAME_NOREPLACE: Final = 1  # <linux/fs.h>


@dataclass(frozen=True)
class OpenFolder:
    """A folder that is held open: everything happens in it even when its path is exchanged meanwhile.

    All methods raise the three kinds of failure; `size` is there for their words.
    """

    path: Path
    fd: int

    def held(self, name: str, *, only_of_size: int | None = None, told: Callable[[], None]) -> Present | None:
        """What is under a name; hashed where it is a file that can be read (and has `only_of_size` bytes)."""
        with errors_in_words(self.path, name, 0):
            opened = self._opened(name)
        if not isinstance(opened, int):
            return opened
        try:
            status = os.fstat(opened)
            is_wanted = only_of_size in {None, status.st_size}
            if not stat.S_ISREG(status.st_mode) or not is_wanted:
                return _not_hashed(status)
            return Present(status.st_size, self.hash_of(opened, name, told))
        finally:
            os.close(opened)

    def _opened(self, name: str) -> int | Present | None:
        try:
            return os.open(name, _READ, dir_fd=self.fd)
        except FileNotFoundError:
            return None
        except OSError as error:
            if error.errno not in _UNREADABLE:
                raise
            return _not_hashed(os.stat(name, dir_fd=self.fd, follow_symlinks=False))

    def hash_of(self, file: int, name: str, told: Callable[[], None]) -> str:
        """SHA-256 of an open file from its beginning; `told` is called after every piece, and may raise."""
        digest = hashlib.sha256()
        offset = 0
        while True:
            with errors_in_words(self.path, name, offset):
                piece = os.pread(file, PIECE_BYTES, offset)
            if not piece:
                return digest.hexdigest()
            digest.update(piece)
            offset += len(piece)
            told()

    @contextmanager
    def temporary(self, temporary: str, name: str, size: int) -> Iterator[int]:
        """A new file, open for writing and reading; it has gone at the end, whatever happens."""
        with errors_in_words(self.path, name, size):
            file = os.open(temporary, _CREATE, _MODE, dir_fd=self.fd)
        try:
            yield file
        finally:
            os.close(file)
            self.remove(temporary)

    def create_if_absent(self, temporary: str, name: str, size: int) -> bool:
        """Give a finished file its final name if nothing has it; False if something has.

        A hard link is made only if there is nothing of its name, on NFS as well. FAT and some others know no links;
        there the kernel renames on the same condition. A plain rename would overwrite and is never used.
        """
        with errors_in_words(self.path, name, size):
            try:
                os.link(temporary, name, src_dir_fd=self.fd, dst_dir_fd=self.fd, follow_symlinks=False)
            except FileExistsError:
                return False
            except OSError as error:
                if error.errno not in _NO_LINKS:
                    raise
                return self._rename_if_absent(temporary, name)
            return True

    def _rename_if_absent(self, temporary: str, name: str) -> bool:
        rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
        if rename is None:
            raise failure("folder.cannot_refuse", folder=str(self.path))
        if rename(self.fd, os.fsencode(temporary), self.fd, os.fsencode(name), _RENAME_NOREPLACE) == 0:
            return True
        code = ctypes.get_errno()
        if code == errno.EEXIST:
            return False
        if code in _NO_RENAME:
            raise failure("folder.cannot_refuse", folder=str(self.path))
        raise OSError(code, os.strerror(code))

    def remove(self, temporary: str) -> bool:
        """Remove one of our temporaries; what cannot be removed now is left to a later sweep."""
        try:
            os.unlink(temporary, dir_fd=self.fd)
        except FileNotFoundError:
            return False  # renamed to its final name, or swept
        except OSError as error:
            logger.warning("a temporary file stays behind: %s", error.strerror)
            return False
        return True

    def settle(self, name: str) -> None:
        """Names that were made or removed survive a loss of power from here on."""
        with errors_in_words(self.path, name, 0):
            os.fsync(self.fd)

    def abandoned(self, latest: float) -> list[str]:
        """Our temporaries that were last written to at `latest` (seconds since 1970) or before."""
        with errors_in_words(self.path, self.path.name, 0), os.scandir(self.fd) as entries:
            ours = [entry for entry in entries if is_temporary(entry.name) and entry.is_file(follow_symlinks=False)]
            return [entry.name for entry in ours if _written(entry) <= latest]


def _written(entry: os.DirEntry[str]) -> float:
    try:
        return entry.stat(follow_symlinks=False).st_mtime
    except FileNotFoundError:  # its delivery has just ended
        return float("inf")


def _not_hashed(status: os.stat_result) -> Present:
    return Present(status.st_size if stat.S_ISREG(status.st_mode) else 0, None)


def must_be_allowed(path: Path, real: Path, roots: Sequence[Path]) -> None:
    """Raise `folder.not_allowed` unless `real`, which is `path` with its links followed, lies inside an allowed one."""
    if not any(real.is_relative_to(os.path.realpath(root)) for root in roots):
        raise failure("folder.not_allowed", folder=str(path), roots=", ".join(map(str, roots)) or "—")


@contextmanager
def open_folder(path: Path, allowed_roots: Iterable[Path]) -> Iterator[OpenFolder]:
    """Open a folder that lies, links followed, inside an allowed one."""
    roots = tuple(allowed_roots)
    with errors_of_opening(path):
        real = Path(os.path.realpath(path, strict=True))
        must_be_allowed(path, real, roots)
        fd = os.open(real, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        if Path(f"/proc/self/fd/{fd}").readlink() != real:  # a folder above it was exchanged for a link just now
            raise failure("folder.missing", folder=str(path))
        yield OpenFolder(path, fd)
    finally:
        os.close(fd)
