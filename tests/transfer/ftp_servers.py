"""FTP servers for tests, on loopback: vsftpd as Debian has it, and pyftpdlib for what vsftpd cannot be made to do."""

import ipaddress
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from ingest.transfer.registry import Limits
from ingest.transfer.secret import Secret
from ingest.transfer.settings import Value
from tests.transfer.certificates import HOST, Certificate, certificate

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # of asyncore and asynchat, on which pyftpdlib stands
    from pyftpdlib.authorizers import DummyAuthorizer
    from pyftpdlib.filesystems import AbstractedFS
    from pyftpdlib.handlers import FTPHandler
    from pyftpdlib.servers import FTPServer

__all__ = ["AbstractedFS", "FTPHandler", "FtpReceiver", "pyftpdlib", "vsftpd"]

USER, PASSWORD = "ftp", "correct-horse"
LOOPBACK = (ipaddress.IPv4Network("127.0.0.0/8"), ipaddress.IPv6Network("::1/128"))
PATIENCE = 30
VSFTPD = shutil.which("vsftpd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")

# Accounts of the system would need PAM; an anonymous one with a list of passwords does not, and has all rights here. It
# acts as an account of the system that has a home, which vsftpd wants: `daemon`.
_VSFTPD = """
listen=YES
listen_ipv6=NO
listen_address=127.0.0.1
background=NO
anonymous_enable=YES
local_enable=NO
write_enable=YES
ftp_username=daemon
nopriv_user=nobody
secure_email_list_enable=YES
anon_upload_enable=YES
anon_other_write_enable=YES
anon_mkdir_write_enable=YES
anon_world_readable_only=NO
allow_writeable_chroot=YES
anon_umask=022
delay_failed_login=0
seccomp_sandbox=NO
xferlog_enable=NO
connect_from_port_20=NO
pasv_address=203.0.113.7
"""
_VSFTPD_TLS = """
ssl_enable=YES
allow_anon_ssl=YES
force_anon_data_ssl=YES
force_anon_logins_ssl=YES
ssl_ciphers=HIGH
"""


@dataclass(frozen=True)
class FtpReceiver:
    """A folder behind an FTP server, and how to reach it."""

    folder: Path
    settings: Mapping[str, Value]
    method: str = "ftp"
    secrets: Mapping[str, Secret] = field(default_factory=lambda: {"password": Secret(PASSWORD)})
    limits: Limits = field(default_factory=lambda: Limits(private_networks=LOOPBACK))
    refuses_taken_names: bool = False

    def everything(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir())

    def read(self, name: str) -> bytes:
        return (self.folder / name).read_bytes()

    def put(self, name: str, content: bytes) -> None:
        (self.folder / name).write_bytes(content)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


@contextmanager
def vsftpd(
    *, shown: Certificate | None = None, implicit: bool = False, disk: Path | None = None, **options: str
) -> Iterator[FtpReceiver]:
    """With Debian's defaults for TLS: data connections must continue the session of the control connection."""
    if VSFTPD is None:
        pytest.skip("vsftpd is not installed here (Debian: apt-get install vsftpd)")
    if os.geteuid() != 0:
        pytest.skip("vsftpd is started by root only")
    shown = shown or certificate()
    with tempfile.TemporaryDirectory() as name:
        base = Path(name)
        base.chmod(0o755)
        root = disk or base / "root"
        port = free_port()
        config = _vsftpd_config(base, port, root, shown, implicit=implicit, options=options)
        with _running([VSFTPD, str(config)], port):
            settings: dict[str, Value] = {
                "host": HOST, "port": port, "user": USER, "folder": "outbox", "authority": shown.authority,
                "security": "implicit" if implicit else "explicit",
            }  # fmt: skip
            yield FtpReceiver(root / "outbox", settings)


def _vsftpd_config(
    base: Path, port: int, root: Path, shown: Certificate, *, implicit: bool, options: Mapping[str, str]
) -> Path:
    (root / "outbox").mkdir(parents=True)
    shutil.chown(root / "outbox", "daemon")
    (base / "empty").mkdir()
    (base / "passwords").write_text(f"{PASSWORD}\n", encoding="utf-8")
    pem = shown.write(base)
    more = {
        "listen_port": str(port), "anon_root": str(root), "secure_chroot_dir": str(base / "empty"),
        "email_password_file": str(base / "passwords"), "rsa_cert_file": str(pem), "rsa_private_key_file": str(pem),
        "implicit_ssl": "YES" if implicit else "NO", **options,
    }  # fmt: skip
    text = _VSFTPD + _VSFTPD_TLS + "".join(f"{key}={value}\n" for key, value in more.items())
    config = base / "vsftpd.conf"
    config.write_text(text, encoding="utf-8")
    return config


@contextmanager
def _running(command: list[str], port: int) -> Iterator[None]:
    """Until it listens; ended by its own process ID."""
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        deadline = time.monotonic() + PATIENCE
        while not _listens(port):
            if process.poll() is not None or time.monotonic() > deadline:
                said = process.stdout.read() if process.stdout and process.poll() is not None else b""
                raise AssertionError(f"{command[0]} did not start: {said!r}")
            time.sleep(0.01)
        yield
    finally:
        _wait_for_sessions(process.pid)
        process.terminate()
        process.communicate(timeout=PATIENCE)


def _wait_for_sessions(listener: int) -> None:
    """Every connection has a process of its own, which ends by itself a moment after its client has gone."""
    children = Path(f"/proc/{listener}/task/{listener}/children")
    deadline = time.monotonic() + PATIENCE
    while children.exists() and (left := children.read_text(encoding="ascii").split()):
        if time.monotonic() > deadline:
            for child in left:
                os.kill(int(child), signal.SIGKILL)
            raise AssertionError("the server still has sessions: a client was not closed")
        time.sleep(0.01)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def pyftpdlib(
    folder: Path, *, handler: type[FTPHandler] = FTPHandler, files: type[AbstractedFS] = AbstractedFS,
    rights: str = "elradfmwMT", address: str = "127.0.0.1",
) -> Iterator[FtpReceiver]:  # fmt: skip
    """Plain FTP, in a thread of this process; `handler` and `files` may be changed in any way."""
    (folder / "outbox").mkdir(parents=True)
    accounts = DummyAuthorizer()
    accounts.add_user(USER, PASSWORD, str(folder), perm=rights)
    kind: Any = type("Handler", (handler,), {"authorizer": accounts, "abstracted_fs": files, "auth_failed_timeout": 0})
    server = FTPServer((address, 0), kind)
    port: int = server.address[1]
    is_over = threading.Event()

    def serve() -> None:
        while not is_over.is_set():
            server.ioloop.loop(timeout=0.05, blocking=False)
        server.close_all()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        settings: dict[str, Value] = {
            "host": address, "port": port, "user": USER, "folder": "outbox",
            "security": "plain", "allows_plain": True,
        }  # fmt: skip
        yield FtpReceiver(folder / "outbox", settings)
    finally:
        is_over.set()
        thread.join(PATIENCE)
