"""Numbers as 15 significant decimal digits, and how the formats General, 0, 0.00, #,##0 and 0% write them.

A number is `value * 10 ** exponent` with at most 15 digits in `value` and no zero at its end: Excel neither keeps
nor shows more (docs/decisions/0005). The rounding is decimal, half away from zero, as a sheet rounds.
"""

import numpy as np

from ingest.engine.kernels.compiled import compiled

PRECISION = 15
FIRST_LOST_EXPONENT = 15  # from 1E+15 on a number has digits that a sheet does not keep
GENERAL_CHARACTERS = 10  # digits of a number with a fraction under General; with its point it takes 11 characters
GENERAL_DECIMALS = 9
SCIENTIFIC_DIGITS = 6
MAX_EXPONENT = 99_999
MAX_NUMBER_BYTES = 128
MAX_MINIMUM_DIGITS = 40
POWERS = np.array([10**power for power in range(19)], dtype=np.int64)
ZERO, MINUS, PLUS, POINT, COMMA, PERCENT, LETTER_E = 48, ord("-"), ord("+"), ord("."), ord(","), ord("%"), ord("E")


@compiled
def skip_blanks(buffer, at, end):
    """The first byte from `at` on that is no XML white space."""
    while at < end and (buffer[at] == 32 or 9 <= buffer[at] <= 13):
        at += 1
    return at


@compiled
def read_sign(buffer, at, end):
    """(whether a minus stands at `at`, where the digits begin)."""
    if at < end and (buffer[at] == MINUS or buffer[at] == PLUS):
        return buffer[at] == MINUS, at + 1
    return False, at


@compiled
def read_exponent(buffer, at, end):
    """The `E+12` at `at`: (its value, where it stops); where it stops is `at` when there is none."""
    if at >= end or (buffer[at] | 0x20) != ord("e"):
        return 0, at
    negative, first = read_sign(buffer, at + 1, end)
    stop, exponent = first, 0
    while stop < end and ZERO <= buffer[stop] <= ZERO + 9:
        exponent = min(exponent * 10 + int(buffer[stop]) - ZERO, MAX_EXPONENT)
        stop += 1
    if stop == first:
        return 0, at
    return (-exponent if negative else exponent), stop


@compiled
def without_zeros(value, exponent):
    """The same number without zeros at the end of its digits."""
    if value == 0:
        return 0, 0
    while value % 10 == 0:
        value //= 10
        exponent += 1
    return value, exponent


@compiled
def read_number(buffer, start, end):
    """The decimal number in the range: (whether there is one, its signed value, its exponent)."""
    at = skip_blanks(buffer, start, end)
    negative, at = read_sign(buffer, at, end)
    value = np.int64(0)
    kept, exponent, seen, point, rounding = 0, 0, 0, False, 0
    while at < end:
        byte = buffer[at]
        if byte == POINT and not point:
            point = True
        elif ZERO <= byte <= ZERO + 9:
            seen += 1
            if kept < PRECISION:
                value = value * 10 + (int(byte) - ZERO)
                kept += 1 if value > 0 else 0
            else:
                rounding = int(byte) - ZERO if kept == PRECISION else rounding
                kept += 1
                exponent += 1
            exponent -= point
        else:
            break
        at += 1
    shift, at = read_exponent(buffer, at, end)
    if seen == 0 or skip_blanks(buffer, at, end) < end:
        return False, np.int64(0), 0
    value, exponent = without_zeros(value + (rounding >= 5), exponent + shift)
    return True, (-value if negative else value), exponent


@compiled
def count_digits(value):
    """How many digits a value from 0 on has; 0 has one."""
    count = 1
    while count < 19 and value >= POWERS[count]:
        count += 1
    return count


@compiled
def rounded(value, exponent, decimals):
    """A number that is not negative, rounded half up to `decimals` places (which may be negative)."""
    drop = -decimals - exponent
    if drop <= 0:
        return value, exponent
    if drop > PRECISION + 1:
        return 0, 0
    return without_zeros((value + POWERS[drop] // 2) // POWERS[drop], -decimals)


@compiled
def put_fixed(value, exponent, shape, out, at):
    """Write a rounded, not negative number with `shape` = (least integer digits, decimals, grouped)."""
    least, decimals, grouped = shape
    digits = count_digits(value)
    first = max(least, digits + exponent) - 1
    for place in range(first, -decimals - 1, -1):
        if place == -1:
            out[at] = POINT
            at += 1
        index = place - exponent
        digit = (value // POWERS[index]) % 10 if 0 <= index < digits else 0
        out[at] = ZERO + digit
        at += 1
        if grouped and place > 0 and place % 3 == 0:
            out[at] = COMMA
            at += 1
    return at


@compiled
def put_scientific(value, exponent, out, at):
    """Write a not negative number as General does when it is too long: at most 6 digits, `1.23457E+37`."""
    power = count_digits(value) + exponent - 1
    value, exponent = rounded(value, exponent, SCIENTIFIC_DIGITS - 1 - power)
    digits = count_digits(value)
    power = digits + exponent - 1
    at = put_fixed(value, 1 - digits, (1, digits - 1, False), out, at)
    out[at] = LETTER_E
    out[at + 1] = MINUS if power < 0 else PLUS
    return put_fixed(abs(power), 0, (2, 0, False), out, at + 2)


@compiled
def general_decimals(power, exponent):
    """How many decimals General gives a number whose first digit stands for `10 ** power`; -1: scientific."""
    if power >= FIRST_LOST_EXPONENT or (power < -4 and exponent < -GENERAL_DECIMALS):
        return -1
    if power > GENERAL_CHARACTERS:
        return PRECISION - 1 - power
    return min(GENERAL_DECIMALS, max(0, GENERAL_CHARACTERS - 1 - power))


@compiled
def put_general(value, exponent, out, at):
    """Write a signed number as the format General shows it, whole up to 15 digits (docs/decisions/0005)."""
    if value < 0:
        out[at] = MINUS
        value, at = -value, at + 1
    power = count_digits(value) + exponent - 1
    decimals = general_decimals(power, exponent)
    if decimals < 0:
        return put_scientific(value, exponent, out, at)
    value, exponent = rounded(value, exponent, decimals)
    return put_fixed(value, exponent, (1, max(0, -exponent), False), out, at)


@compiled
def put_shaped(value, exponent, shape, out, at):
    """Write a signed number with `shape` = (least integer digits, decimals, grouped, percent)."""
    least, decimals, grouped, percent = shape
    if value != 0 and count_digits(abs(value)) + exponent > FIRST_LOST_EXPONENT:
        return put_general(value, exponent, out, at)
    if value < 0:
        out[at] = MINUS
        value, at = -value, at + 1
    shift = 2 if percent and value != 0 else 0
    value, exponent = rounded(value, exponent + shift, decimals)
    at = put_fixed(value, exponent, (least, decimals, grouped), out, at)
    if percent:
        out[at] = PERCENT
        at += 1
    return at
