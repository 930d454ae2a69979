"""From the name of a host to a session: every step for itself, so that the connection test can say which failed."""

import contextlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import paramiko
from paramiko.ssh_exception import IncompatiblePeer

from ingest.transfer.errors import TransferFailure
from ingest.transfer.failures import failure
from ingest.transfer.hosts import Endpoint, connect, resolve
from ingest.transfer.sftp_keys import private_key
from ingest.transfer.sftp_line import Line
from ingest.transfer.sftp_session import BROKEN, Session, SftpServer
from ingest.transfer.sftp_wire import Refused, Wire

_WEAK: Final = {"ciphers": ["3des-cbc"], "macs": ["hmac-md5", "hmac-md5-96", "hmac-sha1-96"]}
# AES-GCM encrypts and protects in one go; the others that paramiko knows need a hash of every byte beside it.
_FAST: Final = ("aes128-gcm@openssh.com", "aes256-gcm@openssh.com")
_RSA_IN_USE: Final = ["rsa-sha2-512", "rsa-sha2-256"]  # what a key of the kind ssh-rsa signs with today
_OTHER_PROTOCOLS: Final = (b"HTTP/", b"220", b"\x15\x03")  # the first bytes of a web server, of FTP, of TLS
# paramiko writes down what the server says, banners too; that belongs into no log of the portal. A filter stays when
# logging is configured anew, unlike everything else that could keep a logger silent.
_LIBRARY_LOG: Final = "paramiko.of_amportal"
for _name in (_LIBRARY_LOG, f"{_LIBRARY_LOG}.sftp"):
    logging.getLogger(_name).addFilter(lambda _record: False)


def open_session(server: SftpServer, *, told: Callable[[], None]) -> Session:
    """A session at the server. `told` is called after every step, and may raise; no step takes as long as a lease.

    Raises Transient or Misconfigured; then nothing stays open.
    """
    opening = Opening(server, told=told)
    try:
        for step in (
            opening.read_key, opening.resolve, opening.connect, opening.check_host_key, opening.sign_in,
        ):  # fmt: skip
            step()
            told()
        return opening.begin()
    except BaseException:
        opening.close()
        raise


def _prefer_fast_ciphers(transport: paramiko.Transport) -> None:
    """The same ciphers in another order: of those that the server knows, the first one is taken."""
    options = transport.get_security_options()
    options.ciphers = sorted(options.ciphers, key=lambda cipher: cipher not in _FAST)


@dataclass(frozen=True)
class _Link:
    line: Line
    transport: paramiko.Transport


class Opening:
    """The steps, in the order in which they are to be called."""

    def __init__(self, server: SftpServer, *, told: Callable[[], None]) -> None:
        self._server, self._told = server, told
        self._endpoints: tuple[Endpoint, ...] = ()
        self._key: paramiko.PKey | None = None
        self._open: _Link | None = None

    @property
    def _link(self) -> _Link:
        if self._open is None:
            raise RuntimeError("not connected yet")
        return self._open

    def read_key(self) -> None:
        """Read the private key, if it is to sign in. Raises Misconfigured."""
        if not self._server.with_password:
            self._key = private_key(self._server.private_key, self._server.passphrase)
        elif not self._server.password:
            raise failure("sftp.password_missing")

    def resolve(self) -> None:
        """Find and judge the addresses of the host."""
        server = self._server
        self._endpoints = resolve(server.host, server.port, private_networks=server.private_networks)

    def connect(self, *, without: Sequence[str] = ()) -> None:
        """Connect to a judged address; host keys of the kinds in `without` will not be asked for."""
        patience = self._server.patience
        line = Line(connect(self._endpoints, timeout=patience.connect), patience=patience.silence)
        transport = paramiko.Transport(line, disabled_algorithms={**_WEAK, "keys": without})
        transport.set_log_channel(_LIBRARY_LOG)
        _prefer_fast_ciphers(transport)
        transport.banner_timeout = transport.handshake_timeout = patience.banner
        transport.auth_timeout = patience.sign_in
        transport.channel_timeout = patience.channel
        self._open = _Link(line, transport)

    def check_host_key(self) -> None:
        """Agree on encryption and compare the host key, before anything of ours is told.

        A server has keys of several kinds and shows one. Where another one than the accepted one is shown, the other
        kinds are asked for: only who has the accepted key can answer with it.
        """
        host, accepted = self._server.host, self._server.fingerprint
        shown = self._greet()
        if not accepted:
            raise failure("sftp.host_key_new", host=host, fingerprint=shown.fingerprint)
        key: paramiko.PKey | None = shown
        seen: list[str] = []
        while key is not None and key.fingerprint != accepted:
            key = self._of_another_kind(key, seen)
        if key is None:
            raise failure("sftp.host_key_changed", host=host, found=shown.fingerprint, expected=accepted)

    def _of_another_kind(self, key: paramiko.PKey, seen: list[str]) -> paramiko.PKey | None:
        """Connect anew and ask for a host key of a kind that was not seen yet; None if the server has no other."""
        if key.get_name() in seen:  # a certificate, for example, which goes by other names
            return None
        seen += [key.get_name(), *(_RSA_IN_USE if key.get_name() == "ssh-rsa" else [])]
        self.close()
        self._told()
        self.connect(without=seen)
        try:
            return self._greet()
        except TransferFailure as failed:
            if failed.code != "sftp.host_key_old":
                raise
            return None

    def _greet(self) -> paramiko.PKey:
        host, link = self._server.host, self._link
        try:
            with link.line.expecting():
                link.transport.start_client(timeout=self._server.patience.banner)
                return link.transport.get_remote_server_key()
        except IncompatiblePeer as error:
            is_key = "host key" in str(error)  # the library's words, not the server's
            raise failure("sftp.host_key_old" if is_key else "sftp.ciphers_old", host=host) from None
        except BROKEN:
            raise self._no_greeting(link) from None

    def _no_greeting(self, link: _Link) -> TransferFailure:
        host, port = self._server.host, self._server.port
        first = link.line.first
        is_stranger = first.startswith(_OTHER_PROTOCOLS)
        is_half_a_greeting = first.startswith(b"SSH-")  # the line fell silent in the middle of it
        greeted = bool(link.transport.remote_version) or is_half_a_greeting
        if is_stranger or (first and not greeted and not link.line.has_ended):
            return failure("sftp.not_ssh", host=host, port=port)
        if link.line.has_ended and not link.line.is_cut:
            return failure("sftp.closed_early", host=host)
        return failure("host.silent", host=host, port=port)

    def sign_in(self) -> None:
        """Sign in as the user, with the key or the password and nothing else; `read_key` comes before."""
        link, server = self._link, self._server
        try:
            with link.line.expecting():
                if self._key is not None:
                    wanted = link.transport.auth_publickey(server.user, self._key)
                else:
                    password = server.password.reveal() if server.password else ""
                    wanted = link.transport.auth_password(server.user, password)
        except paramiko.AuthenticationException as error:
            raise self._refused(link, error) from None
        except BROKEN:
            raise failure("sftp.silent" if link.line.is_cut else "sftp.closed_early", host=server.host) from None
        if wanted:
            raise failure("sftp.more_wanted", host=server.host, user=server.user)

    def _refused(self, link: _Link, error: paramiko.AuthenticationException) -> TransferFailure:
        host, user = self._server.host, self._server.user
        if link.line.is_cut or "timeout" in str(error):
            return failure("sftp.silent", host=host)
        if "pubkey algorithm" in str(error):
            return failure("sftp.rsa_old", host=host)
        if not link.transport.is_active():
            return failure("sftp.closed_early", host=host)
        ways = error.allowed_types if isinstance(error, paramiko.BadAuthenticationType) else None
        if self._key is not None:
            if ways is not None:
                return failure("sftp.no_keys", host=host, user=user)
            return failure("sftp.key_refused", host=host, user=user, fingerprint=self._key.fingerprint)
        # Where only questions and answers are offered, the library has answered with the password.
        if ways is not None and "keyboard-interactive" not in ways:
            return failure("sftp.no_passwords", host=host, user=user)
        return failure("sftp.password_refused", host=host, user=user)

    def begin(self) -> Session:
        """Begin SFTP. From here on the session is in charge of the connection."""
        link, server = self._link, self._server
        channel = self._channel(link)
        self._told()
        wire = self._wire(link, channel)
        link.transport.set_keepalive(server.patience.keep_alive)
        return Session(server, link.line, link.transport, wire)

    def _channel(self, link: _Link) -> paramiko.Channel:
        host, patience = self._server.host, self._server.patience
        try:
            with link.line.expecting():
                channel = link.transport.open_session(timeout=patience.channel)
        except paramiko.ChannelException:
            raise failure("sftp.no_session", host=host, user=self._server.user) from None
        except BROKEN as error:
            is_silent = link.line.is_cut or str(error) == "Timeout opening channel."
            raise failure("sftp.silent" if is_silent else "sftp.lost", host=host) from None
        channel.settimeout(patience.answer)
        return channel

    def _wire(self, link: _Link, channel: paramiko.Channel) -> Wire:
        host = self._server.host
        try:
            with link.line.expecting():
                channel.invoke_subsystem("sftp")
                wire = Wire(channel)
                with contextlib.suppress(Refused):  # then requests stay as small as every server takes them
                    wire.agree_on_size()
                return wire
        except BROKEN as error:
            if link.line.is_cut or isinstance(error, TimeoutError):
                raise failure("sftp.silent", host=host) from None
            if not link.transport.is_active():
                raise failure("sftp.lost", host=host) from None
            # The channel ended or brought something else, while the connection holds.
            raise failure("sftp.no_service", host=host, user=self._server.user) from None

    def close(self) -> None:
        """Close what was opened."""
        if self._open is not None:
            self._open.transport.packetizer.complete_handshake()  # its clock would go on for seconds
            self._open.transport.close()
            self._open.line.close()
        self._open = None
