"""The parts of a workbook: members of the ZIP, read within limits, found through their relationships."""

from __future__ import annotations

import codecs
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self
from xml.parsers import expat

from ingest.aam.words import gettext_noop
from ingest.engine.errors import FileProblem

DOCUMENT_TYPE = gettext_noop("It contains a document type declaration, which no spreadsheet program writes.")
BOMB_BYTES = 256 * 1024 * 1024
BOMB_RATIO = 200
MAX_SMALL_PART_BYTES = 64 * 1024 * 1024
READ_BYTES = 1024 * 1024
ENCRYPTED_FLAG = 1
TEXT_CODECS = ("utf-8", "utf-16", "ascii", "iso8859", "cp125", "gb", "big5", "shift_jis", "euc_")
DECLARED_ENCODING = re.compile(rb"""^<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")

StartElement = Callable[[str, Mapping[str, str]], None]


def damaged(found: str, **params: str | int) -> FileProblem:
    """The problem of a file that is named like a workbook and cannot be read as one: the sentence that says why."""
    return FileProblem(
        "file.not_text",
        gettext_noop("The file was expected to be an Excel workbook (.xlsx), but cannot be read as one."),
        found,
        gettext_noop(
            "Open it in Excel, save it again as “Excel Workbook (*.xlsx)” or as CSV UTF-8, and upload that file."
        ),
        **params,
    )


def check_growth(produced: int, stored: int) -> None:
    """Raise FileProblem `file.compressed_bomb` when `stored` bytes have become suspiciously many."""
    if produced > BOMB_BYTES and produced > BOMB_RATIO * max(stored, 1):
        raise FileProblem(
            "file.compressed_bomb",
            gettext_noop(
                "The workbook unpacks to more than %(times)s times its size and more than %(size)s MiB; no customer "
                "file does that. Export the customers again and upload that file."
            ),
            times=BOMB_RATIO,
            size=BOMB_BYTES >> 20,
        )


@contextmanager
def reading_errors() -> Iterator[None]:
    """Turn what the ZIP reader raises on broken files into a FileProblem."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, ValueError) as problem:
        raise damaged(gettext_noop("It is damaged.")) from problem


class Part:
    """The bytes of one member, counted against the limits; `readinto` gives 0 at the end."""

    def __init__(self, package: Package, member: zipfile.ZipInfo) -> None:
        if member.flag_bits & ENCRYPTED_FLAG:
            raise FileProblem(
                "file.encrypted",
                gettext_noop("The workbook is protected by a password. Remove the password and upload it again."),
            )
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise damaged(gettext_noop("It is packed in a way that no spreadsheet program uses."))
        if member.header_offset < 0:
            raise damaged(gettext_noop("Its table of contents is damaged."))
        self.stored_bytes = member.compress_size
        self.read_bytes = 0
        with reading_errors():
            self._stream: IO[bytes] = package.archive.open(member)

    def readinto(self, view: memoryview) -> int:
        """Fill `view` with the next bytes of the part, as far as there are any."""
        with reading_errors():
            data = self._stream.read(len(view))
        view[: len(data)] = data
        self.read_bytes += len(data)
        check_growth(self.read_bytes, self.stored_bytes)
        return len(data)

    def close(self) -> None:
        """Close the member."""
        self._stream.close()


class Utf8Part:
    """A part as UTF-8, which it nearly always is already; XML also allows UTF-16, and old writers name others."""

    def __init__(self, part: Part) -> None:
        self._part = part
        self.stored_bytes = part.stored_bytes
        first = memoryview(bytearray(READ_BYTES))
        self._waiting = bytes(first[: part.readinto(first)])
        encoding = declared_encoding(self._waiting)
        self._decode = None if encoding is None else codecs.getincrementaldecoder(encoding)("replace").decode
        if self._decode is not None:
            self._waiting = self._decode(self._waiting).encode("utf-8", "replace")

    def readinto(self, view: memoryview) -> int:
        """Fill `view` with the next UTF-8 bytes, as far as there are any."""
        while not self._waiting:
            if self._decode is None:
                return self._part.readinto(view)
            raw = memoryview(bytearray(READ_BYTES))
            length = self._part.readinto(raw)
            if length == 0:
                return 0
            self._waiting = self._decode(bytes(raw[:length])).encode("utf-8", "replace")
        taken = self._waiting[: len(view)]
        self._waiting = self._waiting[len(view) :]
        view[: len(taken)] = taken
        return len(taken)

    def close(self) -> None:
        """Close the part."""
        self._part.close()


def declared_encoding(start: bytes) -> str | None:
    """The Python codec of an XML part that begins with `start`; None for UTF-8."""
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if start.startswith((b"<\0", b"\0<")):
        return "utf-16-le" if start[0] else "utf-16-be"
    found = DECLARED_ENCODING.match(start)
    name = found.group(1).decode("ascii") if found else "utf-8"
    try:
        codec = codecs.lookup(name).name
    except LookupError:
        codec = ""
    if not codec.startswith(TEXT_CODECS):  # Python's codecs also unpack ZIP data and more
        raise damaged(gettext_noop("It is written in the unknown encoding %(encoding)s."), encoding=name)
    return None if codec in ("utf-8", "ascii") else codec


@dataclass(frozen=True)
class Relationship:
    """Where a part points to: the last word of the relationship's type, and the member's name."""

    kind: str
    target: str


class Package:
    """An opened workbook file; a context manager."""

    def __init__(self, path: Path) -> None:
        with ExitStack() as opened:
            file = opened.enter_context(path.open("rb"))  # held here: an open part would keep the ZIP's own alive
            with reading_errors():
                self.archive = zipfile.ZipFile(file)
            self._file = opened.pop_all()
        self._members = {canonical_name(member.filename): member for member in self.archive.infolist()}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the ZIP."""
        self.archive.close()
        self._file.close()

    def has(self, name: str) -> bool:
        """Whether there is a part of this name."""
        return canonical_name(name) in self._members

    def open_part(self, name: str) -> Part:
        """The bytes of a part; FileProblem when it is missing or locked."""
        member = self._members.get(canonical_name(name))
        if member is None:
            raise damaged(gettext_noop("Its part %(part)s is missing."), part=name)
        return Part(self, member)

    def parse(self, name: str, on_start: StartElement) -> None:
        """Call `on_start` with the local name and the attributes of every element of a small part."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = lambda tag, attributes: on_start(tag.rpartition(" ")[2], attributes)
        parser.StartDoctypeDeclHandler = refuse_document_type
        part = self.open_part(name)
        view = memoryview(bytearray(READ_BYTES))
        try:
            while length := part.readinto(view):
                if part.read_bytes > MAX_SMALL_PART_BYTES:
                    raise FileProblem(
                        "file.too_large",
                        gettext_noop("The part %(part)s of the workbook is too large to be read."),
                        part=name,
                    )
                parser.Parse(bytes(view[:length]), False)
            parser.Parse(b"", True)
        except expat.ExpatError as problem:
            raise damaged(gettext_noop("Its part %(part)s is damaged."), part=name) from problem
        finally:
            part.close()

    def relationships(self, name: str) -> dict[str, Relationship]:
        """The relationships of a part (`""`: of the package), by their ID."""
        folder, _, base = name.rpartition("/")
        part = posixpath.join(folder, "_rels", f"{base}.rels")
        found: dict[str, Relationship] = {}

        def note(tag: str, attributes: Mapping[str, str]) -> None:
            if tag == "Relationship" and attributes.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", "")))
                kind = attributes.get("Type", "").rpartition("/")[2]
                found[attributes.get("Id", "")] = Relationship(kind, target.lstrip("/"))

        if self.has(part):
            self.parse(part, note)
        return found


def canonical_name(name: str) -> str:
    """The name that parts are compared by: their case does not count, and some writers use backslashes."""
    return name.replace("\\", "/").lstrip("/").lower()


def refuse_document_type(*_declaration: object) -> None:
    """Raise FileProblem: a workbook has no document type; one that has is after entities."""
    raise damaged(DOCUMENT_TYPE)
