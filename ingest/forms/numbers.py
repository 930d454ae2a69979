"""Whole numbers out of addresses and forms, which may hold anything."""

from typing import Final

_MOST_DIGITS: Final = 18


def whole_number(text: str) -> int | None:
    """The number that a text of ASCII digits is; None for any other, and for one that no row could have."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else None
