"""A folder at an OpenSSH server as a receiver of the contract suite."""

import base64
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import paramiko

from ingest.transfer.registry import Limits
from ingest.transfer.secret import Secret
from ingest.transfer.settings import Value
from tests.transfer.sshd import Sshd, host_key, private_text, public_text, shared, user_key

LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"),)


def fingerprint(kind: str = "ed25519") -> str:
    """Of a host key of the servers of the tests, as ssh-keygen shows it."""
    name, text = public_text(host_key(kind)).split()
    return paramiko.PKey.from_type_string(name, base64.b64decode(text)).fingerprint


@dataclass(frozen=True)
class SftpReceiver:
    """`more` are settings that differ from the usual ones."""

    server: Sshd
    folder: Path
    more: Mapping[str, Value] = field(default_factory=dict)
    method: str = "sftp"
    refuses_taken_names: bool = True

    @property
    def settings(self) -> Mapping[str, Value]:
        return {
            "host": "127.0.0.1", "port": self.server.port, "user": self.server.user, "folder": str(self.folder),
            "host_key": fingerprint(self.server.keys[0]), **self.more,
        }  # fmt: skip

    @property
    def secrets(self) -> Mapping[str, Secret]:
        return {"private_key": Secret(private_text(user_key()))}

    @property
    def limits(self) -> Limits:
        return Limits(private_networks=LOOPBACK)

    def everything(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir())

    def read(self, name: str) -> bytes:
        return (self.folder / name).read_bytes()

    def put(self, name: str, content: bytes) -> None:
        (self.folder / name).write_bytes(content)


def sftp_receiver(_folder: Path) -> SftpReceiver:
    """At the shared server, in a folder of its own; pytest's may be seen by one account only."""
    server = shared()
    return SftpReceiver(server, server.folder())
