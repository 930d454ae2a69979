"""Bytes to text to rows: a character machine that follows decisions 1 to 7."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass

from tests.reference.characters import BLANKS

UNDECODABLE = "\udcff"  # no decoder yields a lone surrogate, so it can't be mistaken for text
OPEN_QUOTE_LIMIT = 16 * 1024 * 1024


@dataclass(frozen=True)
class Dialect:
    """How fields are separated; `quote` and `escape` may be empty."""

    delimiter: str
    quote: str = '"'
    escape: str = ""
    skip_blanks_before_quote: bool = False


@dataclass(frozen=True)
class Row:
    """One record: its spreadsheet row, its cells (None when unreadable) and the text shown then (a first line)."""

    number: int
    cells: tuple[str, ...] | None
    shown: str


class BrokenQuotingError(Exception):
    """Text after a closing quote, or a quote that nothing closes."""


def _mark(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return UNDECODABLE, error.end


codecs.register_error("reference-mark", _mark)


def decode(data: bytes, encoding: str) -> str:
    """The text without its byte order mark; UNDECODABLE wherever the encoding does not allow the bytes."""
    name = encoding.lower().replace("_", "-")
    if name == "utf-8-sig":
        name = "utf-8"
    if name == "utf-16":
        name = "utf-16-be" if data[:2] == codecs.BOM_UTF16_BE else "utf-16-le"
    return data.decode(name, "reference-mark").removeprefix("\ufeff")


def visible(text: str) -> str:
    """The text with U+FFFD where bytes could not be decoded."""
    return text.replace(UNDECODABLE, "\ufffd")


def read_rows(text: str, dialect: Dialect) -> Iterator[Row]:
    """Every record of the file, the header too; empty lines count as rows but are not yielded."""
    position, number = 0, 0
    while position < len(text):
        number += 1
        line_end = end_of_line(text, position)
        if line_end == position:
            position = after_line_end(text, line_end)
            continue
        try:
            cells, end = _read_record(text, position, dialect)
        except BrokenQuotingError:
            yield Row(number, None, visible(text[position:line_end]))
            position = after_line_end(text, line_end)
            continue
        readable = UNDECODABLE not in text[position:end]
        # An undecodable header is still a header: the caller asks `header_cells` for it.
        yield Row(number, tuple(cells) if readable else None, visible(text[position:end]))
        position = after_line_end(text, end)


def header_cells(text: str, dialect: Dialect) -> tuple[str, ...]:
    """The cells of the first non-empty record, undecodable bytes as U+FFFD; a broken one is its first line."""
    position = 0
    while end_of_line(text, position) == position < len(text):
        position = after_line_end(text, position)
    try:
        cells, _ = _read_record(text, position, dialect)
    except BrokenQuotingError:
        cells = [text[position : end_of_line(text, position)]]
    return tuple(visible(cell) for cell in cells)


def end_of_line(text: str, position: int) -> int:
    """Where the physical line that holds `position` ends: at a CR, an LF or the end of the text."""
    while position < len(text) and text[position] not in "\r\n":
        position += 1
    return position


def after_line_end(text: str, position: int) -> int:
    """The position after the line end at `position`: CR LF is one."""
    return position + 2 if text[position : position + 2] == "\r\n" else position + 1


def _read_record(text: str, position: int, dialect: Dialect) -> tuple[list[str], int]:
    """The cells of the record that begins here and the position of what ends it."""
    cells: list[str] = []
    limit = _open_quote_limit(text, position)
    while True:
        opening = _opening_quote(text, position, dialect)
        if opening is None:
            cell, position = _read_plain(text, position, dialect)
        else:
            cell, position = _read_quoted(text, opening + 1, dialect, limit)
        cells.append(cell)
        if position >= len(text) or text[position] != dialect.delimiter:
            return cells, position
        position += 1


def _opening_quote(text: str, position: int, dialect: Dialect) -> int | None:
    """Where the field that begins here has its opening quote, if it has one."""
    if dialect.skip_blanks_before_quote:
        while position < len(text) and text[position] in BLANKS and text[position] != dialect.delimiter:
            position += 1
    if dialect.quote and text[position : position + 1] == dialect.quote:
        return position
    return None


def _read_plain(text: str, position: int, dialect: Dialect) -> tuple[str, int]:
    """An unquoted field: everything up to a separator or a line end; quotes in it are text."""
    out: list[str] = []
    while position < len(text):
        character = text[position]
        if dialect.escape and character == dialect.escape and position + 1 < len(text):
            out.append(text[position + 1])
            position += 2
            continue
        if character == dialect.delimiter or character in "\r\n":
            break
        out.append(character)
        position += 1
    return "".join(out), position


def _read_quoted(text: str, position: int, dialect: Dialect, limit: int) -> tuple[str, int]:
    """A quoted field, from behind its opening quote to the separator or line end behind its closing one."""
    out: list[str] = []
    while position < limit:
        character = text[position]
        if dialect.escape and character == dialect.escape and dialect.escape != dialect.quote:
            out.append(text[position + 1 : position + 2])
            position += 2
        elif character != dialect.quote:
            out.append(character)
            position += 1
        elif text[position + 1 : position + 2] == dialect.quote:
            out.append(character)
            position += 2
        else:
            return "".join(out), _after_closing_quote(text, position + 1, dialect)
    raise BrokenQuotingError


def _open_quote_limit(text: str, start: int) -> int:
    """Where a quote of the record that begins at `start` is given up: after 16 MiB, or where the text ends."""
    if len(text) - start <= OPEN_QUOTE_LIMIT // 4:
        return len(text)
    raw = text[start : start + OPEN_QUOTE_LIMIT].encode("utf-8", "replace")[:OPEN_QUOTE_LIMIT]
    return start + len(raw.decode("utf-8", "ignore"))


def _after_closing_quote(text: str, position: int, dialect: Dialect) -> int:
    """Only blanks may stand between a closing quote and the next separator or line end (decision 3)."""
    while position < len(text) and text[position] in BLANKS and text[position] != dialect.delimiter:
        position += 1
    if position < len(text) and text[position] != dialect.delimiter and text[position] not in "\r\n":
        raise BrokenQuotingError
    return position
