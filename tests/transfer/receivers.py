"""Receivers for the contract suite: a real place for every method, seen from the receiver's side.

A new method adds its receivers to `RECEIVERS`; nothing in the suite changes.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

from ingest.transfer.base import Destination, Source, Target
from ingest.transfer.names import is_temporary
from ingest.transfer.registry import Limits, build
from ingest.transfer.secret import Secret
from ingest.transfer.settings import Value
from tests.transfer.ftp_servers import pyftpdlib, vsftpd
from tests.transfer.s3_receiver import s3_receiver
from tests.transfer.sftp_receiver import sftp_receiver

DAY = date(2026, 1, 31)
NAME = "ftp_dpm_478_1769817600.sync.gz"
TARGET = Target(NAME, DAY)


class Receiver(Protocol):
    """How a destination reaches a receiver, and what is seen there."""

    @property
    def method(self) -> str: ...

    @property
    def settings(self) -> Mapping[str, Value]: ...

    @property
    def secrets(self) -> Mapping[str, Secret]: ...

    @property
    def limits(self) -> Limits: ...

    @property
    def refuses_taken_names(self) -> bool:
        """Whether it can be told to give a final name only if nothing has it, in one step.

        Where it cannot, as in FTP, everything is promised but what would need that step: of two workers that pass the
        fence together, the later one may overwrite the earlier one's file, whole by whole.
        """

    def everything(self) -> list[str]:
        """Every name there is, temporaries too."""

    def read(self, name: str) -> bytes:
        """What is under a name; FileNotFoundError."""

    def put(self, name: str, content: bytes) -> None:
        """Somebody else puts a file there."""


@dataclass(frozen=True)
class LocalReceiver:
    """A folder inside an allowed one."""

    folder: Path
    method: str = "local"
    refuses_taken_names: bool = True

    @property
    def settings(self) -> Mapping[str, Value]:
        return {"folder": str(self.folder)}

    @property
    def secrets(self) -> Mapping[str, Secret]:
        return {}

    @property
    def limits(self) -> Limits:
        return Limits(allowed_roots=(self.folder.parent,))

    def everything(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir())

    def read(self, name: str) -> bytes:
        return (self.folder / name).read_bytes()

    def put(self, name: str, content: bytes) -> None:
        (self.folder / name).write_bytes(content)


@contextmanager
def _local(folder: Path) -> Iterator[Receiver]:
    outbox = folder / "root" / "outbox"
    outbox.mkdir(parents=True)
    yield LocalReceiver(outbox)


@contextmanager
def _ftps(_folder: Path) -> Iterator[Receiver]:
    with vsftpd() as receiver:
        yield receiver


@contextmanager
def _ftp(folder: Path) -> Iterator[Receiver]:
    with pyftpdlib(folder / "root") as receiver:
        yield receiver


@contextmanager
def _s3(folder: Path) -> Iterator[Receiver]:
    yield s3_receiver(folder, DAY)


@contextmanager
def _sftp(folder: Path) -> Iterator[Receiver]:
    yield sftp_receiver(folder)


RECEIVERS: Mapping[str, Callable[[Path], AbstractContextManager[Receiver]]] = {
    "local": _local, "s3": _s3, "sftp": _sftp, "ftps, vsftpd": _ftps, "ftp, pyftpdlib": _ftp,
}  # fmt: skip

METHOD_OF: Mapping[str, str] = {
    "local": "local", "s3": "s3", "sftp": "sftp", "ftps, vsftpd": "ftp", "ftp, pyftpdlib": "ftp",
}  # fmt: skip
"""A method may have several receivers, and has at least one."""


def destination_of(receiver: Receiver) -> Destination:
    """A destination made as the portal makes it."""
    return build(receiver.method, receiver.settings, secrets=receiver.secrets, limits=receiver.limits)


def finals(receiver: Receiver) -> list[str]:
    """What a receiver takes for files."""
    return [name for name in receiver.everything() if not name.startswith(".")]


def temporaries(receiver: Receiver) -> list[str]:
    """What was left unfinished."""
    return [name for name in receiver.everything() if is_temporary(name)]


def source_of(path: Path, content: bytes) -> Source:
    """A part in the portal's storage, with what was approved of it."""
    path.write_bytes(content)
    return Source(path, len(content), hashlib.sha256(content).hexdigest())
