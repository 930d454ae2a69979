"""The transforms of a mapping: small, exact changes of one cell, applied in order (contract, section 3)."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Final, assert_never

from ingest.aam.text import trim
from ingest.crm.dates import DayOrder, parse_date


class TransformName(StrEnum):
    """The transforms that need no further words."""

    LOWER = "lower"
    UPPER = "upper"
    DIGITS = "digits"
    STRIP_LEADING_ZEROS = "strip_leading_zeros"
    SHA256 = "sha256"
    EMAIL_SHA256 = "email_sha256"
    DATE_ISO = "date_iso"


@dataclass(frozen=True)
class Named:
    """A transform that is only a name."""

    name: TransformName


@dataclass(frozen=True)
class Replace:
    """Put `new` in the place of every occurrence of `old`, which is not empty; both are taken literally."""

    old: str
    new: str


@dataclass(frozen=True)
class Prefix:
    """Put `text` in front."""

    text: str


@dataclass(frozen=True)
class PadLeft:
    """Put the character `fill` in front until there are `width` characters (not bytes)."""

    width: int
    fill: str


Transform = Named | Replace | Prefix | PadLeft
HASHES: Final[frozenset[Transform]] = frozenset({Named(TransformName.SHA256), Named(TransformName.EMAIL_SHA256)})
"""After one of these nobody can read what stood in the cell."""


class NotADate(ValueError):
    """`date_iso` met a text that is no date, or one that can be read as two different dates."""

    def __init__(self, value: str) -> None:
        super().__init__("this cannot be read as one date")
        self.value = value


def compile_transforms(transforms: Sequence[Transform], *, day_order: DayOrder) -> Callable[[str], str]:
    """One function for the whole list, to be called with a trimmed cell; the caller trims what comes out.

    `day_order` is what the whole column showed about its dates. The function raises NotADate.
    Every step runs, also on a text that an earlier step left empty.
    """
    steps = tuple(_step(transform, day_order) for transform in transforms)

    def apply(text: str) -> str:
        for step in steps:
            text = step(text)
        return text

    return apply


def before_date(transforms: Sequence[Transform]) -> tuple[Transform, ...] | None:
    """The transforms that a cell passes before the first `date_iso`; None without one.

    What they make of a cell is what `date_evidence` has to look at.
    """
    date_iso = Named(TransformName.DATE_ISO)
    return tuple(transforms[: list(transforms).index(date_iso)]) if date_iso in transforms else None


def _step(transform: Transform, day_order: DayOrder) -> Callable[[str], str]:
    match transform:
        case Named(name=TransformName.DATE_ISO):
            return partial(_date_iso, day_order=day_order)
        case Named(name=name):
            return _NAMED[name]
        case Replace(old=old, new=new):
            return lambda text: text.replace(old, new)
        case Prefix(text=prefix):
            return lambda text: prefix + text
        case PadLeft(width=width, fill=fill):
            return lambda text: text.rjust(width, fill)
    assert_never(transform)


def _digits(text: str) -> str:
    # str.isdigit would let other scripts' digits pass, which no ID of Audience Manager has.
    return "".join(character for character in text if "0" <= character <= "9")


def _strip_leading_zeros(text: str) -> str:
    # A value of zeros alone is the number zero, not a missing value.
    return text.lstrip("0") or text[-1:]


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _email_sha256(text: str) -> str:
    return _sha256(trim(text).lower())


def _date_iso(text: str, *, day_order: DayOrder) -> str:
    date = parse_date(text, day_order)
    if date is None:
        raise NotADate(text)
    return date


_NAMED: dict[TransformName, Callable[[str], str]] = {
    TransformName.LOWER: str.lower,
    TransformName.UPPER: str.upper,
    TransformName.DIGITS: _digits,
    TransformName.STRIP_LEADING_ZEROS: _strip_leading_zeros,
    TransformName.SHA256: _sha256,
    TransformName.EMAIL_SHA256: _email_sha256,
}
