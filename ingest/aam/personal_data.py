"""What looks like an e-mail address, a telephone number or a payment card number: it must not reach Audience Manager.

The two number checks work on the UTF-8 bytes of a cell and use only whole numbers, loops and indexing, so that the
engine can compile them as they are. They never subtract from a byte before knowing that it is a digit: bytes of an
array are unsigned.
"""

import re
from collections.abc import Sequence
from typing import Final

from ingest.aam.text import WHITE_SPACE

_BLANK: Final = 0x20
_OPENING: Final = 0x28
_CLOSING: Final = 0x29
_PLUS: Final = 0x2B
_DASH: Final = 0x2D
_DOT: Final = 0x2E
_SLASH: Final = 0x2F
_ZERO: Final = 0x30
_THREE: Final = 0x33
_SIX: Final = 0x36
_NINE: Final = 0x39

_PHONE_STARTS: Final = (_PLUS, _ZERO, _OPENING)
_PHONE_SIGNS: Final = (_BLANK, _OPENING, _CLOSING, _PLUS, _DASH, _SLASH)
_CARD_SIGNS: Final = (_BLANK, _DASH)
_MIN_PHONE_DIGITS: Final = 8
_MAX_PHONE_DIGITS: Final = 15
_MIN_NATIONAL_DIGITS: Final = 10
_DATE_DIGITS: Final = 8
_MIN_CARD_DIGITS: Final = 13
_MAX_CARD_DIGITS: Final = 19

_PART: Final = "[^@" + re.escape("".join(sorted(WHITE_SPACE))) + "]"
_EMAIL: Final = re.compile(rf"{_PART}+@{_PART}+\.{_PART}+")


def is_email(text: str) -> bool:
    r"""Whether the whole text is an e-mail address: `^[^\s@]+@[^\s@]+\.[^\s@]+$` (contract, section 5)."""
    # Almost no value has an @; the plain search answers for those.
    return "@" in text and _EMAIL.fullmatch(text) is not None


def looks_like_phone(cell: Sequence[int], start: int, end: int) -> bool:
    """Whether `cell[start:end]` looks like a telephone number (decision 13).

    8 to 15 digits with nothing but single blanks and `- . / ( )` between them, beginning with `+`, `0` or `(`; no date
    such as 01.02.2024, no decimal number, and digits alone after a single 0 only from 10 digits on.
    """
    dots = 0
    signs = 0
    for at in range(start, end):
        byte = cell[at]
        if at == start and byte not in _PHONE_STARTS:
            return False
        if byte == _DOT:
            dots += 1
        elif byte < _ZERO or byte > _NINE:
            is_second_blank = byte == _BLANK and cell[at - 1] == _BLANK
            if byte not in _PHONE_SIGNS or is_second_blank or (byte == _PLUS and at != start):
                return False
            signs += 1
    digits = end - start - signs - dots
    # Every dot and sign is a smaller byte than a digit, so the last condition refuses one at the end.
    if digits < _MIN_PHONE_DIGITS or digits > _MAX_PHONE_DIGITS or cell[end - 1] < _ZERO:
        return False
    if cell[start] != _ZERO:
        return True
    if signs == 0 and dots <= 1:
        # One dot makes a decimal number; digits alone need two zeros in front or a national number's length.
        return dots == 0 and (cell[start + 1] == _ZERO or digits >= _MIN_NATIONAL_DIGITS)
    if signs + dots != 2 or digits != _DATE_DIGITS:
        return True
    # Two equal separators among eight digits: dd.mm.yyyy, or yyyy.mm.dd of a year before 1000.
    if _DASH <= cell[start + 2] <= _SLASH:
        return cell[start + 2] != cell[start + 5]
    return cell[start + 4] != cell[start + 7] or not _DASH <= cell[start + 4] <= _SLASH


def is_card_number(cell: Sequence[int], start: int, end: int) -> bool:
    """Whether `cell[start:end]` passes as a payment card number (contract, section 5).

    13 to 19 digits that begin with 3 to 6 and pass the Luhn check; blanks and dashes between them don't count.
    """
    # From the end, as Luhn counts, which also lets text give up early; the last byte has to be the check digit.
    digits = 1
    total = 0
    for at in range(end - 2, start - 1, -1):
        byte = cell[at]
        if _ZERO <= byte <= _NINE:
            value = byte - _ZERO
            if digits % 2 == 1:
                value += value
                if value >= 10:
                    value -= 9
            total = (total + value) % 10
            digits += 1
        elif byte not in _CARD_SIGNS:
            return False
    if digits < _MIN_CARD_DIGITS or digits > _MAX_CARD_DIGITS or not _THREE <= cell[start] <= _SIX:
        return False
    return _ZERO <= cell[end - 1] <= _NINE and (total + cell[end - 1] - _ZERO) % 10 == 0
