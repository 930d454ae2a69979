"""The channel under SFTP: messages cut as SSH carries them, answers taken in bulk, requests as large as a server takes.

paramiko copies the rest of a request for every packet of it, and moves all that has arrived of answers, up to 2 MiB,
for every four bytes that it takes of them.
"""

from typing import TYPE_CHECKING, Final

import paramiko
from paramiko.sftp import CMD_EXTENDED, CMD_EXTENDED_REPLY, CMD_INIT, CMD_VERSION, SFTPError

CHUNK_BYTES: Final = 31 * 1024  # what every server takes in one request, and SSH carries in one message
_LARGEST_CHUNK: Final = 255 * 1024  # what OpenSSH takes
_AROUND_A_CHUNK: Final = 1024  # more than a request has beside its bytes
_AROUND_A_MESSAGE: Final = 64  # what paramiko keeps free in a packet
_TAKEN_AT_ONCE: Final = 1024 * 1024
_VERSION: Final = 3
_LIMITS: Final = "limits@openssh.com"  # PROTOCOL of OpenSSH, section 4.8


class Stream(paramiko.SFTPClient):
    """Raises what paramiko does. `chunk_bytes` is how much a request may carry, in either direction."""

    chunk_bytes = CHUNK_BYTES
    _tells_limits = False
    _held = b""
    _at = 0

    if TYPE_CHECKING:  # paramiko's own, which its types do not show
        sock: paramiko.Channel

        def _read_packet(self) -> tuple[int, bytes]: ...
        def _send_packet(self, kind: int, message: paramiko.Message) -> None: ...
        def _request(self, kind: int, *fields: object) -> tuple[int, paramiko.Message]: ...

    def _send_version(self) -> int:
        """Called by paramiko, whose own version forgets what else a server says that it can do."""
        hello = paramiko.Message()
        hello.add_int(_VERSION)
        self._send_packet(CMD_INIT, hello)
        kind, data = self._read_packet()
        if kind != CMD_VERSION:
            raise SFTPError("an answer of another kind than the protocol has")
        answer = paramiko.Message(data)
        version = answer.get_int()
        while answer.get_remainder():
            name, _data = answer.get_string(), answer.get_string()
            self._tells_limits = self._tells_limits or name == _LIMITS.encode()
        return version

    def agree_on_size(self) -> None:
        """Ask how much a request may carry, where the server says that it can tell; most take no more than 32 KiB."""
        if not self._tells_limits:
            return
        kind, answer = self._request(CMD_EXTENDED, _LIMITS)
        if kind != CMD_EXTENDED_REPLY:
            raise SFTPError("an answer of another kind than the protocol has")
        packet, read, write = answer.get_int64(), answer.get_int64(), answer.get_int64()
        told = [limit for limit in (packet - _AROUND_A_CHUNK, read, write) if limit > 0]  # 0: it does not say
        if len(told) == 3:
            self.chunk_bytes = min(*told, _LARGEST_CHUNK)

    def _write_all(self, out: bytes) -> None:
        """Called by paramiko with a whole request."""
        most = self.sock.out_max_packet_size - _AROUND_A_MESSAGE
        for start in range(0, len(out), most):
            self._write_piece(out[start : start + most])

    def _write_piece(self, piece: bytes) -> None:
        while piece:
            sent = self.sock.send(piece)
            if sent <= 0:
                raise EOFError
            piece = piece[sent:]

    def _read_all(self, size: int) -> bytes:
        """Called by paramiko, twice for each answer."""
        while len(self._held) - self._at < size:
            more = self.sock.recv(_TAKEN_AT_ONCE)
            if not more:
                raise EOFError
            self._held, self._at = self._held[self._at :] + more, 0
        self._at += size
        return self._held[self._at - size : self._at]
