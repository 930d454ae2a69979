"""The data folder: made at the first start, readable by its owner only, and used by one start at a time."""

import fcntl
import os
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from amportal.serve.errors import StartError

LEFTOVERS_SECONDS = 30.0  # what a killed start left behind ends within a few seconds; a worker may need some more


@dataclass(frozen=True)
class Home:
    """Where the files of a start are below the data folder."""

    folder: Path

    @property
    def secret_key(self) -> Path:
        """The key that signs sessions and links; losing it signs everybody out, giving it away lets others sign in."""
        return self.folder / "secret.key"

    @property
    def redis(self) -> Path:
        """The folder of the embedded Redis: its socket, and the file that it appends to."""
        return self.folder / "redis"

    def make(self) -> None:
        """Make what is missing. Whatever is made from now on, here or by a child, is for its owner only."""
        os.umask(0o077)
        try:
            for folder in (self.folder, self.redis):
                folder.mkdir(parents=True, exist_ok=True)
            if not self.secret_key.exists():
                _write_new(self.secret_key, secrets.token_urlsafe(48))
        except OSError as error:
            message = (
                f"The data folder {self.folder} cannot be written to ({error.strerror})."
                " Choose another: AMPORTAL_DATA_DIR=/path scripts/run"
            )
            raise StartError(message) from error

    def claim(self, say: Callable[[str], None]) -> "Claim":
        """Make this start the only one with this data folder; children inherit half of the claim."""
        mine = _open_lock(self.folder / "serve.lock")
        if not _lock(mine):
            message = (
                f"amportal already runs with the data folder {self.folder}: {_said(mine)}. Stop it there with Ctrl-C,"
                " or choose another folder: AMPORTAL_DATA_DIR=/path scripts/run --port 8001"
            )
            raise StartError(message)
        children = _open_lock(self.folder / "children.lock")
        _await_leftovers(children, say)
        return Claim(mine, children)


@dataclass(frozen=True)
class Claim:
    """Two locks that the system gives up when their holders end, however they end."""

    mine: int
    children: int  # inherited by every child, so that it stays locked until the last of them has ended

    def tell(self, address: str) -> None:
        """Leave word for a second start: where this one answers."""
        os.ftruncate(self.mine, 0)
        os.pwrite(self.mine, f"{address} (process {os.getpid()})".encode(), 0)

    def note_children(self, process_ids: list[int]) -> None:
        """Leave word which processes are ours, should they outlive this one."""
        os.ftruncate(self.children, 0)
        os.pwrite(self.children, " ".join(str(number) for number in process_ids).encode(), 0)


def _write_new(path: Path, text: str) -> None:
    """Appears whole or not at all: a key that was cut short would be refused at every later start."""
    unfinished = path.with_suffix(".new")
    unfinished.write_text(text + "\n", encoding="ascii")
    unfinished.rename(path)


def _open_lock(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _said(descriptor: int) -> str:
    return os.pread(descriptor, 200, 0).decode("utf-8", "replace") or "it is just starting"


def _await_leftovers(descriptor: int, say: Callable[[str], None]) -> None:
    """Wait for the children of an earlier start that was killed: two Redis servers must not write one file."""
    give_up = time.monotonic() + LEFTOVERS_SECONDS
    told = False
    while not _lock(descriptor):
        if time.monotonic() > give_up:
            message = (
                f"Parts of an earlier start still run: processes {_said(descriptor)}."
                " End them with kill, then start again."
            )
            raise StartError(message)
        if not told:
            say("Waiting for the rest of an earlier start to end.")
            told = True
        time.sleep(0.1)
