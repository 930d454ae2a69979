"""Dates of customer files: every spelling, the order of day and month, and what is no date."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.crm.dates import DayOrder, combine_evidence, date_evidence, parse_date

ENGLISH = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

Spelling = Callable[[date], str]


def year_first(mark: str, *, padded: bool) -> Spelling:
    digits = 2 if padded else 1
    return lambda day: f"{day.year}{mark}{day.month:0{digits}}{mark}{day.day:0{digits}}"


def day_first(mark: str, *, padded: bool) -> Spelling:
    digits = 2 if padded else 1
    return lambda day: f"{day.day:0{digits}}{mark}{day.month:0{digits}}{mark}{day.year}"


def month_first(mark: str, *, padded: bool) -> Spelling:
    digits = 2 if padded else 1
    return lambda day: f"{day.month:0{digits}}{mark}{day.day:0{digits}}{mark}{day.year}"


def in_words(pattern: str, letters: int | None, case: Callable[[str], str]) -> Spelling:
    return lambda day: pattern.format(d=day.day, m=case(ENGLISH[day.month - 1][:letters]), y=day.year)


MARKS = ("-", "/", ".")
WORD_PATTERNS = ("{d} {m} {y}", "{d:02}-{m}-{y}", "{d:02} {m}, {y}", "{m} {d}, {y}", "{m}  {d:02} {y}", "{m}-{d}-{y}")
YEAR_FIRST: list[Spelling] = [
    lambda day: f"{day.year}{day.month:02}{day.day:02}",
    *(year_first(mark, padded=padded) for mark in MARKS for padded in (True, False)),
]
IN_WORDS = [
    in_words(pattern, letters, case)
    for pattern in WORD_PATTERNS
    for letters in (None, 3)
    for case in (str, str.lower, str.upper)
]
ONE_WAY = [*YEAR_FIRST, *IN_WORDS]
DAY_FIRST = [day_first(mark, padded=padded) for mark in MARKS for padded in (True, False)]
MONTH_FIRST = [month_first(mark, padded=padded) for mark in MARKS for padded in (True, False)]
TIMES = (
    "", "T0:00", " 0:00", "  23:59", "T10:30:00", " 10:30:00.123456", " 10:30:00,5", " 12:05 AM", " 1:05pm",
    " 11:59:59 PM", "T10:30:00Z", "T10:30Z", "T10:30:00.000+02:00", " 10:30:00 -0530", " 10:30 +01", "\t10:30 Z",
)  # fmt: skip

dates = st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31))
orders = st.sampled_from(DayOrder)


@settings(deadline=None, max_examples=500)
@given(dates, st.sampled_from(YEAR_FIRST), st.sampled_from(TIMES), orders)
def test_a_year_in_front_gives_the_iso_form_with_any_time_after_it(
    day: date, spell: Spelling, time: str, day_order: DayOrder
) -> None:
    assert parse_date(spell(day) + time, day_order) == day.isoformat()
    assert date_evidence(spell(day) + time) is None


@settings(deadline=None, max_examples=500)
@given(dates, st.sampled_from(IN_WORDS), orders)
def test_a_month_in_words_gives_the_iso_form(day: date, spell: Spelling, day_order: DayOrder) -> None:
    assert parse_date(spell(day), day_order) == day.isoformat()
    assert date_evidence(spell(day)) is None


@settings(deadline=None, max_examples=500)
@given(dates, st.sampled_from(DAY_FIRST), st.sampled_from(TIMES))
def test_a_day_first_column_reads_all_its_dates_so(day: date, spell: Spelling, time: str) -> None:
    assert parse_date(spell(day) + time, DayOrder.DAY_FIRST) == day.isoformat()


@settings(deadline=None, max_examples=500)
@given(dates, st.sampled_from(MONTH_FIRST), st.sampled_from(TIMES))
def test_a_month_first_column_reads_all_its_dates_so(day: date, spell: Spelling, time: str) -> None:
    assert parse_date(spell(day) + time, DayOrder.MONTH_FIRST) == day.isoformat()


@settings(deadline=None, max_examples=500)
@given(dates, st.sampled_from(DAY_FIRST), st.sampled_from(MONTH_FIRST))
def test_without_evidence_only_a_date_with_one_reading_is_read(
    day: date, spell_day_first: Spelling, spell_month_first: Spelling
) -> None:
    one_reading = day.day > 12 or day.day == day.month
    expected = day.isoformat() if one_reading else None
    assert parse_date(spell_day_first(day), DayOrder.UNKNOWN) == expected
    assert parse_date(spell_month_first(day), DayOrder.UNKNOWN) == expected


@settings(deadline=None, max_examples=500)
@given(dates, st.sampled_from(DAY_FIRST), st.sampled_from(MONTH_FIRST), st.sampled_from(TIMES))
def test_a_day_after_the_twelfth_proves_the_order_of_its_column(
    day: date, spell_day_first: Spelling, spell_month_first: Spelling, time: str
) -> None:
    proves = day.day > 12
    assert date_evidence(spell_day_first(day) + time) == (DayOrder.DAY_FIRST if proves else None)
    assert date_evidence(spell_month_first(day) + time) == (DayOrder.MONTH_FIRST if proves else None)


def test_every_day_of_a_leap_year_and_of_a_common_one_is_read_in_every_spelling() -> None:
    days = [date(2023, 1, 1) + timedelta(days=number) for number in range(731)]
    for day in days:
        read = {parse_date(spell(day), DayOrder.UNKNOWN) for spell in ONE_WAY}
        assert read == {day.isoformat()}


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2024-5-6", "2024-05-06"),
        (" 2024/05/06 ", "2024-05-06"),
        ("20240506", "2024-05-06"),
        ("20240506 9:00", "2024-05-06"),
        ("05/05/2024", "2024-05-05"),
        ("25/12/2024", "2024-12-25"),
        ("12/25/2024", "2024-12-25"),
        ("5 May 2024", "2024-05-05"),
        ("May 5, 2024", "2024-05-05"),
        ("05-May-2024", "2024-05-05"),
        ("29 FEBRUARY 2024", "2024-02-29"),
        ("2024-12-25 12:00 pM", "2024-12-25"),
        ("1000-01-01", "1000-01-01"),
        ("31.12.9999", "9999-12-31"),
    ],
)
def test_a_date_is_read_without_knowing_its_column(text: str, iso: str) -> None:
    assert parse_date(text, DayOrder.UNKNOWN) == iso


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "2024",
        "2024-05",
        "31.02.2024",
        "29/02/2023",
        "2024-02-30",
        "20240230",
        "31 April 2024",
        "May 0, 2024",
        "2024-13-01",
        "2024-25-12",  # year, day, month is nobody's order
        "13/13/2024",
        "00/05/2024",
        "05.06.24",
        "5 May 24",
        "45417",  # a spreadsheet's serial number
        "0999-12-31",
        "12024-05-05",
        "2024-05/06",
        "5-6/2024",
        "2024 05 06",
        "005/05/2024",
        "5 Mai 2024",
        "5 Sept 2024",
        "5 Mayy 2024",
        "5th May 2024",
        "5. May 2024",
        "5 May 2024 10:30",
        "2024-05-05t10:30",
        "2024-05-05 10:30z",
        "2024-05-05 0:30 AM",
        "2024-05-05 T 10:30",
        "2024-05-05T",
        "2024-05-05 10",
        "2024-05-05 24:00",
        "2024-05-05 10:60",
        "2024-05-05 10:30:60",
        "2024-05-05 13:00 PM",
        "2024-05-05 10:30 +24:00",
        "2024-05-05 10:30 CET",
        "2024-05-05 and more",
        "2024-05-05\n10:30",
        "\u0662\u0660\u0662\u0664-\u0660\u0665-\u0660\u0665",
    ],
)
@pytest.mark.parametrize("day_order", DayOrder)
def test_what_is_no_single_date_is_never_guessed(text: str, day_order: DayOrder) -> None:
    assert parse_date(text, day_order) is None
    assert date_evidence(text) is None


@pytest.mark.parametrize(
    ("text", "day_order"),
    [
        ("05/06/2024", DayOrder.UNKNOWN),
        ("12/25/2024", DayOrder.DAY_FIRST),
        ("25/12/2024", DayOrder.MONTH_FIRST),
    ],
)
def test_a_date_that_does_not_fit_the_order_of_its_column_is_refused(text: str, day_order: DayOrder) -> None:
    assert parse_date(text, day_order) is None


@pytest.mark.parametrize(
    ("evidence", "day_order"),
    [
        ([], DayOrder.UNKNOWN),
        ([None, None], DayOrder.UNKNOWN),
        ([None, DayOrder.DAY_FIRST, DayOrder.DAY_FIRST], DayOrder.DAY_FIRST),
        ([DayOrder.MONTH_FIRST, None], DayOrder.MONTH_FIRST),
        ([DayOrder.MONTH_FIRST, DayOrder.UNKNOWN], DayOrder.MONTH_FIRST),
        ([DayOrder.MONTH_FIRST, DayOrder.DAY_FIRST], DayOrder.UNKNOWN),
    ],
)
def test_a_column_has_an_order_when_all_its_evidence_agrees(
    evidence: list[DayOrder | None], day_order: DayOrder
) -> None:
    assert combine_evidence(evidence) is day_order


@settings(deadline=None)
@given(st.text(alphabet="0123456789-/. :TZMmayAPp+,\t", max_size=30), orders)
def test_whatever_is_read_is_a_day_of_the_calendar(text: str, day_order: DayOrder) -> None:
    read = parse_date(text, day_order)
    assert read is None or date.fromisoformat(read).isoformat() == read
