"""SFTP as a destination: under a temporary name until the file is whole, read back, then renamed."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta

from ingest.transfer.base import CheckStep, Destination, Fence, Present, Progress, Receipt, Source, Target, VerifyLevel
from ingest.transfer.errors import TransferFailure
from ingest.transfer.failures import failure
from ingest.transfer.names import temporary_name
from ingest.transfer.sending import PlannedFile
from ingest.transfer.sftp_check import check_server
from ingest.transfer.sftp_files import RemoteFile, RemoteFolder
from ingest.transfer.sftp_opening import open_session
from ingest.transfer.sftp_session import Session, SftpServer


class SftpDestination(Destination):
    """Delivers to a server over SFTP; see `Destination` for what is promised.

    With `writes_at_once` a part of a file can be seen under its final name while it is sent, and a killed worker leaves
    it there; everything else is kept.
    """

    def __init__(self, server: SftpServer) -> None:
        self._server = server
        self._session: Session | None = None

    def check(self, *, temp_tag: str) -> Sequence[CheckStep]:
        """Every step from the name of the host to the removal of a probe, over a connection of its own."""
        return check_server(self._server, temp_tag=temp_tag)

    def look(self, target: Target) -> Present | None:
        """What is there; hashed where the destination reads back."""
        folder = self._folder()
        held = folder.held(target.name)
        if held is None:
            return None
        if not held.is_file or not self._server.reads_back:
            return Present(held.size, None)
        return Present(held.size, folder.sha256(target.name, held.size, told=lambda: None))

    def holds(self, target: Target) -> bool:
        """Whether there is anything of this name; nothing is read."""
        return self._folder().held(target.name) is not None

    def deliver(self, source: Source, target: Target, *, temp_tag: str, progress: Progress, fence: Fence) -> Receipt:
        """Write beside the final name, compare size and bytes, and rename, which fails where something has the name."""
        temporary = temporary_name(target.name, temp_tag)
        delivery = _Delivery(self._folder(told=lambda: progress(0)), source, target.name, temporary, progress)
        send = delivery.send_at_once if self._server.writes_at_once else delivery.send
        is_new = not delivery.is_there() and send(fence)
        return Receipt(
            remote_name=f"{self._server.host}:{self._server.path(target.name)}",
            size=source.size,
            sha256=source.sha256,
            verify_level=VerifyLevel.READ_BACK if self._server.reads_back else VerifyLevel.SIZE,
            already_there=not is_new,
        )

    def sweep(self, *, older_than: timedelta, now: datetime) -> int:
        """Remove temporaries of killed attempts; how old they are, the server's clock says."""
        folder = self._folder()
        return sum(folder.remove(name) for name in folder.abandoned((now - older_than).timestamp()))

    def close(self) -> None:
        """Close the connection."""
        if self._session is not None:
            self._session.close()
        self._session = None

    def _folder(self, *, told: Callable[[], None] = lambda: None) -> RemoteFolder:
        """The folder, over a connection that is opened where there is none that works."""
        if self._session is None or not self._session.is_usable:
            self.close()
            self._session = open_session(self._server, told=told)
        self._session.find_folder()
        return RemoteFolder(self._session)


@dataclass(frozen=True)
class _Delivery:
    folder: RemoteFolder
    source: Source
    name: str
    temporary: str
    progress: Progress

    def is_there(self, *, sent: int = 0) -> bool:
        """Whether the final name holds these bytes. Raises where it holds others, or nobody can tell."""
        held = self.folder.held(self.name)
        if held is None:
            return False
        if not held.is_file or held.size != self.source.size:
            raise failure("conflict", name=self.name)
        if not self.folder.server.reads_back:
            raise failure("sftp.cannot_compare", name=self.name)
        if self.folder.sha256(self.name, held.size, told=lambda: self.progress(sent)) != self.source.sha256:
            raise failure("conflict", name=self.name)
        return True

    def send(self, fence: Fence) -> bool:
        """Whether it is we who made the file; another worker may have been first with the same bytes."""
        with PlannedFile(self.source) as planned, self._new_file(self.temporary) as file:
            self._copy(planned, file)
            # Asked before the fence: some servers overwrite in spite of the protocol.
            if self.is_there(sent=self.source.size):
                return False
            fence()
            if self.folder.rename(file, self.name):
                self._look_once_more()
                return True
        if self.is_there(sent=self.source.size):
            return False
        # Whatever had the name has gone again; the next attempt finds it free.
        raise failure("sftp.rename_failed", name=self.name)

    def send_at_once(self, fence: Fence) -> bool:
        """The same where a server lets nobody rename: the name is there first, and the bytes come into it."""
        with PlannedFile(self.source) as planned:
            fence()
            try:
                with self._new_file(self.name) as file:
                    self._copy(planned, file)
                    file.keep()
                    return True
            except TransferFailure as failed:
                if failed.code != "sftp.in_use":
                    raise
        if self.is_there():
            return False
        raise failure("sftp.refused", name=self.name, folder=self.folder.server.folder)

    def _new_file(self, path_name: str) -> AbstractContextManager[RemoteFile]:
        return self.folder.new_file(path_name, self.name, self.source.size)

    def _copy(self, planned: PlannedFile, file: RemoteFile) -> None:
        for piece in planned.pieces(file.piece_bytes):
            file.write(piece)
            self.progress(file.taken)
        file.finish()
        self.progress(file.taken)
        self._verify(file)

    def _verify(self, file: RemoteFile) -> None:
        size = self.source.size
        held = self.folder.held(file.path_name)
        if held is None:
            raise failure("sftp.vanished" if self.folder.server.writes_at_once else "sftp.gone", name=self.name)
        if held.size != size:
            raise failure("remote.damaged", name=self.name)
        if not self.folder.server.reads_back:
            return
        if self.folder.sha256(file.path_name, size, told=lambda: self.progress(size)) != self.source.sha256:
            raise failure("remote.damaged", name=self.name)

    def _look_once_more(self) -> None:
        """The name holds the right size, or the receiver has taken the file already: the server said yes."""
        held = self.folder.held(self.name)
        if held is not None and held.size != self.source.size:
            raise failure("conflict", name=self.name)
