"""IDs that are surely right: the shape of their type, in canonical case, nothing else to be said about them."""

import numpy as np

from ingest.engine.kernels.compiled import compiled
from ingest.engine.kernels.steps import UNDECIDED, to_lower, to_upper
from ingest.engine.kernels.tables import CASE_KEPT, CASE_LOWER, CASE_UPPER, PLAIN

NO_BITS = np.uint64(0)
ZERO, NINE, PLUS, CAPITAL_E = 48, 57, 43, 69
DIGIT, HEX_DIGIT = 100, 104
HASH_LENGTH = 64
EMPTY_HASH_START = np.frombuffer(b"e3b0c442", np.uint8)


@compiled
def is_digit(byte):
    """0-9."""
    return ZERO <= byte <= NINE


@compiled
def is_hex(byte):
    """0-9, a-f, A-F."""
    return is_digit(byte) or 97 <= (byte | 0x20) <= 102


@compiled
def fits_template(buffer, start, end, text, first, last):
    """Whether each byte is what the template asks for: `d` a digit, `h` a hex digit, else itself."""
    if end - start != last - first:
        return False
    for place in range(last - first):
        wanted, byte = text[first + place], buffer[start + place]
        if wanted == HEX_DIGIT:
            if not is_hex(byte):
                return False
        elif wanted == DIGIT:
            if not is_digit(byte):
                return False
        elif byte != wanted:
            return False
    return True


@compiled
def is_plain_id(buffer, start, end, plain):
    """Whether every byte is allowed, and no `+` follows an `e` as in 6.8E+37."""
    for at in range(start, end):
        byte = buffer[at]
        if plain[byte] != PLAIN:
            return False
        if byte == PLUS and at > start and (buffer[at - 1] & 0xDF) == CAPITAL_E:
            return False
    return True


@compiled
def may_be_special(buffer, start, end):
    """Whether an ID may be all zeros or the hash of nothing: the exact rules decide then."""
    if end - start == HASH_LENGTH:
        same = True
        for place in range(EMPTY_HASH_START.size):
            same &= (buffer[start + place] | 0x20 if buffer[start + place] > NINE else buffer[start + place]) == (
                EMPTY_HASH_START[place]
            )
        if same:
            return True
    for at in range(start, end):
        if buffer[at] != ZERO and buffer[at] != 45:
            return False
    return True


@compiled
def differs_in_case(buffer, start, end, case):
    """Whether the ID is not in the canonical case of its type."""
    for at in range(start, end):
        byte = buffer[at]
        if (case == CASE_UPPER and 97 <= byte <= 122) or (case == CASE_LOWER and 65 <= byte <= 90):
            return True
    return False


@compiled
def judged_identifier(buffer, start, end, at, limit, slots, slot, bits):
    """Decide an ID: (start, end of the canonical ID, finding bits, next scratch place), or UNDECIDED first."""
    if end == start:
        return start, end, NO_BITS, at
    first, last = slots.template_start[slot], slots.template_end[slot]
    if last > first:
        fits = fits_template(buffer, start, end, slots.text, first, last)
    else:
        fits = is_plain_id(buffer, start, end, slots.plain[slot])
    if not fits or may_be_special(buffer, start, end):
        return UNDECIDED, 0, NO_BITS, at
    case = slots.case[slot]
    if case == CASE_KEPT or not differs_in_case(buffer, start, end, case):
        return start, end, NO_BITS, at
    if at + end - start > limit:
        return UNDECIDED, 0, NO_BITS, at
    stop = at
    for place in range(start, end):
        buffer[stop] = buffer[place]
        stop += 1
    if case == CASE_UPPER:
        to_upper(buffer, at, stop)
    else:
        to_lower(buffer, at, stop)
    return at, stop, bits.case_changed, stop
