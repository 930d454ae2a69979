"""An FTP server as a destination, encrypted (FTPS) or, where that is expressly allowed, not."""

import errno
import logging
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from ingest.transfer.base import CheckStep, Destination, Fence, Present, Progress, Receipt, Source, Target, VerifyLevel
from ingest.transfer.errors import Misconfigured, Permanent, TransferFailure
from ingest.transfer.failures import failure
from ingest.transfer.ftp_check import check_server
from ingest.transfer.ftp_errors import Attempt, Verb
from ingest.transfer.ftp_files import Files
from ingest.transfer.ftp_line import FtpServer, Opening
from ingest.transfer.names import is_temporary, temporary_name
from ingest.transfer.sending import PlannedFile

logger = logging.getLogger(__name__)

READ_BACK_UP_TO: Final = 1024**3  # bytes


class ReadBack(StrEnum):
    """Which files are read back and hashed after they were sent."""

    UP_TO_1_GB = "up_to_1_gb"
    ALWAYS = "always"
    NEVER = "never"

    def wants(self, size: int) -> bool:
        """Whether one of so many bytes is."""
        return self is ReadBack.ALWAYS or (self is ReadBack.UP_TO_1_GB and size <= READ_BACK_UP_TO)


@dataclass(frozen=True)
class FtpConfig:
    """`names_at_once`: the file has its final name while it is sent, for servers that let nobody rename."""

    server: FtpServer
    names_at_once: bool = False
    read_back: ReadBack = ReadBack.UP_TO_1_GB


class FtpDestination(Destination):
    """Delivers to an FTP server; see `Destination` for what is promised, and decision 12 for what FTP cannot."""

    def __init__(self, config: FtpConfig) -> None:
        self._config = config
        self._opening: Opening | None = None

    def check(self, *, temp_tag: str) -> Sequence[CheckStep]:
        """Resolve, connect, encrypt, sign in, folder, write, read back, rename, remove."""
        config = self._config
        is_read = config.read_back is not ReadBack.NEVER
        return check_server(config.server, temp_tag=temp_tag, reads=is_read, renames=not config.names_at_once)

    def look(self, target: Target) -> Present | None:
        """What is there; hashed, if files of its size are read back and it may be read."""
        with self._files() as files:
            found = files.find(target.name)
            if found is None:
                return None
            if found.size is None:
                return Present(0, None)
            if not self._config.read_back.wants(found.size):
                return Present(found.size, None)
            try:
                digest = files.hash_of(target.name, found.size, Attempt(Verb.READ, target.name), told=lambda: None)
            except TransferFailure as failed:
                if failed.code != "ftp.not_readable":
                    raise
                return Present(found.size, None)
        return Present(found.size, digest)

    def holds(self, target: Target) -> bool:
        """Whether there is anything of this name; nothing is read."""
        with self._files() as files:
            return files.find(target.name) is not None

    def deliver(self, source: Source, target: Target, *, temp_tag: str, progress: Progress, fence: Fence) -> Receipt:
        """Send under a temporary name, verify, and rename if nothing has the name.

        No FTP server renames only on that condition, so between the last look and the rename there is a moment in which
        another program's file of this very name would be overwritten.
        """
        temporary = temporary_name(target.name, temp_tag)
        with self._files() as files:
            delivery = _Delivery(self._config, files, source, target, temporary, progress, self._remove)
            is_new = not delivery.is_there() and delivery.send(fence)
        is_read = not is_new or self._config.read_back.wants(source.size)
        return Receipt(
            remote_name=f"{self._config.server.url}/{target.name}",
            size=source.size,
            sha256=source.sha256,
            verify_level=VerifyLevel.READ_BACK if is_read else VerifyLevel.SIZE,
            already_there=not is_new,
        )

    def sweep(self, *, older_than: timedelta, now: datetime) -> int:
        """Remove temporaries of killed attempts; those of which the server does not say when they were written stay."""
        with self._files() as files:
            ours = files.listed(is_temporary)
            old = [one.name for one in ours if one.written is not None and one.written <= now - older_than]
            return sum(files.remove(name) for name in old)

    def close(self) -> None:
        """Close the connection."""
        if self._opening is not None:
            self._opening.close()
            self._opening = None

    @contextmanager
    def _files(self) -> Iterator[Files]:
        """Over the connection that there is, or a new one; after whatever goes wrong the next one is new."""
        if self._opening is None or not self._opening.is_alive():
            self.close()
            opening = Opening(self._config.server)
            opening.all_steps()
            self._opening = opening
        try:
            yield Files(self._opening)
        except BaseException:
            self.close()
            raise

    def _remove(self, name: str) -> None:
        """Whatever has happened to the connection. What cannot be removed now is left to a later sweep."""
        has_line = self._opening is not None and self._opening.is_alive()
        for _attempt in range(2 if has_line else 1):
            try:
                with self._files() as files:
                    files.remove(name)
            except TransferFailure as failed:
                logger.info("an unfinished file could not be removed: %s", failed.code)
            else:
                return
        logger.warning("an unfinished file stays behind")


@dataclass
class _Delivery:
    config: FtpConfig
    files: Files
    source: Source
    target: Target
    temporary: str
    progress: Progress
    remove: Callable[[str], None]
    unfinished: str = ""

    def is_there(self, *, sent: int = 0) -> bool:
        """Whether the final name holds these bytes. Raises where it holds others, or nobody can tell."""
        source, name = self.source, self.target.name
        found = self.files.find(name)
        if found is None:
            return False
        if found.size != source.size or not self._has_our_bytes(name, sent):
            raise failure("conflict", name=name)
        return True

    def _has_our_bytes(self, name: str, sent: int) -> bool:
        """Read whatever was chosen about reading back: equal sizes make no equal files."""
        try:
            return self._hash_of(name, sent) == self.source.sha256
        except TransferFailure as failed:
            if failed.code != "ftp.not_readable":
                raise
            raise failure("ftp.not_comparable", name=name) from None

    def _hash_of(self, name: str, sent: int) -> str:
        attempt = Attempt(Verb.READ, self.target.name, self.source.size)
        return self.files.hash_of(name, self.source.size, attempt, told=lambda: self.progress(sent))

    def send(self, fence: Fence) -> bool:
        """Whether it is we who made the file; another worker may have been first with the same bytes."""
        with PlannedFile(self.source) as planned:
            if self.config.names_at_once:
                return self._send_under_final_name(planned, fence)
            with self._removed_unless_whole():
                self._store(planned, self.temporary)
                self._verify(self.temporary)
                fence()
                if self.is_there(sent=self.source.size) or not self._rename():
                    return False
        self._verify_name()
        return True

    def _send_under_final_name(self, planned: PlannedFile, fence: Fence) -> bool:
        """Only for servers that let nobody rename: whoever looks meanwhile sees a part of the file."""
        fence()
        if self.is_there():
            return False
        with self._removed_unless_whole():
            self._store(planned, self.target.name)
            self._verify(self.target.name)
            self.unfinished = ""
        return True

    @contextmanager
    def _removed_unless_whole(self) -> Iterator[None]:
        try:
            yield
        finally:
            if self.unfinished:
                self.remove(self.unfinished)

    def _store(self, planned: PlannedFile, name: str) -> None:
        """STOR empties what it finds, so a name that something has is left alone."""
        if self.files.find(name) is not None:
            raise failure("remote.interrupted", name=self.target.name, reason=os.strerror(errno.EEXIST))
        self.unfinished = name
        attempt = Attempt(Verb.STORE, self.target.name, self.source.size)
        self.files.store(name, planned.pieces(), attempt, self.progress)

    def _verify(self, name: str) -> None:
        """An answer of success says little: some servers give it to a connection that was cut in the middle, too."""
        size, host = self.source.size, self.config.server.host
        found = self.files.find(name)
        if found is None:
            raise self._gone() if name == self.temporary else failure("ftp.vanished", host=host, name=name)
        if found.size is None:
            raise failure("ftp.no_size", host=host)
        if found.size != size:
            raise failure("ftp.broken_off", host=host, name=self.target.name)
        if self.config.read_back.wants(size) and self._hash_of(name, size) != self.source.sha256:
            raise failure("remote.damaged", name=self.target.name)

    def _gone(self) -> TransferFailure:
        return failure("remote.interrupted", name=self.target.name, reason=os.strerror(errno.ENOENT))

    def _rename(self) -> bool:
        """Whether it was us; False where the server refuses, since the same bytes have the name by now."""
        size = self.source.size
        try:
            self.files.rename(self.temporary, self.target.name, Attempt(Verb.RENAME, self.target.name, size))
        except (Misconfigured, Permanent):
            if self.files.find(self.temporary) is None:
                raise self._gone() from None
            if self.is_there(sent=size):
                return False
            raise
        self.unfinished = ""
        return True

    def _verify_name(self) -> None:
        """Where nothing has the name any more, the program for which the file is has taken it."""
        found = self.files.find(self.target.name)
        if found is not None and found.size != self.source.size:
            raise failure("conflict", name=self.target.name)
