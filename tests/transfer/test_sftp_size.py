"""How much a request carries: what the server says that it takes, and else what every server does."""

import os
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import paramiko
import pytest
from paramiko.sftp import CMD_EXTENDED, CMD_EXTENDED_REPLY, CMD_INIT, CMD_VERSION, SFTP_OP_UNSUPPORTED

from ingest.transfer.errors import Misconfigured
from ingest.transfer.sftp import SftpDestination
from ingest.transfer.sftp_stream import CHUNK_BYTES
from tests.transfer.odd_sftp import Files, Handle, OddServer
from tests.transfer.receivers import NAME, TARGET, source_of
from tests.transfer.sftp_receiver import SftpReceiver
from tests.transfer.sftp_sending import at, send, server_at
from tests.transfer.sshd import Sshd
from tests.transfer.workers import nothing

KIB = 1024
CONTENT = os.urandom(3 * 1024 * KIB + 17)


class Notes(Files):
    """Remembers how much was read and written at once, of the newest requests."""

    written: ClassVar[deque[int]] = deque(maxlen=200)
    read: ClassVar[deque[int]] = deque(maxlen=200)

    def on_write(self, handle: Handle, offset: int, data: bytes) -> int:
        self.written.append(len(data))
        return super().on_write(handle, offset, data)

    def on_read(self, handle: Handle, offset: int, length: int) -> bytes | int:
        self.read.append(length)
        return super().on_read(handle, offset, length)


class Tells(paramiko.SFTPServer):
    """A server that tells its limits for a packet, for reading and for writing; without any it refuses to."""

    limits: tuple[int, ...] = ()
    answer = CMD_EXTENDED_REPLY

    if TYPE_CHECKING:  # paramiko's own, which its types do not show

        def _read_packet(self) -> tuple[int, bytes]: ...
        def _send_packet(self, kind: int, message: paramiko.Message) -> None: ...
        def _send_status(self, number: int, code: int) -> None: ...

    def _send_server_version(self) -> int:
        kind, _data = self._read_packet()
        assert kind == CMD_INIT
        told = paramiko.Message()
        told.add_int(3)
        for word in ("another@example.com", "1", "limits@openssh.com", "1"):
            told.add_string(word)
        self._send_packet(CMD_VERSION, told)
        return 3

    def _process(self, kind: int, number: int, message: paramiko.Message) -> None:
        if kind != CMD_EXTENDED:
            super()._process(kind, number, message)  # type: ignore[misc]  # paramiko's own, too
            return
        assert message.get_string() == b"limits@openssh.com"
        if not self.limits:
            self._send_status(number, SFTP_OP_UNSUPPORTED)
            return
        told = paramiko.Message()
        told.add_int(number)
        for limit in (*self.limits, 100):
            told.add_int64(limit)
        self._send_packet(self.answer, told)


def _telling(*limits: int, answer: int = CMD_EXTENDED_REPLY) -> type[Tells]:
    return type("TellsThese", (Tells,), {"limits": limits, "answer": answer})


@pytest.mark.parametrize(
    ("service", "most"),
    [
        (paramiko.SFTPServer, CHUNK_BYTES),
        (_telling(256 * KIB, 255 * KIB, 255 * KIB), 255 * KIB),
        (_telling(1 << 40, 1 << 40, 1 << 40), 255 * KIB),
        (_telling(256 * KIB, 255 * KIB, 20 * KIB), 20 * KIB),
        (_telling(256 * KIB, 16 * KIB, 255 * KIB), 16 * KIB),
        (_telling(34 * KIB, 255 * KIB, 255 * KIB), 33 * KIB),
        (_telling(0, 0, 0), CHUNK_BYTES),
        (_telling(), CHUNK_BYTES),
    ],
    ids=[
        "says nothing",
        "as OpenSSH",
        "without bounds",
        "small writes",
        "small reads",
        "small packets",
        "no numbers",
        "refuses to say",
    ],
)
def test_a_request_carries_what_the_server_takes(tmp_path: Path, service: type[paramiko.SFTPServer], most: int) -> None:
    outbox = tmp_path / "outbox"
    outbox.mkdir()
    Notes.written.clear()
    Notes.read.clear()
    with OddServer(files=Notes, service=service) as server:
        send(SftpDestination(server_at(server.port, str(outbox))), source_of(tmp_path / "part", CONTENT))
    assert (outbox / NAME).read_bytes() == CONTENT
    assert max(Notes.written) == most
    assert max(Notes.read) == most


def test_who_answers_something_else_speaks_no_sftp(tmp_path: Path) -> None:
    with OddServer(service=_telling(1, 1, 1, answer=CMD_VERSION)) as server, pytest.raises(Misconfigured) as caught:
        send(SftpDestination(server_at(server.port, str(tmp_path))), source_of(tmp_path / "part", CONTENT))
    assert caught.value.code == "sftp.no_service"


@pytest.mark.parametrize(
    ("offered", "taken"),
    [
        ("Ciphers aes256-ctr,aes128-ctr,aes128-gcm@openssh.com", "aes128-gcm@openssh.com"),
        ("Ciphers aes256-ctr", "aes256-ctr"),
    ],
)
def test_the_cipher_that_costs_least_is_taken_where_the_server_has_it(tmp_path: Path, offered: str, taken: str) -> None:
    with Sshd(offered) as server:
        receiver = SftpReceiver(server, server.folder())
        with at(receiver) as destination:
            destination.deliver(
                source_of(tmp_path / "part", CONTENT), TARGET, temp_tag="7-1", progress=nothing, fence=nothing
            )
            session = destination._session
            assert session is not None
            assert session._transport.local_cipher == taken
        assert receiver.read(NAME) == CONTENT
