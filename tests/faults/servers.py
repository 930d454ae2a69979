"""The receivers of a run with many faults: a folder on a disk of its own, SeaweedFS, OpenSSH's server, vsftpd."""

import hashlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, ClassVar, Final

import botocore.exceptions

from tests.fault_proxy import FaultProxy
from tests.faults.places import SECONDS_TO_START, Folder, Place, Seen, Where
from tests.transfer import ftp_servers, s3_server
from tests.transfer.certificates import certificate
from tests.transfer.sftp_receiver import SftpReceiver
from tests.transfer.sshd import Sshd, _children

PASSIVE_PORTS: Final = 16


class LocalPlace(Folder):
    """A folder on a disk of its own that can be full, where one can be mounted."""

    name = "local folder"
    ROOM: ClassVar = 4 * 1024**3

    def __init__(self, root: Path) -> None:
        super().__init__()
        self._disk = root / "disk"
        self._disk.mkdir(parents=True)
        mount = ["mount", "-t", "tmpfs", "-o", f"size={self.ROOM},mode=755", "amportal-test", str(self._disk)]
        self.can_be_full = os.geteuid() == 0 and not subprocess.run(mount, capture_output=True, check=False).returncode
        if self.can_be_full:
            self._stack.callback(subprocess.run, ["umount", str(self._disk)], capture_output=True, check=True)
        self.folder = self._disk / "outbox"
        self.folder.mkdir()

    def where(self) -> Where:
        return Where("local", {"folder": str(self.folder)}, {})

    def fill(self) -> None:
        """Leave no room, or that of one block where nothing is there yet: none would mean no limit."""
        status = os.statvfs(self._disk)
        self._resize(max(1, status.f_blocks - status.f_bfree) * status.f_frsize)

    def empty(self) -> None:
        """Give it back."""
        self._resize(self.ROOM)

    def _resize(self, size: int) -> None:
        change = ["mount", "-o", f"remount,size={size}", str(self._disk)]
        subprocess.run(change, capture_output=True, check=size == self.ROOM)  # somebody may have written meanwhile


class SftpPlace(Folder):
    """OpenSSH's server."""

    name = "SFTP"

    def __init__(self) -> None:
        super().__init__()
        self._sshd = self._stack.enter_context(Sshd())
        self.folder = self._sshd.folder()
        self.line = self._stack.enter_context(FaultProxy(("127.0.0.1", self._sshd.port)))

    def where(self) -> Where:
        receiver = SftpReceiver(self._sshd, self.folder, more={"port": self.line.port if self.line else 0})
        return Where("sftp", receiver.settings, {name: text.reveal() for name, text in receiver.secrets.items()})

    def kill(self) -> None:
        self._sshd.kill()

    def start(self) -> None:
        self._sshd.start()

    def server(self) -> list[int]:
        return [self._sshd.process.pid, *self._sshd.sessions()]


class FtpsPlace(Folder):
    """vsftpd with TLS at another address of this machine, so that its data connections go through the line as well."""

    name = "FTPS"
    keeps_names = False
    HOST: ClassVar = "127.0.0.2"

    def __init__(self, *, is_plain: bool = False) -> None:
        super().__init__()
        self._is_plain = is_plain
        self.name = "FTP" if is_plain else "FTPS"
        base = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="vsftpd-")))
        base.chmod(0o755)
        self._port, *passive = _ports(PASSIVE_PORTS + 1)
        shown = certificate()
        options = {
            "listen_address": self.HOST, "pasv_min_port": str(passive[0]), "pasv_max_port": str(passive[-1]),
            "idle_session_timeout": "20", "data_connection_timeout": "20", "ssl_enable": "NO" if is_plain else "YES",
        }  # fmt: skip
        config = ftp_servers._vsftpd_config(base, self._port, base / "root", shown, implicit=False, options=options)
        self._authority = shown.authority
        self.folder = base / "root" / "outbox"
        self._command = ["setpriv", "--pdeathsig", "KILL", str(ftp_servers.VSFTPD), str(config)]
        self.start()
        self._stack.callback(self.kill)
        self.line = self._stack.enter_context(FaultProxy((self.HOST, self._port), passive=passive))

    @staticmethod
    def is_possible() -> bool:
        """Only root starts vsftpd."""
        return ftp_servers.VSFTPD is not None and os.geteuid() == 0

    def where(self) -> Where:
        settings = {
            "host": "127.0.0.1", "port": self.line.port if self.line else 0, "user": ftp_servers.USER,
            "folder": "outbox",
        }  # fmt: skip
        settings |= (
            {"security": "plain", "allows_plain": True} if self._is_plain
            else {"security": "explicit", "authority": self._authority}
        )  # fmt: skip
        return Where("ftp", settings, {"password": ftp_servers.PASSWORD})

    def kill(self) -> None:
        pids = self.server()
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait(SECONDS_TO_START)

    def start(self) -> None:
        self._process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        _wait_for((self.HOST, self._port))

    def server(self) -> list[int]:
        return list(_family(self._process.pid))


class S3Place(Place):
    """SeaweedFS."""

    name = "S3"
    pause = 0.4

    def __init__(self) -> None:
        super().__init__()
        folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="s3-")))
        ports = dict(zip(s3_server._PORTS, s3_server._free_ports(len(s3_server._PORTS)), strict=True))
        self._command, self._log = s3_server._command(folder, ports), folder / "log"
        self._cwd = folder
        self._start()
        self._stack.callback(self.kill)
        self._server = s3_server.S3Server(f"http://127.0.0.1:{ports['s3.port']}")
        s3_server._wait(self._server, self._process, self._log)
        self.line = self._stack.enter_context(FaultProxy(("127.0.0.1", ports["s3.port"])))

    def where(self) -> Where:
        settings = {
            "bucket": s3_server.BUCKET, "partner_name": "partner", "access_key_id": s3_server.OWNER[0],
            "endpoint": f"http://127.0.0.1:{self.line.port if self.line else 0}", "has_path_style": True,
        }  # fmt: skip
        return Where("s3", settings, {"secret_access_key": s3_server.OWNER[1]})

    def _start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, cwd=self._cwd
            )

    def kill(self) -> None:
        self._process.kill()
        self._process.wait(SECONDS_TO_START)

    def start(self) -> None:
        self._start()

    def server(self) -> list[int]:
        return [self._process.pid]

    def look(self) -> dict[str, Seen]:
        """Each object is read once, and again when it is another one; nothing is seen while the server is away."""
        client, found = self._server.client(), {}
        try:
            pages = client.get_paginator("list_objects_v2").paginate(Bucket=s3_server.BUCKET, Prefix="partner/")
            for row in (row for page in pages for row in page.get("Contents", [])):
                found[row["Key"].rpartition("/")[2]] = self._seen(client, row)
        except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError):
            return {name: seen for name, (_mark, seen) in self._known.items() if name in found}
        return found

    def _seen(self, client: Any, row: Mapping[str, Any]) -> Seen:
        name, mark = row["Key"].rpartition("/")[2], (row["ETag"], str(row["LastModified"]))
        known = self._known.get(name)
        if known is None or known[0] != mark:
            content = client.get_object(Bucket=s3_server.BUCKET, Key=row["Key"])["Body"].read()
            known = self._known[name] = (mark, (mark, hashlib.sha256(content).hexdigest()))
        return known[1]

    def hidden(self) -> list[str]:
        answer = self._server.client().list_multipart_uploads(Bucket=s3_server.BUCKET)
        return [row["UploadId"] for row in answer.get("Uploads", [])]

    def clear(self) -> None:
        client = self._server.client()
        for page in client.get_paginator("list_objects_v2").paginate(Bucket=s3_server.BUCKET, Prefix="partner/"):
            for row in page.get("Contents", []):
                client.delete_object(Bucket=s3_server.BUCKET, Key=row["Key"])


def every_place(root: Path, stack: ExitStack) -> Iterator[Place]:
    """All that can be started here; they end with the stack."""
    kinds: list[Any] = [lambda: LocalPlace(root), S3Place]
    kinds += [SftpPlace] if shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin") else []
    kinds += [FtpsPlace] if FtpsPlace.is_possible() else []
    for kind in kinds:
        place = kind()
        stack.callback(place.close)
        yield place


def _family(pid: int) -> Iterator[int]:
    yield pid
    for child in _children(pid):
        yield from _family(child)


def _ports(count: int) -> list[int]:
    """Ports in a row that are free at every address which they are wanted at, below those that systems give away."""
    for first in range(20_000, 32_000, count):
        ports = list(range(first, first + count))
        with ExitStack() as held:
            try:
                for host in ("127.0.0.1", FtpsPlace.HOST):
                    for port in ports:
                        held.enter_context(socket.create_server((host, port)))
            except OSError:
                continue
            return ports
    raise AssertionError("no ports in a row are free")


def _wait_for(address: tuple[str, int]) -> None:
    end = time.monotonic() + SECONDS_TO_START
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(address) == 0:
                return
        assert time.monotonic() < end, f"nobody listens at {address}"
        time.sleep(0.02)
