"""A data connection of FTP: opened for one command, and believed only when the server has confirmed its end."""

import contextlib
import ftplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from ingest.transfer.errors import TransferFailure
from ingest.transfer.ftp_errors import Attempt, reply_of
from ingest.transfer.ftp_tls import Trust, handshake_in_words
from ingest.transfer.ftp_wire import Talk
from ingest.transfer.sending import PIECE_BYTES

_DONE: Final = frozenset({226, 250})  # RFC 959, section 5.4: the two that end a transfer that went well


@contextmanager
def transfer(talk: Talk, trust: Trust, command: str, attempt: Attempt) -> Iterator["Data"]:
    """Send or receive inside; at the end the server must confirm. What is raised inside comes out as it is."""
    with talk.speaking(attempt):
        sock = talk.wire.connect_data()
    data = Data(talk, trust, attempt, sock)
    try:
        data.begin(command)
        yield data
        data.finish()
    finally:
        data.close()


class Data:
    """One data connection. All methods raise the three kinds of failure."""

    def __init__(self, talk: Talk, trust: Trust, attempt: Attempt, sock: socket.socket) -> None:
        self._talk, self._trust, self._attempt, self._sock = talk, trust, attempt, sock
        self._awaits_answer = False

    def begin(self, command: str) -> None:
        """Have the server begin, then encrypt."""
        wire = self._talk.wire
        with self._talk.speaking(self._attempt):
            answer = wire.sendcmd(command)
            if answer.startswith("2"):  # some servers say so much before they begin
                answer = wire.getresp()
        if not answer.startswith("1"):
            raise self._talk.speaker.of_reply(int(answer[:3]), self._attempt)
        self._awaits_answer = True
        if wire.encrypts_data:
            self._encrypt()

    def _encrypt(self) -> None:
        try:
            with self._talk.on_time(self._talk.patience.step):
                encrypted = self._talk.wire.encrypt_data(self._sock)
        except OSError as error:
            reply = self._answer_after_all()
            if reply < 400 and isinstance(error, ssl.SSLError) and not self._talk.is_late:
                raise handshake_in_words(error, self._talk.speaker.host, self._talk.speaker.port) from None
            raise self._said_instead(error, reply) from None
        self._sock = encrypted
        self._trust.verify(encrypted, self._talk.speaker.host)

    def send(self, piece: bytes) -> None:
        """All of a piece. Each bit of it may take as long as a socket may be silent; `sendall` allows that once."""
        rest = memoryview(piece)
        with self._moving():
            while rest:
                rest = rest[self._sock.send(rest) :]

    def receive(self) -> bytes:
        """A piece; none at the end, or at what looks like it: compare what came with what should."""
        piece = bytearray()
        with self._moving():
            while len(piece) < PIECE_BYTES and (some := self._sock.recv(PIECE_BYTES - len(piece))):
                piece += some
        return bytes(piece)

    @contextmanager
    def _moving(self) -> Iterator[None]:
        """A server that stops in the middle says why on the other connection."""
        try:
            with self._talk.on_time(self._talk.patience.piece):
                yield
        except OSError as error:
            raise self._said_instead(error, self._answer_after_all()) from None

    def _said_instead(self, error: OSError, reply: int) -> TransferFailure:
        if reply >= 400 and not self._talk.is_late:
            return self._talk.speaker.of_reply(reply, self._attempt)
        return self._talk.in_words(error, self._attempt)

    def finish(self) -> None:
        """Say that this was all, and have the server confirm it."""
        with self._talk.speaking(self._attempt):
            if isinstance(self._sock, ssl.SSLSocket):
                self._sock.settimeout(self._talk.patience.goodbye)
                # Many servers just close, or wait for us to: what they hold is told by their answer, and by SIZE.
                with contextlib.suppress(OSError, ValueError):
                    self._sock.unwrap()
            self._sock.close()
            reply = self._answer()
        if reply not in _DONE:
            raise self._talk.speaker.of_reply(reply, self._attempt)

    def _answer(self) -> int:
        self._awaits_answer = False  # there is only this one, whatever it is
        try:
            return int(self._talk.wire.getresp()[:3])
        except ftplib.Error as error:
            if reply := reply_of(error):
                return reply
            raise

    def _answer_after_all(self) -> int:
        """Of a transfer that was broken off; 0 if none comes soon, and then nothing more can be said on this line."""
        self._sock.close()
        wire, patience = self._talk.wire, self._talk.patience
        if wire.sock is None or self._talk.is_late or not self._awaits_answer:
            return 0
        try:
            with self._talk.on_time(2 * patience.goodbye):
                wire.sock.settimeout(patience.goodbye)
                reply = self._answer()
                wire.sock.settimeout(patience.answer)
        except (ftplib.Error, OSError, EOFError):
            wire.close()
            return 0
        return reply

    def close(self) -> None:
        """And take note of the answer to what was broken off, so that it is not taken for another one."""
        self._sock.close()
        if self._awaits_answer:
            self._answer_after_all()
        self._talk.wire.data = None
