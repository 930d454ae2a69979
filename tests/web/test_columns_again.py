"""Columns in great number, and columns that were matched before."""

import re
from typing import Any

import pytest
from django.test import Client

from tests import factories
from tests.web.columns import CITY, CLEAN, FILE, IDENTITY, at_columns, editor, elements, fresh, options, send, wide
from tests.web.journey import Maker, chosen, maker_with, words

pytestmark = pytest.mark.django_db

TIER_ENTRY = {"column": "tier", "action": "signal", "key": "tier"}
CITY_ENTRY = {"column": "city", "action": "signal", "key": "city"}


def test_the_second_month_needs_one_click(client: Client) -> None:
    where = factories.workspace()
    october = maker_with(client, FILE, where=where, mapping={**IDENTITY, "columns": [TIER_ENTRY]},
                         not_sent=["city", "email", "vip"], name="October loyalty")  # fmt: skip
    november = at_columns(client, where=where, person=october.batch.maker)
    page = november.get("step_columns")
    assert "Same columns as October loyalty" in words(page)
    assert "Everything is matched." in words(page)
    assert "Like last time" in words(november.get("step_columns", "?show="))
    assert '<select id="c1"' not in page.content.decode()
    answer = november.post("step_columns", {"do": "check"})
    assert answer["Location"] == november.url("checking")
    assert fresh(november.batch).mapping["columns"] == [TIER_ENTRY]
    assert fresh(november.batch).not_sent == ["city", "email", "vip"]


def test_of_other_columns_than_last_time_only_the_differences_are_asked(client: Client) -> None:
    where = factories.workspace()
    october = maker_with(client, CLEAN, where=where, mapping={**IDENTITY, "columns": [TIER_ENTRY, CITY_ENTRY]})
    content = CLEAN.replace(b"city", b"City").replace(b"tier", b"tier,store", 1).replace(b"gold", b"gold,x")
    november = at_columns(client, content.replace(b"silver", b"silver,y"), where=where, person=october.batch.maker)
    page = november.get("step_columns")
    assert "1 column of last time is not in this file" in words(page)
    assert "Needs you 1" in words(page)


STORE = b"crm_id,tier,city,store\nA-1,gold,Bristol,x\nA-2,silver,Lyon,y\nA-3,gold,Oslo,x\n"


def with_other_columns(client: Client, content: bytes = STORE, **october: Any) -> Maker:
    """A maker whose file has other columns than the one of October."""
    where = factories.workspace()
    sent = {**IDENTITY, "columns": [TIER_ENTRY, CITY_ENTRY]}
    was = maker_with(client, CLEAN, where=where, **{"mapping": sent, "name": "October loyalty", **october})
    return at_columns(client, content, where=where, person=was.batch.maker)


def asked(page: Any) -> list[str]:
    return re.findall(r'<select id="c(\d+)"', page.content.decode())


def test_what_is_as_last_time_is_one_sentence_until_somebody_looks(client: Client) -> None:
    november = with_other_columns(client, not_sent=["phone_2"])
    page = november.get("step_columns")
    assert asked(page) == ["3"]
    assert re.search(r"2 columns as in October loyalty of \d+ \w+ \(sent: 2, not sent: 0\)", words(page))
    assert "Not sent then, and not in this file any more: phone_2." in words(page)
    assert "New or changed 1" in words(page)
    assert asked(november.get("step_columns", "?show=")) == ["1", "2", "3"]
    answer = november.post("step_columns", {"do": "check", "c3": "none"})
    assert answer["Location"] == november.url("checking")
    assert fresh(november.batch).mapping["columns"] == [TIER_ENTRY, CITY_ENTRY]


def test_an_answer_that_is_another_one_than_last_time_is_open_like_a_new_column(client: Client) -> None:
    november = with_other_columns(client)
    send(november, 1, action="none")
    page = november.get("step_columns")
    assert asked(page) == ["1", "3"]
    assert re.search(r"1 column as in October loyalty of \d+ \w+ \(sent: 1, not sent: 0\)", words(page))


def test_very_many_columns_that_are_gone_are_told_as_the_first_ten_and_the_rest(client: Client) -> None:
    november = with_other_columns(client, not_sent=[f"attr_{number}" for number in range(12)])
    assert "attr_8, attr_9 and 2 more." in words(november.get("step_columns"))


def test_where_columns_are_only_gone_the_sentence_about_them_is_all(client: Client) -> None:
    november = with_other_columns(client, b"crm_id,tier\nA-1,gold\nA-2,silver\nA-3,gold\n")
    page = november.get("step_columns")
    assert asked(page) == []
    assert "Nothing is sent for: city." in words(page)
    assert "1 column as in October loyalty" in words(page)
    assert "No column here" not in words(page)


def test_another_file_in_the_place_of_the_first_asks_for_what_is_new_in_it(client: Client) -> None:
    november = at_columns(client, STORE.replace(b"tier", b"level"), mapping={
        **IDENTITY, "columns": [TIER_ENTRY, CITY_ENTRY, {"column": "store", "action": "signal", "key": "store"}]
    })  # fmt: skip
    page = november.get("step_columns")
    assert asked(page) == ["1"]
    assert "2 columns as with the file before (sent: 2, not sent: 0)" in words(page)


def test_the_editor_of_a_column_leads_back_to_where_it_is_shown(client: Client) -> None:
    november = with_other_columns(client)
    assert (
        'href="' + november.url("step_columns") + '?show=changed#c3"'
        in client.get(editor(november, 3)).content.decode()
    )
    assert send(november, 3, action="none")["Location"].endswith("?show=changed#c3")
    assert send(november, 1, action="signal", key="tier")["Location"].endswith("?show=#c1")


def test_a_renamed_column_is_offered_as_it_was(client: Client) -> None:
    where = factories.workspace()
    entries = [TIER_ENTRY, {"column": "home_city", "action": "signal", "key": "town"}]
    october = maker_with(client, CLEAN, where=where, mapping={**IDENTITY, "columns": entries})
    november = at_columns(client, CLEAN.replace(b"city", b"city home"), where=where, person=october.batch.maker)
    page = november.get("step_columns")
    assert "It may be the column home_city of last time under another name." in words(page)
    assert chosen(page, f"c{CITY}") == options(page, CITY)["town = value"]


def test_a_table_of_very_many_columns_comes_page_by_page_within_its_budget(client: Client) -> None:
    maker = at_columns(client, wide(300))
    for number in range(1, 7):
        page = maker.get("step_columns", f"?page={number}")
        assert elements(page) <= 1500
        assert len(re.findall(r'<select id="c\d+"', page.content.decode())) in {49, 50}
    assert elements(at_columns(client, wide(60)).get("step_columns")) <= 1500


def test_saving_a_page_keeps_the_columns_of_the_others(client: Client) -> None:
    maker = at_columns(client, wide(120))
    first = maker.get("step_columns")
    answer = maker.post("step_columns", {"do": "page", "c1": options(first, 1)["attr_1 = value"], "c2": "none"})
    assert answer["Location"].endswith("?show=&page=2")
    second = client.get(answer["Location"])
    maker.post("step_columns", {"do": "page", "c60": options(second, 60)["attr_60 = value"]}, "?page=2")
    batch = fresh(maker.batch)
    assert [entry["column"] for entry in batch.mapping["columns"]] == ["attr_1", "attr_60"]
    assert batch.not_sent == ["attr_2"]


def test_a_preview_tells_the_states_of_whatever_page_is_open(client: Client) -> None:
    maker = at_columns(client, wide(120))
    fragment = maker.post("columns_preview", {"c119": "none", "c118": ""}).content.decode()
    assert re.findall(r'id="(s\d+)" hx-swap-oob', fragment) == ["s118", "s119"]
    assert 'state-not_sent" id="s119"' in fragment


def test_very_many_open_columns_are_told_as_the_first_ten_and_the_rest(client: Client) -> None:
    maker = at_columns(client, wide(60))
    page = maker.post("step_columns", {"do": "check"})
    assert (page.status_code, "49 more columns need you" in words(page)) == (422, True)
    assert page.content.decode().count('<a href="#c') == 10
    assert elements(page) <= 1500
