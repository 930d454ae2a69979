"""Serial numbers as dates, times and durations, in both date systems and with the leap day that 1900 never had."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

from ingest.engine.xlsx_formats import Section, Token, TokenKind

DAYS_FROM_1900_TO_1904 = 1462
LAST_SERIAL = 2_958_465  # 9999-12-31
FALSE_LEAP_DAY = 60
BEFORE_LEAP_DAY, AFTER_LEAP_DAY = datetime.date(1899, 12, 31), datetime.date(1899, 12, 30)
SECONDS_A_DAY = 86_400
MAX_SECOND_DECIMALS = 6  # a sheet has at most 3; finer ones are noise of the 15 digits
BUDDHIST_YEARS = 543
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
WEEKDAYS = ("Saturday", "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
SMALL_UNITS = re.compile("[hs]")
ISO_MOMENT = re.compile(r"(?:(\d{4}-\d\d-\d\d)T?)?(?:T?(\d\d:\d\d(?::\d\d(?:\.\d+)?)?)Z?)?")


@dataclass(frozen=True)
class Moment:
    """A serial number taken apart; `ticks` are the units of the smallest fraction shown, from the first day on."""

    serial: int
    year: int
    month: int
    day: int
    ticks: int
    ticks_a_second: int

    @property
    def seconds(self) -> int:
        """Seconds from the first day on."""
        return self.ticks // self.ticks_a_second


def calendar_day(serial: int) -> tuple[int, int, int]:
    """Year, month and day of a whole serial number of the 1900 system, with Excel's "0 January" for 0."""
    if serial == 0:
        return 1900, 1, 0
    if serial == FALSE_LEAP_DAY:
        return 1900, 2, 29
    start = BEFORE_LEAP_DAY if serial < FALSE_LEAP_DAY else AFTER_LEAP_DAY
    day = start + datetime.timedelta(days=serial)
    return day.year, day.month, day.day


def take_apart(number: Decimal, section: Section, *, date1904: bool) -> Moment | None:
    """The moment that a number stands for under a date section; None where no date exists (a sheet shows #####).

    It is rounded to the smallest unit shown below a minute; a format without any time cuts the time off.
    """
    if not 0 <= number <= LAST_SERIAL + 1:
        return None
    first = DAYS_FROM_1900_TO_1904 if date1904 else 0
    lengths = [len(token.text) for token in section.tokens if token.kind is TokenKind.FRACTION_OF_SECOND]
    decimals = min(max(lengths, default=0), MAX_SECOND_DECIMALS)
    scale = 10**decimals
    if shows_time(section):
        ticks = int((number * SECONDS_A_DAY * scale).quantize(Decimal(1), ROUND_HALF_UP))
    else:
        ticks = int(number.quantize(Decimal(1), ROUND_FLOOR)) * SECONDS_A_DAY * scale
    serial = ticks // (SECONDS_A_DAY * scale) + first
    if serial > LAST_SERIAL:
        return None
    return Moment(serial, *calendar_day(serial), ticks, scale)


def shows_time(section: Section) -> bool:
    """Whether a section shows hours or seconds, or a duration."""
    return section.has(TokenKind.ELAPSED, TokenKind.HALF_DAY) or any(
        token.kind is TokenKind.DATE and SMALL_UNITS.match(token.text) for token in section.tokens
    )


def render_date(number: Decimal, section: Section, *, date1904: bool) -> str | None:
    """The text of a number under a date section; None where no date exists."""
    moment = take_apart(number, section, date1904=date1904)
    if moment is None:
        return None
    half_days = section.has(TokenKind.HALF_DAY)
    minutes = minute_places(section)
    return "".join(
        render_token(token, moment, half_days=half_days, is_minute=place in minutes)
        for place, token in enumerate(section.tokens)
    )


def minute_places(section: Section) -> set[int]:
    """Where an `m` means minutes: after hours or before seconds."""
    units = [(place, token) for place, token in enumerate(section.tokens) if is_unit(token)]
    places: set[int] = set()
    for index, (place, token) in enumerate(units):
        before = units[index - 1][1].text[:1] if index else ""
        after = units[index + 1][1].text[:1] if index + 1 < len(units) else ""
        if token.text in ("m", "mm") and (before == "h" or after == "s"):
            places.add(place)
    return places


def is_unit(token: Token) -> bool:
    """Whether a token shows a part of a date or time."""
    return token.kind in (TokenKind.DATE, TokenKind.ELAPSED)


def render_token(token: Token, moment: Moment, *, half_days: bool, is_minute: bool) -> str:
    """The text of one token."""
    if token.kind is TokenKind.DATE:
        return render_unit(token.text, moment, half_days=half_days, is_minute=is_minute)
    if token.kind is TokenKind.ELAPSED:
        per_unit = {"h": 3600, "m": 60, "s": 1}[token.text[0]]
        return str(moment.seconds // per_unit).zfill(len(token.text))
    if token.kind is TokenKind.HALF_DAY:
        before, _, after = token.text.partition("/")
        return after if moment.seconds % SECONDS_A_DAY >= SECONDS_A_DAY // 2 else before
    if token.kind is TokenKind.FRACTION_OF_SECOND:
        digits = len(token.text)
        fraction = Decimal(moment.ticks % moment.ticks_a_second) / moment.ticks_a_second
        return f"{fraction:.{digits}f}"[1:] if digits else "."
    return token.text


def render_unit(unit: str, moment: Moment, *, half_days: bool, is_minute: bool) -> str:
    """A year, month, day, weekday, hour, minute or second."""
    width = min(len(unit), 2)
    second = moment.seconds % SECONDS_A_DAY
    match unit[0]:
        case "y" | "e":
            return str(moment.year) if len(unit) > 2 or unit[0] == "e" else f"{moment.year % 100:02}"
        case "b":
            year = moment.year + BUDDHIST_YEARS
            return str(year) if len(unit) > 2 else f"{year % 100:02}"
        case "m":
            return str(second // 60 % 60).zfill(width) if is_minute else render_month(len(unit), moment)
        case "d" | "a":
            return render_day(4 if unit == "aaaa" else len(unit), moment)
        case "h":
            hour = second // 3600
            return str((hour % 12 or 12) if half_days else hour).zfill(width)
        case "s":
            return str(second % 60).zfill(width)
        case _:  # an era's name: without it the year before it is still right
            return ""


def render_month(length: int, moment: Moment) -> str:
    """`m`, `mm`, `mmm` (May), `mmmm`, `mmmmm` (M)."""
    if length < 3:
        return str(moment.month).zfill(length)
    name = MONTHS[moment.month - 1]
    return {3: name[:3], 5: name[0]}.get(length, name)


def render_day(length: int, moment: Moment) -> str:
    """`d`, `dd`, `ddd` (Sun), `dddd`; weekdays as Excel counts them, also before the false leap day."""
    if length < 3:
        return str(moment.day).zfill(length)
    name = WEEKDAYS[moment.serial % 7]
    return name[:3] if length == 3 else name


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
