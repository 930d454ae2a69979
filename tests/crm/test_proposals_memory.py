"""Remembering: the same columns as last time, and what differs."""

from itertools import permutations
from typing import Any

import pytest

from ingest.crm.mapping import Action, ColumnMapping, Mode, mapping_to_document, parse_mapping
from ingest.crm.proposals import (
    Catalogue,
    Confidence,
    Remembered,
    Source,
    compare_header,
    header_fingerprint,
    propose_columns,
    remembered_from,
    rename_columns,
)
from tests.strategies.columns import look_of

CITY: dict[str, Any] = {"column": "City", "action": "signal", "key": "town", "transforms": ["lower"]}
LEFT: dict[str, Any] = {"column": "Left", "action": "remove_traits"}
DOCUMENT = parse_mapping(
    {
        "version": 1, "kind": "traits", "mode": "sync", "dpid": 478, "columns": [CITY, LEFT],
        "id": {"column": "Customer no.", "type": "customer_id"},
    }
)  # fmt: skip
HEADER = ["Customer no.", "City", "Left", "Remark"]
TOWNS = ["Leeds", "York", "Leeds", "Derby", "York"]
CITY_MAPPING = DOCUMENT.columns[0]


def test_a_fingerprint_is_the_same_in_any_order_and_for_no_other_names() -> None:
    assert len({header_fingerprint(order) for order in permutations(HEADER)}) == 1
    others = [HEADER[:-1], [*HEADER, "Remark"], [*HEADER[:-1], "remark"], ["Customer no.,City", "Left", "Remark"], []]
    assert len({header_fingerprint(names) for names in [HEADER, *others]}) == len(others) + 1
    assert header_fingerprint([" City "]) == header_fingerprint(["City"])


def test_the_same_columns_ask_nothing() -> None:
    difference = compare_header(DOCUMENT, list(reversed(HEADER)), HEADER)
    assert difference.nothing_changed
    assert set(difference.same) == set(HEADER)


def test_without_the_earlier_header_unused_columns_count_as_new() -> None:
    assert compare_header(DOCUMENT, HEADER).new == ("Remark",)


def test_a_column_that_was_never_used_may_go() -> None:
    assert compare_header(DOCUMENT, HEADER[:-1], HEADER).nothing_changed


@pytest.mark.parametrize(
    ("header", "new", "gone", "repeated", "renamed"),
    [
        (["Customer no.", "City", "Left", "Tier"], ("Tier",), (), (), []),
        (["Customer no.", "City"], (), ("Left",), (), []),
        (["Customer no.", "City", "City", "Left"], (), (), ("City",), []),
        (["Customer No", "City", "Left"], ("Customer No",), ("Customer no.",), (), [("Customer no.", "Customer No")]),
        (["Customer no.", "Citty", "Left"], ("Citty",), ("City",), (), [("City", "Citty")]),
        (
            ["No Customer", "City", "Left"],
            ("No Customer",),
            ("Customer no.",),
            (),
            [("Customer no.", "No Customer")],
        ),
        (["Customer no.", "City 2", "Left"], ("City 2",), ("City",), (), []),
        (["Customer no.", "", "Left"], (), ("City",), (), []),
    ],
)
def test_differences(
    header: list[str],
    new: tuple[str, ...],
    gone: tuple[str, ...],
    repeated: tuple[str, ...],
    renamed: list[tuple[str, str]],
) -> None:
    difference = compare_header(DOCUMENT, header, HEADER)
    assert (difference.new, difference.gone, difference.repeated) == (new, gone, repeated)
    assert [(pair.old, pair.new) for pair in difference.renamed] == renamed
    assert not difference.nothing_changed


def test_a_name_is_in_one_renamed_pair_at_most() -> None:
    difference = compare_header(DOCUMENT, ["Customer no", "Customer n", "City", "Left"], HEADER)
    assert [(pair.old, pair.new) for pair in difference.renamed] == [("Customer no.", "Customer no")]


def test_renaming_gives_a_mapping_for_the_new_file() -> None:
    renamed = rename_columns(DOCUMENT, {"City": "Town", "Customer no.": "ID"})
    assert renamed.named_columns == ("ID", "Town", "Left")
    assert parse_mapping(mapping_to_document(renamed)) == renamed


def test_what_this_user_decided_comes_before_what_the_workspace_decided() -> None:
    theirs = Remembered((ColumnMapping("City", Action.SIGNAL, key="stadt"),))
    own = remembered_from(DOCUMENT, HEADER)
    (city,) = propose_columns([look_of("City", TOWNS)], Catalogue(), own=own, workspace=theirs)
    assert [(item.source, item.mapping and item.mapping.key) for item in city.proposals] == [
        (Source.OWN, "town"),
        (Source.WORKSPACE, "stadt"),
        (Source.LOOKS, "city"),
    ]
    assert city.best.mapping == CITY_MAPPING
    assert city.best.confidence is Confidence.SURE


def test_the_same_decision_is_offered_once() -> None:
    own = remembered_from(DOCUMENT)
    (city,) = propose_columns([look_of("City", TOWNS)], Catalogue(), own=own, workspace=own)
    assert [item.source for item in city.proposals] == [Source.OWN, Source.LOOKS]


def test_that_a_column_was_not_sent_is_remembered() -> None:
    own = remembered_from(DOCUMENT, HEADER)
    (remark,) = propose_columns([look_of("Remark", TOWNS)], Catalogue(), own=own)
    assert remark.best.mapping is None
    assert remark.best.source is Source.OWN


def test_another_spelling_of_the_name_is_likely_and_gets_the_name_of_the_new_file() -> None:
    (city,) = propose_columns([look_of("CITY:", TOWNS)], Catalogue(), own=remembered_from(DOCUMENT))
    assert city.best.confidence is Confidence.LIKELY
    assert city.best.mapping is not None
    assert (city.best.mapping.column, city.best.mapping.key) == ("CITY:", "town")
    assert "City" in city.best.reason.say()


def test_nothing_that_removes_traits_is_remembered_in_an_overwrite() -> None:
    looks = [look_of("Left", ["1", "2", "3"])]
    (left,) = propose_columns(looks, Catalogue(), mode=Mode.OVERWRITE, own=remembered_from(DOCUMENT))
    assert {item.source for item in left.proposals} == {Source.LOOKS}


def test_addresses_are_stopped_whatever_was_decided_before() -> None:
    addresses = [f"p{row}@example.com" for row in range(9)]
    (city,) = propose_columns([look_of("City", addresses)], Catalogue(), own=remembered_from(DOCUMENT))
    assert [item.mapping for item in city.proposals] == [None]


def test_what_only_a_name_gives_away_may_have_been_decided_before() -> None:
    own = Remembered((ColumnMapping("Nom", Action.SIGNAL, key="shop"),))
    (nom,) = propose_columns([look_of("Nom", TOWNS)], Catalogue(), own=own)
    assert nom.best.mapping == own.columns[0]
    assert nom.personal is not None
