"""From a cell to its pieces: split, trim, transforms (contract 4.2 to 4.6, decisions 11 and 12)."""

import hashlib
from collections.abc import Sequence
from typing import Any

from tests.reference.characters import ASCII_DIGITS, trim
from tests.reference.dates import date_iso


def pieces(cell: str, split: str) -> list[str]:
    """The trimmed, non-empty pieces of a cell: one, or as many as the separator makes."""
    parts = trim(cell).split(split) if split else [cell]
    trimmed = [trim(part) for part in parts]
    return [part for part in trimmed if part]


def transformed(text: str, transforms: Sequence[Any], order: str | None) -> str:
    """The text after all transforms and a last trim; raises NotADateError."""
    for transform in transforms:
        text = _one(text, transform, order)
    return trim(text)


def before_date(text: str, transforms: Sequence[Any]) -> str:
    """What `date_iso` is given: the text after the transforms that stand before it."""
    for transform in transforms:
        if transform == "date_iso":
            break
        text = _one(text, transform, None)
    return trim(text)


def _one(text: str, transform: Any, order: str | None) -> str:
    if isinstance(transform, str):
        return _named(text, transform, order)
    ((name, argument),) = transform.items()
    if name == "replace":
        return text.replace(argument[0], argument[1])
    if name == "prefix":
        return str(argument) + text
    if name == "pad_left":
        return text.rjust(argument[0], argument[1])
    raise ValueError(f"unknown transform {name}")


def _named(text: str, name: str, order: str | None) -> str:
    match name:
        case "lower":
            return text.lower()
        case "upper":
            return text.upper()
        case "digits":
            return "".join(character for character in text if character in ASCII_DIGITS)
        case "strip_leading_zeros":
            return text.lstrip("0") or text[-1:]  # zeros alone are the number zero
        case "sha256":
            return hashlib.sha256(text.encode()).hexdigest()
        case "email_sha256":
            return hashlib.sha256(trim(text).lower().encode()).hexdigest()
        case "date_iso":
            return date_iso(trim(text), order)
        case _:
            raise ValueError(f"unknown transform {name}")
