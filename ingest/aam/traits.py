"""Traits as Audience Manager lists them, and whether data for one will count."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from ingest.aam.data_sources import DataSourceId
from ingest.aam.limits import MIN_TRAIT_AGE
from ingest.aam.records import TRAIT_PATTERN

TraitId = NewType("TraitId", int)
"""A trait's number (SID), made only by `parse_trait_id` or taken from the catalogue."""


class TraitType(StrEnum):
    """How users get into a trait; the values are those of Adobe's REST API."""

    ONBOARDED = "ON_BOARDED_TRAIT"
    RULE_BASED = "RULE_BASED_TRAIT"
    ALGORITHMIC = "ALGO_TRAIT"
    FOLDER = "FOLDER_TRAIT"
    DATA_SOURCE_SYNCED = "COMPANY_ACTIVITY_TRAIT"


@dataclass(frozen=True)
class Trait:
    """One trait of the catalogue. `created_at` has a time zone; it is None when the catalogue does not tell."""

    id: TraitId
    data_source: DataSourceId
    type: TraitType
    created_at: datetime | None


def parse_trait_id(text: str) -> TraitId:
    """Read a trait's number: digits that don't begin with 0. ValueError says what was found."""
    if not TRAIT_PATTERN.fullmatch(text):
        raise ValueError(f"{text!r} is no trait ID: digits that don't begin with 0 are expected")
    return TraitId(int(text))


def judge_trait(
    trait_id: int, catalogue: Mapping[int, Trait], data_source_id: DataSourceId, now: datetime
) -> tuple[str, ...]:
    """The `trait.*` codes of one trait, in the order of the findings table.

    `data_source_id` is the one whose traits the file may set: its target, or without one its own. `now` has a time
    zone. Sources: inbound-receipt-message (other data source), inbound-file-contents (onboarded traits only),
    trait-qualification-reference (four hours).
    """
    trait = catalogue.get(trait_id)
    return ("trait.unknown",) if trait is None else tuple(_codes(trait, data_source_id, now))


def _codes(trait: Trait, data_source_id: DataSourceId, now: datetime) -> Iterator[str]:
    if trait.data_source != data_source_id:
        yield "trait.other_data_source"
    if trait.type is not TraitType.ONBOARDED:
        yield "trait.not_onboarded"
    if trait.created_at is not None and now - trait.created_at < MIN_TRAIT_AGE:
        yield "trait.too_new"
