"""Receivers for the contract suite: a real place for every method, seen from the receiver's side.

A new method adds its receiver to `RECEIVERS`; nothing in the suite changes.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

from ingest.transfer.base import Destination, Source, Target
from ingest.transfer.names import is_temporary
from ingest.transfer.registry import Limits, build
from ingest.transfer.secret import Secret
from ingest.transfer.settings import Value
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


def _local(folder: Path) -> LocalReceiver:
    outbox = folder / "root" / "outbox"
    outbox.mkdir(parents=True)
    return LocalReceiver(outbox)


RECEIVERS: Mapping[str, Callable[[Path], Receiver]] = {
    "local": _local,
    "s3": lambda folder: s3_receiver(folder, DAY),
    "sftp": sftp_receiver,
}


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
