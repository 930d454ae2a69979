"""An SFTP server that behaves as OpenSSH never does: other ways to sign in, other answers, other customs.

`Gate` decides who may come in and `Files` what happens to files; a test changes what it needs in a subclass.
"""

import io
import os
import select
import socket
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import paramiko
from paramiko.common import AUTH_FAILED, AUTH_SUCCESSFUL, OPEN_SUCCEEDED
from paramiko.server import InteractiveQuery
from paramiko.sftp import SFTP_EOF, SFTP_FAILURE, SFTP_OK

from tests.transfer.sshd import host_key, private_text

if TYPE_CHECKING:
    from typing_extensions import Buffer

PASSWORD = "correct horse"


class Gate(paramiko.ServerInterface):
    """Lets in who gives the password or any key, as far as `ways` allows it."""

    ways = "publickey,password"

    def get_allowed_auths(self, username: str) -> str:
        del username
        return self.ways

    def check_auth_password(self, username: str, password: str) -> int:
        del username
        return AUTH_SUCCESSFUL if "password" in self.ways and password == PASSWORD else AUTH_FAILED

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        del username, key
        return AUTH_SUCCESSFUL if "publickey" in self.ways else AUTH_FAILED

    def check_auth_interactive(self, username: str, submethods: str) -> int | InteractiveQuery:
        del username, submethods
        return InteractiveQuery("", "", "Password: ") if "keyboard-interactive" in self.ways else AUTH_FAILED

    def check_auth_interactive_response(self, responses: list[str]) -> int | InteractiveQuery:
        return AUTH_SUCCESSFUL if responses == [PASSWORD] else AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:
        del kind, chanid
        return OPEN_SUCCEEDED


class Handle(paramiko.SFTPHandle):
    """An open file."""

    def __init__(self, files: "Files", path: Path, file: int, flags: int) -> None:
        super().__init__(flags)
        self.files, self.path, self.file = files, path, file

    def read(self, offset: int, length: int) -> bytes | int:
        return self.files.on_read(self, offset, length)

    def write(self, offset: int, data: "Buffer") -> int:
        return self.files.on_write(self, offset, bytes(data))

    def close(self) -> None:
        os.close(self.file)
        self.files.on_close(self)


class Files(paramiko.SFTPServerInterface):
    """A folder of this machine, served as version 3 of the protocol has it."""

    def on_read(self, handle: Handle, offset: int, length: int) -> bytes | int:
        return os.pread(handle.file, length, offset) or SFTP_EOF

    def on_write(self, handle: Handle, offset: int, data: bytes) -> int:
        os.pwrite(handle.file, data, offset)
        return SFTP_OK

    def on_close(self, handle: Handle) -> None:
        """After a file was closed."""

    def open(self, path: str, flags: int, attr: paramiko.SFTPAttributes) -> paramiko.SFTPHandle | int:
        del attr
        try:
            return Handle(self, Path(path), os.open(path, flags, 0o644), flags)
        except FileExistsError:
            return SFTP_FAILURE
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)

    def lstat(self, path: str) -> paramiko.SFTPAttributes | int:
        try:
            return paramiko.SFTPAttributes.from_stat(os.lstat(path))
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)

    def stat(self, path: str) -> paramiko.SFTPAttributes | int:
        return self.lstat(path)

    def rename(self, oldpath: str, newpath: str) -> int:
        try:
            os.link(oldpath, newpath)
        except OSError:
            return SFTP_FAILURE
        Path(oldpath).unlink()
        return SFTP_OK

    def remove(self, path: str) -> int:
        try:
            Path(path).unlink()
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)
        return SFTP_OK


class OddServer:
    """Listens on loopback until it is left. `without`: kinds of signatures that it does not take from people.

    `service` speaks SFTP over a connection.
    """

    def __init__(
        self, *, gate: type[Gate] = Gate, files: type[Files] = Files, without: Sequence[str] = (),
        service: type[paramiko.SFTPServer] = paramiko.SFTPServer,
    ) -> None:  # fmt: skip
        self._gate, self._files, self._without, self._service = gate, files, without, service
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._transports: list[paramiko.Transport] = []
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._accept)
        self._thread.start()

    def _accept(self) -> None:
        while not self._is_over.is_set():
            ready, _, _ = select.select([self._listener], [], [], 0.05)
            if not ready:
                continue
            key = io.StringIO(private_text(host_key("ed25519")))
            transport = paramiko.Transport(self._listener.accept()[0], disabled_algorithms={"pubkeys": self._without})
            transport.add_server_key(paramiko.Ed25519Key.from_private_key(key))
            transport.set_subsystem_handler("sftp", self._service, self._files)
            self._transports.append(transport)
            transport.start_server(event=threading.Event(), server=self._gate())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_over.set()
        self._thread.join()
        for transport in self._transports:
            transport.packetizer.complete_handshake()
            transport.close()
            transport.join()
        self._listener.close()
