"""A CSV file of traits: its bytes become rows, numbered as a spreadsheet numbers them."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from ingest.crm.dialect import detect_dialect, separator_line
from ingest.crm.encoding import detect_encoding
from ingest.services.phrases import listed

MOST_BYTES: Final = 5_000_000
COLUMNS: Final = ("sid", "name", "data source", "rule", "description", "type", "created")
NEEDED: Final = COLUMNS[:3]
_NOT_TEXT: Final = (b"PK\x03\x04", b"\x1f\x8b", b"\xd0\xcf\x11\xe0", b"%PDF")
_RUN_BY_SPREADSHEETS: Final = tuple("=+-@\t\r")


class NotReadable(Exception):
    """The file as a whole cannot be used; `sentence` says why and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class Table:
    """The file's columns that are known, those that are not, and its rows: number, cells by known column, too many."""

    columns: tuple[str, ...]
    unknown: tuple[str, ...]
    rows: tuple[tuple[int, dict[str, str], bool], ...]


def read_table(data: bytes) -> Table:
    """Read the whole file. Raises NotReadable."""
    text = _decoded(data)
    hint = separator_line(text)
    dialect = detect_dialect(text, wanted_columns=NEEDED).dialect
    body = text[len(hint[0]) :].lstrip("\r\n") if hint else text
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=dialect.delimiter, strict=True)
    records = _records(reader)
    header = _header(next(records, []))
    shift = 3 if hint else 2
    rows = tuple(_rows(records, header, shift))
    if not rows:
        raise NotReadable(_("The file has a first row with names but no traits below it. Add one trait a row."))
    known = tuple(name for name in header if name in COLUMNS)
    return Table(known, tuple(name for name in header if name and name not in COLUMNS), rows)


def _records(reader: Iterator[list[str]]) -> Iterator[list[str]]:
    try:
        yield from reader
    except csv.Error as error:
        raise NotReadable(
            _(
                "The file can't be read from line %(line)s on: a quotation mark there is not closed, or stands inside "
                "a cell without being doubled. Correct it and upload the file again."
            )
            % {"line": getattr(reader, "line_num", 0)}
        ) from error


def _header(cells: list[str]) -> list[str]:
    header = [" ".join(cell.lower().replace("_", " ").split()) for cell in cells]
    missing = [name for name in NEEDED if name not in header]
    if missing:
        raise NotReadable(
            _("The first row has to name the columns %(needed)s. Missing: %(missing)s. Found: %(found)s.")
            % {
                "needed": listed(NEEDED), "missing": listed(missing),
                "found": listed(name[:40] for name in header[:12] if name) or "–",
            }
        )  # fmt: skip
    twice = sorted({name for name in header if name and header.count(name) > 1})
    if twice:
        raise NotReadable(
            _("The first row names a column twice: %(names)s. Rename one of them or take it out.")
            % {"names": listed(twice)}
        )
    return header


def _rows(records: Iterator[list[str]], header: list[str], first: int) -> Iterator[tuple[int, dict[str, str], bool]]:
    for number, cells in enumerate(records, first):
        if any(cell.strip() for cell in cells):
            known = {
                name: _cell(cell) for name, cell in zip(header, cells, strict=False) if name in COLUMNS
            }  # fmt: skip
            yield number, known, any(cell.strip() for cell in cells[len(header) :])


def _cell(text: str) -> str:
    """Without blanks around, and without the apostrophe that our own files put before a formula."""
    text = text.strip()
    return text[1:] if text.startswith("'") and text[1:].startswith(_RUN_BY_SPREADSHEETS) else text


def _decoded(data: bytes) -> str:
    if len(data) > MOST_BYTES:
        raise NotReadable(_("The selected file must be smaller than 5 MB. Split it and import the parts one by one."))
    if data.startswith(_NOT_TEXT):
        raise NotReadable(_("The selected file must be a CSV. Save your table as “CSV UTF-8” and upload that file."))
    if not data.strip(b"\xef\xbb\xbf \t\r\n"):
        raise NotReadable(_("The selected file is empty. Upload a CSV with one trait a row."))
    found = detect_encoding([data], whole=True)
    try:
        if found is not None and "\0" not in (text := data[found.bom_bytes :].decode(found.name)):
            return text
    except UnicodeDecodeError:
        found = None
    raise NotReadable(_("The selected file is not text that can be read. Save your table as “CSV UTF-8”."))
