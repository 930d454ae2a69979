"""What can be wrong with a header (decision 8)."""

import re
from collections.abc import Sequence

from tests.reference.dates import DAY_FIRST, NotADateError, date_iso
from tests.reference.personal_data import is_email

_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)*")
_DEVICE_ID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


def header_problem(names: Sequence[str], wanted: Sequence[str]) -> str:
    """The `file.*` code of the header, or nothing; `names` and `wanted` are trimmed."""
    filled = [name for name in names if name]
    found = [name for name in wanted if name in names]
    data = sum(_looks_like_data(name) for name in filled)
    if not filled or (not found and data * 2 > len(filled)):
        return "file.header_missing"
    if len(found) < len(wanted):
        return "file.columns_missing"
    if any(names.count(name) > 1 for name in wanted):
        return "file.header_duplicate"
    return ""


def _looks_like_data(name: str) -> bool:
    if is_email(name) or _NUMBER.fullmatch(name) or _DEVICE_ID.fullmatch(name):
        return True
    try:
        date_iso(name, DAY_FIRST)
    except NotADateError:
        return False
    return True
