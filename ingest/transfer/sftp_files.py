"""The folder at an SFTP server and its files: the calls that a delivery needs."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ingest.transfer.errors import TransferFailure
from ingest.transfer.failures import failure
from ingest.transfer.hashing import SideHash
from ingest.transfer.names import is_temporary
from ingest.transfer.sending import PIECE_BYTES
from ingest.transfer.sftp_session import Session, SftpServer
from ingest.transfer.sftp_wire import ABSENT, FORBIDDEN, Refused, Status, Upload, download

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Held:
    """What has a name at the server; `size` is 0 for what is no file."""

    is_file: bool
    size: int


class RemoteFile:
    """A new file that is being written. It is removed at the end unless it was kept or has got another name."""

    def __init__(self, session: Session, path_name: str, name: str, size: int) -> None:
        self.path_name = path_name
        self.is_kept = False
        self._session, self._name, self._size = session, name, size
        with session.asking() as wire:
            self._handle: bytes | None = wire.create(session.server.path(path_name))
            self._upload = Upload(wire, self._handle)

    @property
    def piece_bytes(self) -> int:
        """How large pieces are best: about PIECE_BYTES, and whole requests."""
        return self._upload.piece_bytes

    @property
    def taken(self) -> int:
        """How many bytes the server has confirmed."""
        return self._upload.taken

    def write(self, piece: bytes) -> None:
        """Send a piece. Raises what the server refused of earlier ones."""
        with self._refusals_in_words(), self._session.asking():
            self._upload.write(piece)

    def finish(self) -> None:
        """Wait until the server has taken everything, and close the file."""
        with self._refusals_in_words(), self._session.asking():
            self._upload.finish()
            self.close()

    def keep(self) -> None:
        """It is under its final name, whole."""
        self.is_kept = True

    def close(self) -> None:
        """Close it at the server; calling it again does nothing."""
        handle, self._handle = self._handle, None
        if handle is not None:
            with self._session.asking() as wire:
                wire.close_handle(handle)

    @contextmanager
    def _refusals_in_words(self) -> Iterator[None]:
        try:
            yield
        except Refused as refused:
            if refused.is_full:
                raise failure("remote.full", name=self._name, size=self._size) from None
            if refused.status in FORBIDDEN:
                raise self._session.forbidden("sftp.no_write") from None
            raise failure("sftp.write_failed", name=self._name, sent=self.taken, size=self._size) from None


class RemoteFolder:
    """All methods raise the three kinds of failure."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @property
    def server(self) -> SftpServer:
        """Whose folder it is."""
        return self._session.server

    def held(self, name: str) -> Held | None:
        """What has a name, links not followed."""
        with self._session.asking_about(name) as wire:
            found = wire.attributes(self.server.path(name))
        if found is None:
            return None
        return Held(found.is_file, (found.size or 0) if found.is_file else 0)

    def sha256(self, name: str, size: int, *, told: Callable[[], None]) -> str:
        """Of the first `size` bytes of a file, read back; `told` is called after every piece, and may raise."""
        with SideHash() as digest:
            for piece in self.pieces(name, size):
                digest.update(piece)
                told()
            return digest.hexdigest()

    def pieces(self, name: str, size: int) -> Iterator[bytes]:
        """The first `size` bytes of a file, in pieces of about PIECE_BYTES; fewer if it ends before."""
        with self._session.asking_about(name) as wire:
            handle = wire.open_to_read(self.server.path(name))
            chunks = download(wire, handle, size)
        try:
            while piece := self._next_piece(name, chunks):
                yield piece
        finally:
            self._let_go(handle)

    def _next_piece(self, name: str, chunks: Iterator[bytes]) -> bytes:
        piece: list[bytes] = []
        size = 0
        with self._session.asking_about(name):
            for chunk in chunks:
                piece.append(chunk)
                size += len(chunk)
                if size >= PIECE_BYTES:
                    break
        return b"".join(piece)

    def _let_go(self, handle: bytes) -> None:
        """Close a handle that was read from: nothing depends on the answer."""
        try:
            with self._session.asking() as wire:
                wire.close_handle(handle)
        except (Refused, TransferFailure) as error:
            logger.info("a file at the server was not closed: %s", type(error).__name__)

    @contextmanager
    def new_file(self, path_name: str, name: str, size: int) -> Iterator[RemoteFile]:
        """A file that was not there before. `name` is the final name, `size` that of the whole, both for the words."""
        try:
            file = RemoteFile(self._session, path_name, name, size)
        except Refused as refused:
            if refused.is_full:
                raise failure("remote.full", name=name, size=size) from None
            raise self._not_begun(refused, path_name, name) from None
        try:
            yield file
        finally:
            if not file.is_kept:
                self._give_up(file)

    def _not_begun(self, refused: Refused, path_name: str, name: str) -> TransferFailure:
        if refused.status in FORBIDDEN:
            return self._session.forbidden("sftp.no_write")
        if refused.status in ABSENT:
            return failure("sftp.folder_missing", host=self.server.host, folder=self.server.folder)
        # Version 3 has no status of its own for a name that is taken.
        if refused.status == Status.EXISTS or self.held(path_name) is not None:
            return failure("sftp.in_use", name=name)
        return failure("sftp.refused", name=name, folder=self.server.folder)

    def _give_up(self, file: RemoteFile) -> None:
        """Some servers remove no file that is open."""
        if not self._session.is_usable:
            logger.warning("an unfinished file stays at the server: there is no connection to remove it")
            return
        try:
            file.close()
        except (Refused, TransferFailure) as error:
            logger.info("a file at the server was not closed: %s", type(error).__name__)
        self.remove(file.path_name)

    def rename(self, file: RemoteFile, name: str) -> bool:
        """Give a finished file its final name if nothing has it; False if something may have.

        Raises Misconfigured `sftp.rename_refused`, Transient `sftp.gone`.
        """
        try:
            with self._session.asking() as wire:
                wire.rename(self.server.path(file.path_name), self.server.path(name))
        except Refused as refused:
            if self.held(name) is None:
                self._say_why_not_renamed(refused, name)
            return False
        file.keep()
        return True

    def _say_why_not_renamed(self, refused: Refused, name: str) -> None:
        """Nothing has the name, as far as one can see a moment later; most servers tell no more."""
        if refused.status in ABSENT:
            raise failure("sftp.gone", name=name)
        if refused.status in FORBIDDEN or refused.status == Status.UNSUPPORTED:
            raise self._session.forbidden("sftp.rename_refused")

    def remove(self, name: str) -> bool:
        """Remove an unfinished file of ours; what cannot be removed now is left to a later sweep."""
        try:
            with self._session.asking() as wire:
                wire.remove(self.server.path(name))
        except Refused as refused:
            if refused.status not in ABSENT:
                logger.warning("an unfinished file stays at the server: status %d", refused.status)
            return False
        except TransferFailure as failed:
            logger.warning("an unfinished file stays at the server: %s", failed.code)
            return False
        return True

    def abandoned(self, latest: float) -> list[str]:
        """Our temporaries that were last written to at `latest` (seconds since 1970) or before."""
        try:
            with self._session.asking() as wire:
                ours = [name for name in wire.names(self.server.folder) if is_temporary(name)]
                found = {name: wire.attributes(self.server.path(name)) for name in ours}
        except Refused as refused:
            if refused.status in FORBIDDEN:
                raise self._session.forbidden("sftp.no_list") from None
            raise failure("sftp.refused", name=self.server.folder, folder=self.server.folder) from None
        return [
            name
            for name, held in found.items()
            if held is not None and held.is_file and held.written is not None and held.written <= latest
        ]
