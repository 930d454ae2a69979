"""What an approver can read of a column: which value gets which trait, what is taken away, what else is done to it."""

from typing import Any

import pytest

from ingest.crm.mapping import Mode, parse_column
from ingest.services.column_details import MOST_SHOWN, details_of, taken_away
from ingest.services.column_words import said
from ingest.services.sent_columns import sent_columns
from tests import factories


def _column(**entry: Any) -> dict[str, Any]:
    return {"column": "tier", "action": "signal", "key": "tier", **entry}


def _traits(**values: Any) -> dict[str, Any]:
    return {"column": "tier", "action": "trait_if", "values": values}


def _lines(entry: dict[str, Any], names: dict[int, str] | None = None) -> list[str]:
    details = details_of([parse_column(entry, Mode.SYNC)], names or {})
    return [f"{line.what} → {line.becomes}" for line in details.lines]


def test_every_value_is_told_with_its_traits_by_name_and_number() -> None:
    entry = _traits(gold={"add": [7]}, none={"remove": [7, 8]}, other={})
    assert _lines(entry, {7: "Gold customers"}) == [
        "gold → gives Gold customers (7)",
        "none → takes away Gold customers (7), a trait that is not in the list (8)",
        "other → no trait",
        "Other values → no trait",
    ]


def test_changes_tables_and_separators_are_told() -> None:
    changes = ["lower", {"replace": ["a", "b"]}, {"prefix": "x-"}, {"pad_left": [5, "0"]}]
    entry = _column(transforms=changes, values={"1": "gold", "2": ""}, otherwise="skip", split=";")
    assert _lines(entry) == [
        "Changed first → Small letters; “a” becomes “b”; “x-” is put in front; filled up to 5 characters with “0”",
        "Several values in a cell, separated by → ;",
        "1 → gold",
        "2 → not sent",
        "Other values → not sent, but the rest of the row is",
    ]


def test_a_plain_signal_has_nothing_more_to_tell() -> None:
    assert _lines(_column()) == []


def test_of_many_values_and_traits_the_first_are_told_and_how_many_more_there_are() -> None:
    many = parse_column(_traits(**{f"v{n}": {"add": [n + 1]} for n in range(MOST_SHOWN + 3)}), Mode.SYNC)
    details = details_of([many], {})
    assert (len(details.lines), details.more) == (MOST_SHOWN + 1, 3)
    (line, _others) = _lines(_traits(gold={"add": list(range(1, 13))}))
    assert line.endswith("(10), 2 more")


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ([_column()], None),
        ([_traits(gold={"add": [7]})], None),
        ([_traits(gold={"add": [7]}, none={"remove": [7]})], "1 trait"),
        ([_traits(a={"remove": [7, 8]}, b={"remove": [8, 9]})], "3 traits"),
        ([{"column": "out", "action": "remove_traits"}], "the traits whose numbers stand in column out"),
        (
            [_traits(a={"remove": [7]}), {"column": "out", "action": "remove_traits"}],
            "1 trait and the traits whose numbers stand in column out",
        ),
    ],
)
def test_what_is_taken_away_is_counted(columns: list[dict[str, Any]], words: str | None) -> None:
    found = taken_away({**factories.MAPPING, "columns": columns})
    assert (found.words if found else None) == words


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"gold": {"add": [7]}, "silver": {"add": [8]}}, "Traits for 2 values"),
        ({"gold": {"remove": [7]}}, "Takes traits away for 1 value"),
        ({"gold": {"add": [7]}, "none": {"remove": [7]}}, "Gives or takes away traits for 2 values"),
    ],
)
def test_the_short_words_say_that_traits_are_taken_away(values: dict[str, Any], words: str) -> None:
    assert said(parse_column(_traits(**values), Mode.SYNC)) == words


@pytest.mark.django_db
def test_names_of_traits_take_one_query_for_all_columns(django_assert_num_queries: Any) -> None:
    where = factories.workspace()
    for sid in (7, 8):
        factories.trait(where, sid, f"Trait {sid}")
    factories.trait(factories.workspace(), 9, "Somebody else's")
    columns = [{**_traits(yes={"add": [sid]}), "column": f"c{sid}"} for sid in (7, 8, 9)]
    with django_assert_num_queries(1):
        found = sent_columns({**factories.MAPPING, "columns": columns}, workspace=where)
    assert [column.details.lines[0].becomes for column in found] == [
        "gives Trait 7 (7)", "gives Trait 8 (8)", "gives a trait that is not in the list (9)",
    ]  # fmt: skip
