"""`python -m bench.transfer.serve WAY`: a receiver of the tests in a process of its own, and how programs reach it.

Prints a line of JSON (`bench.transfer.receiver.Receiver`) when it is there. A line on its input empties it, which a
line answers; at the end of its input it ends. The libraries that this needs would make every process that the
benchmark starts look larger, so they stay out of it.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.transfer import ftp_servers, s3_server, sshd
from tests.transfer.receivers import LocalReceiver
from tests.transfer.s3_receiver import S3Receiver
from tests.transfer.sftp_receiver import SftpReceiver

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager

    from tests.transfer.receivers import Receiver

DAY = date(2026, 1, 31)
NAME = "by-hand"


class Offer:
    """A receiver, the programs that put a file there and fetch it again, and how it is emptied."""

    def __init__(
        self, receiver: Receiver, put: list[str], both: list[str], empty: Callable[[], None], **variables: str
    ) -> None:  # fmt: skip
        self.receiver, self.put, self.both, self.empty, self.variables = receiver, put, both, empty, variables

    def told(self) -> dict[str, Any]:
        """What the benchmark needs to know. In the programs' arguments `{file}` stands for the file."""
        receiver = self.receiver
        return {
            "method": receiver.method, "settings": dict(receiver.settings), "put": self.put, "both": self.both,
            "variables": self.variables, "day": DAY.isoformat(),
            "secrets": {name: secret.reveal() for name, secret in receiver.secrets.items()},
            "roots": [str(root) for root in receiver.limits.allowed_roots],
        }  # fmt: skip


def _program(name: str) -> str:
    """Where a program is: beside Python, as those of packages, or where the system has it."""
    found = shutil.which(name, path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    if found is None:
        raise SystemExit(f"{name} is not installed here")
    return found


def _emptied(folder: Path) -> Callable[[], None]:
    def empty() -> None:
        for path in folder.iterdir():
            path.unlink()

    return empty


@contextmanager
def _local() -> Iterator[Offer]:
    """In memory where the system has a folder for that: it is not the disk that is measured."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as name:
        receiver = LocalReceiver(Path(name) / "outbox")
        receiver.folder.mkdir()
        yield Offer(receiver, [], [], _emptied(receiver.folder))


@contextmanager
def _sftp() -> Iterator[Offer]:
    with sshd.Sshd() as server, tempfile.TemporaryDirectory() as name:
        receiver = SftpReceiver(server, server.folder())
        key, known = Path(name) / "key", Path(name) / "known_hosts"
        key.write_text(sshd.private_text(sshd.user_key()), encoding="utf-8")
        key.chmod(0o600)
        known.write_text(f"[127.0.0.1]:{server.port} {sshd.public_text(sshd.host_key('ed25519'))}\n", encoding="utf-8")
        far = f"{receiver.folder}/{NAME}"
        account = f"-P {server.port} -o UserKnownHostsFile={known} {server.user}@127.0.0.1"
        program = f"{_program('sftp')} -q -b - -F none -i {key} {account}"  # it reads its batch from a pipe
        put = ["sh", "-c", f'printf "put %s {far}\\n" "$0" | {program}', "{file}"]
        both = ["sh", "-c", f'printf "put %s {far}\\nget {far} /dev/null\\n" "$0" | {program}', "{file}"]
        yield Offer(receiver, put, both, _emptied(receiver.folder))


@contextmanager
def _s3() -> Iterator[Offer]:
    with s3_server.started() as server:
        receiver = S3Receiver(server, DAY)
        key, secret = receiver.account
        variables = {"AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": secret, "AWS_DEFAULT_REGION": "us-east-1"}
        far = f"s3://{s3_server.BUCKET}/{receiver.key(NAME)}"
        program = [
            _program("aws"), "--endpoint-url", server.endpoint, "s3", "cp",
            "--only-show-errors",
        ]  # fmt: skip

        def empty() -> None:
            for found in list(receiver.keys()):
                receiver.client.delete_object(Bucket=s3_server.BUCKET, Key=found)

        yield Offer(receiver, [*program, "{file}", far], [], empty, **variables)


@contextmanager
def _ftps() -> Iterator[Offer]:
    with ftp_servers.vsftpd() as receiver, tempfile.NamedTemporaryFile("w", suffix=".pem") as authority:
        authority.write(str(receiver.settings["authority"]))
        authority.flush()
        yield _curl(receiver, "--ssl-reqd", "--cacert", authority.name)


@contextmanager
def _ftp() -> Iterator[Offer]:
    with ftp_servers.vsftpd(
        ssl_enable="NO", allow_anon_ssl="NO", force_anon_data_ssl="NO", force_anon_logins_ssl="NO"
    ) as receiver:  # fmt: skip
        settings: dict[str, str | int | bool] = {
            **receiver.settings, "security": "plain", "allows_plain": True, "authority": "",
        }  # fmt: skip
        yield _curl(replace(receiver, settings=settings))


def _curl(receiver: ftp_servers.FtpReceiver, *more: str) -> Offer:
    """Binary and passive is what curl does by itself."""
    settings = receiver.settings
    far = f"ftp://{settings['host']}:{settings['port']}/{settings['folder']}/{NAME}"
    account = ["--user", f"{ftp_servers.USER}:{ftp_servers.PASSWORD}", "-sS", "-f", *more]
    put = [_program("curl"), *account, "-T", "{file}", far]
    return Offer(receiver, put, [*put, "--next", *account, "-o", "/dev/null", far], _emptied(receiver.folder))


OFFERS: Mapping[str, Callable[[], AbstractContextManager[Offer]]] = {
    "local": _local, "sftp": _sftp, "s3": _s3, "ftp": _ftp, "ftps": _ftps,
}  # fmt: skip


def main(way: str) -> None:
    """Serve until the input ends."""
    try:
        with OFFERS[way]() as offer:
            print(json.dumps(offer.told()), flush=True)
            for _line in sys.stdin:
                offer.empty()
                print("empty", flush=True)
    except pytest.skip.Exception as missing:
        raise SystemExit(str(missing)) from None


if __name__ == "__main__":
    main(sys.argv[1])
