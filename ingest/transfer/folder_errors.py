"""What the system says about a folder and its files, as one of the three kinds of failure, in words."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ingest.transfer.errors import TransferFailure
from ingest.transfer.failures import failure


@contextmanager
def errors_in_words(folder: Path, name: str, size: int) -> Iterator[None]:
    """Only around calls of the system: what a caller's own function raises comes out as it is."""
    try:
        yield
    except OSError as error:
        raise _in_words(error, folder, name, size) from None


@contextmanager
def errors_of_opening(folder: Path) -> Iterator[None]:
    """The same for the folder itself."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG}:
            raise failure("folder.missing", folder=str(folder)) from None
        raise _in_words(error, folder, folder.name, 0) from None


def _in_words(error: OSError, folder: Path, name: str, size: int) -> TransferFailure:
    reason = error.strerror or type(error).__name__
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return failure("remote.full", name=name, size=size)
        case errno.EFBIG:
            return failure("remote.too_large", name=name, size=size)
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return failure("folder.not_writable", folder=str(folder), reason=reason)
        case _:
            return failure("remote.interrupted", name=name, reason=reason)
