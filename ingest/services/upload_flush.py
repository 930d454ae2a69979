"""Files that are arriving are brought to the disk behind the back of whoever writes them, so that nobody waits for it.

Only what the disk has confirmed may be told to the database. A disk that fails tells so once, to whoever synced: here
that is kept until somebody asks.
"""

import os
import threading
from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from ingest.services import upload_spool

MOST_KEPT: Final = 64


@dataclass
class _Flush:
    """The first `size` bytes of a file on their way to the disk."""

    size: int
    done: Future[None]


_kept: OrderedDict[UUID, _Flush] = OrderedDict()
_lock = threading.Lock()
_behind = ThreadPoolExecutor(2, "upload-flush")


def begin(upload_id: UUID, size: int) -> None:
    """Bring what was written of an upload, `size` bytes, to the disk; nothing happens while that is under way."""
    with _lock:
        if upload_id in _kept:
            return
        _kept[upload_id] = _Flush(size, _behind.submit(_flush, upload_id))
        if len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)


def _flush(upload_id: UUID) -> None:
    try:
        handle = os.open(upload_spool.path_of(upload_id), os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:  # finished or cancelled meanwhile
        return
    try:
        os.fdatasync(handle)
    finally:
        os.close(handle)


def take_safe(upload_id: UUID) -> int:
    """How many bytes the disk has confirmed since somebody asked last; 0: none that this process knows of.

    Raises OSError when the disk did not take them.
    """
    with _lock:
        flush = _kept.get(upload_id)
        if flush is None or not flush.done.done():
            return 0
        del _kept[upload_id]
    flush.done.result()
    return flush.size


def finish(upload_id: UUID, handle: int) -> None:
    """Wait until all of an upload is on the disk. Raises OSError."""
    with _lock:
        flush = _kept.pop(upload_id, None)
    if flush is not None:
        flush.done.result()
    os.fdatasync(handle)


def forget(upload_id: UUID) -> None:
    """The upload is over."""
    with _lock:
        _kept.pop(upload_id, None)
