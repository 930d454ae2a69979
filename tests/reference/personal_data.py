"""E-mail addresses, telephone numbers and card numbers (contract section 5, decision 13)."""

import re

from tests.reference.characters import ASCII_DIGITS, WHITE_SPACE

_DATE_LIKE = (
    re.compile(r"[0-9]{1,2}([./-])[0-9]{1,2}\1[0-9]{4}"),
    re.compile(r"[0-9]{4}([./-])[0-9]{1,2}\1[0-9]{1,2}"),
)
_DECIMAL = re.compile(r"[0-9]+\.[0-9]+")


def is_email(text: str) -> bool:
    """`^[^\\s@]+@[^\\s@]+\\.[^\\s@]+$`, the white space being that of decision 9."""
    if text.count("@") != 1 or any(character in WHITE_SPACE for character in text):
        return False
    name, _, host = text.partition("@")
    return name != "" and "." in host[1:-1]


def looks_like_phone(text: str) -> bool:
    """8 to 15 digits in the dress of a telephone number."""
    digits = "".join(character for character in text if character in ASCII_DIGITS)
    if not 8 <= len(digits) <= 15 or text[0] not in "+0(" or text[-1] not in ASCII_DIGITS:
        return False
    if any(character not in ASCII_DIGITS and character not in " -./()" for character in text[1:]) or "  " in text:
        return False
    if _DECIMAL.fullmatch(text) or any(pattern.fullmatch(text) for pattern in _DATE_LIKE):
        return False
    bare = text == digits and text[0] == "0" and not text.startswith("00")
    return not bare or len(digits) >= 10


def is_card_number(text: str) -> bool:
    """13 to 19 digits that begin with 3 to 6 and pass Luhn's check; blanks and dashes between them don't count."""
    digits = [character for character in text if character in ASCII_DIGITS]
    if not 13 <= len(digits) <= 19 or text[0] not in "3456" or text[-1] not in ASCII_DIGITS:
        return False
    if any(character not in ASCII_DIGITS and character not in " -" for character in text):
        return False
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if place % 2 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0
