"""ftplib, as it has to be: encrypted data connections that continue the first one's session, every wait with an end."""

import contextlib
import ftplib
import logging
import socket
import ssl
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Final

from ingest.transfer.errors import TransferFailure
from ingest.transfer.failures import failure
from ingest.transfer.ftp_errors import Attempt, NoAnswerError, Speaker, reply_of
from ingest.transfer.ftp_tls import handshake_in_words
from ingest.transfer.watchdog import Watchdog

logger = logging.getLogger(__name__)

_KEEPALIVE: Final = ((socket.TCP_KEEPIDLE, 30), (socket.TCP_KEEPINTVL, 30), (socket.TCP_KEEPCNT, 4))
_LONGEST_LINE: Final = 8192  # characters
_MOST_LINES: Final = 1000


@dataclass(frozen=True)
class Patience:
    """Seconds. `answer` is for each silence, the other two by the clock, however busily a server lets bytes drip."""

    connect: float = 15
    answer: float = 60
    step: float = 180
    """For a command with its answers."""
    piece: float = 300
    """For one piece of a file, a MiB: 3.5 kB/s is the slowest that is borne."""
    goodbye: float = 10
    """For the end of an encrypted data connection, and for the answer to one that was broken off."""


class Wire(ftplib.FTP_TLS):
    """A control connection over a socket that is connected already, and the data connections that belong to it.

    Data connections are passive, and go to the address of the control connection whatever the server says: so no server
    can send us to a third one. ftplib's own `connect`, `login` and `stor…` are not used.
    """

    def __init__(self, sock: socket.socket, host: str, context: ssl.SSLContext, patience: Patience) -> None:
        super().__init__(context=context, timeout=patience.answer, encoding="utf-8")
        self.host, self.af = host, sock.family
        self.data: socket.socket | None = None
        self.encrypts_data = False
        self._patience = patience
        _keep_alive(sock)
        sock.settimeout(patience.answer)
        self._take(sock)

    def _take(self, sock: socket.socket) -> None:
        """Answers of old servers may be in any encoding; only their numbers count."""
        self.sock = sock
        self.file = sock.makefile("r", encoding="utf-8", errors="replace")

    def encrypt(self) -> ssl.SSLSocket:
        """From here on the control connection is encrypted. What was sent to us before is forgotten, not believed."""
        if self.file is not None:
            self.file.close()
        encrypted = self.context.wrap_socket(self._control, server_hostname=self.host, do_handshake_on_connect=False)
        self._take(encrypted)  # before the handshake, so that it can be cut
        encrypted.do_handshake()
        return encrypted

    def putline(self, line: str) -> None:
        """Send one; EOFError where the connection was closed by us, as if by the server."""
        if self.sock is None:
            raise EOFError
        super().putline(line)

    def getline(self) -> str:
        """One line of an answer. One without an end is no line: "213 12" may be the beginning of "213 12345"."""
        if self.file is None:
            raise EOFError
        line = self.file.readline(_LONGEST_LINE)
        if not line.endswith("\n"):
            raise EOFError
        return line.rstrip("\r\n")

    def getmultiline(self) -> str:
        """A whole answer. What begins without a number is none, and its end would be waited for in vain."""
        lines = [self.getline()]
        code = lines[0][:3]
        if not (code.isascii() and code.isdigit()):
            raise NoAnswerError
        while lines[0][3:4] == "-" and not (lines[-1].startswith(code) and lines[-1][3:4] != "-"):
            if len(lines) == _MOST_LINES:
                raise NoAnswerError
            lines.append(self.getline())
        return "\n".join(lines)

    @property
    def _control(self) -> socket.socket:
        if self.sock is None:
            raise EOFError
        return self.sock

    def connect_data(self) -> socket.socket:
        """To the port that the server names, at the address that was judged."""
        _named, port = self.makepasv()
        try:
            data = socket.create_connection((self._control.getpeername()[0], port), timeout=self._patience.connect)
        except OSError:
            raise NoDataConnectionError from None
        data.settimeout(self._patience.answer)
        self.data = data
        return data

    def encrypt_data(self, data: socket.socket) -> ssl.SSLSocket:
        """Servers ask for the session of the control connection, so that nobody else can take the place of either."""
        session = self._control.session if isinstance(self._control, ssl.SSLSocket) else None
        encrypted = self.context.wrap_socket(
            data, server_hostname=self.host, session=session, do_handshake_on_connect=False
        )
        self.data = encrypted
        encrypted.do_handshake()
        return encrypted

    def cut(self) -> None:
        """From another thread: whoever waits on these connections wakes up with an error."""
        for sock in (self.sock, self.data):
            if sock is not None:
                with contextlib.suppress(OSError):  # closed meanwhile, which is as good
                    # The plain one: an SSLSocket's own would go on unencrypted for a moment.
                    socket.socket.shutdown(sock, socket.SHUT_RDWR)

    def close(self) -> None:
        """Close both connections."""
        if self.data is not None:
            self.data.close()
            self.data = None
        with contextlib.suppress(OSError):  # of a connection that is broken anyway
            super().close()


class NoDataConnectionError(Exception):
    """The control connection is all right; only the data connection cannot be made."""


def _keep_alive(sock: socket.socket) -> None:
    """It is silent while a large file travels, and firewalls forget what is silent."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in _KEEPALIVE:
        sock.setsockopt(socket.IPPROTO_TCP, option, value)


class Talk:
    """A wire with a watchdog, and with words for what goes wrong."""

    def __init__(self, wire: Wire, speaker: Speaker, patience: Patience) -> None:
        self.wire, self.speaker, self.patience = wire, speaker, patience
        self.is_late = False
        self._watchdog = Watchdog(self._cut)

    def _cut(self) -> None:
        self.is_late = True
        self.wire.cut()

    def on_time(self, seconds: float) -> AbstractContextManager[None]:
        """By the clock: a server that lets a byte drip now and then would never time out."""
        return self._watchdog.watch(seconds)

    @contextmanager
    def speaking(self, attempt: Attempt, seconds: float | None = None) -> Iterator[None]:
        """Around calls of ftplib and sockets only: what a caller's own function raises comes out as it is."""
        try:
            with self.on_time(seconds or self.patience.step):
                yield
        except NoDataConnectionError:
            raise failure("ftp.no_data_connection", host=self.speaker.host) from None
        except ftplib.Error as error:
            if not reply_of(error):
                self.wire.close()
            raise self.in_words(error, attempt) from None
        except (OSError, EOFError) as error:
            self.wire.close()  # an answer may still come, and would be taken for one to the next command
            raise self.in_words(error, attempt) from None

    def in_words(self, error: Exception, attempt: Attempt) -> TransferFailure:
        """What is said of an error of ftplib or of a socket."""
        return self.speaker.late() if self.is_late else self.speaker.of_error(error, attempt)

    @contextmanager
    def handshaking(self) -> Iterator[None]:
        """Inside `speaking`: errors of TLS itself have words of their own."""
        try:
            yield
        except ssl.SSLError as error:
            self.wire.close()
            if self.is_late:
                raise
            raise handshake_in_words(error, self.speaker.host, self.speaker.port) from None
