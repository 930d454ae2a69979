"""Serial numbers as dates, times and durations, in both date systems and with the leap day that 1900 never had."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal
from functools import lru_cache

from ingest.engine.xlsx_formats import Section, Token, TokenKind

DAYS_FROM_1900_TO_1904 = 1462
LAST_SERIAL = 2_958_465  # 9999-12-31
FALSE_LEAP_DAY = 60
BEFORE_LEAP_DAY, AFTER_LEAP_DAY = datetime.date(1899, 12, 31), datetime.date(1899, 12, 30)
SECONDS_A_DAY = 86_400
MAX_SECOND_DECIMALS = 6  # a sheet has at most 3; finer ones are noise of the 15 digits
BUDDHIST_YEARS = 543
MAX_DAYS_REMEMBERED = 65_536
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
WEEKDAYS = ("Saturday", "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
SMALL_UNITS = re.compile("[hs]")
ISO_MOMENT = re.compile(r"(?:(\d{4}-\d\d-\d\d)T?)?(?:T?(\d\d:\d\d(?::\d\d(?:\.\d+)?)?)Z?)?")


@lru_cache(maxsize=MAX_DAYS_REMEMBERED)
def calendar_day(serial: int) -> tuple[int, int, int]:
    """Year, month and day of a whole serial number of the 1900 system, with Excel's "0 January" for 0."""
    if serial == 0:
        return 1900, 1, 0
    if serial == FALSE_LEAP_DAY:
        return 1900, 2, 29
    start = BEFORE_LEAP_DAY if serial < FALSE_LEAP_DAY else AFTER_LEAP_DAY
    day = start + datetime.timedelta(days=serial)
    return day.year, day.month, day.day


def shows_time(section: Section) -> bool:
    """Whether a section shows hours or seconds, or a duration."""
    return section.has(TokenKind.ELAPSED, TokenKind.HALF_DAY) or any(
        token.kind is TokenKind.DATE and SMALL_UNITS.match(token.text) for token in section.tokens
    )


class DateRenderer:
    """Shows serial numbers under one date section.

    A moment is rounded to the smallest unit shown below a minute; a section without any time cuts the time off.
    """

    def __init__(self, section: Section, *, date1904: bool) -> None:
        fractions = [len(token.text) for token in section.tokens if token.kind is TokenKind.FRACTION_OF_SECOND]
        self._decimals = min(max(fractions, default=0), MAX_SECOND_DECIMALS)
        self._ticks_a_day = SECONDS_A_DAY * 10**self._decimals if shows_time(section) else 0
        self._first_day = DAYS_FROM_1900_TO_1904 if date1904 else 0
        self._templates = (template_of(section, half=0), template_of(section, half=1))

    def render(self, value: int, exponent: int) -> str | None:
        """`value * 10 ** exponent` as a date; None where no date exists (a sheet shows #####)."""
        if value < 0 or (exponent > 0 and value * 10 ** min(exponent, 10) > LAST_SERIAL):
            return None
        unit = 10 ** max(0, -exponent)
        days, rest = divmod(value * 10 ** max(0, exponent), unit)
        ticks = (2 * rest * self._ticks_a_day + unit) // (2 * unit) if self._ticks_a_day else 0
        if ticks and ticks == self._ticks_a_day:
            days, ticks = days + 1, 0
        if days + self._first_day > LAST_SERIAL:
            return None
        return self._fill(days, ticks)

    def _fill(self, days: int, ticks: int) -> str:
        """The text of a day and of the ticks that have passed since it began."""
        second, fraction = divmod(ticks, 10**self._decimals)
        year, month, day = calendar_day(days + self._first_day)
        hour, minute = second // 3600, second // 60
        return self._templates[hour >= 12].format(
            year=year, year2=year % 100, buddhist=year + BUDDHIST_YEARS, buddhist2=(year + BUDDHIST_YEARS) % 100,
            month=month, month_name=MONTHS[month - 1], day=day, weekday=WEEKDAYS[(days + self._first_day) % 7],
            hour=hour, hour12=hour % 12 or 12, minute=minute % 60, second=second % 60,
            hours=days * 24 + hour, minutes=days * 1440 + minute, seconds=days * SECONDS_A_DAY + second,
            fraction=str(fraction).zfill(self._decimals),
        )  # fmt: skip


def template_of(section: Section, *, half: int) -> str:
    """The section as a template for `str.format`, in the first or the second half of the day."""
    half_days = section.has(TokenKind.HALF_DAY)
    minutes = minute_places(section)
    return "".join(
        f"{{minute:0{len(token.text)}}}" if place in minutes else field_of(token, half=half, half_days=half_days)
        for place, token in enumerate(section.tokens)
    )


def minute_places(section: Section) -> set[int]:
    """Where an `m` means minutes: after hours or before seconds."""
    units = [(place, token) for place, token in enumerate(section.tokens) if is_unit(token)]
    places: set[int] = set()
    for index, (place, token) in enumerate(units):
        before = units[index - 1][1].text[:1] if index else ""
        after = units[index + 1][1].text[:1] if index + 1 < len(units) else ""
        if token.kind is TokenKind.DATE and token.text in ("m", "mm") and (before == "h" or after == "s"):
            places.add(place)
    return places


def is_unit(token: Token) -> bool:
    """Whether a token shows a part of a date or time."""
    return token.kind in (TokenKind.DATE, TokenKind.ELAPSED)


def field_of(token: Token, *, half: int, half_days: bool) -> str:
    """The template of one token that is no minute."""
    if token.kind is TokenKind.DATE:
        return unit_field(token.text, half_days=half_days)
    if token.kind is TokenKind.ELAPSED:
        unit = {"h": "hours", "m": "minutes", "s": "seconds"}[token.text[0]]
        return f"{{{unit}:0{len(token.text)}}}"
    if token.kind is TokenKind.HALF_DAY:
        return token.text.split("/")[half]
    if token.kind is TokenKind.FRACTION_OF_SECOND:
        digits = len(token.text)
        return f".{{fraction:0<{digits}.{digits}}}" if digits else "."
    return token.text.replace("{", "{{").replace("}", "}}")


def unit_field(unit: str, *, half_days: bool) -> str:
    """The template of a year, month, day, weekday, hour or second; an era's name shows nothing."""
    length = len(unit)
    width = min(length, 2)
    match unit[0]:
        case "y":
            return "{year}" if length > 2 else "{year2:02}"
        case "e":
            return "{year}"
        case "b":
            return "{buddhist}" if length > 2 else "{buddhist2:02}"
        case "m":
            return name_field("month", "month_name", length)
        case "d":
            return name_field("day", "weekday", min(length, 4))
        case "a":
            return "{weekday:.3}" if length == 3 else "{weekday}"
        case "h":
            return f"{{hour12:0{width}}}" if half_days else f"{{hour:0{width}}}"
        case "s":
            return f"{{second:0{width}}}"
        case _:
            return ""


def name_field(number: str, name: str, length: int) -> str:
    """`m`, `mm`, `mmm` (May), `mmmm`, `mmmmm` (M); the same for days."""
    if length < 3:
        return f"{{{number}:0{length}}}"
    return {3: f"{{{name}:.3}}", 5: f"{{{name}:.1}}"}.get(length, f"{{{name}}}")


def serial_of_iso(text: str, *, date1904: bool) -> Decimal | None:
    """The serial number of an ISO 8601 date, time or both, as some programs store them; None for anything else."""
    found = ISO_MOMENT.fullmatch(text.strip())
    if found is None or not any(found.groups()):
        return None
    try:
        day = datetime.date.fromisoformat(found[1]) if found[1] else None
        time = datetime.time.fromisoformat(found[2]) if found[2] else datetime.time()
    except ValueError:
        return None
    seconds = Decimal(time.hour * 3600 + time.minute * 60 + time.second) + Decimal(time.microsecond) / 1_000_000
    whole = 0 if day is None else serial_of_day(day) - (DAYS_FROM_1900_TO_1904 if date1904 else 0)
    return whole + seconds / SECONDS_A_DAY


def serial_of_day(day: datetime.date) -> int:
    """The whole serial number of a day in the 1900 system."""
    serial = (day - AFTER_LEAP_DAY).days
    return serial if serial > FALSE_LEAP_DAY else serial - 1
