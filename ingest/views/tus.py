"""The tus 1.0 protocol as pure functions: headers in, what is asked for or a refusal out (https://tus.io)."""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

VERSION: Final = "1.0.0"
EXTENSIONS: Final = "creation,creation-with-upload,termination,expiration,checksum"
# Every server of the checksum extension has to know SHA-1.
ALGORITHMS: Final = {"sha1": 20, "sha256": 32}
CONTENT_TYPE: Final = "application/offset+octet-stream"
CHECKSUM_MISMATCH: Final = 460
LOCKED: Final = 423

_NUMBER: Final = re.compile(r"[0-9]{1,18}", re.ASCII)
_MOST_METADATA: Final = 8192
_KEY: Final = re.compile(r"[!-+\--~]{1,64}", re.ASCII)


class Refusal(Exception):
    """A request that the protocol does not allow; `sentence` is for whoever writes a client."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence


@dataclass(frozen=True)
class NewUpload:
    """What a client says of the file that it will send; sizes in bytes, `modified_ms` in milliseconds since 1970."""

    size: int
    name: str
    modified_ms: int | None


@dataclass(frozen=True)
class NextPiece:
    """The piece that the body of a request holds."""

    offset: int
    length: int
    algorithm: str
    digest: bytes


def check_version(headers: Mapping[str, str]) -> None:
    """Raise Refusal (412) unless the client speaks this version."""
    if headers.get("Tus-Resumable") != VERSION:
        raise Refusal(412, f"Tus-Resumable: {VERSION} is expected.")


def new_upload(headers: Mapping[str, str]) -> NewUpload:
    """The upload that a POST asks for. Raises Refusal (400)."""
    if "Upload-Defer-Length" in headers:
        raise Refusal(400, "The length of the file has to be known when the upload begins.")
    metadata = read_metadata(headers.get("Upload-Metadata", ""))
    modified = metadata.get("modified", b"").decode("ascii", "replace")
    return NewUpload(
        size=_number(headers, "Upload-Length"),
        name=metadata.get("filename", b"").decode("utf-8", "replace"),
        modified_ms=int(modified) if _NUMBER.fullmatch(modified) else None,
    )


def next_piece(headers: Mapping[str, str], *, size: int) -> NextPiece:
    """The piece of an upload of `size` bytes that a PATCH brings. Raises Refusal (400, 411, 413, 415)."""
    piece = _piece(headers, _number(headers, "Upload-Offset"))
    if piece.offset + piece.length > size:
        raise Refusal(413, f"The piece goes beyond the {size} bytes of the upload.")
    return piece


def first_piece(headers: Mapping[str, str], *, size: int) -> NextPiece | None:
    """What a POST brings along of the file (creation-with-upload), if anything. Raises Refusal."""
    if headers.get("Content-Length", "0") == "0" or not headers.get("Content-Type"):
        return None
    return next_piece({**headers, "Upload-Offset": "0"}, size=size)


def _piece(headers: Mapping[str, str], offset: int) -> NextPiece:
    if headers.get("Content-Type", "").partition(";")[0].strip().lower() != CONTENT_TYPE:
        raise Refusal(415, f"Content-Type: {CONTENT_TYPE} is expected.")
    length = headers.get("Content-Length", "")
    # Without it, what is behind the server's door sees no body at all and would take that for an empty piece.
    if not _NUMBER.fullmatch(length) or "Transfer-Encoding" in headers:
        raise Refusal(411, "Content-Length is expected.")
    algorithm, digest = _checksum(headers.get("Upload-Checksum"))
    return NextPiece(offset, int(length), algorithm, digest)


def _checksum(value: str | None) -> tuple[str, bytes]:
    if value is None:
        return "", b""
    algorithm, _, encoded = value.partition(" ")
    digest = _base64(encoded.strip())
    if algorithm not in ALGORITHMS or digest is None or len(digest) != ALGORITHMS[algorithm]:
        raise Refusal(400, f"Upload-Checksum: one of {', '.join(ALGORITHMS)} and its digest in Base64 are expected.")
    return algorithm, digest


def read_metadata(value: str) -> dict[str, bytes]:
    """The pairs of an Upload-Metadata header. Raises Refusal (400)."""
    if len(value) > _MOST_METADATA:
        raise Refusal(400, f"Upload-Metadata may have {_MOST_METADATA} characters.")
    found: dict[str, bytes] = {}
    for pair in value.split(",") if value.strip() else ():
        key, _, encoded = pair.strip().partition(" ")
        decoded = _base64(encoded.strip())
        if not _KEY.fullmatch(key) or key in found or decoded is None:
            raise Refusal(
                400, "Upload-Metadata: pairs of a key and a value in Base64 are expected, separated by commas."
            )
        found[key] = decoded
    return found


def write_metadata(name: str) -> str:
    """The Upload-Metadata header of an upload; `read_metadata` reads it back."""
    return f"filename {base64.b64encode(name.encode()).decode('ascii')}"


def _base64(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def _number(headers: Mapping[str, str], name: str) -> int:
    text = headers.get(name, "")
    if not _NUMBER.fullmatch(text):
        raise Refusal(400, f"{name}: a whole number of bytes is expected.")
    return int(text)
