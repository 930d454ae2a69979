"""Write refused rows as CSV: number, codes, what to do, then the original fields (section 5 of the format)."""

from ingest.engine.kernels.compiled import compiled
from ingest.engine.kernels.scan import doubled_quote
from ingest.engine.kernels.text import character_length, is_continuation, unescape

QUOTE, COMMA, CR, LF, APOSTROPHE, TAB = 34, 44, 13, 10, 39, 9
EQUALS, PLUS, MINUS, AT_SIGN = 61, 43, 45, 64
ZERO = 48


@compiled
def put_number(value, out, at):
    """Append a positive number in decimal; the place behind it."""
    digits = 1
    power = 10
    while value >= power:
        digits += 1
        power *= 10
    for place in range(digits - 1, -1, -1):
        out[at + place] = ZERO + value % 10
        value //= 10
    return at + digits


@compiled
def runs_as_formula(out, start, end):
    """Whether a spreadsheet would run the cell, or it already has the protecting apostrophe."""
    while start < end and out[start] == APOSTROPHE:
        start += 1
    if start == end:
        return False
    byte = out[start]
    return byte == EQUALS or byte == PLUS or byte == MINUS or byte == AT_SIGN or byte == TAB or byte == CR


@compiled
def is_protected(out, start, end):
    """Whether an apostrophe was put before the cell by `protect`."""
    return start < end and out[start] == APOSTROPHE and runs_as_formula(out, start, end)


@compiled
def shifted(out, start, end):
    """Open a gap of one byte at `start`; the new end."""
    for at in range(end - 1, start - 1, -1):
        out[at + 1] = out[at]
    return end + 1


@compiled
def protect(out, start, end):
    """Make the text at `out[start:end]` a CSV field in place: apostrophe, quotes. Its new end."""
    if runs_as_formula(out, start, end):
        end = shifted(out, start, end)
        out[start] = APOSTROPHE
    quotes = 0
    special = 0
    for at in range(start, end):
        quotes += out[at] == QUOTE
        special += out[at] == COMMA or out[at] == CR or out[at] == LF
    if quotes + special == 0:
        return end
    to = end + quotes + 1
    for at in range(end - 1, start - 1, -1):
        out[to - 1] = out[at]
        to -= 1
        if out[to] == QUOTE:
            out[to - 1] = QUOTE
            to -= 1
    out[start] = QUOTE
    out[end + quotes + 1] = QUOTE
    return end + quotes + 2


@compiled
def broken_length(buffer, at, end):
    """Bytes that one replacement character stands for: the longest beginning of a valid character."""
    first = buffer[at]
    if first < 0xC2 or first > 0xF4 or not is_continuation(buffer, at + 1, end):
        return 1
    second = buffer[at + 1]
    if (first == 0xE0 and second < 0xA0) or (first == 0xED and second > 0x9F):
        return 1
    if (first == 0xF0 and second < 0x90) or (first == 0xF4 and second > 0x8F):
        return 1
    return 3 if first >= 0xF0 and is_continuation(buffer, at + 2, end) else 2


@compiled
def put_readable(buffer, start, end, out, at):
    """Append text with U+FFFD for what is not UTF-8."""
    while start < end:
        length = character_length(buffer, start, end)
        if length == 0:
            out[at], out[at + 1], out[at + 2] = 0xEF, 0xBF, 0xBD
            at += 3
            start += broken_length(buffer, start, end)
        for _ in range(length):
            out[at] = buffer[start]
            at += 1
            start += 1
    return at


@compiled
def put_fields(buffer, rows, row, layout, out, at):
    """Append the fields of a row, each with a comma before it."""
    for field in range(rows.first_field[row] + layout.leading, rows.first_field[row + 1]):
        out[at] = COMMA
        begin = at + 1
        start, end = rows.field_start[field], rows.field_end[field]
        if rows.field_escaped[field]:
            doubled = doubled_quote(rows.field_escaped[field], layout.quote)
            at = unescape(buffer, start, end, doubled, layout.escape, out, begin)
        else:
            at = begin
            for place in range(start, end):
                out[at] = buffer[place]
                at += 1
        if layout.leading and is_protected(out, begin, at):
            for place in range(begin, at - 1):
                out[place] = out[place + 1]
            at -= 1
        at = protect(out, begin, at)
    return at


@compiled
def put_refused(buffer, rows, picked, unreadable, lead, leads, lead_bounds, layout, out, begin):
    """Append the picked rows to `out`: (how many were written, place behind them); stops where room runs out.

    `lead[i]`: which entry of `leads` (codes and what to do, as CSV) row `picked[i]` has; `unreadable[i]`: show only its
    line.
    """
    at = begin
    for place in range(picked.size):
        row = picked[place]
        start, end = rows.start[row], rows.end[row]
        first, last = lead_bounds[lead[place], 0], lead_bounds[lead[place], 1]
        fields = rows.first_field[row + 1] - rows.first_field[row]
        if at + 64 + last - first + 3 * (end - start) + 4 * (fields + 1) > out.size:
            return place, at
        at = put_number(rows.number[row], out, at)
        out[at] = COMMA
        at += 1
        for source in range(first, last):
            out[at] = leads[source]
            at += 1
        if unreadable[place]:
            out[at] = COMMA
            stop = put_readable(buffer, start, end, out, at + 1)
            at = protect(out, at + 1, stop)
        else:
            at = put_fields(buffer, rows, row, layout, out, at)
        out[at], out[at + 1] = CR, LF
        at += 2
    return picked.size, at
