"""A session at an SFTP server that is being used: every call is watched, and what goes wrong is said in words."""

import logging
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

import paramiko
from cryptography.exceptions import InvalidTag
from paramiko.sftp import SFTPError

from ingest.transfer.errors import TransferFailure
from ingest.transfer.failures import failure
from ingest.transfer.hosts import Network
from ingest.transfer.secret import Secret
from ingest.transfer.sftp_line import Line
from ingest.transfer.sftp_wire import ABSENT, FORBIDDEN, Refused, Wire

logger = logging.getLogger(__name__)

# What the library raises when the line fails or the server sends nonsense; InvalidTag where AES-GCM finds a wrong bit.
BROKEN: Final = (OSError, EOFError, paramiko.SSHException, SFTPError, ValueError, IndexError, struct.error, InvalidTag)


@dataclass(frozen=True)
class Patience:
    """How long is waited, in seconds; each is shorter than a lease.

    `silence` is how long nothing may come in, whatever the library thinks of it.
    """

    connect: float = 10
    banner: float = 15
    sign_in: float = 20
    channel: float = 20
    answer: float = 30
    silence: float = 45
    keep_alive: int = 15


@dataclass(frozen=True)
class SftpServer:
    """Where files go and as whom. `fingerprint` is the accepted host key, `SHA256:…`, or empty.

    Without `password` the key signs in. `folder` is at the server; `writes_at_once`: under the final name, without one
    for the time until the file is whole.
    """

    host: str
    port: int
    user: str
    folder: str
    fingerprint: str
    with_password: bool
    writes_at_once: bool
    reads_back: bool
    private_key: Secret | None = None
    passphrase: Secret | None = None
    password: Secret | None = None
    private_networks: tuple[Network, ...] = ()
    patience: Patience = field(default_factory=Patience)

    def path(self, name: str) -> str:
        """A file in the folder, as the server is asked for it."""
        return f"{self.folder.rstrip('/')}/{name}"


class Session:
    """One thread at a time. `close` may be called again."""

    def __init__(self, server: SftpServer, line: Line, transport: paramiko.Transport, wire: Wire) -> None:
        self.server = server
        self._line, self._transport, self._wire = line, transport, wire

    @property
    def is_usable(self) -> bool:
        """Whether the connection is still there, as far as is known."""
        return self._transport.is_active() and not self._wire.sock.closed

    @contextmanager
    def asking(self) -> Iterator[Wire]:
        """Around calls of the library and nothing else: what a caller's own function raises is not for here.

        A refusal comes out as Refused. Raises Transient `sftp.lost` or `sftp.silent` where the line fails. Whatever
        else interrupts a call leaves the line in the middle of a message, so it is not used again.
        """
        with self._line.expecting():
            try:
                yield self._wire
            except Refused:
                raise
            except BROKEN as error:
                self.close()
                logger.warning("the connection to an SFTP server failed: %s", type(error).__name__)
                is_silent = self._line.is_cut or isinstance(error, TimeoutError)
                raise failure("sftp.silent" if is_silent else "sftp.lost", host=self.server.host) from None
            except BaseException:
                self.close()
                raise

    @contextmanager
    def asking_about(self, name: str) -> Iterator[Wire]:
        """The same for reading and looking, where a refusal has one meaning."""
        try:
            with self.asking() as wire:
                yield wire
        except Refused as refused:
            raise self._unreadable(refused, name) from None

    def _unreadable(self, refused: Refused, name: str) -> TransferFailure:
        if refused.status in FORBIDDEN:
            return self.forbidden("sftp.no_read", name=name)
        if refused.status in ABSENT:
            return failure("sftp.gone", name=name)
        return failure("sftp.refused", name=name, folder=self.server.folder)

    def forbidden(self, code: str, **params: str) -> TransferFailure:
        """What the user may not do in the folder."""
        return failure(code, user=self.server.user, folder=self.server.folder, **params)

    def find_folder(self) -> None:
        """Raises Misconfigured `sftp.folder_missing` or `sftp.no_read`."""
        with self.asking_about(self.server.folder) as wire:
            found = wire.attributes(self.server.folder, follows_links=True)
        if found is None or not found.is_folder:
            raise failure("sftp.folder_missing", host=self.server.host, folder=self.server.folder)

    def close(self) -> None:
        """End it at once; nothing that was asked before is waited for."""
        self._transport.close()
        self._line.close()
