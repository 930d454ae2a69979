"""A connection to an FTP server, step by step: connected, encrypted, signed in, in the folder."""

import contextlib
import ftplib
import re
import ssl
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from ingest.transfer.failures import failure
from ingest.transfer.ftp_errors import Attempt, Speaker, Verb
from ingest.transfer.ftp_tls import Trust
from ingest.transfer.ftp_wire import Patience, Talk, Wire
from ingest.transfer.hosts import Endpoint, Network, connect, resolve
from ingest.transfer.secret import Secret


class Security(StrEnum):
    """How a connection is encrypted."""

    EXPLICIT = "explicit"
    """It begins plain, and `AUTH TLS` encrypts it before anything is said."""
    IMPLICIT = "implicit"
    """It is encrypted from the first byte on, mostly at port 990."""
    PLAIN = "plain"
    """Not at all."""


@dataclass(frozen=True)
class FtpServer:
    """Where to and how. `folder` is empty for the one in which the account starts."""

    host: str
    user: str
    password: Secret
    port: int = 21
    folder: str = ""
    security: Security = Security.EXPLICIT
    trust: Trust = field(default_factory=Trust)
    private_networks: tuple[Network, ...] = ()
    patience: Patience = field(default_factory=Patience)

    @property
    def url(self) -> str:
        """The folder, as an administrator would look for it: without a name and without a password."""
        scheme = "ftp" if self.security is Security.PLAIN else "ftps"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{scheme}://{host}:{self.port}/{self.folder.strip('/')}".rstrip("/")


_WORDS_FOR_TLS: Final = re.compile(r"\b(tls|ssl)\b|encrypt", re.IGNORECASE)
_FEATURE: Final = re.compile(r"^ (\S+)", re.MULTILINE)


class Opening:
    """The steps to a connection that can be used, in their order; each raises the three kinds of failure."""

    def __init__(self, server: FtpServer) -> None:
        self.server = server
        self.speaker = Speaker(server.host, server.port, server.folder)
        self.features: frozenset[str] = frozenset()
        self._found: tuple[Endpoint, ...] = ()
        self._talk: Talk | None = None

    @property
    def talk(self) -> Talk:
        """Once it is connected."""
        if self._talk is None:
            raise failure("ftp.closed", host=self.server.host)
        return self._talk

    def all_steps(self) -> None:
        """As a delivery takes them; closed again if one of them fails."""
        try:
            for step in (self.resolve, self.connect, self.encrypt, self.sign_in, self.enter):
                step()
        except BaseException:
            self.close()
            raise

    def resolve(self) -> None:
        """Find the addresses of the host, and judge them."""
        server = self.server
        self._found = resolve(server.host, server.port, private_networks=server.private_networks)

    def connect(self) -> None:
        """To a judged address; with implicit TLS the greeting comes after the encryption."""
        patience = self.server.patience
        sock = connect(self._found, timeout=patience.connect)
        wire = Wire(sock, self.server.host, self._context(), patience)
        self._talk = Talk(wire, self.speaker, patience)
        if self.server.security is not Security.IMPLICIT:
            self._greet()

    def _context(self) -> ssl.SSLContext:
        """Without encryption one that trusts nobody: reading all of the system's authorities takes 0.1 s."""
        if self.server.security is Security.PLAIN:
            return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        return self.server.trust.context()

    def _greet(self) -> None:
        with self.talk.speaking(Attempt(Verb.CONNECT)):
            self.talk.wire.voidresp()

    def encrypt(self) -> None:
        """And judge the certificate, before a name or a password is sent."""
        server, talk = self.server, self.talk
        if server.security is Security.PLAIN:
            return
        with talk.speaking(Attempt(Verb.ENCRYPT)):
            if server.security is Security.EXPLICIT:
                talk.wire.voidcmd("AUTH TLS")
            with talk.handshaking():
                encrypted = talk.wire.encrypt()
        server.trust.verify(encrypted, server.host)
        if server.security is Security.IMPLICIT:
            self._greet()

    def sign_in(self) -> None:
        """Name and password; then have data connections encrypted, too."""
        password = self.server.password.reveal()
        if "\r" in password or "\n" in password:
            raise failure("ftp.password_unusable")
        talk = self.talk
        with talk.speaking(Attempt(Verb.SIGN_IN)):
            self._say_who(talk.wire, password)
            self.features = _features(talk.wire)
        if self.server.security is not Security.PLAIN:
            with talk.speaking(Attempt(Verb.ENCRYPT)):
                talk.wire.voidcmd("PBSZ 0")
                talk.wire.voidcmd("PROT P")
                talk.wire.encrypts_data = True

    def _say_who(self, wire: Wire, password: str) -> None:
        try:
            answer = wire.sendcmd(f"USER {self.server.user}")
            if answer.startswith("331"):
                answer = wire.sendcmd(f"PASS {password}")
        except ftplib.error_perm as refused:
            if self.server.security is Security.PLAIN and _WORDS_FOR_TLS.search(str(refused)):
                raise failure("ftp.wants_tls", host=self.server.host) from None
            raise
        if not answer.startswith("2"):  # a server that wants an ACCT, too
            raise failure("ftp.refused", host=self.server.host, reply=int(answer[:3]))

    def enter(self) -> None:
        """Go into the folder."""
        if self.server.folder:
            with self.talk.speaking(Attempt(Verb.FOLDER)):
                self.talk.wire.voidcmd(f"CWD {self.server.folder}")

    def is_alive(self) -> bool:
        """Whether the server still answers; many close what was silent for some minutes."""
        if self._talk is None or self._talk.wire.sock is None:
            return False
        with contextlib.suppress(ftplib.Error, OSError, EOFError), self._talk.on_time(self.server.patience.answer):
            self._talk.wire.voidcmd("NOOP")
            return True
        return False

    def close(self) -> None:
        """Say goodbye if that is quick, and close."""
        if self._talk is None:
            return
        wire, self._talk = self._talk.wire, None
        if wire.sock is not None:
            wire.sock.settimeout(1)
            with contextlib.suppress(ftplib.Error, OSError, EOFError):  # whoever goes needs no answer
                wire.putcmd("QUIT")
        wire.close()


def _features(wire: Wire) -> frozenset[str]:
    """What the server says it can do beyond RFC 959 (RFC 2389), in capitals; nothing if it does not say."""
    try:
        answer = wire.sendcmd("FEAT")
    except ftplib.error_perm:
        return frozenset()
    return frozenset(name.upper() for name in _FEATURE.findall(answer))
