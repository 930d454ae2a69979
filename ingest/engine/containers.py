"""The bytes inside the uploaded file: plain, gzip, or the one member of a ZIP archive; never more than is sane."""

import gzip
import hashlib
import struct
import zipfile
import zlib
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, Final, Protocol, Self, assert_never, cast

from isal import igzip, igzip_lib, isal_zlib

from ingest.aam.words import gettext_noop
from ingest.engine.archive_problems import CUT_GZIP, CUT_ZIP, STRANGE_ZIP, damaged, several, too_large
from ingest.engine.errors import FileProblem
from ingest.engine.file_kinds import OLD_OFFICE, encrypted, is_locked_office, not_text

BOMB_BYTES: Final = 256 * 1024 * 1024
BOMB_RATIO: Final = 200
STEP_BYTES: Final = 1024 * 1024
PACKED_STEP_BYTES: Final = 256 * 1024
ENCRYPTED_FLAGS: Final = 0x1 | 0x40 | 0x2000
_LOCAL_HEADER: Final = struct.Struct("<4s22xHH")
# The stubs of isal declare its exception as an instance.
_ISAL_ERROR: Final = cast("type[Exception]", igzip_lib.IsalError)


class Container(StrEnum):
    """What the uploaded file is by its first bytes, whatever its name says."""

    PLAIN = "plain"
    GZIP = "gzip"
    ZIP = "zip"
    WORKBOOK = "xlsx"


class ByteStream(Protocol):
    """Bytes in order; `readinto` gives 0 at the end."""

    def readinto(self, view: memoryview, /) -> int | None:
        """Fill some of `view`."""

    def close(self) -> None:
        """Let go of the file."""


def container_of(path: Path) -> Container:
    """What the file is. Raises FileProblem for old or encrypted Office documents and for broken archives."""
    with path.open("rb") as file:
        head = file.read(8)
        if head == OLD_OFFICE:
            _refuse_old_office(file)
    if head.startswith(b"\x1f\x8b"):
        return Container.GZIP
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return Container.WORKBOOK if "xl/workbook.xml" in _names(path) else Container.ZIP
    return Container.PLAIN


def _refuse_old_office(file: BinaryIO) -> None:
    """An .xls workbook, or the wrapping of an encrypted .xlsx: the names of its streams tell."""
    rest = b""
    while block := file.read(STEP_BYTES):
        if is_locked_office(rest[-64:] + block):
            raise encrypted(gettext_noop("The workbook is protected by a password."))
        rest = block
    raise not_text(gettext_noop("The file is an old Office document (such as .xls)."))


def _names(path: Path) -> list[str]:
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, struct.error, NotImplementedError) as problem:
        raise not_text(gettext_noop("The ZIP archive is damaged or incomplete.")) from problem


class PlainBytes:
    """A file as it is, and its SHA-256 computed while it is read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("rb", buffering=0)
        self._digest = hashlib.sha256()
        self._hashed = 0
        self._read = 0

    def readinto(self, view: memoryview, /) -> int:
        """Fill `view`; hashing lets other threads run."""
        length = self._file.readinto(view) or 0
        self._read += length
        if self._read > self._hashed:
            self._digest.update(view[length - (self._read - self._hashed) : length])
            self._hashed = self._read
        return length

    def sha256(self) -> str:
        """The hexadecimal digest of the whole file; reads what has not been read yet, reading can go on afterwards."""
        with self._path.open("rb", buffering=0) as rest:
            rest.seek(self._hashed)
            buffer = memoryview(bytearray(STEP_BYTES))
            while length := rest.readinto(buffer):
                self._digest.update(buffer[:length])
                self._hashed += length
        return self._digest.hexdigest()

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class GzipBytes:
    """The text inside a gzip file of one or more members."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        self._inside = igzip.open(self._file, "rb")  # type: ignore[no-untyped-call]  # its stubs have gaps

    def readinto(self, view: memoryview, /) -> int:
        """Fill `view` with unpacked bytes."""
        return int(self._inside.readinto(view))

    def packed_bytes(self) -> int:
        """How many bytes of the file were taken so far."""
        return self._file.tell()

    def close(self) -> None:
        """Close the file."""
        self._inside.close()
        self._file.close()


class ZipMemberBytes:
    """One member of a ZIP archive, stored or deflated; its length and checksum are checked at its end."""

    def __init__(self, path: Path, member: zipfile.ZipInfo) -> None:
        self._file = path.open("rb")
        self._left = member.compress_size
        self._member = member
        self._unpacked = 0
        self._crc = 0
        self._inflate = isal_zlib.decompressobj(wbits=-zlib.MAX_WBITS) if member.compress_type else None
        try:
            self._skip_local_header()
        except EOFError:
            self._file.close()
            raise

    def _skip_local_header(self) -> None:
        """The local header may have other extra fields than the directory, so the data's place is found from it."""
        # A directory that was tampered with may name a place before the file.
        if self._member.header_offset < 0:
            raise EOFError("no member where the directory says")
        self._file.seek(self._member.header_offset)
        header = self._file.read(_LOCAL_HEADER.size)
        if len(header) < _LOCAL_HEADER.size or not header.startswith(b"PK\x03\x04"):
            raise EOFError("no member where the directory says")
        _, name_length, extra_length = _LOCAL_HEADER.unpack(header)
        self._file.seek(name_length + extra_length, 1)

    def readinto(self, view: memoryview, /) -> int:
        """Fill `view` with unpacked bytes. Raises EOFError for a cut or altered member."""
        data = self._packed(len(view)) if self._inflate is None else self._inflated(len(view))
        view[: len(data)] = data
        self._unpacked += len(data)
        self._crc = isal_zlib.crc32(data, self._crc)
        if not data and (self._crc != self._member.CRC or self._unpacked != self._member.file_size):
            raise EOFError("its checksum does not fit")
        return len(data)

    def _packed(self, most: int) -> bytes:
        data = self._file.read(min(most, self._left, PACKED_STEP_BYTES))
        self._left -= len(data)
        return data

    def _inflated(self, most: int) -> bytes:
        inflate = self._inflate
        while inflate is not None and not inflate.eof:
            packed = inflate.unconsumed_tail or self._packed(PACKED_STEP_BYTES)
            data = inflate.decompress(packed, most)
            if data:
                return data
            if not packed:
                raise EOFError("it ends too early")
        return b""

    def packed_bytes(self) -> int:
        """How many bytes of the member were taken so far."""
        return self._member.compress_size - self._left

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class Guarded:
    """Unpacked bytes with the limits on them; what unpacking raises becomes a FileProblem."""

    def __init__(self, stream: GzipBytes | ZipMemberBytes, cut: str, max_bytes: int) -> None:
        self._stream = stream
        self._packed_bytes: Callable[[], int] = stream.packed_bytes
        self._cut = cut
        self._max_bytes = max_bytes
        self._unpacked = 0

    def readinto(self, view: memoryview, /) -> int:
        """Fill `view`. Raises FileProblem: `file.not_text` (damaged), `file.compressed_bomb`, `file.too_large`."""
        try:
            length = self._stream.readinto(view[:STEP_BYTES]) or 0
        except (EOFError, gzip.BadGzipFile, zlib.error, _ISAL_ERROR) as problem:
            raise damaged(self._cut) from problem
        self._unpacked += length
        if self._unpacked > BOMB_BYTES and self._unpacked > BOMB_RATIO * max(self._packed_bytes(), 1):
            raise bomb()
        if self._unpacked > self._max_bytes:
            raise too_large(self._max_bytes)
        return length

    def close(self) -> None:
        """Close what is underneath."""
        self._stream.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_bytes(path: Path, container: Container, max_bytes: int) -> PlainBytes | Guarded:
    """The bytes of the customer file, unpacked; at most `max_bytes` of them. Raises FileProblem."""
    match container:
        case Container.PLAIN | Container.WORKBOOK:
            return PlainBytes(path)
        case Container.GZIP:
            return Guarded(GzipBytes(path), CUT_GZIP, max_bytes)
        case Container.ZIP:
            member = _only_member(path)
            if member.file_size > max(BOMB_BYTES, BOMB_RATIO * member.compress_size):
                raise bomb()
            if member.file_size > max_bytes:
                raise too_large(max_bytes)
            try:
                return Guarded(ZipMemberBytes(path, member), CUT_ZIP, max_bytes)
            except EOFError as problem:
                raise damaged(CUT_ZIP) from problem
    assert_never(container)


def _only_member(path: Path) -> zipfile.ZipInfo:
    """The one file in the archive; folders and the notes that macOS adds don't count."""
    with zipfile.ZipFile(path) as archive:
        members = [one for one in archive.infolist() if not one.is_dir() and not one.filename.startswith("__MACOSX/")]
    members = [one for one in members if not one.filename.rpartition("/")[2].startswith("._")] or members
    if not members:
        raise FileProblem(
            "file.empty", gettext_noop("The ZIP archive holds no file. Pack the customer file and upload it again.")
        )
    if len(members) > 1:
        raise several([one.filename for one in members])
    if members[0].flag_bits & ENCRYPTED_FLAGS:
        raise encrypted(gettext_noop("The ZIP archive is protected by a password."))
    if members[0].compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise damaged(STRANGE_ZIP)
    return members[0]


def bomb() -> FileProblem:
    """The problem `file.compressed_bomb`."""
    return FileProblem(
        "file.compressed_bomb",
        gettext_noop(
            "The file unpacks to more than %(times)s times its size and more than %(size)s MiB; no customer file does "
            "that. Check the export, and upload the customer file unpacked if it is right."
        ),
        times=BOMB_RATIO,
        size=BOMB_BYTES >> 20,
    )
