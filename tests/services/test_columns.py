"""Columns as the portal knows them: states, what is remembered of earlier transfers, answers that become a mapping."""

from typing import Any

import pytest

from ingest.crm.proposals import header_fingerprint
from ingest.models import Batch
from ingest.services.answers import Stale
from ingest.services.column_preview import Mark, preview_of
from ingest.services.column_values import changed_by, values_of
from ingest.services.columns import NOT_SENT, NOW, RowState, table_of
from ingest.services.columns_save import Answer, answers_with, clear, save, save_one
from ingest.services.look import look_at_column
from ingest.services.trait_search import MOST_FOUND, find_traits
from tests import factories
from tests.factories import NOW as TIME
from tests.web.columns import FILE, IDENTITY, TIER

pytestmark = pytest.mark.django_db

TIER_ENTRY = {"column": "tier", "action": "signal", "key": "tier"}


def _batch(content: bytes = FILE, where: Any = None, maker: Any = None, **fields: Any) -> Batch:
    where = where or factories.workspace()
    maker = maker or factories.member(where)
    header = content.split(b"\n", 1)[0].decode().split(",")
    values = {"mapping": dict(IDENTITY), "header_sha256": header_fingerprint(header), **fields}
    return factories.batch(where, maker, upload=factories.upload(where, maker, content), **values)


def _states(batch: Batch) -> dict[str, str]:
    return {row.column: row.state.value for row in table_of(batch).rows}


def test_a_column_is_matched_left_out_taken_or_open() -> None:
    batch = _batch(mapping={**IDENTITY, "columns": [TIER_ENTRY]}, not_sent=["city"])
    assert _states(batch) == {
        "crm_id": "taken", "tier": "matched", "city": "not_sent", "email": "open", "vip": "open",
    }  # fmt: skip
    row = table_of(batch).rows[TIER]
    assert (row.chosen, row.choice(NOW) is not None, row.choice(NOT_SENT) is not None) == (NOW, True, True)


def test_what_the_makers_last_transfer_did_comes_before_what_others_did() -> None:
    where = factories.workspace()
    maker, other = factories.member(where), factories.member(where, "Bo")
    mapping = {**IDENTITY, "columns": [TIER_ENTRY]}
    _batch(where=where, maker=maker, mapping=mapping, not_sent=["city", "vip", "email"])
    _batch(where=where, maker=other, mapping={**IDENTITY, "columns": [{**TIER_ENTRY, "key": "level"}]})
    table = table_of(_batch(where=where, maker=maker))
    row = table.rows[TIER]
    assert (row.state, row.choices[0].label) == (RowState.REMEMBERED, "tier = value")
    assert "level = value" in {choice.label for choice in row.choices}
    assert table.all_remembered


def test_another_workspace_is_never_remembered() -> None:
    _batch(mapping={**IDENTITY, "columns": [TIER_ENTRY]}, not_sent=["city", "vip", "email"])
    table = table_of(_batch())
    assert (table.alike, table.rows[TIER].state) == (None, RowState.OPEN)


def test_choices_become_the_mapping_in_the_order_of_the_file_and_others_keep_theirs() -> None:
    batch = _batch(mapping={**IDENTITY, "columns": [{"column": "vip", "action": "ic"}]}, not_sent=["city"])
    table = table_of(batch)
    tier = next(choice.value for choice in table.rows[TIER].choices if choice.mapping)
    answers = answers_with(table, {TIER: tier})
    assert answers.columns == [TIER_ENTRY, {"column": "vip", "action": "ic"}]
    assert (answers.not_sent, [row.column for row in answers.open]) == (["city"], ["email"])


def test_a_proposal_for_a_column_that_nobody_saw_is_not_taken() -> None:
    where = factories.workspace()
    factories.trait(where, 7001, "Tier gold", rule='tier == "gold"')
    factories.trait(where, 7002, "Tier silver", rule='tier == "silver"')
    table = table_of(_batch(where=where))
    assert table.rows[TIER].state is RowState.GUESSED
    assert [entry["column"] for entry in answers_with(table, {}).columns] == ["tier"]
    assert answers_with(table, {}, seen={2, 3}).columns == []


def test_a_choice_that_a_column_does_not_offer_is_no_answer() -> None:
    table = table_of(_batch())
    assert [row.column for row in answers_with(table, {TIER: "pdeadbeef"}).open] == ["tier", "city", "email", "vip"]


def test_answers_are_kept_once_and_not_over_newer_ones() -> None:
    batch = _batch()
    answers = answers_with(table_of(batch), {2: NOT_SENT})
    old = batch.version
    save(batch, answers, actor=batch.maker, now=TIME)
    save(batch, answers, actor=batch.maker, now=TIME)
    assert (batch.version, batch.not_sent) == (old + 1, ["city"])
    with pytest.raises(Stale):
        clear(batch, actor=batch.maker, now=TIME, expected_version=old)


def test_one_column_is_answered_left_out_or_open_again() -> None:
    batch = _batch()
    save_one(batch, "tier", Answer(TIER_ENTRY), actor=batch.maker, now=TIME)
    assert batch.mapping["columns"] == [TIER_ENTRY]
    save_one(batch, "tier", Answer(is_left_out=True), actor=batch.maker, now=TIME)
    assert ("columns" in batch.mapping, batch.not_sent) == (False, ["tier"])
    save_one(batch, "tier", Answer(), actor=batch.maker, now=TIME)
    assert batch.not_sent == []


def test_columns_of_another_kind_of_file_are_no_differences() -> None:
    where = factories.workspace()
    entries = [{"column": name, "action": "ic"} for name in ("height", "width", "depth")]
    before = _batch(where=where, mapping={**IDENTITY, "columns": entries})
    assert table_of(_batch(where=where, maker=before.maker)).since is None


def test_a_replaced_file_tells_what_its_mapping_misses() -> None:
    entries = [TIER_ENTRY, {"column": "home_city", "action": "signal", "key": "town"}]
    since = table_of(_batch(mapping={**IDENTITY, "columns": entries})).since
    assert since is not None
    assert since.gone == ("home_city",)


def test_values_are_counted_whole_or_inside_the_cells() -> None:
    look = look_at_column(_batch(b"crm_id,a\n1,x|y\n2,x\n3,x | z\n"), 1)
    assert values_of(look, "|") == [("x", 3), ("y", 1), ("z", 1)]
    assert {value for value, _rows in values_of(look, "")} == {"x|y", "x", "x | z"}


def test_nobody_answers_for_a_thousand_values_of_one_row_each() -> None:
    content = "\n".join(["crm_id,a", *(f"{row},v{row}" for row in range(100))]).encode()
    assert values_of(look_at_column(_batch(content), 1), "") == []


@pytest.mark.parametrize(
    ("transforms", "value"),
    [(["upper"], "A-B"), ([{"replace": ["-", " "]}], "a b"), (["date_iso"], "a-b"), (["nonsense"], "a-b"), ([], "a-b")],
)
def test_a_table_of_values_knows_what_changes_make_of_them(transforms: list[Any], value: str) -> None:
    assert changed_by(transforms)("a-b") == value


def test_traits_are_found_by_every_word_or_by_number_those_that_can_be_set_first() -> None:
    where = factories.workspace()
    batch = _batch(where=where)
    others = factories.data_source(where, 999)
    factories.trait(where, 1, "A gold of others", data_source=others)
    factories.trait(where, 7001, "Loyalty: Gold tier")
    assert [(found.sid, bool(found.why_not)) for found in find_traits(batch, "gold").traits] == [
        (7001, False),
        (1, True),
    ]
    assert [found.sid for found in find_traits(batch, "tier gold").traits] == [7001]
    assert [found.sid for found in find_traits(batch, "700").traits] == [7001]
    assert find_traits(batch, "gold silver").traits == ()
    for number in range(30):
        factories.trait(where, 8000 + number, f"Gold {number}")
    many = find_traits(batch, "gold")
    assert (len(many.traits), "Write more of the name" in many.sentence) == (MOST_FOUND, True)


def test_the_preview_is_what_the_engine_makes() -> None:
    batch = _batch()
    mapping = {**IDENTITY, "columns": [TIER_ENTRY]}
    shown = preview_of(batch, mapping, "3", now=TIME)
    assert shown is not None
    assert (shown.row, shown.lines) == (3, ('A-2\t"tier"="silver"',))
    assert shown.cells == (("crm_id", "A-2"), ("tier", "silver"))
    assert preview_of(batch, dict(IDENTITY), "3", now=TIME) is None


def test_the_preview_counts_what_would_be_refused() -> None:
    batch = _batch(b"crm_id,traits\nA-1,7001\nA-2,gold\nA-3,gold\n,7001\n")
    mapping = {**IDENTITY, "columns": [{"column": "traits", "action": "add_traits"}]}
    shown = preview_of(batch, mapping, "problem", now=TIME)
    assert shown is not None
    assert (shown.row, shown.first_problem, shown.refused, shown.looked_at) == (3, 3, 3, 4)
    trouble = next(trouble for trouble in shown.troubles if trouble.column == "traits")
    assert (trouble.rows, trouble.values, trouble.position) == (2, (("gold", 2),), 1)
    assert shown.marks[1] == Mark(errors=2, changes=0, whole=4, is_told=True)
