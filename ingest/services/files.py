"""Files: where they are kept, how a local copy is had, how one is put away so that it survives a power cut."""

import errno
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.files import File
from django.core.files.storage import FileSystemStorage, Storage, storages

CHUNK: Final = 1024 * 1024


class FileGone(Exception):
    """A stored file is not there, or not what it was: its checksum differs."""


def spool_folder() -> Path:
    """Where uploads arrive: on one machine, or on a disk that all web servers share."""
    return _folder(settings.SPOOL_DIR)


def scratch_folder() -> Path:
    """Where workers put what they need for a while: on the disk of the stored files, so that storing is a rename."""
    return _folder(settings.SCRATCH_DIR)


@contextmanager
def own_scratch(name: str) -> Iterator[Path]:
    """A folder of one claim alone, named KIND-SUBJECT-EPOCH; of a worker that is killed, the dispatcher removes it."""
    folder = scratch_folder() / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _folder(path: Path) -> Path:
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def _storage() -> Storage:
    return storages["files"]


def _nobody() -> None:
    """Nobody wants to know."""


def sha256_of(path: Path, *, told: Callable[[], None] = _nobody) -> str:
    """The SHA-256 of a file, in hexadecimal digits. `told` is called for every MiB, so that a lease can be renewed."""
    digest = hashlib.sha256()
    with path.open("rb", buffering=0) as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            told()
    return digest.hexdigest()


def put_away(path: Path, key: str) -> None:
    """Move a local file to `key`, durable when this returns. A file that is there already is replaced whole."""
    storage = _storage()
    if isinstance(storage, FileSystemStorage):
        target = Path(storage.path(key))
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with path.open("rb") as file:
            os.fsync(file.fileno())
        _move(path, target)
        _sync_folder(target.parent)
        return
    with path.open("rb") as file:
        storage.delete(key)
        storage.save(key, File(file))
    path.unlink()


def _move(path: Path, target: Path) -> None:
    """Rename; from another disk, copy beside the target first, so that nobody sees half a file under its name."""
    try:
        path.replace(target)
    except OSError as problem:
        if problem.errno != errno.EXDEV:
            raise
        _copy_over(path, target)


def _copy_over(path: Path, target: Path) -> None:
    beside = target.with_name(f".{target.name}.part")
    try:
        shutil.copyfile(path, beside)
        with beside.open("rb") as copy:
            os.fsync(copy.fileno())
        beside.replace(target)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
    path.unlink()


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def local_copy(key: str, *, told: Callable[[], None] = _nobody) -> Iterator[Path]:
    """The stored file as a local one, for reading only: itself, or a copy that is gone afterwards. Raises FileGone.

    `told` is called for every MiB that is copied.
    """
    storage = _storage()
    if not storage.exists(key):
        raise FileGone(key)
    if isinstance(storage, FileSystemStorage):
        yield Path(storage.path(key))
        return
    with tempfile.TemporaryDirectory(dir=scratch_folder()) as folder:
        path = Path(folder) / Path(key).name
        with storage.open(key) as stored, path.open("wb") as copy:
            while chunk := stored.read(CHUNK):
                copy.write(chunk)
                told()
        yield path


def exists(key: str) -> bool:
    """Whether a file is stored under this key."""
    return _storage().exists(key)


def read(key: str) -> bytes:
    """The whole content of a small stored file. Raises FileGone."""
    if not exists(key):
        raise FileGone(key)
    with _storage().open(key) as file:
        return bytes(file.read())


def opened(key: str) -> "File[bytes]":
    """A stored file, open for reading; whoever gets it closes it. Raises FileGone."""
    if not exists(key):
        raise FileGone(key)
    return _storage().open(key)


def remove(key: str) -> None:
    """Delete a stored file; one that is not there is no problem."""
    _storage().delete(key)


def part_key(sha256: str) -> str:
    """Parts are stored under their checksum, so equal parts are stored once."""
    return f"parts/{sha256[:2]}/{sha256}"


def upload_key(upload_id: object) -> str:
    """The stored customer file of an upload."""
    return f"uploads/{upload_id}"


def result_key(check_id: int, name: str) -> str:
    """A file that a check made, beside its parts: report.json or refused.csv."""
    return f"checks/{check_id}/{name}"


def folders(key: str) -> list[str]:
    """The names of the folders below a key; none when there is nothing under it."""
    return _listed(key)[0]


def names(key: str) -> list[str]:
    """The keys of the files right below a key."""
    return [f"{key}/{name}" for name in _listed(key)[1]]


def _listed(key: str) -> tuple[list[str], list[str]]:
    try:
        return _storage().listdir(key)
    except FileNotFoundError:
        return [], []


def written_at(key: str) -> datetime | None:
    """When a stored file was written; None when there is none."""
    try:
        return _storage().get_modified_time(key)
    except FileNotFoundError:
        return None
