"""The text of a cell: XML references, `_x000D_` escapes, rich-text runs; and how it is written as a CSV field."""

from ingest.engine.kernels.compiled import compiled
from ingest.engine.xlsx_tags import (
    LESS,
    SINGLE,
    find_byte,
    is_cdata,
    is_closing,
    is_named,
    is_self_closed,
    tag_end,
)

AMPERSAND, UNDERLINE, CR, LF, COMMA, QUOTE = ord("&"), ord("_"), 13, 10, ord(","), ord('"')
UNREADABLE = 0xFF  # what the row scanner takes for a byte that the encoding does not allow
LONGEST_REFERENCE = 12
ESCAPE_LENGTH = 7
TEXT_TAG, PHONETIC_TAG = b"t", b"rPh"


@compiled
def put_character(code, out, at):
    """Write a code point as UTF-8; what is no character (half a surrogate pair) becomes the unreadable byte."""
    if code < 0 or code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        out[at] = UNREADABLE
        return at + 1
    if code < 0x80:
        out[at] = code
        return at + 1
    if code < 0x800:
        out[at] = 0xC0 | (code >> 6)
    else:
        if code < 0x10000:
            out[at] = 0xE0 | (code >> 12)
        else:
            out[at] = 0xF0 | (code >> 18)
            at += 1
            out[at] = 0x80 | ((code >> 12) & 0x3F)
        at += 1
        out[at] = 0x80 | ((code >> 6) & 0x3F)
    out[at + 1] = 0x80 | (code & 0x3F)
    return at + 2


@compiled
def digit_value(byte):
    """The value of a hexadecimal digit; 16 for anything else."""
    if 48 <= byte <= 57:
        return byte - 48
    letter = byte | 0x20
    if 97 <= letter <= 102:
        return letter - 87
    return 16


@compiled
def read_code(buffer, start, end, base):
    """The digits of the range in `base`; -1 when it holds none or something else, or more than Unicode has."""
    code = 0 if start < end else -1
    for at in range(start, end):
        digit = digit_value(int(buffer[at]))
        if digit >= base or code > 0x10FFFF:
            return -1
        code = code * base + digit
    return code


@compiled
def named_reference(buffer, start, end):
    """The character of one of XML's five names; -1 for any other (there is no document type to define more)."""
    length = end - start
    first = buffer[start]
    if length == 2 and buffer[start + 1] == ord("t"):
        return ord("<") if first == ord("l") else ord(">") if first == ord("g") else -1
    if length == 3 and first == ord("a") and buffer[start + 1] == ord("m"):
        return AMPERSAND
    if length == 4 and first == ord("q"):
        return QUOTE
    return SINGLE if length == 4 and first == ord("a") else -1


@compiled
def put_reference(buffer, at, end, out, to):
    """Write what the reference at `at` (an `&`) stands for, or the `&` itself: (read up to, written to)."""
    stop = find_byte(buffer, at + 1, min(end, at + LONGEST_REFERENCE), ord(";"))
    code = -1
    if stop < end and stop > at + 2 and buffer[stop] == ord(";"):
        if buffer[at + 1] != ord("#"):
            code = named_reference(buffer, at + 1, stop)
        elif buffer[at + 2] == ord("x"):
            code = read_code(buffer, at + 3, stop, 16)
        else:
            code = read_code(buffer, at + 2, stop, 10)
    if code < 0:
        out[to] = AMPERSAND
        return at + 1, to + 1
    return stop + 1, put_character(code, out, to)


@compiled
def escaped_unit(buffer, at, end):
    """The UTF-16 unit of an `_xHHHH_` escape at `at`; -1 when there is none (ECMA-376, ST_Xstring)."""
    if at + ESCAPE_LENGTH > end or buffer[at + 1] != ord("x") or buffer[at + ESCAPE_LENGTH - 1] != UNDERLINE:
        return -1
    if buffer[at] != UNDERLINE:
        return -1
    return read_code(buffer, at + 2, at + ESCAPE_LENGTH - 1, 16)


@compiled
def put_escape(buffer, at, end, out, to):
    """Write what the escape at `at` (a `_`) stands for, or the `_` itself: (read up to, written to)."""
    code = escaped_unit(buffer, at, end)
    if code < 0:
        out[to] = UNDERLINE
        return at + 1, to + 1
    at += ESCAPE_LENGTH
    if 0xD800 <= code < 0xDC00:
        low = escaped_unit(buffer, at, end)
        if 0xDC00 <= low < 0xE000:
            return at + ESCAPE_LENGTH, put_character(0x10000 + ((code - 0xD800) << 10) + low - 0xDC00, out, to)
    return at, put_character(code, out, to)


@compiled
def put_text(buffer, at, end, out, to):
    """Write the text between two tags (CDATA and comments may stand in it); never longer than its source."""
    while at < end:
        byte = buffer[at]
        if byte == AMPERSAND:
            at, to = put_reference(buffer, at, end, out, to)
        elif byte == UNDERLINE:
            at, to = put_escape(buffer, at, end, out, to)
        elif byte == LESS:
            close = tag_end(buffer, at, end)
            if is_cdata(buffer, at, end):
                for index in range(at + 9, close - 2):
                    out[to] = buffer[index]
                    to += 1
            at = close + 1 if close >= 0 else end
        elif byte == CR:  # XML reads CR and CRLF as LF; a CR that is meant comes as a reference or an escape
            out[to] = LF
            at, to = at + 1 + (at + 1 < end and buffer[at + 1] == LF), to + 1
        else:
            out[to] = byte
            at, to = at + 1, to + 1
    return to


@compiled
def text_end(buffer, at, end):
    """Where the text that begins at `at` stops: the next tag that is no comment, CDATA section or instruction."""
    at = find_byte(buffer, at, end, LESS)
    while at + 1 < end and (buffer[at + 1] == ord("!") or buffer[at + 1] == ord("?")):
        close = tag_end(buffer, at, end)
        if close < 0:
            return end
        at = find_byte(buffer, close + 1, end, LESS)
    return at


@compiled
def opens(buffer, tag, close, name):
    """Whether the tag opens an element of this name that has a content."""
    return not is_closing(buffer, tag) and not is_self_closed(buffer, close) and is_named(buffer, tag, close, name)


@compiled
def put_runs(buffer, at, end, out, to):
    """Write the `<t>` texts of a rich string one after the other, without its phonetic runs, a reading aid."""
    phonetic = False
    at = find_byte(buffer, at, end, LESS)
    while at < end:
        close = tag_end(buffer, at, end)
        if close < 0:
            return to
        if is_named(buffer, at, close, PHONETIC_TAG):
            phonetic = not is_closing(buffer, at) and not is_self_closed(buffer, close)
        elif not phonetic and opens(buffer, at, close, TEXT_TAG):
            stop = text_end(buffer, close + 1, end)
            to = put_text(buffer, close + 1, stop, out, to)
            close = stop - 1
        at = find_byte(buffer, close + 1, end, LESS)
    return to


@compiled
def put_field(source, start, end, out, at):
    """Copy a text as a CSV field: in quotes, quotes doubled, only where comma, quote, CR or LF ask for it."""
    plain = True
    for index in range(start, end):
        byte = source[index]
        plain &= byte != COMMA and byte != QUOTE and byte != LF and byte != CR
    if plain:
        for index in range(start, end):
            out[at + index - start] = source[index]
        return at + end - start
    out[at] = QUOTE
    at += 1
    for index in range(start, end):
        out[at] = source[index]
        at += 1
        if source[index] == QUOTE:
            out[at] = QUOTE
            at += 1
    out[at] = QUOTE
    return at + 1
