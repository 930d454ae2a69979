"""The kinds of user IDs that Audience Manager knows, the shape and case of each, and the judgement of one ID."""

import hashlib
import re
import string
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from ingest.aam.personal_data import is_email
from ingest.aam.text import CONTROL, WHITE_SPACE


class IdType(StrEnum):
    """What an ID is; the values are those of `id.type` in a mapping."""

    CUSTOMER_ID = "customer_id"
    AAM_UUID = "aam_uuid"
    ECID = "ecid"
    GAID = "gaid"
    IDFA = "idfa"
    RIDA = "rida"
    FIRE_TV = "fire_tv"
    LG_UDID = "lg_udid"
    MAID = "maid"
    TIFA = "tifa"
    VIZIO_IFA = "vizio_ifa"
    HASHED_EMAIL = "hashed_email"


class Case(StrEnum):
    """The canonical case of a type: the one that Audience Manager expects."""

    KEEP = "keep"
    UPPER = "upper"
    LOWER = "lower"


@dataclass(frozen=True)
class IdRule:
    """What an ID of one type looks like (Adobe: ids-in-aam, global-data-sources).

    `template` is the shape of a type of fixed length: `d` a digit 0-9, `h` a hexadecimal digit in the canonical case,
    `-` itself. `alphabet` has the characters of a type of any length from 1. A type with neither takes any text.
    `is_device` marks the device advertising IDs. `expected` says the shape to a marketer.
    """

    type: IdType
    label: str
    template: str | None
    alphabet: str | None
    case: Case
    is_device: bool
    expected: str

    @property
    def pattern(self) -> str:
        """The shape as a regular expression for a full match, after the canonical case was applied."""
        if self.template is not None:
            return re.sub("d+|h+", self._repeated, self.template)
        if self.alphabet is not None:
            return f"[{re.escape(self.alphabet)}]+"
        return "(?s:.+)"

    def _repeated(self, run: re.Match[str]) -> str:
        letters = "A-F" if self.case is Case.UPPER else "a-f"
        return ("[0-9]" if "d" in run[0] else f"[0-9{letters}]") + f"{{{len(run[0])}}}"


@dataclass(frozen=True)
class JudgedId:
    """An ID in its canonical case, and the `id.*` codes of what is to be said about it, in the order of the table."""

    value: str
    codes: tuple[str, ...]


EMPTY_HASH: Final = hashlib.sha256(b"").hexdigest()

_CUSTOMER_ID: Final = IdRule(
    IdType.CUSTOMER_ID,
    "Customer ID (DPUUID)",
    None,
    None,
    Case.KEEP,
    is_device=False,
    expected="your own key of a customer that says nothing about the person, without a colon",
)
_AAM_UUID: Final = IdRule(
    IdType.AAM_UUID, "Audience Manager UUID", "d" * 38, None, Case.KEEP, is_device=False, expected="38 digits"
)
_GAID: Final = IdRule(
    IdType.GAID,
    "Google advertising ID (GAID)",
    "hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh",
    None,
    Case.LOWER,
    is_device=True,
    expected="32 hexadecimal digits in lower case, grouped 8-4-4-4-12",
)
_IDFA: Final = IdRule(
    IdType.IDFA,
    "Apple advertising ID (IDFA)",
    _GAID.template,
    None,
    Case.UPPER,
    is_device=True,
    expected="32 hexadecimal digits in upper case, grouped 8-4-4-4-12",
)
_MAID: Final = IdRule(
    IdType.MAID,
    "Microsoft advertising ID (MAID)",
    None,
    string.digits + string.ascii_letters + "-",
    Case.KEEP,
    is_device=True,
    expected="letters, digits and dashes",
)
_HASHED_EMAIL: Final = IdRule(
    IdType.HASHED_EMAIL,
    "Hashed e-mail address",
    "h" * 64,
    None,
    Case.LOWER,
    is_device=False,
    expected="64 hexadecimal digits in lower case: the SHA-256 of the trimmed, lower-cased address",
)
_ALL: Final = (
    _CUSTOMER_ID,
    _AAM_UUID,
    replace(_AAM_UUID, type=IdType.ECID, label="Experience Cloud ID (ECID)"),
    _GAID,
    _IDFA,
    replace(_GAID, type=IdType.RIDA, label="Roku advertising ID (RIDA)"),
    replace(_GAID, type=IdType.FIRE_TV, label="Amazon Fire TV advertising ID"),
    replace(_GAID, type=IdType.LG_UDID, label="LG webOS advertising ID (LGUDID)"),
    _MAID,
    replace(_MAID, type=IdType.TIFA, label="Samsung advertising ID (TIFA)"),
    replace(_MAID, type=IdType.VIZIO_IFA, label="Vizio advertising ID (IFA)"),
    _HASHED_EMAIL,
)
ID_RULES: Final[Mapping[IdType, IdRule]] = MappingProxyType({rule.type: rule for rule in _ALL})

_IN_CASE: Final[Mapping[Case, Callable[[str], str]]] = {Case.KEEP: str, Case.UPPER: str.upper, Case.LOWER: str.lower}
_SHAPES: Final = {rule.type: re.compile(rule.pattern) for rule in _ALL}
_FORBIDDEN: Final = CONTROL | WHITE_SPACE
_COLON: Final = re.compile(":|%3[Aa]")
_PERCENT_ENCODED: Final = re.compile("%[0-9A-Fa-f]{2}")
_SCIENTIFIC: Final = re.compile(r"[0-9]([.,][0-9]+)?[eE]\+[0-9]{1,3}")
_LOST_ZEROS: Final = re.compile("[0-9]{1,37}")
_ALL_ZEROS: Final = re.compile("-*0[0-]*")


def judge_identifier(text: str, id_type: IdType) -> JudgedId:
    """Bring an ID to the canonical case of its type and say what is wrong with it (contract, section 5).

    `text` is the cell after the trim and the transforms. Codes that need other rows (`id.too_many_lines`,
    `id.case_variant`) are not judged here.
    """
    rule = ID_RULES[id_type]
    if not text:
        return JudgedId("", ("id.missing",))
    value = _IN_CASE[rule.case](text)
    return JudgedId(value, tuple(_codes(text, value, rule)))


def _codes(text: str, value: str, rule: IdRule) -> Iterator[str]:
    is_customer_id = rule.type is IdType.CUSTOMER_ID
    if not (CONTROL if is_customer_id else _FORBIDDEN).isdisjoint(value):
        yield "id.unsafe_characters"
    if is_customer_id and _COLON.search(value):
        yield "id.colon"
    yield from _shape_codes(value, rule)
    if value.lower() == EMPTY_HASH:
        yield "id.empty_hash"
    if is_customer_id and _PERCENT_ENCODED.search(value):
        yield "id.percent_encoded"
    if value != text:
        yield "id.case_changed"


def _shape_codes(value: str, rule: IdRule) -> Iterator[str]:
    # An address and a number that a spreadsheet ate say more than "wrong shape", so they stand in its place.
    if is_email(value):
        yield "id.email"
    elif _is_spreadsheet_damage(value, rule):
        yield "id.spreadsheet_damage"
    elif not _SHAPES[rule.type].fullmatch(value):
        yield "id.format"
    elif rule.is_device and _ALL_ZEROS.fullmatch(value):
        yield "id.all_zeros"


def _is_spreadsheet_damage(value: str, rule: IdRule) -> bool:
    if _SCIENTIFIC.fullmatch(value):
        return True
    return rule.template == _AAM_UUID.template and _LOST_ZEROS.fullmatch(value) is not None
