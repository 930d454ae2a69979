"""Traits of the catalogue and what is said about data for them."""

from datetime import UTC, datetime, timedelta

import pytest

from ingest.aam.data_sources import DataSourceId
from ingest.aam.traits import Trait, TraitId, TraitType, judge_trait, parse_trait_id

NOW = datetime(2024, 5, 31, 12, tzinfo=UTC)
OLD = NOW - timedelta(days=30)
OWN, OTHER = DataSourceId(478), DataSourceId(567)


def judged(data_source: DataSourceId, trait_type: TraitType, created_at: datetime | None) -> tuple[str, ...]:
    """The codes of a trait like this in a file for the data source 478."""
    return judge_trait(24, {24: Trait(TraitId(24), data_source, trait_type, created_at)}, OWN, NOW)


def test_an_old_onboarded_trait_of_the_right_data_source_needs_no_word() -> None:
    assert judged(OWN, TraitType.ONBOARDED, OLD) == ()


def test_a_trait_that_is_not_in_the_catalogue_is_unknown_and_nothing_else() -> None:
    assert judge_trait(24, {}, OWN, NOW) == ("trait.unknown",)


@pytest.mark.parametrize("other", [OTHER, DataSourceId(12)])
def test_a_trait_of_another_data_source_is_noticed(other: DataSourceId) -> None:
    assert judged(other, TraitType.ONBOARDED, OLD) == ("trait.other_data_source",)


def test_a_large_data_source_is_compared_by_its_number() -> None:
    trait = Trait(TraitId(24), DataSourceId(int("1171485")), TraitType.ONBOARDED, OLD)
    assert judge_trait(24, {24: trait}, DataSourceId(int("1171485")), NOW) == ()


@pytest.mark.parametrize("trait_type", [each for each in TraitType if each is not TraitType.ONBOARDED])
def test_a_trait_that_files_cannot_set_is_noticed(trait_type: TraitType) -> None:
    assert judged(OWN, trait_type, OLD) == ("trait.not_onboarded",)


@pytest.mark.parametrize(
    ("age", "codes"),
    [
        (timedelta(hours=4), ()),
        (timedelta(hours=4) - timedelta(microseconds=1), ("trait.too_new",)),
        (timedelta(0), ("trait.too_new",)),
        (timedelta(hours=-1), ("trait.too_new",)),
    ],
)
def test_a_trait_is_too_new_for_four_hours(age: timedelta, codes: tuple[str, ...]) -> None:
    assert judged(OWN, TraitType.ONBOARDED, NOW - age) == codes


def test_a_trait_of_unknown_age_is_not_called_too_new() -> None:
    assert judged(OWN, TraitType.ONBOARDED, None) == ()


def test_codes_come_in_the_order_of_the_table() -> None:
    codes = judged(OTHER, TraitType.FOLDER, NOW)
    assert codes == ("trait.other_data_source", "trait.not_onboarded", "trait.too_new")


def test_trait_types_are_named_as_adobes_api_names_them() -> None:
    assert [each.value for each in TraitType] == [
        "ON_BOARDED_TRAIT",
        "RULE_BASED_TRAIT",
        "ALGO_TRAIT",
        "FOLDER_TRAIT",
        "COMPANY_ACTIVITY_TRAIT",
    ]


def test_a_trait_id_is_read_from_its_digits() -> None:
    assert parse_trait_id("24") == 24


@pytest.mark.parametrize("text", ["", "0", "024", "-1", "2 4", "24\n", "٢"])
def test_other_text_is_no_trait_id(text: str) -> None:
    with pytest.raises(ValueError, match="is no trait ID: digits that don't begin with 0") as caught:
        parse_trait_id(text)
    assert str(caught.value).startswith(repr(text))
