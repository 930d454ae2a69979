"""A real OpenSSH server on loopback, with its own configuration and keys, ended by its own process ID.

Where the tests run as root it runs as nobody: it needs no folder of the system then, and rights mean something.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from tests.transfer.disks import NOBODY

SECONDS_TO_START = 30
KEY_KINDS = ("ed25519", "ecdsa", "rsa")
Key = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey


def sshd_path() -> str:
    """Where the server is; the test is skipped where there is none. Debian has it beside the usual places."""
    found = shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    if found is None:
        pytest.skip("no sshd is installed")
    return found


def private_text(key: Key, passphrase: bytes | None = None) -> str:
    """A private key as OpenSSH writes it."""
    lock = serialization.BestAvailableEncryption(passphrase) if passphrase else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, lock).decode()


def public_text(key: Key) -> str:
    """Its public half in one line."""
    return key.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH).decode()


def user_key(kind: str = "ed25519") -> Key:
    """The keys that every server of the tests lets in."""
    return _key("user", kind)


def host_key(kind: str) -> Key:
    """A host key of this kind, the same for all servers."""
    return _key("host", kind)


@cache
def _key(_owner: str, kind: str) -> Key:
    match kind:
        case "rsa":
            return rsa.generate_private_key(65537, 2048)
        case "ecdsa":
            return ec.generate_private_key(ec.SECP256R1())
        case _:
            return ed25519.Ed25519PrivateKey.generate()


class Sshd:
    """A server and the folder in which its receivers' folders are; `more` are lines for its configuration."""

    def __init__(
        self, *more: str, keys: tuple[str, ...] = ("ed25519",), sftp: str = "internal-sftp",
        startups: str = "100",
    ) -> None:  # fmt: skip
        program = sshd_path()
        self.uid = NOBODY if os.geteuid() == 0 else os.geteuid()
        self.user = pwd.getpwuid(self.uid).pw_name
        self.keys, self._sftp, self._startups = keys, sftp, startups
        self._base = tempfile.TemporaryDirectory(prefix="sshd-")
        self.base = Path(self._base.name)
        self._give(self.base, 0o755)
        self.port = _free_port()
        config = self._write("config", "\n".join([*self._settings(), *more, ""]))
        # It ends with this process even where that is killed and nothing here is called any more.
        self._command = ["setpriv", "--pdeathsig", "TERM", program, "-D", "-e", "-f", str(config)]
        self._log = (self.base / "log").open("wb")
        self.start()

    def start(self) -> None:
        """Start it, or start it again after `kill`."""
        is_root = os.geteuid() == 0
        self.process = subprocess.Popen(
            self._command, stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log, cwd=self.base,
            user=self.uid if is_root else None, group=NOBODY if is_root else None,
            extra_groups=[] if is_root else None,
        )  # fmt: skip
        self._wait()

    def kill(self) -> None:
        """Kill it with everybody whom it serves, all at once."""
        serving = self.sessions()
        self.process.kill()
        for pid in serving:
            _end(pid)
        self.process.wait(timeout=SECONDS_TO_START)

    def _settings(self) -> list[str]:
        keys = [self._write(f"host_{kind}", private_text(host_key(kind))) for kind in self.keys]
        allowed = self._write("allowed", "".join(public_text(user_key(kind)) + "\n" for kind in KEY_KINDS))
        return [
            *(f"HostKey {key}" for key in keys),
            f"Port {self.port}",
            "ListenAddress 127.0.0.1",
            f"AuthorizedKeysFile {allowed}",
            f"PidFile {self.base / 'pid'}",
            "PasswordAuthentication no",
            "KbdInteractiveAuthentication no",
            "StrictModes no",
            "UsePAM yes",
            f"MaxStartups {self._startups}",
            f"Subsystem sftp {self._sftp}",
        ]

    def _write(self, name: str, text: str) -> Path:
        path = self.base / name
        path.write_text(text, encoding="utf-8")
        self._give(path, 0o600)
        return path

    def _give(self, path: Path, mode: int) -> None:
        path.chmod(mode)
        os.chown(path, self.uid, -1)

    def _wait(self) -> None:
        end = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < end:
            assert self.process.poll() is None, self.log()
            with socket.socket() as trial:
                if trial.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.02)
        raise AssertionError(self.log())

    def folder(self, mode: int = 0o755) -> Path:
        """A new folder that the signed-in user owns."""
        path = Path(tempfile.mkdtemp(dir=self.base))
        self._give(path, mode)
        return path

    def log(self) -> str:
        """What the server wrote."""
        return (self.base / "log").read_text(encoding="utf-8", errors="replace")

    def sessions(self) -> list[int]:
        """The processes that serve somebody now, parents before children."""
        found: list[int] = []
        level = [self.process.pid]
        while level:
            level = [child for parent in level for child in _children(parent)]
            found += level
        return found

    def signal_sessions(self, number: signal.Signals) -> None:
        """Send a signal to every process that serves somebody."""
        for pid in self.sessions():
            os.kill(pid, number)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End it and all it has started."""
        end = time.monotonic() + SECONDS_TO_START
        while (children := self.sessions()) and time.monotonic() < end:  # while it is there to bury them
            for pid in reversed(children):
                _end(pid)
            time.sleep(0.01)
        self.process.terminate()
        self.process.wait(timeout=SECONDS_TO_START)
        self._log.close()
        self._base.cleanup()


def _children(pid: int) -> list[int]:
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [int(child) for child in text.split()]


def _end(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port: int = trial.getsockname()[1]
        return port


_SHARED: list[Sshd] = []


def shared() -> Sshd:
    """One server for all tests that need nothing special of it; `stop_shared` ends it."""
    if not _SHARED:
        _SHARED.append(Sshd())
    return _SHARED[0]


def stop_shared() -> None:
    """End the server that was shared, if one was started."""
    while _SHARED:
        _SHARED.pop().stop()
