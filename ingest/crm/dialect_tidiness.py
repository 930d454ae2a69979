"""How tidy a sample looks when it is read in some dialect: as many fields in every row, cells that look like data."""

import re
from collections import Counter

from .dialect_records import Dialect, SampleRecords

_EMPTY, _PLAIN, _TEXT, _DOUBTFUL = 0.8, 1.0, 0.75, 0.1
BROKEN_WEIGHT = 1.5
STRICT_SHARE = 0.9
SCORED_CELLS = 40

# What a cell of data looks like; the rest of a cell is text, and text with separators in it is doubtful.
_DATA = re.compile(
    r"[-+(]?[$€£¥]?\s?\d[\d.,'\u00a0 ]*\s?[%€$£¥]?\)?"  # numbers and amounts
    r"|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[T ]\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d+)?\s?(?:[AP]M|Z|[+-]\d{2}:?\d{2})?)?"
    r"|\d{1,2}:\d{2}(?::\d{2})?"
    r"|[^\s@;,|\t\"]+@[^\s@;,|\t\"]+\.[\w-]+"
    r"|https?://[^\s\"]+"
    r"|\{?[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}?"
    r"|\+?\(?\d[\d ()/.-]{5,18}\d"
    r"|[\w.-]+"
)
_SEPARATORS = frozenset(",;\t|\x01\x1e\x1f\x1c\x1d")
_LIST_IN_TEXT = re.compile(r"[,;|](?=\S)")


def tidiness(sample: SampleRecords, dialect: Dialect, *, strict: bool) -> float:
    """From -1 to 1; not above 0 for a single column.

    `strict`: the delimiter also stands in texts, so the header must agree with the rows.
    """
    records = sample.records
    if not records:
        return -1.0
    widths = Counter(len(record) for record in records)
    width = _typical_width(widths)
    agreeing = widths[width] / (len(records) + sample.broken * BROKEN_WEIGHT)
    if width < 2:
        return (agreeing - 1.0) * 0.5 - 0.01 * (dialect.quote is None)
    if strict and (len(records[0]) != width or agreeing < STRICT_SHARE or not _believable(records, dialect, width)):
        return -0.5
    niceness = _niceness([record for record in records if len(record) == width], dialect)
    near = sum(count for size, count in widths.items() if abs(size - width) <= 1 and size > 1) / sum(widths.values())
    return (0.75 * agreeing + 0.25 * near * agreeing) * niceness * (1 - 0.5 / width) + _quote_bonus(sample)


def _typical_width(widths: Counter[int]) -> int:
    """The most frequent number of fields; one field (a title line, a single word) only when most rows have it."""
    several = Counter({width: count for width, count in widths.items() if width > 1})
    if not several:
        return 1
    width, count = max(several.items(), key=lambda item: (item[1], item[0]))
    return width if count * 2 >= widths[1] else 1


def _believable(records: tuple[tuple[str, ...], ...], dialect: Dialect, width: int) -> bool:
    """Blanks and the like stand between words too: as a separator they need data, not prose, around them."""
    if len(records) < 2:
        return width > 2 and dialect.delimiter != " "
    if dialect.delimiter != " ":
        return True
    columns = list(zip(*(record for record in records[1:] if len(record) == width), strict=True))
    numeric = sum(all(re.fullmatch(r"[\d.,:@/-]*|\S+@\S+", cell) for cell in column) for column in columns)
    return width >= 3 and numeric * 3 >= width


def _niceness(records: list[tuple[str, ...]], dialect: Dialect) -> float:
    cells = [cell.strip() for record in records for cell in _some(record)]
    return sum(_nice(cell, dialect) for cell in cells) / len(cells)


def _some(record: tuple[str, ...]) -> tuple[str, ...]:
    """The cells of one record that are looked at: all, or every n-th of a very wide one."""
    return record[:: 1 + len(record) // SCORED_CELLS]


def _nice(cell: str, dialect: Dialect) -> float:
    if not cell:
        return _EMPTY
    if len(cell) < 100 and _DATA.fullmatch(cell):
        return _PLAIN
    if dialect.quote and cell[0] in "\"'" and cell[0] == cell[-1] and len(cell) > 1:
        return _DOUBTFUL
    if dialect.quote is None and cell[0] == '"':
        return _DOUBTFUL
    if _SEPARATORS.isdisjoint(cell) and cell.count('"') % 2 == 0:
        return _TEXT + 0.15
    return _DOUBTFUL if cell.count('"') % 2 or _LIST_IN_TEXT.search(cell) else _TEXT


def _quote_bonus(sample: SampleRecords) -> float:
    """Fields that stand in proper quotes speak for the quote character that made them."""
    cells = sum(len(record) for record in sample.records)
    return 0.1 * min(1.0, sample.quoted * 4 / cells) if cells else 0.0
