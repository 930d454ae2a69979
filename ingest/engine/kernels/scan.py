"""Find rows and fields: separators, quotes, escapes, line ends, broken quoting (docs/decisions/0001, 1-6)."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ingest.engine.kernels.compiled import compiled

LF, CR, TAB, SPACE = 10, 13, 9, 32
# What stands in `Rows.field_escaped`: an unquoted field may hold escapes only, a quoted one doubled quotes too.
ESCAPED, QUOTED = 1, 2
# What stands in `Rows.broken`: the row is its first line, or the beginning of a line whose end was not reached.
WHOLE_LINE, PART_OF_LINE = 1, 2
MAX_RECORD_BYTES_READ = 16 * 1024 * 1024

# What follows a field, or why the record cannot be finished with the bytes at hand.
NEXT_FIELD, END_OF_ROW, NEEDS_MORE, BROKEN = 0, 1, 2, 3


class DialectBytes(NamedTuple):
    """The dialect as byte values; -1 where there is none."""

    delimiter: int
    quote: int
    escape: int
    skip_blanks: bool
    special: npt.NDArray[np.uint8]  # 1 for each byte that may end an unquoted field, or escapes


def make_dialect(delimiter: int, quote: int, escape: int, *, skip_blanks: bool) -> DialectBytes:
    """The dialect with its table of special bytes."""
    special = np.zeros(256, np.uint8)
    special[[LF, CR, delimiter, *([escape] if escape >= 0 else [])]] = 1
    return DialectBytes(delimiter, quote, escape, skip_blanks, special)


class Rows(NamedTuple):
    """The rows of one block: byte ranges are half-open, row `i` has the fields `first_field[i]:first_field[i + 1]`."""

    start: npt.NDArray[np.int32]
    end: npt.NDArray[np.int32]
    first_field: npt.NDArray[np.int32]
    number: npt.NDArray[np.int64]
    broken: npt.NDArray[np.uint8]
    field_start: npt.NDArray[np.int32]
    field_end: npt.NDArray[np.int32]
    field_escaped: npt.NDArray[np.uint8]


def room_for_rows(block_bytes: int) -> Rows:
    """Arrays large enough for any `block_bytes` bytes: every byte may be a separator or a line end."""
    size = block_bytes + 2
    return Rows(
        start=np.empty(size, np.int32),
        end=np.empty(size, np.int32),
        first_field=np.empty(size + 1, np.int32),
        number=np.empty(size, np.int64),
        broken=np.empty(size, np.uint8),
        field_start=np.empty(size, np.int32),
        field_end=np.empty(size, np.int32),
        field_escaped=np.empty(size, np.uint8),
    )


@compiled
def doubled_quote(escaped, quote):
    """The quote that stands twice for itself in a field; -1 in an unquoted one."""
    return quote if escaped == QUOTED else -1


@compiled
def after_line_end(buffer, at, end):
    """Where the next line begins, given that a CR or LF stands at `at`; CR LF is one line end."""
    if buffer[at] == CR and at + 1 < end and buffer[at + 1] == LF:
        return at + 2
    return at + 1


@compiled
def end_of_line(buffer, at, end):
    """The place of the first CR or LF at or after `at`, or `end`."""
    while at < end and buffer[at] != LF and buffer[at] != CR:
        at += 1
    return at


@compiled
def end_of_quoted(buffer, at, end, final, dialect):
    """From behind an opening quote to its closing quote: (place of the closing quote, escaped?, outcome)."""
    escaped = 0
    while at < end:
        byte = buffer[at]
        if byte == dialect.escape and byte != dialect.quote:
            escaped = 1
            at += 2
        elif byte == dialect.quote:
            if at + 1 >= end and not final:
                return at, escaped, NEEDS_MORE
            if at + 1 >= end or buffer[at + 1] != dialect.quote:
                return at, escaped, END_OF_ROW
            escaped = 1
            at += 2
        else:
            at += 1
    return end, escaped, BROKEN if final else NEEDS_MORE


@compiled
def end_of_plain(buffer, at, end, dialect):
    """From the first byte of an unquoted field to what ends it: (place, escaped?)."""
    escaped = 0
    while True:
        while at < end and dialect.special[buffer[at]] == 0:
            at += 1
        if at < end and buffer[at] == dialect.escape:
            escaped = 1
            at += 2
            continue
        return min(at, end), escaped


@compiled
def what_follows(buffer, at, end, final, dialect):
    """What stands at the end of a field."""
    if at >= end:
        return END_OF_ROW if final else NEEDS_MORE
    byte = buffer[at]
    if byte == dialect.delimiter:
        return NEXT_FIELD
    if byte == LF:
        return END_OF_ROW
    if byte == CR:
        return NEEDS_MORE if at + 1 >= end and not final else END_OF_ROW
    return BROKEN


@compiled
def is_blank(byte, dialect):
    """Space, or TAB where it is not the separator."""
    return (byte == SPACE or byte == TAB) and byte != dialect.delimiter


@compiled
def past_blanks(buffer, at, end, dialect):
    """The first place at or after `at` that holds no blank."""
    while at < end and is_blank(buffer[at], dialect):
        at += 1
    return at


@compiled
def scan_field(buffer, at, end, final, dialect, rows, field):
    """Read one field that begins at `at`: (place behind it, outcome)."""
    opening = at
    if dialect.skip_blanks:
        opening = past_blanks(buffer, at, end, dialect)
        if opening >= end and not final:
            return at, NEEDS_MORE
    if opening < end and buffer[opening] == dialect.quote:
        closing, escaped, outcome = end_of_quoted(buffer, opening + 1, end, final, dialect)
        if outcome != END_OF_ROW:
            return closing, outcome
        rows.field_start[field] = opening + 1
        rows.field_end[field] = closing
        rows.field_escaped[field] = QUOTED * escaped
        at = past_blanks(buffer, closing + 1, end, dialect)
    else:
        rows.field_start[field] = at
        at, escaped = end_of_plain(buffer, at, end, dialect)
        rows.field_end[field] = at
        rows.field_escaped[field] = escaped
    return at, what_follows(buffer, at, end, final, dialect)


@compiled
def scan_record(buffer, at, end, final, dialect, rows, field):
    """Read one record that begins at `at`: (place of its line end, number of the next field, outcome)."""
    begin = at
    while True:
        at, outcome = scan_field(buffer, at, end, final, dialect, rows, field)
        if at - begin > MAX_RECORD_BYTES_READ:
            return at, field, BROKEN
        if outcome == NEXT_FIELD:
            at += 1
            field += 1
        elif outcome == END_OF_ROW:
            return at, field + 1, outcome
        else:
            return at, field, outcome


@compiled
def scan_rows(buffer, begin, end, final, dialect, rows, number):
    """Fill `rows` with the complete records of `buffer[begin:end]`.

    `final`: no byte follows. `number`: the spreadsheet row of the first line. Returns (rows, bytes used up to,
    next spreadsheet row); an unfinished record at the end is left for the next call.
    """
    count = 0
    field = 0
    at = begin
    while at < end:
        byte = buffer[at]
        if byte == LF or byte == CR:
            if byte == CR and at + 1 >= end and not final:
                break
            at = after_line_end(buffer, at, end)
            number += 1
            continue
        rows.first_field[count] = field
        stop, next_field, outcome = scan_record(buffer, at, end, final, dialect, rows, field)
        broken = 0
        if outcome != END_OF_ROW:
            broken = WHOLE_LINE
            stop = end_of_line(buffer, at, end)
            next_field = field
        if outcome == NEEDS_MORE or (outcome == BROKEN and not final and stop + 1 >= end):
            if end - at <= MAX_RECORD_BYTES_READ:
                break
            broken = PART_OF_LINE if stop == end and not final else WHOLE_LINE
        rows.broken[count] = broken
        rows.start[count] = at
        rows.end[count] = stop if broken == 0 else min(stop, at + MAX_RECORD_BYTES_READ)
        rows.number[count] = number
        field = next_field
        count += 1
        number += 1
        at = after_line_end(buffer, stop, end) if stop < end else end
    rows.first_field[count] = field
    return count, at, number
