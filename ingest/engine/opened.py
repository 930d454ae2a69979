"""A customer file that is open, with its header read: what every pass over the rows begins with."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.aam.words import gettext_noop
from ingest.crm.dialect import Dialect
from ingest.crm.mapping import MappingDocument, ReaderOptions
from ingest.engine.blocks import Block
from ingest.engine.errors import FileProblem
from ingest.engine.header import Header, read_header
from ingest.engine.plan import dialect_bytes
from ingest.engine.scanner import Scanner
from ingest.engine.source import CustomerSource, open_customer_file

# Small, so that nearly every file of a test is read in several blocks.
_HEADER_ROOM = 256


@dataclass
class OpenedFile:
    """The header of a customer file, and a scanner that stands behind it."""

    source: CustomerSource
    dialect: Dialect
    header: Header
    scanner: Scanner

    def describe(self, *, whole: bool) -> dict[str, Any]:
        """What the report says about the file. Its checksum is None when it was not read whole (a preview)."""
        return {
            "name": self.source.name,
            "bytes": self.source.size,
            "sha256": self.source.sha256() if whole else None,
            "encoding": self.source.encoding,
            "delimiter": self.source.dialect.delimiter,
            "quote": self.source.dialect.quote,
        }


@contextmanager
def opened(path: Path, document: MappingDocument) -> Iterator[OpenedFile]:
    """Open a customer file for a mapping. Raises FileProblem with what is wrong about the file as a whole."""
    with opened_as_said(path, document.reader, document.named_columns) as file:
        yield file


@contextmanager
def opened_as_said(path: Path, reader: ReaderOptions, wanted: Sequence[str]) -> Iterator[OpenedFile]:
    """Open a customer file of which some columns are wanted, perhaps none. Raises FileProblem."""
    with open_customer_file(path, reader=reader, wanted_columns=wanted) as source:
        scanner = Scanner(source, dialect_bytes(source.dialect))
        cells = _first_record(scanner, source.dialect)
        yield OpenedFile(source, source.dialect, read_header(cells, wanted), scanner)


def _first_record(scanner: Scanner, dialect: Dialect) -> list[str]:
    """The cells of the first record that is not an empty line."""
    block = Block(_HEADER_ROOM, 0)
    if not scanner.take_header(block):
        raise FileProblem(
            "file.empty",
            gettext_noop(
                "The file holds nothing but white space. Export it again from your customer database and upload it "
                "again."
            ),
        )
    if block.rows.broken[0]:
        return [block.line_of(0)]
    raw = dialect_bytes(dialect)
    return block.texts_of(0, raw.quote, raw.escape)
