"""Records: made as the contract says, read back as they were meant."""

from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.aam import records
from ingest.aam.records import AddedTrait, Code, Record, RecordError, RemovedTrait, Signal
from ingest.aam.text import CONTROL

SAFE = st.characters(exclude_characters=[*CONTROL, '"'], exclude_categories=["Cs"])
TRAIT_NUMBERS = st.from_regex(records.TRAIT_PATTERN, fullmatch=True)
ITEMS = st.one_of(
    st.builds(Signal, st.from_regex(records.KEY_PATTERN, fullmatch=True), st.text(SAFE, min_size=1)),
    st.builds(AddedTrait, TRAIT_NUMBERS),
    st.builds(RemovedTrait, TRAIT_NUMBERS),
    st.builds(Code, st.text(SAFE.filter(lambda character: character != ","), min_size=1)),
)
USER_IDS = st.text(st.characters(exclude_characters=[*CONTROL], exclude_categories=["Cs"]), min_size=1)


def test_each_item_has_the_form_of_the_contract() -> None:
    assert records.signal_item("gender", "female") == '"gender"="female"'
    assert records.added_trait_item("24") == "d_sid=24"
    assert records.removed_trait_item("24") == "d_unsid=24"
    assert records.ic_item("52") == "ic=52"


def test_a_signal_is_its_start_its_value_and_its_end() -> None:
    assert records.signal_start("city") + "Bonn" + records.SIGNAL_END == records.signal_item("city", "Bonn")


def test_a_record_is_an_id_a_tab_items_between_commas_and_one_line_feed() -> None:
    assert records.format_record("u1", ["d_sid=24", '"a"="b"']) == 'u1\td_sid=24,"a"="b"\n'


def test_an_item_that_nobody_knows_is_a_bug() -> None:
    with pytest.raises(AssertionError, match="got: 24"):
        records.format_item(cast("records.Item", 24))


def test_an_id_sync_record_is_ids_between_tabs() -> None:
    assert records.id_sync_record(["u1", "u2", "u3"]) == "u1\tu2\tu3\n"


def test_a_hashed_email_record_is_an_id_and_its_hashes_between_tabs() -> None:
    assert records.hashed_email_record("u1", ["h1", "h2"]) == "u1\th1\th2\n"


@settings(deadline=None)
@given(USER_IDS, st.lists(ITEMS, min_size=1, max_size=5).map(tuple))
def test_reading_a_record_gives_what_was_written(user_id: str, items: tuple[records.Item, ...]) -> None:
    line = records.format_record(user_id, map(records.format_item, items))
    assert records.parse_record(line) == Record(user_id, items)


@settings(deadline=None)
@given(st.lists(USER_IDS, min_size=2, max_size=11).map(tuple))
def test_reading_ids_gives_what_was_written(ids: tuple[str, ...]) -> None:
    assert records.parse_ids(records.id_sync_record(ids)) == ids
    assert records.parse_ids(records.hashed_email_record(ids[0], ids[1:])) == ids


ITEM_EXPECTED = '"key"="value", d_sid=N, d_unsid=N or ic=code'
BROKEN = [
    ("", "character 1: expected a user ID"),
    ("\n", "character 1: expected a user ID"),
    ("\td_sid=1\n", "character 1: expected a user ID"),
    ("u\x00\td_sid=1\n", "character 2: expected a TAB"),
    ("u1\n", "character 3: expected a TAB"),
    ("u1", "character 3: expected a TAB"),
    ("u1 d_sid=1\n", "character 11: expected a TAB"),
    ("u1\t\n", f"character 4: expected {ITEM_EXPECTED}"),
    ("u1\t", f"character 4: expected {ITEM_EXPECTED}"),
    ("u1\td_sid=1,\n", f"character 12: expected {ITEM_EXPECTED}"),
    ("u1\td_sid=1,,d_sid=2\n", f"character 12: expected {ITEM_EXPECTED}"),
    ("u1\td_sid=1, d_sid=2\n", f"character 12: expected {ITEM_EXPECTED}"),
    ("u1\td_sid=1", "character 11: expected a comma or one line end"),
    ("u1\td_sid=1\r\n", "character 11: expected a comma or one line end"),
    ("u1\td_sid=1\n\n", "character 11: expected a comma or one line end"),
    ("u1\td_sid=1\td_sid=2\n", "character 11: expected a comma or one line end"),
    ("u1\td_sid=1 \n", "character 11: expected a comma or one line end"),
    ("u1\td_sid=0\n", f"character 4: expected {ITEM_EXPECTED}"),
    ("u1\td_sid=x\n", f"character 4: expected {ITEM_EXPECTED}"),
    ("u1\t24:0\n", f"character 4: expected {ITEM_EXPECTED}"),
    ("u1\t24\n", f"character 4: expected {ITEM_EXPECTED}"),
    ("u1\tproduct=tablet\n", f"character 4: expected {ITEM_EXPECTED}"),
    ('u1\t"12"="a"\n', f"character 4: expected {ITEM_EXPECTED}"),
    ('u1\t"-a"="b"\n', f"character 4: expected {ITEM_EXPECTED}"),
    ('u1\t"a"=""\n', f"character 4: expected {ITEM_EXPECTED}"),
    ('u1\t"a"="b\n', f"character 4: expected {ITEM_EXPECTED}"),
    ('u1\t"a" = "b"\n', f"character 4: expected {ITEM_EXPECTED}"),
    ('u1\t"a"="b\tc"\n', f"character 4: expected {ITEM_EXPECTED}"),
    ('u1\t"a"="b""\n', "character 11: expected a comma or one line end"),
    ("u1\t“a”=”b”\n", f"character 4: expected {ITEM_EXPECTED}"),
    ("u1\tic=\n", f"character 4: expected {ITEM_EXPECTED}"),
    ('u1\tic=a"b\n', "character 8: expected a comma or one line end"),
    ("u1\x0bd_sid=1\n", "character 3: expected a TAB"),
    ('u1\t"k"="v"d_sid=1\n', "character 11: expected a comma or one line end"),
    ("u1\td_sid=1~d_sid=2\n", "character 11: expected a comma or one line end"),
]


@pytest.mark.parametrize(("line", "sentence"), BROKEN)
def test_a_line_that_we_would_not_write_is_refused_with_its_place(line: str, sentence: str) -> None:
    with pytest.raises(RecordError) as caught:
        records.parse_record(line)
    assert str(caught.value) == sentence


def test_a_kept_comma_stays_inside_its_value() -> None:
    line = 'u1\t"a"="b, c","d"="e"\n'
    assert records.parse_record(line) == Record("u1", (Signal("a", "b, c"), Signal("d", "e")))


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("u1\tu2", "character 6: expected a line end"),
        ("", "character 1: expected a line end"),
        ("\n", "character 1: expected an ID without control characters"),
        ("u1\t\n", "character 4: expected an ID without control characters"),
        ("\tu2\n", "character 1: expected an ID without control characters"),
        ("u1\tu2\tu3\t\n", "character 10: expected an ID without control characters"),
        ("odd\tid2\ta\x01\n", "character 9: expected an ID without control characters"),
        ("u1\tu2\r\n", "character 4: expected an ID without control characters"),
        ("u1\tu2\n\n", "character 4: expected an ID without control characters"),
    ],
)
def test_an_id_line_that_we_would_not_write_is_refused_with_its_place(line: str, sentence: str) -> None:
    with pytest.raises(RecordError) as caught:
        records.parse_ids(line)
    assert str(caught.value) == sentence


# The valid and the invalid names of Adobe's page on keys (trait-key-name-requirements), and some more.
@pytest.mark.parametrize("key", ["price123", "123price", "price-123", "c_price123", "_", "1_", "a", "Z9-_", "a-"])
def test_a_key_that_audience_manager_takes_fits(key: str) -> None:
    assert records.KEY_PATTERN.fullmatch(key)


@pytest.mark.parametrize("key", ["", "123", "price!123", "-price", "1-a", "a b", "ä", "١a", "a\n", "a.b", '"a"'])
def test_a_key_that_audience_manager_does_not_take_does_not_fit(key: str) -> None:
    assert not records.KEY_PATTERN.fullmatch(key)


@pytest.mark.parametrize("trait", ["1", "24", "9007199254740993"])
def test_a_trait_number_fits(trait: str) -> None:
    assert records.TRAIT_PATTERN.fullmatch(trait)


@pytest.mark.parametrize("trait", ["", "0", "024", "-1", "2.0", "١", "24\n", " 24", "1e3"])
def test_other_text_is_no_trait_number(trait: str) -> None:
    assert not records.TRAIT_PATTERN.fullmatch(trait)
