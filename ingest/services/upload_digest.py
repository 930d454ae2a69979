"""SHA-256 of uploads while they arrive, kept in this process from one piece to the next."""

import hashlib
import os
import threading
from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self
from uuid import UUID

MOST_KEPT: Final = 64
READ_BYTES: Final = 1024 * 1024


@dataclass
class Running:
    """A hash over the first `position` bytes of an upload; `follower` takes it to the first `wanted` ones."""

    position: int = 0
    sha256: Any = field(default_factory=hashlib.sha256)
    wanted: int = 0
    follower: Future[None] | None = None
    one_at_a_time: threading.Lock = field(default_factory=threading.Lock)

    def add(self, data: bytes, offset: int) -> None:
        """Take in `data` if it follows on what was hashed; else another process has seen what lies between."""
        if offset == self.position:
            self.sha256.update(data)
            self.position += len(data)

    def finish(self, handle: int, size: int) -> str:
        """The hexadecimal digest of the file's first `size` bytes; what has not been hashed yet is read."""
        while self.position < size:
            data = os.pread(handle, min(READ_BYTES, size - self.position), self.position)
            if not data:
                raise OSError("the file is shorter than what was received")
            self.add(data, self.position)
        return str(self.sha256.hexdigest())


class Beside:
    """Hashes in a thread of its own while the caller reads and writes what comes next.

    One piece is hashed at a time, in order; leaving the `with` waits for the last one.
    """

    def __init__(self, sha256: Any) -> None:
        self._sha256 = sha256
        self._thread = ThreadPoolExecutor(1, "upload-hash")
        self._last: Future[None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.shutdown()

    def hash(self, data: bytes) -> None:
        """Take in `data` once what came before is done."""
        self.wait()
        self._last = self._thread.submit(self._sha256.update, data)

    def wait(self) -> None:
        """Until everything is taken in."""
        if self._last is not None:
            self._last.result()


_kept: OrderedDict[UUID, Running] = OrderedDict()
_lock = threading.Lock()
_behind = ThreadPoolExecutor(2, "upload-follow")


def follow(upload_id: UUID, path: Path, size: int) -> None:
    """Hash the first `size` bytes of a file that is still growing, behind the back of whoever receives the next ones.

    They come out of the memory of the system, where they have just been put. When there are too many uploads, the one
    that has waited longest is read again at its end.
    """
    with _lock:
        running = _kept.setdefault(upload_id, Running())
        _kept.move_to_end(upload_id)
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
        before, running.wanted = running.wanted, size
        # One that is not there yet sees what is wanted now.
        if running.follower is None or running.position == before:
            running.follower = _behind.submit(_catch_up, running, path)


def _catch_up(running: Running, path: Path) -> None:
    """Whatever goes wrong here is met again at the end, where the rest is read."""
    with running.one_at_a_time:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            # Asked once for each read: behind what was wanted then, the file holds no bytes of the sender's yet.
            while (left := running.wanted - running.position) > 0 and (
                data := os.pread(handle, min(READ_BYTES, left), running.position)
            ):
                running.add(data, running.position)
        finally:
            os.close(handle)


def keep(upload_id: UUID, running: Running) -> None:
    """Keep the hash of a file that came whole, for its end."""
    with _lock:
        _kept[upload_id] = running


def take(upload_id: UUID) -> Running:
    """The hash of an upload as far as this process knows it; to be called by whoever holds the upload."""
    with _lock:
        running = _kept.pop(upload_id, None) or Running()
    if running.follower is not None:
        wait([running.follower])
    return running


def forget(upload_id: UUID) -> None:
    """The upload is over."""
    with _lock:
        _kept.pop(upload_id, None)
