"""Columns in great number, and columns that were matched before."""

import re

import pytest
from django.test import Client

from tests import factories
from tests.web.columns import CITY, CLEAN, FILE, IDENTITY, at_columns, elements, fresh, options, wide
from tests.web.journey import chosen, maker_with, words

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


def test_very_many_open_columns_are_told_as_the_first_ten_and_the_rest(client: Client) -> None:
    maker = at_columns(client, wide(60))
    page = maker.post("step_columns", {"do": "check"})
    assert (page.status_code, "49 more columns need you" in words(page)) == (422, True)
    assert page.content.decode().count('<a href="#c') == 10
    assert elements(page) <= 1500
