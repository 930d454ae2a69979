"""A folder in a bucket of a real server, as the contract suite sees it."""

import hashlib
import ipaddress
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from ingest.transfer.names import temporary_name
from ingest.transfer.registry import Limits
from ingest.transfer.secret import Secret
from ingest.transfer.settings import Value
from tests.transfer.s3_server import BUCKET, OWNER, S3Server, shared_server

LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"),)


@dataclass(frozen=True)
class S3Receiver:
    """`folder` is this receiver's own; `more` are settings beside the usual ones."""

    server: S3Server
    day: date
    folder: str = field(default_factory=lambda: f"partner-{secrets.token_hex(6)}")
    account: tuple[str, str] = OWNER
    more: Mapping[str, Value] = field(default_factory=dict)
    method: str = "s3"
    # SeaweedFS looks and then writes; Amazon does both in one step. Of two calls at the same instant both may succeed.
    refuses_taken_names: bool = False

    @property
    def settings(self) -> Mapping[str, Value]:
        return {
            "bucket": BUCKET, "prefix": "inbound/files", "partner_name": self.folder, "access_key_id": self.account[0],
            "endpoint": self.server.endpoint, "has_path_style": True, **self.more,
        }  # fmt: skip

    @property
    def secrets(self) -> Mapping[str, Secret]:
        return {"secret_access_key": Secret(self.account[1])}

    @property
    def limits(self) -> Limits:
        return Limits(private_networks=LOOPBACK)

    def key(self, name: str) -> str:
        """Files are under their day, what is hidden beside the days."""
        day = "" if name.startswith(".") else f"date={self.day.isoformat()}/"
        return f"inbound/files/{self.folder}/{day}{name}"

    @property
    def client(self) -> Any:
        return self.server.client()

    def everything(self) -> list[str]:
        """Objects by their names; an upload in parts that has not ended, which has none, as a temporary."""
        return sorted([*(key.rpartition("/")[2] for key in self.keys()), *map(_as_temporary, self.uploads())])

    def keys(self) -> list[str]:
        """The keys of all objects."""
        answer = self.client.list_objects_v2(Bucket=BUCKET, Prefix=f"inbound/files/{self.folder}/")
        return [row["Key"] for row in answer.get("Contents", [])]

    def uploads(self) -> list[str]:
        """The numbers of uploads in parts that have not ended."""
        answer = self.client.list_multipart_uploads(Bucket=BUCKET, Prefix=f"inbound/files/{self.folder}/")
        return [row["UploadId"] for row in answer.get("Uploads", [])]

    def read(self, name: str) -> bytes:
        try:
            content: bytes = self.client.get_object(Bucket=BUCKET, Key=self.key(name))["Body"].read()
        except self.client.exceptions.NoSuchKey:
            raise FileNotFoundError(name) from None
        return content

    def put(self, name: str, content: bytes) -> None:
        self.client.put_object(Bucket=BUCKET, Key=self.key(name), Body=content)


def _as_temporary(upload_id: str) -> str:
    return temporary_name(upload_id, hashlib.sha256(upload_id.encode()).hexdigest()[:8])


def s3_receiver(_folder: Path, day: date) -> S3Receiver:
    """A receiver of its own on the server that all tests share."""
    return S3Receiver(shared_server(), day)
