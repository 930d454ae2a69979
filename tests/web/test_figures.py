"""Numbers, sizes and times as people read them."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from ingest.templatetags.figures import ago, duration_words, filesize_short, number, percent, zoned, zoned_short

MOMENT = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
TIED = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_numbers_are_grouped_in_both_languages(language: str) -> None:
    with translation.override(language):
        assert number(1204118) == "1,204,118"
        assert number(999) == "999"
        assert number(None) == "–"


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [
        (1182340, 1204118, "98.2 %"),
        (0, 1204118, "0 %"),
        (1, 1204118, "<0.1 %"),
        (1204117, 1204118, ">99.9 %"),
        (5, 5, "100 %"),
        (1, 2, "50 %"),
        (0.645, None, "64.5 %"),
        (Decimal("0.9"), None, "90 %"),
        (3, 0, "–"),
        (None, 7, "–"),
    ],
)
def test_a_share_is_never_rounded_to_all_or_nothing(part: Any, whole: Any, words: str) -> None:
    assert percent(part, whole) == words.replace(" ", TIED)


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (999_950, "1.0 MB"),
        (1_250_000, "1.3 MB"),
        (412_000_000, "412 MB"),
        (5_000_000_000, "5.0 GB"),
    ],
)
def test_a_size_is_rounded_and_has_a_unit(size: int, words: str) -> None:
    assert filesize_short(size) == words.replace(" ", TIED)


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (0, "less than a minute"),
        (54, "less than a minute"),
        (55, "about 1 minute"),
        (timedelta(minutes=3, seconds=20), "about 3 minutes"),
        (timedelta(hours=2, minutes=10), "about 2 hours"),
        (None, "–"),
    ],
)
def test_a_guess_of_time_is_coarse(span: Any, words: str) -> None:
    assert duration_words(span) == words


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("Asia/Shanghai", "23 Nov 2026, 22:05 (Shanghai, UTC+8)"),
        ("America/New_York", "23 Nov 2026, 09:05 (New York, UTC\N{MINUS SIGN}5)"),
        ("Asia/Kolkata", "23 Nov 2026, 19:35 (Kolkata, UTC+5:30)"),
        ("Europe/London", "23 Nov 2026, 14:05 (London, UTC)"),
        ("UTC", "23 Nov 2026, 14:05 (UTC)"),
    ],
)
def test_a_moment_says_its_zone_in_words(zone: str, words: str) -> None:
    with timezone.override(ZoneInfo(zone)):
        assert zoned(MOMENT) == f'<time datetime="2026-11-23T14:05:00Z">{words}</time>'


def test_the_zone_is_the_one_of_that_day() -> None:
    with timezone.override(ZoneInfo("Europe/Paris")):
        assert "(Paris, UTC+1)" in zoned(MOMENT)
        assert "(Paris, UTC+2)" in zoned(datetime(2026, 7, 1, tzinfo=UTC))


def test_a_moment_in_chinese_has_its_own_form() -> None:
    with translation.override("zh-hans"), timezone.override(ZoneInfo("Asia/Shanghai")):
        assert ">2026年11月23日 22:05<" in zoned_short(MOMENT)


def test_how_long_ago_is_said_in_one_unit() -> None:
    assert ago(timezone.now() - timedelta(hours=2, minutes=30)) == f"2{TIED}hours ago"
    assert ago(timezone.now()) == "just now"
