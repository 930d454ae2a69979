"""What may be an ID, type by type (contract section 5, decisions 15 to 19)."""

import hashlib
import re

from tests.reference.characters import CONTROL, WHITE_SPACE
from tests.reference.personal_data import is_email

UPPER_TYPES = frozenset({"idfa"})
LOWER_TYPES = frozenset({"gaid", "rida", "fire_tv", "lg_udid", "hashed_email"})
ADVERTISING_TYPES = frozenset({"idfa", "gaid", "rida", "fire_tv", "lg_udid", "maid", "tifa", "vizio_ifa"})
EMPTY_HASH = hashlib.sha256(b"").hexdigest()

_LOWER_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_UPPER_UUID = r"[0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{12}"
SHAPES = {
    "aam_uuid": r"[0-9]{38}",
    "ecid": r"[0-9]{38}",
    "idfa": _UPPER_UUID,
    "gaid": _LOWER_UUID,
    "rida": _LOWER_UUID,
    "fire_tv": _LOWER_UUID,
    "lg_udid": _LOWER_UUID,
    "maid": r"[0-9A-Za-z-]+",
    "tifa": r"[0-9A-Za-z-]+",
    "vizio_ifa": r"[0-9A-Za-z-]+",
    "hashed_email": r"[0-9a-f]{64}",
}
ID_TYPES = ("customer_id", *SHAPES)
_SCIENTIFIC = re.compile(r"[0-9]([.,][0-9]+)?[eE]\+[0-9]{1,3}")
_SHORT_DIGITS = re.compile(r"[0-9]{1,37}")
_COLON = re.compile(r":|%3A", re.IGNORECASE)
_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")


def canonical(text: str, id_type: str) -> str:
    """The ID in the case of its type."""
    if id_type in UPPER_TYPES:
        return text.upper()
    return text.lower() if id_type in LOWER_TYPES else text


def id_codes(text: str, id_type: str) -> set[str]:
    """The findings of one ID cell after white space and transforms; `text` is not yet in canonical case."""
    value = canonical(text, id_type)
    if value == "":
        return {"id.missing"}
    codes = _shape_codes(value, id_type)
    if any(character in CONTROL or (id_type != "customer_id" and character in WHITE_SPACE) for character in value):
        codes.add("id.unsafe_characters")
    if id_type == "customer_id":
        if _COLON.search(value):
            codes.add("id.colon")
        if _PERCENT.search(value):
            codes.add("id.percent_encoded")
    if value.lower() == EMPTY_HASH:
        codes.add("id.empty_hash")
    if value != text:
        codes.add("id.case_changed")
    return codes


def _shape_codes(value: str, id_type: str) -> set[str]:
    shaped = id_type not in SHAPES or re.fullmatch(SHAPES[id_type], value) is not None
    if is_email(value):
        return {"id.email"}
    if _SCIENTIFIC.fullmatch(value) or (id_type in ("aam_uuid", "ecid") and _SHORT_DIGITS.fullmatch(value)):
        return {"id.spreadsheet_damage"}
    if not shaped:
        return {"id.format"}
    if id_type in ADVERTISING_TYPES and "0" in value and set(value) <= {"0", "-"}:
        return {"id.all_zeros"}
    return set()
