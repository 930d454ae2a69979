"""What changed since last time, in columns and in people, as an approver reads it."""

from typing import Any

import pytest

from ingest.models import Batch
from ingest.services.comparison import Comparison
from ingest.services.sent_columns import sent_columns
from tests import factories


def _mapping(**columns: str) -> dict[str, Any]:
    entries = [{"column": name, "action": "signal", "key": key} for name, key in columns.items()]
    return {**factories.MAPPING, "columns": entries}


def test_columns_are_compared_one_by_one() -> None:
    earlier = _mapping(tier="tier", city="city", since="since")
    found = sent_columns(_mapping(tier="level", city="city", shop="shop"), earlier)
    assert [(column.name, column.change) for column in found] == [
        ("tier", "changed"), ("city", ""), ("shop", "added"), ("since", "removed"),
    ]  # fmt: skip


def test_another_kind_of_file_is_not_compared_column_by_column() -> None:
    found = sent_columns(_mapping(tier="tier", city="city", shop="shop"), _mapping(tier="tier", phone="phone"))
    assert [(column.name, column.change) for column in found] == [("tier", ""), ("city", ""), ("shop", "")]


def test_a_first_file_is_not_compared() -> None:
    assert [column.change for column in sent_columns(_mapping(tier="tier"))] == [""]


@pytest.mark.parametrize(
    ("people", "before", "words"),
    [
        (100, 100, "as many people as last time"),
        (150, 100, "50 % more people than last time"),
        (199, 100, "99 % more people than last time"),
        (200, 100, "2 times as many people as last time"),
        (250, 100, "2.5 times as many people as last time"),
        (1_000_000, 28, "35,714 times as many people as last time"),
        (4, 28, "86 % fewer people than last time"),
        (0, 28, "100 % fewer people than last time"),
    ],
)
def test_the_change_in_people_reads_like_a_sentence(people: int, before: int, words: str) -> None:
    assert Comparison(Batch(), people, before).words == words


SIGNAL = {"column": "tier", "action": "signal", "key": "tier"}
GOLD = {"column": "tier", "action": "trait_if", "values": {"gold": {"add": [7]}}}


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (GOLD, {**GOLD, "values": {"gold": {"add": [8]}}}),
        (GOLD, {**GOLD, "values": {"silver": {"add": [7]}}}),
        (GOLD, {**GOLD, "values": {"gold": {"add": [7], "remove": [8]}}}),
        ({**SIGNAL, "values": {"1": "gold"}}, {**SIGNAL, "values": {"1": "silver"}}),
        ({**SIGNAL, "values": {"1": "gold"}}, {**SIGNAL, "values": {"1": "gold"}, "otherwise": "skip"}),
        (SIGNAL, {**SIGNAL, "transforms": ["lower"]}),
        ({**SIGNAL, "split": ";"}, {**SIGNAL, "split": "|"}),
    ],
)
def test_what_reads_the_same_and_is_something_else_is_marked(before: dict[str, Any], now: dict[str, Any]) -> None:
    earlier, mapping = ({**factories.MAPPING, "columns": [entry]} for entry in (before, now))
    assert [column.change for column in sent_columns(mapping, earlier)] == ["changed"]
    assert [column.change for column in sent_columns(mapping, mapping)] == [""]


def test_an_answer_that_is_written_in_full_is_the_same_answer() -> None:
    whole = {**SIGNAL, "transforms": [], "otherwise": "keep"}
    found = sent_columns({**factories.MAPPING, "columns": [whole]}, {**factories.MAPPING, "columns": [SIGNAL]})
    assert [column.change for column in found] == [""]
