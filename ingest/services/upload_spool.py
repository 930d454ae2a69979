"""The spool folder: files that are still arriving, each with its whole room taken at once, and one writer at a time.

Beside each file stands a note of how many bytes were written. What is written outlives any process that is killed, but
not the machine's power: so the note counts until the machine has started anew, and the database counts the bytes that
were brought to the disk.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Final
from uuid import UUID

from ingest.services.files import spool_folder

NOTE_DIGITS: Final = 20


class Busy(Exception):
    """Somebody else is writing to this upload right now."""


class NotInSpool(Exception):
    """The upload has no file in the spool folder (any more)."""


def path_of(upload_id: UUID) -> Path:
    """Where an upload arrives. The name is its ID: what the person called it never becomes a path."""
    return spool_folder() / f"{upload_id}.part"


def make(upload_id: UUID, size: int) -> None:
    """Take `size` bytes of the disk for an upload. Raises OSError, and leaves nothing, when they are not to be had."""
    path = path_of(upload_id)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        if size:
            os.posix_fallocate(handle, 0, size)
    except OSError:
        path.unlink()
        raise
    finally:
        os.close(handle)


@contextmanager
def held(upload_id: UUID) -> Iterator[int]:
    """The open file of an upload, for this caller alone. Raises Busy and NotInSpool.

    The lock is the kernel's (`flock`): it ends with the process that holds it, however that ends.
    """
    path = path_of(upload_id)
    try:
        handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError as problem:
        raise NotInSpool from problem
    try:
        _lock(handle, path)
        yield handle
    finally:
        os.close(handle)


def _lock(handle: int, path: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as problem:
        raise Busy from problem
    # Between opening and locking, somebody may have finished it (renamed) or cancelled it (removed).
    if not path.exists() or not os.path.samestat(path.stat(), os.fstat(handle)):
        raise NotInSpool


def write_at(handle: int, data: bytes, offset: int) -> None:
    """Write all of `data` at `offset`; raises OSError."""
    rest = memoryview(data)
    while rest:
        written = os.pwrite(handle, rest, offset)
        rest, offset = rest[written:], offset + written


def note(upload_id: UUID, written: int) -> None:
    """Remember how many bytes were written, for whoever takes the next piece. The caller holds the file."""
    handle = os.open(_note_of(upload_id), os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        # Always as long as the last one, so that nothing is left over of that.
        os.pwrite(handle, f"{_boot()} {written:0{NOTE_DIGITS}}".encode(), 0)
    finally:
        os.close(handle)


def noted(upload_id: UUID) -> int:
    """How many bytes were written since the machine was started; 0 when nobody knows."""
    try:
        boot, _, written = _note_of(upload_id).read_text(encoding="ascii").partition(" ")
    except FileNotFoundError:
        return 0
    return int(written) if boot == _boot() and len(written) == NOTE_DIGITS else 0


def _note_of(upload_id: UUID) -> Path:
    return spool_folder() / f"{upload_id}.written"


@cache
def _boot() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()


def forget_lone_notes(before: float) -> None:
    """Remove old notes (seconds since 1970) whose files are gone: their server died between the two."""
    for path in spool_folder().glob("*.written"):
        if not path.with_suffix(".part").exists() and path.stat().st_mtime < before:
            path.unlink(missing_ok=True)


def forget_note(upload_id: UUID) -> None:
    """The file has gone to where it is kept."""
    _note_of(upload_id).unlink(missing_ok=True)


def remove(upload_id: UUID) -> None:
    """Give the room back; an upload without a file is no problem."""
    path_of(upload_id).unlink(missing_ok=True)
    forget_note(upload_id)


def folder_files() -> Iterator[Path]:
    """Every file that is arriving, or was."""
    return spool_folder().glob("*.part")
