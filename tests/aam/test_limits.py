"""The limits: Adobe's numbers, once, each with its page."""

from datetime import timedelta

import pytest

from ingest.aam import limits

NUMBERS = {
    "MAX_RECORD_BYTES": 102_400,
    "MAX_LINES_PER_ID": 200,
    "DEFAULT_MAX_PART_BYTES": 1_000_000_000,
    "MAX_PART_BYTES": 5_000_000_000,
    "MAX_COMPRESSED_PART_BYTES": 300_000_000,
    "MAX_HASHES_PER_ID": 10,
    "TIMESTAMP_DIGITS": 10,
    "MIN_TRAIT_AGE_SECONDS": 4 * 60 * 60,
}


def test_the_limits_are_those_of_adobes_pages() -> None:
    assert {name: limit.value for name, limit in limits.LIMITS.items()} == NUMBERS


@pytest.mark.parametrize("name", NUMBERS)
def test_a_limit_has_its_constant_under_its_own_name(name: str) -> None:
    assert getattr(limits, name) == NUMBERS[name]
    assert limits.LIMITS[name].name == name


def test_a_trait_is_new_for_four_hours() -> None:
    assert timedelta(hours=4) == limits.MIN_TRAIT_AGE


def test_a_limit_cannot_be_replaced() -> None:
    with pytest.raises(TypeError):
        limits.LIMITS["MAX_LINES_PER_ID"] = limits.LIMITS["MAX_PART_BYTES"]  # type: ignore[index]  # the test's point
