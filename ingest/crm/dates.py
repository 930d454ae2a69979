"""Dates as customer files write them: what one cell says, and whether its column puts the day or the month first.

The spellings are those of decision 0001, point 12. Digits are ASCII, years have four of them (1000 to 9999).
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import assert_never

from ingest.aam.text import trim


class DayOrder(StrEnum):
    """How a column writes dates of three numbers that end in the year."""

    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"
    UNKNOWN = "unknown"


MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip

_MONTH_NUMBERS = {name: number for number, month in enumerate(MONTHS, 1) for name in (month, month[:3])}

_BLANK = r"[ \t]"
_YEAR = "(?P<year>[1-9][0-9]{3})"
_DAY = "(?P<day>[0-9]{1,2})"
_MONTH_NAME = "(?P<name>[A-Za-z]+)"
_GAP = rf"(?: {_BLANK}+ | - )"
_GAP_BEFORE_YEAR = rf"(?: ,?{_BLANK}+ | - )"

_TIME = rf"""
    (?: (?: T | {_BLANK}+ )
        (?P<hour>[0-9]{{1,2}}) : [0-5][0-9] (?: :[0-5][0-9] (?: [.,][0-9]+ )? )?
        (?: {_BLANK}* (?P<half>[AaPp][Mm]) )?
        (?: {_BLANK}* (?: Z | [+-] (?: [01][0-9] | 2[0-3] ) (?: :?[0-5][0-9] )? ) )?
    )?
"""

_ONE_WAY = tuple(
    re.compile(shape, re.VERBOSE)
    for shape in (
        rf"{_YEAR} (?P<mark>[-/.]) (?P<month>[0-9]{{1,2}}) (?P=mark) {_DAY} {_TIME}",
        rf"{_YEAR} (?P<month>[0-9]{{2}}) (?P<day>[0-9]{{2}}) {_TIME}",
        rf"{_DAY} {_GAP} {_MONTH_NAME} {_GAP_BEFORE_YEAR} {_YEAR}",
        rf"{_MONTH_NAME} {_GAP} {_DAY} {_GAP_BEFORE_YEAR} {_YEAR}",
    )
)
_TWO_WAYS = re.compile(
    rf"(?P<first>[0-9]{{1,2}}) (?P<mark>[-/.]) (?P<second>[0-9]{{1,2}}) (?P=mark) {_YEAR} {_TIME}", re.VERBOSE
)


def parse_date(text: str, day_order: DayOrder) -> str | None:
    """The ISO form (`yyyy-mm-dd`) of a date with or without a time, which is dropped; None when it is not one date.

    With an unknown order, a date that can be read in two ways as two different dates is not one date.
    """
    text = trim(text)
    match = _TWO_WAYS.fullmatch(text)
    if match is None:
        return _one_way(text)
    day_first, month_first = _two_ways(match)
    match day_order:
        case DayOrder.DAY_FIRST:
            return day_first
        case DayOrder.MONTH_FIRST:
            return month_first
        case DayOrder.UNKNOWN:
            readings = {day_first, month_first} - {None}
            return readings.pop() if len(readings) == 1 else None
    assert_never(day_order)


def reads_two_ways(text: str) -> bool:
    """Whether the order of day and month decides which date this is."""
    match = _TWO_WAYS.fullmatch(trim(text))
    if match is None:
        return False
    day_first, month_first = _two_ways(match)
    return day_first is not None and month_first is not None and day_first != month_first


def date_evidence(text: str) -> DayOrder | None:
    """What one cell proves about its column: the order in which alone it is a date; None when it proves nothing."""
    match = _TWO_WAYS.fullmatch(trim(text))
    if match is None:
        return None
    match _two_ways(match):
        case (str(), None):
            return DayOrder.DAY_FIRST
        case (None, str()):
            return DayOrder.MONTH_FIRST
        case _:
            return None


def combine_evidence(evidence: Iterable[DayOrder | None]) -> DayOrder:
    """The order of a column from what its cells prove: UNKNOWN with evidence for neither order or for both.

    Keep a set of what `date_evidence` gave, unite the sets of all pieces of the file, and combine once at the end.
    """
    proven = set(evidence)
    match DayOrder.DAY_FIRST in proven, DayOrder.MONTH_FIRST in proven:
        case True, False:
            return DayOrder.DAY_FIRST
        case False, True:
            return DayOrder.MONTH_FIRST
        case _:
            return DayOrder.UNKNOWN


def _one_way(text: str) -> str | None:
    for shape in _ONE_WAY:
        match = shape.fullmatch(text)
        if match is not None:
            parts = match.groupdict()
            month = int(parts["month"]) if "month" in parts else _MONTH_NUMBERS.get(parts["name"].lower(), 0)
            return _iso(parts, month, int(parts["day"]))
    return None


def _two_ways(match: re.Match[str]) -> tuple[str | None, str | None]:
    """The day-first and the month-first reading."""
    parts = match.groupdict()
    first, second = int(parts["first"]), int(parts["second"])
    return _iso(parts, second, first), _iso(parts, first, second)


def _iso(parts: Mapping[str, str | None], month: int, day: int) -> str | None:
    year, hour = parts["year"], parts.get("hour")
    if year is None or not (hour is None or _is_hour(int(hour), on_half_a_dial=parts["half"] is not None)):
        return None
    try:
        return date(int(year), month, day).isoformat()
    except ValueError:  # no such day in the calendar
        return None


def _is_hour(hour: int, *, on_half_a_dial: bool) -> bool:
    return 1 <= hour <= 12 if on_half_a_dial else hour < 24
