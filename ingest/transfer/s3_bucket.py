"""A bucket: the calls that a delivery needs. Nothing about the order in which they are made."""

import hashlib
import logging
import zlib
from base64 import b64decode, b64encode
from binascii import Error as NoBase64
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Final

from botocore.exceptions import ClientError

from ingest.transfer.errors import Misconfigured, TransferFailure
from ingest.transfer.s3_client import Client, make_client
from ingest.transfer.s3_errors import About, code_of, errors_in_words, part_of, status_of
from ingest.transfer.s3_http import Body
from ingest.transfer.s3_place import Checksums, Encryption, S3Place
from ingest.transfer.sending import PIECE_BYTES

logger = logging.getLogger(__name__)

_OURS: Final = "amportal-sha256"  # the hash in the object's metadata
_UNKNOWN: Final = frozenset({400, 401, 403})  # answers to HEAD have no text: what is wrong is said by the next request
_TAKEN: Final = 412


class NotSeen(Enum):
    """What a look at a key may end with instead of an object."""

    ABSENT = "absent"
    DENIED = "denied"


@dataclass(frozen=True)
class Held:
    """An object: `size` in bytes, checksums of all of it where S3 keeps them, and the hash that we gave it."""

    size: int
    sha256: str | None
    crc32: int | None
    ours: str | None


@dataclass(frozen=True)
class Unfinished:
    """An upload in parts whose end has not come, or a probe (`upload_id` is empty)."""

    key: str
    upload_id: str
    since: datetime


def sha256_as_s3_has_it(digits: str) -> str:
    """A hash of 64 digits as the 44 letters of S3's headers."""
    return b64encode(bytes.fromhex(digits)).decode()


def crc32_as_s3_has_it(value: int) -> str:
    """A CRC32 as the 8 letters of S3's headers."""
    return b64encode(value.to_bytes(4, "big")).decode()


class Bucket:
    """All methods raise the three kinds of failure, in which `about` says what they were about."""

    def __init__(self, place: S3Place) -> None:
        self.place = place
        self._client: Client | None = None
        self._tidier: Client | None = None

    @property
    def client(self) -> Any:
        """The library's calls; the client is made when it is first needed."""
        if self._client is None:
            self._client = make_client(self.place)
        return self._client.calls

    def close(self) -> None:
        """Close connections."""
        for client in (self._client, self._tidier):
            if client is not None:
                client.close()
        self._client = self._tidier = None

    def about(self, name: str, size: int = 0) -> About:
        """For the words of failures."""
        return About(self.place.bucket, name, size)

    def look(self, key: str, name: str) -> Held | NotSeen:
        """What has a key. DENIED: this account may not know."""
        with errors_in_words(self.about(name)):
            try:
                answer = self.client.head_object(**self._at(key), **self._if_supported(ChecksumMode="ENABLED"))
            except ClientError as error:
                if status_of(error) == 404:
                    return NotSeen.ABSENT
                if status_of(error) in _UNKNOWN:
                    return NotSeen.DENIED
                raise
        return _held(answer, self.about(name))

    def hash_of(self, key: str, name: str, told: Callable[[], None]) -> str | None:
        """SHA-256 of an object, read back; None where this account may not read it."""
        with errors_in_words(self.about(name)):
            try:
                stream = self.client.get_object(**self._at(key))["Body"]
            except ClientError as error:
                if status_of(error) == 403:
                    return None
                raise
        digest = hashlib.sha256()
        try:
            while piece := self._read(stream, name):
                digest.update(piece)
                told()
        finally:
            stream.close()
        return digest.hexdigest()

    def _read(self, stream: Any, name: str) -> bytes:
        with errors_in_words(self.about(name)):
            return bytes(stream.read(PIECE_BYTES))

    def put(self, key: str, body: Body, about: About, sha256: str) -> Mapping[str, Any] | None:
        """Store a whole object if nothing has its key; the answer, None if something has it."""
        asked = self._if_supported(ChecksumSHA256=sha256_as_s3_has_it(sha256)) or _md5(body.content)
        return self._unless_taken(
            about, "put_object", **self._at(key), Body=body, IfNoneMatch="*", **asked, **self._properties(sha256)
        )

    def begin(self, key: str, about: About, sha256: str) -> str:
        """Begin an object in parts; its number. Nobody sees anything of it before `complete`."""
        asked = self._if_supported(ChecksumAlgorithm="CRC32", ChecksumType="FULL_OBJECT")
        with errors_in_words(about):
            made = self.client.create_multipart_upload(**self._at(key), **asked, **self._properties(sha256))
        return str(part_of(made, "UploadId", about))

    def part(self, upload: tuple[str, str], number: int, body: Body, about: About) -> dict[str, Any]:
        """Send a part; what `complete` wants to know of it."""
        key, upload_id = upload
        checksum = self._if_supported(ChecksumCRC32=crc32_as_s3_has_it(zlib.crc32(body.content)))
        asked = checksum or _md5(body.content)
        with errors_in_words(about):
            taken = self.client.upload_part(
                **self._at(key), UploadId=upload_id, PartNumber=number, Body=body, **asked
            )  # fmt: skip
        return {"PartNumber": number, "ETag": part_of(taken, "ETag", about), **checksum}

    def complete(self, upload: tuple[str, str], parts: Sequence[Mapping[str, Any]], crc32: int,
                 about: About) -> Mapping[str, Any] | None:  # fmt: skip
        """Make the object of its parts if nothing has its key and the checksum of the whole is right."""
        key, upload_id = upload
        asked = self._if_supported(
            ChecksumCRC32=crc32_as_s3_has_it(crc32), ChecksumType="FULL_OBJECT", MpuObjectSize=about.size
        )
        return self._unless_taken(
            about, "complete_multipart_upload", **self._at(key), UploadId=upload_id,
            MultipartUpload={"Parts": list(parts)}, IfNoneMatch="*", **asked,
        )  # fmt: skip

    def _unless_taken(self, about: About, call: str, **asked: Any) -> Mapping[str, Any] | None:
        with errors_in_words(about):
            try:
                answer: Mapping[str, Any] = getattr(self.client, call)(**asked)
            except ClientError as error:
                if status_of(error) == _TAKEN:
                    return None
                raise
        return answer

    def abandon(self, key: str, upload_id: str) -> bool:
        """Throw away what was begun; what cannot be thrown away now is left to a later sweep. Tried once, briefly."""
        return self._tidied("abort_multipart_upload", **self._at(key), UploadId=upload_id)

    def remove(self, key: str) -> bool:
        """Remove a probe of ours; False where that cannot be done."""
        return self._tidied("delete_object", **self._at(key))

    def _tidied(self, call: str, **asked: Any) -> bool:
        try:
            self._tidier = self._tidier or make_client(self.place, attempts=1)
            with errors_in_words(self.about("")):
                getattr(self._tidier.calls, call)(**asked)
        except TransferFailure as failed:
            logger.warning("something unfinished stays behind in a bucket: %s", failed.code)
            return False
        return True

    def unfinished(self) -> Iterator[Unfinished]:
        """Uploads in parts that have keys like ours, and probes; nothing where this account may not list them."""
        uploads = self._listed("list_multipart_uploads", self.place.days, "Uploads", _upload_of)
        yield from (upload for upload in uploads if self.place.may_be_part(upload.key))
        probes = self._listed("list_objects_v2", self.place.temporary_key(".amportal-"), "Contents", _probe_of)
        yield from (probe for probe in probes if self.place.is_probe(probe.key))

    def _listed(self, call: str, prefix: str, field: str, made: Callable[[Any], Unfinished]) -> Iterator[Unfinished]:
        pages = iter(self.client.get_paginator(call).paginate(Bucket=self.place.bucket, Prefix=prefix))
        while True:
            try:
                with errors_in_words(self.about(prefix)):
                    page = next(pages, None)
            except Misconfigured as failed:
                if failed.code in {"s3.denied", "s3.not_understood"}:
                    return
                raise
            if page is None:
                return
            yield from map(made, page.get(field, ()))

    def sign_in(self) -> None:
        """Ask for a list of one. An account that may not list is signed in, too."""
        with errors_in_words(self.about("")):
            try:
                self.client.list_objects_v2(Bucket=self.place.bucket, Prefix=self.place.days, MaxKeys=1)
            except ClientError as error:
                if code_of(error) != "AccessDenied":
                    raise

    def _at(self, key: str) -> dict[str, str]:
        return {"Bucket": self.place.bucket, "Key": key}

    def _if_supported(self, **asked: Any) -> dict[str, Any]:
        return asked if self.place.checksums is Checksums.SUPPORTED else {}

    def _properties(self, sha256: str) -> dict[str, Any]:
        """The bucket's owner may do everything with the object; a bucket without such lists takes this one, too."""
        encryption: dict[str, str] = {}
        if self.place.encryption is not Encryption.BUCKET:
            encryption["ServerSideEncryption"] = self.place.encryption.value
        if self.place.kms_key:
            encryption["SSEKMSKeyId"] = self.place.kms_key
        return {"ACL": "bucket-owner-full-control", "Metadata": {_OURS: sha256}, **encryption}


def _md5(content: bytes) -> dict[str, str]:
    digest = hashlib.md5(content, usedforsecurity=False).digest()
    return {"ContentMD5": b64encode(digest).decode()}


def _held(answer: Mapping[str, Any], about: About) -> Held:
    is_whole = answer.get("ChecksumType", "FULL_OBJECT") == "FULL_OBJECT"
    sha256 = _decoded(answer.get("ChecksumSHA256"), 32) if is_whole else None
    crc32 = _decoded(answer.get("ChecksumCRC32"), 4) if is_whole else None
    return Held(
        size=int(part_of(answer, "ContentLength", about)),
        sha256=sha256.hex() if sha256 else None,
        crc32=int.from_bytes(crc32, "big") if crc32 else None,
        ours=answer.get("Metadata", {}).get(_OURS),
    )


def _decoded(text: str | None, length: int) -> bytes | None:
    """A checksum of the whole; one of parts has their number behind it (`…-5`) and says nothing of the file."""
    try:
        value = b64decode(text or "", validate=True)
    except (NoBase64, ValueError):
        return None
    return value if len(value) == length else None


def _upload_of(row: Mapping[str, Any]) -> Unfinished:
    return Unfinished(str(row["Key"]), str(row["UploadId"]), row["Initiated"])


def _probe_of(row: Mapping[str, Any]) -> Unfinished:
    return Unfinished(str(row["Key"]), "", row["LastModified"])
