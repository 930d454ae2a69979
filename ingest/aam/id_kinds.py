"""Which kinds of ID a text can be, and what is odd about it: the rules of `identifiers`, asked about one ID."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from ingest.aam.findings import FINDINGS, Severity
from ingest.aam.identifiers import ID_RULES, Case, IdRule, IdType, judge_identifier
from ingest.aam.personal_data import is_card_number, is_email, looks_like_phone
from ingest.aam.text import trim
from ingest.aam.words import gettext_noop


class Oddity(StrEnum):
    """What is to be said about an ID whatever its kind; the words are in `ODDITIES`."""

    EMAIL = "email"
    CARD = "card"
    PHONE = "phone"
    NUMBER = "number"
    ZEROS = "zeros"
    EMPTY_HASH = "empty_hash"
    OTHER_HASH = "other_hash"
    NO_DASHES = "no_dashes"
    LOST_ZEROS = "lost_zeros"
    ENCODED = "encoded"
    COLON = "colon"


@dataclass(frozen=True)
class OddityRule:
    """`meaning` and `what_to_do` are for a marketer; `is_personal`: it must not be sent, whatever it is called."""

    meaning: str
    what_to_do: str
    is_personal: bool = False


def _as_found(code: str, *, is_personal: bool = False) -> OddityRule:
    """In the words in which a check of a file says it."""
    return OddityRule(FINDINGS[code].meaning, FINDINGS[code].what_to_do, is_personal)


_ASK: Final = gettext_noop("Use another column. If it is a customer number after all, ask whoever runs your CRM.")
ODDITIES: Final[Mapping[Oddity, OddityRule]] = MappingProxyType(
    {
        Oddity.EMAIL: _as_found("id.email", is_personal=True),
        Oddity.CARD: OddityRule(
            gettext_noop("It looks like the number of a payment card: personal data, which must not be sent."),
            _ASK,
            is_personal=True,
        ),
        Oddity.PHONE: OddityRule(
            gettext_noop("It looks like a telephone number: personal data, which must not be sent."),
            _ASK,
            is_personal=True,
        ),
        Oddity.NUMBER: _as_found("id.spreadsheet_damage"),
        Oddity.ZEROS: _as_found("id.all_zeros"),
        Oddity.EMPTY_HASH: _as_found("id.empty_hash"),
        Oddity.OTHER_HASH: OddityRule(
            gettext_noop(
                "It looks like a hash, but of a kind that Audience Manager doesn't take for e-mail addresses."
            ),
            gettext_noop("Hash trimmed addresses in small letters with SHA-256: that gives 64 digits and letters."),
        ),
        Oddity.NO_DASHES: OddityRule(
            gettext_noop("It could be a device ID that lost its dashes."),
            gettext_noop("Export it with dashes, grouped 8-4-4-4-12."),
        ),
        Oddity.LOST_ZEROS: OddityRule(
            gettext_noop("Adobe's own IDs have 38 digits. If it is one, a spreadsheet program dropped leading zeros."),
            gettext_noop("Export again with the ID column as text."),
        ),
        Oddity.ENCODED: _as_found("id.percent_encoded"),
        Oddity.COLON: _as_found("id.colon"),
    }
)
_HEX: Final = re.compile("[0-9A-Fa-f]+")
# Lengths of MD5 and SHA-1 in hexadecimal digits; a device ID without dashes is as long as the first.
_MD5: Final = 32
_SHA1: Final = 40
# Few of Adobe's 38 digits are leading zeros; shorter numbers are more likely something else.
_NEARLY_WHOLE: Final = 36


@dataclass(frozen=True)
class Fit:
    """A kind that a text can be. `value` is the ID in the case of the kind; `is_changed`: the text is in another."""

    type: IdType
    value: str
    is_changed: bool

    @property
    def rule(self) -> IdRule:
        """What an ID of this kind looks like."""
        return ID_RULES[self.type]


@dataclass(frozen=True)
class Recognised:
    """What one text can be, the most telling kinds first, and what is odd about it. `text` is trimmed.

    `fits` is empty for personal data, and where Audience Manager would take it for no kind of ID.
    """

    text: str
    fits: tuple[Fit, ...]
    oddities: tuple[Oddity, ...]

    @property
    def is_personal(self) -> bool:
        """Whether it must not be sent at all."""
        return any(ODDITIES[oddity].is_personal for oddity in self.oddities)


def recognise(text: str) -> Recognised:
    """Say which kinds of ID a text can be. Any text will do; white space at its ends does not count."""
    value = trim(text)
    oddities = tuple(_oddities(value))
    if any(ODDITIES[oddity].is_personal for oddity in oddities):
        return Recognised(value, (), oddities)
    fits = sorted(_fits(value), key=_rank)
    return Recognised(value, tuple(fits), oddities)


def _fits(value: str) -> Iterator[Fit]:
    for id_type in IdType:
        judged = judge_identifier(value, id_type)
        if not any(Severity.REFUSED in FINDINGS[code].severities for code in judged.codes):
            yield Fit(id_type, judged.value, "id.case_changed" in judged.codes)


def _rank(fit: Fit) -> tuple[bool, bool, bool, int]:
    """Kinds of a fixed shape say most, in the case that they ask for; nearly any text can be a customer ID."""
    is_anything = fit.rule.template is None
    return (is_anything, fit.is_changed, fit.type is IdType.CUSTOMER_ID, list(IdType).index(fit.type))


def _oddities(value: str) -> Iterator[Oddity]:
    for oddity, applies in _TESTS:
        if applies(value):
            yield oddity


def _found(code: str, id_type: IdType) -> Callable[[str], bool]:
    """Whether a check of a file of this kind of ID says so."""
    return lambda value: code in judge_identifier(value, id_type).codes


def _is_other_hash(value: str) -> bool:
    return _HEX.fullmatch(value) is not None and not value.isdigit() and len(value) in {_MD5, _SHA1}


def _without_dashes(value: str) -> bool:
    return len(value) == _MD5 and _is_other_hash(value)


def _has_lost_zeros(value: str) -> bool:
    is_damaged = "id.spreadsheet_damage" in judge_identifier(value, IdType.AAM_UUID).codes
    return is_damaged and len(value) >= _NEARLY_WHOLE and value.isdigit()


def _on_bytes(judge: Callable[[bytes, int, int], bool]) -> Callable[[str], bool]:
    def judged(value: str) -> bool:
        cell = value.encode("utf-8", errors="replace")
        return bool(cell) and judge(cell, 0, len(cell))

    return judged


_TESTS: Final[tuple[tuple[Oddity, Callable[[str], bool]], ...]] = (
    (Oddity.EMAIL, is_email),
    (Oddity.CARD, _on_bytes(is_card_number)),
    (Oddity.PHONE, _on_bytes(looks_like_phone)),
    (Oddity.NUMBER, _found("id.spreadsheet_damage", IdType.CUSTOMER_ID)),
    (Oddity.ZEROS, _found("id.all_zeros", IdType.GAID)),
    (Oddity.EMPTY_HASH, _found("id.empty_hash", IdType.HASHED_EMAIL)),
    (Oddity.OTHER_HASH, _is_other_hash),
    (Oddity.NO_DASHES, _without_dashes),
    (Oddity.LOST_ZEROS, _has_lost_zeros),
    (Oddity.ENCODED, _found("id.percent_encoded", IdType.CUSTOMER_ID)),
    (Oddity.COLON, _found("id.colon", IdType.CUSTOMER_ID)),
)


def case_words(fit: Fit) -> str:
    """What is to be said about the case of an ID that has the other one; empty where there is nothing to say."""
    if not fit.is_changed:
        return ""
    return _UPPER if fit.rule.case is Case.UPPER else _LOWER


_UPPER: Final = gettext_noop("It has small letters; this kind needs capital letters. The portal changes that for you.")
_LOWER: Final = gettext_noop("It has capital letters; this kind needs small letters. The portal changes that for you.")
