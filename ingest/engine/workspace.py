"""The folder in which a run works unseen, and the move of finished files to their final names."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path

_PREFIX = ".amportal-"
_LOCK = "lock"
_LOCKLESS_SECONDS = 24 * 3600


@contextmanager
def workspace(out: Path) -> Iterator[Path]:
    """A hidden folder inside `out`, on the same disk, gone at the end whatever happened.

    Folders that killed runs left behind are removed first: nobody holds their lock any more.
    """
    out.mkdir(parents=True, exist_ok=True)
    _remove_abandoned(out)
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=out))
    try:
        with (folder / _LOCK).open("wb") as lock:
            flock(lock, LOCK_EX)
            yield folder
    finally:
        shutil.rmtree(folder)


def empty(folder: Path) -> None:
    """Remove what a run has built so far in its folder."""
    for path in folder.iterdir():
        if path.name != _LOCK:
            path.unlink()


def _remove_abandoned(out: Path) -> None:
    for folder in out.glob(f"{_PREFIX}*"):
        try:
            with (folder / _LOCK).open("rb") as lock:
                flock(lock, LOCK_EX | LOCK_NB)
                shutil.rmtree(folder)
        except BlockingIOError:
            continue  # A run that is still working.
        except FileNotFoundError:
            # A run that has not made its lock yet, or one that was killed before it could.
            if folder.exists() and time.time() - folder.stat().st_mtime > _LOCKLESS_SECONDS:
                shutil.rmtree(folder)


def publish(out: Path, files: Iterable[tuple[Path, str]], stale: Iterable[Path]) -> None:
    """Give finished files their final names in `out`, each whole at once; `stale` ones of an earlier run go first."""
    moves = list(files)
    for path, _name in moves:
        with path.open("rb") as file:
            os.fsync(file.fileno())
    for path in stale:
        path.unlink(missing_ok=True)
    for path, name in moves:
        path.replace(out / name)
    folder = os.open(out, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
