"""`date_iso` as decision 12 puts it: which spellings are dates, and what a column proves about its order."""

import datetime as dt
import re
from collections.abc import Iterable

DAY_FIRST = "day first"
MONTH_FIRST = "month first"

MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_TIME = (
    r"(?:(?:T|[ \t]+)(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,][0-9]+)?)?"
    r"(?:[ \t]*(?P<half>[AaPp][Mm]))?(?:[ \t]*(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?))?)?"
)
_YEAR_FIRST = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})" + _TIME)
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})" + _TIME)
_YEAR_LAST = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})" + _TIME)
_DAY_NAME_YEAR = re.compile(r"([0-9]{1,2})(?:[ \t]+|-)([A-Za-z]+)(?:,?[ \t]+|-)([0-9]{4})")
_NAME_DAY_YEAR = re.compile(r"([A-Za-z]+)(?:[ \t]+|-)([0-9]{1,2})(?:,?[ \t]+|-)([0-9]{4})")


class NotADateError(Exception):
    """The text is no date, or one that can be read in two ways."""


def column_order(texts: Iterable[str]) -> str | None:
    """The one order that the dates of a column prove; None when they prove none, or both."""
    proofs: set[str] = set()
    for text in texts:
        readings = _readings(text)
        if len(readings) == 1:
            proofs.update(readings)
    return proofs.pop() if len(proofs) == 1 else None


def date_iso(text: str, order: str | None) -> str:
    """The date as yyyy-mm-dd; raises NotADateError."""
    fixed = _fixed_order(text)
    if fixed is not None:
        return fixed
    readings = _readings(text)
    dates = set(readings.values())
    if len(dates) == 1:
        return dates.pop()
    if order is not None and order in readings:
        return readings[order]
    raise NotADateError(text)


def _readings(text: str) -> dict[str, str]:
    """What a date with its year at the end can mean: one date for each order that gives one."""
    match = _YEAR_LAST.fullmatch(text)
    if match is None or not _time_holds(match):
        return {}
    first, second, year = int(match[1]), int(match[3]), int(match[4])
    readings = {DAY_FIRST: _iso(year, second, first), MONTH_FIRST: _iso(year, first, second)}
    return {order: date for order, date in readings.items() if date is not None}


def _fixed_order(text: str) -> str | None:
    """The date of a spelling that leaves no choice of order."""
    match = _YEAR_FIRST.fullmatch(text)
    if match is not None and _time_holds(match):
        return _iso(int(match[1]), int(match[3]), int(match[4]))
    match = _COMPACT.fullmatch(text)
    if match is not None and _time_holds(match):
        return _iso(int(match[1]), int(match[2]), int(match[3]))
    match = _DAY_NAME_YEAR.fullmatch(text)
    if match is not None:
        return _iso(int(match[3]), _month(match[2]), int(match[1]))
    match = _NAME_DAY_YEAR.fullmatch(text)
    if match is not None:
        return _iso(int(match[3]), _month(match[1]), int(match[2]))
    return None


def _month(name: str) -> int:
    """1 to 12 for a full or three-letter English name in any case; 0 for anything else."""
    for number, month in enumerate(MONTHS, start=1):
        if name.lower() in (month, month[:3]):
            return number
    return 0


def _time_holds(match: re.Match[str]) -> bool:
    if match["hour"] is None:
        return True
    hour, minute, second = int(match["hour"]), int(match["minute"]), int(match["second"] or 0)
    hours = range(1, 13) if match["half"] else range(24)
    return hour in hours and minute < 60 and second < 60


def _iso(year: int, month: int, day: int) -> str | None:
    try:
        return dt.date(year, month, day).isoformat()
    except ValueError:
        return None
