"""UTF-8 as bytes: is it valid, where do the blanks at its ends stop, what is inside the quotes."""

from ingest.engine.kernels.compiled import compiled

ASCII = 0x80


@compiled
def has_high_byte(buffer, start, end):
    """Whether a byte outside ASCII stands in the range; without a branch per byte, so that it is vectorised."""
    high = 0
    for at in range(start, end):
        high |= buffer[at]
    return high >= ASCII


@compiled
def is_continuation(buffer, at, end):
    """Whether a UTF-8 continuation byte stands at `at`."""
    return at < end and (buffer[at] & 0xC0) == ASCII


@compiled
def character_length(buffer, at, end):
    """Bytes of the valid UTF-8 character at `at`; 0 where there is none (RFC 3629, table 3-7 of Unicode)."""
    first = buffer[at]
    if first < ASCII:
        return 1
    if first < 0xC2 or first > 0xF4 or not is_continuation(buffer, at + 1, end):
        return 0
    if first < 0xE0:
        return 2
    second = buffer[at + 1]
    if not is_continuation(buffer, at + 2, end):
        return 0
    if first < 0xF0:
        return 0 if (first == 0xE0 and second < 0xA0) or (first == 0xED and second > 0x9F) else 3
    if (first == 0xF0 and second < 0x90) or (first == 0xF4 and second > 0x8F):
        return 0
    return 4 if is_continuation(buffer, at + 3, end) else 0


@compiled
def is_utf8(buffer, start, end):
    """Whether the range is valid UTF-8."""
    at = start
    while at < end:
        length = character_length(buffer, at, end)
        if length == 0:
            return False
        at += length
    return True


@compiled
def is_ascii_blank(byte):
    """White space among ASCII: TAB, LF, VT, FF, CR and space."""
    return byte == 32 or (9 <= byte <= 13)


@compiled
def is_ink(byte):
    """An ASCII byte that is no white space, for sure."""
    return 32 < byte < ASCII


@compiled
def is_wide_blank(first, second, third):
    """White space of three UTF-8 bytes: U+1680, U+2000-200B, U+2028, U+2029, U+202F, U+205F, U+3000, U+FEFF."""
    if first == 0xE2:
        if second == 0x80:
            return 0x80 <= third <= 0x8B or third == 0xA8 or third == 0xA9 or third == 0xAF
        return second == 0x81 and third == 0x9F
    if first == 0xE1:
        return second == 0x9A and third == 0x80
    if first == 0xE3:
        return second == 0x80 and third == 0x80
    return first == 0xEF and second == 0xBB and third == 0xBF


@compiled
def blank_before(buffer, start, end):
    """Bytes of the white space that ends at `end` (0: none). Two bytes: U+0085 and U+00A0."""
    last = buffer[end - 1]
    if last < ASCII:
        return 1 if is_ascii_blank(last) else 0
    if end - start >= 2 and buffer[end - 2] == 0xC2 and (last == 0x85 or last == 0xA0):
        return 2
    if end - start >= 3 and is_wide_blank(buffer[end - 3], buffer[end - 2], last):
        return 3
    return 0


@compiled
def blank_after(buffer, start, end):
    """Bytes of the white space that begins at `start` (0: none)."""
    first = buffer[start]
    if first < ASCII:
        return 1 if is_ascii_blank(first) else 0
    if end - start >= 2 and first == 0xC2 and (buffer[start + 1] == 0x85 or buffer[start + 1] == 0xA0):
        return 2
    if end - start >= 3 and is_wide_blank(first, buffer[start + 1], buffer[start + 2]):
        return 3
    return 0


@compiled
def trimmed(buffer, start, end):
    """The range without white space at its ends (section 4.2 of the format)."""
    if end > start and is_ink(buffer[start]) and is_ink(buffer[end - 1]):
        return start, end
    while end > start:
        blank = blank_before(buffer, start, end)
        if blank == 0:
            break
        end -= blank
    while start < end:
        blank = blank_after(buffer, start, end)
        if blank == 0:
            break
        start += blank
    return start, end


@compiled
def unescape(buffer, start, end, quote, escape, target, at):
    """Copy a field to `target` at `at` with doubled quotes and escapes resolved; the place behind the copy."""
    while start < end:
        byte = buffer[start]
        takes_next = byte == escape or (byte == quote and start + 1 < end and buffer[start + 1] == quote)
        if takes_next and start + 1 < end:
            start += 1
            byte = buffer[start]
        target[at] = byte
        at += 1
        start += 1
    return at
