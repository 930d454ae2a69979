"""A customer file as UTF-8 bytes without byte order mark, whatever it came in, with its dialect and its checksum."""

import codecs
import hashlib
from collections.abc import Callable, Collection
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from ingest.aam.text import trim
from ingest.aam.words import gettext_noop
from ingest.crm.dialect import Dialect, detect_dialect, separator_line
from ingest.crm.encoding import DetectedEncoding, mark_length
from ingest.crm.mapping_types import ReaderOptions
from ingest.engine.archive_problems import too_large
from ingest.engine.containers import (
    ByteStream,
    Container,
    PlainBytes,
    container_of,
    open_bytes,
)
from ingest.engine.decoding import Transcoder, is_utf8
from ingest.engine.errors import FileProblem
from ingest.engine.file_kinds import HEAD_BYTES, not_text, refuse_binary, refuse_known_kinds
from ingest.engine.sampling import Sample, take_sample

DEFAULT_MAX_BYTES: Final = 50 * 1024**3
WORKBOOK_DIALECT: Final = Dialect(delimiter=",", quote='"', escape=None, skip_blanks_before_quote=False)
DIALECT_SAMPLE_BYTES: Final = 4 * 1024 * 1024
# How every refused.csv begins: what was confirmed about the original does not hold for it.
REFUSED_START: Final = codecs.BOM_UTF8 + b"row,codes,what to do,"
_WIDE = ("utf-16", "utf-32")


class CustomerSource:
    """An open customer file. `size` is in bytes and, like `sha256`, of the file as it was uploaded.

    `readinto` gives UTF-8; a sequence that the encoding does not allow is the single byte 0xFF, and broken UTF-8 is
    passed on untouched. A first line `sep=;` arrives as an empty line, so that row numbers stay those of a spreadsheet.
    """

    def __init__(
        self, path: Path, stream: ByteStream, encoding: DetectedEncoding, dialect: Dialect, dropped: int
    ) -> None:
        self.name: Final = path.name
        self.size: Final = path.stat().st_size
        self.encoding: Final = encoding.name
        self.encoding_confidence: Final = encoding.confidence
        self.dialect: Final = dialect
        self._path = path
        self._stream = stream
        self._transcoder: Final = None if is_utf8(encoding.name) else Transcoder(self._fill, encoding.name)
        self._skip(self._fill, encoding.bom_bytes)
        self._skip(self._utf8, dropped)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def readinto(self, view: memoryview) -> int:
        """Fill `view` as far as there are bytes; 0 at the end. Raises FileProblem for damaged or boundless archives."""
        filled = 0
        while filled < len(view):
            length = self._utf8(view[filled:])
            if not length:
                break
            filled += length
        return filled

    def sha256(self) -> str:
        """The hexadecimal SHA-256 of the uploaded file; reads the rest of it when it was not read to the end."""
        if isinstance(self._stream, PlainBytes):
            return self._stream.sha256()
        with self._path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def close(self) -> None:
        """Close the file."""
        self._stream.close()

    def _fill(self, view: memoryview) -> int:
        return self._stream.readinto(view) or 0

    def _utf8(self, view: memoryview) -> int:
        return self._transcoder.readinto(view) if self._transcoder else self._fill(view)

    @staticmethod
    def _skip(read: Callable[[memoryview], int], length: int) -> None:
        buffer = memoryview(bytearray(length))
        while length and (taken := read(buffer[:length])):
            length -= taken


def open_customer_file(
    path: Path, *, reader: ReaderOptions, wanted_columns: Collection[str], max_bytes: int = DEFAULT_MAX_BYTES
) -> CustomerSource:
    """Open a customer file; what `reader` does not say is detected. `max_bytes` limits the unpacked size.

    Raises FileProblem: `file.empty`, `file.encrypted`, `file.not_text`, `file.unknown_encoding`,
    `file.compressed_bomb`, `file.too_large`.
    """
    size = path.stat().st_size
    if size == 0:
        raise empty()
    if size > max_bytes:
        raise too_large(max_bytes)
    container = container_of(path)
    if container is Container.WORKBOOK:
        return _open_workbook(path, reader)
    sample = take_sample(path, container, max_bytes, head_only=reader.encoding is not None)
    if sample.head.startswith(REFUSED_START):
        reader = replace(reader, encoding="utf-8", delimiter=",", quote='"', escape="")
    encoding = _judge_sample(sample, reader.encoding)
    text = _head_text(sample, encoding)
    if sample.blank or (len(sample.head) < DIALECT_SAMPLE_BYTES and not trim(text)):
        raise empty()
    hint = separator_line(text)
    detected = detect_dialect(text, wanted_columns=wanted_columns, options=reader)
    stream = open_bytes(path, container, max_bytes)
    return CustomerSource(path, stream, encoding, detected.dialect, len(hint[0]) if hint else 0)


def _open_workbook(path: Path, reader: ReaderOptions) -> CustomerSource:
    from ingest.engine.xlsx import open_sheet  # noqa: PLC0415  # most files are no workbooks, and this takes a while

    sheet = open_sheet(path, sheet=reader.sheet)
    return CustomerSource(path, sheet, DetectedEncoding("utf-8", 0, 1.0), WORKBOOK_DIALECT, 0)


def _judge_sample(sample: Sample, confirmed: str | None) -> DetectedEncoding:
    """The encoding. What is wrong is told in the order of decision 8: empty, encrypted, not text, encoding."""
    if sample.blank:
        raise empty()
    refuse_known_kinds(sample.head[:HEAD_BYTES])
    if sample.head.startswith((b"\x1f\x8b", b"PK\x03\x04")):
        raise not_text(gettext_noop("The file inside the archive is packed once more."))
    encoding = _confirmed(confirmed, sample.head) if confirmed else sample.evidence.verdict(whole=sample.whole)
    if encoding is None or not encoding.name.startswith(_WIDE):
        refuse_binary(sample.head[:HEAD_BYTES])
    if encoding is None:
        raise unknown_encoding(gettext_noop("The encoding of the file could not be recognised."))
    return encoding


def _confirmed(name: str, head: bytes) -> DetectedEncoding:
    """The encoding that was confirmed; one that leaves the byte order open takes it from the file."""
    try:
        b"a".decode(name)
        canonical = codecs.lookup(name).name
    except (LookupError, UnicodeDecodeError) as problem:
        if isinstance(problem, LookupError):
            raise unknown_encoding(gettext_noop("The encoding “%(name)s” is not known."), name=name) from problem
        canonical = codecs.lookup(name).name
    if canonical == "utf-8-sig":
        canonical = "utf-8"
    if canonical in _WIDE:
        canonical = _with_byte_order(canonical, head)
    return DetectedEncoding(canonical, mark_length(head, canonical), 1.0)


def _with_byte_order(name: str, head: bytes) -> str:
    if mark_length(head, f"{name}-be"):
        return f"{name}-be"
    even, odd = head[0:HEAD_BYTES:2].count(0), head[1:HEAD_BYTES:2].count(0)
    no_mark_and_high_byte_first = even > odd and name == "utf-16" and not mark_length(head, "utf-16-le")
    return f"{name}-be" if no_mark_and_high_byte_first else f"{name}-le"


def _head_text(sample: Sample, encoding: DetectedEncoding) -> str:
    head = sample.head[encoding.bom_bytes : DIALECT_SAMPLE_BYTES]
    return head.decode(encoding.name, "replace")


def empty() -> FileProblem:
    """The problem `file.empty`."""
    return FileProblem(
        "file.empty",
        gettext_noop(
            "The file holds nothing but white space; a table of customers was expected. Export it again and upload it."
        ),
    )


def unknown_encoding(found: str, **params: str | int) -> FileProblem:
    """The problem `file.unknown_encoding`: the sentence that says what was found, what was expected, what to do."""
    return FileProblem(
        "file.unknown_encoding",
        found,
        gettext_noop(
            "UTF-8 or another encoding of text was expected. Save the file as CSV UTF-8 and upload it again, or name "
            "its encoding."
        ),
        **params,
    )
