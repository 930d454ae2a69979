"""What was done about columns can be taken back, the last step first, without JavaScript."""

import re

import pytest
from django.test import Client

from tests.web.columns import CITY, CLEAN, IDENTITY, TIER, at_columns, fresh, options, send, wide
from tests.web.journey import Maker, words

pytestmark = pytest.mark.django_db
TIER_ENTRY = {"column": "tier", "action": "signal", "key": "tier"}


def _kept(maker: Maker) -> tuple[list[str], list[str]]:
    batch = fresh(maker.batch)
    return [entry["column"] for entry in batch.mapping.get("columns", [])], batch.not_sent


def test_several_steps_are_taken_back_one_after_the_other_and_each_is_named(client: Client) -> None:
    maker = at_columns(client, CLEAN, mapping={**IDENTITY, "columns": [TIER_ENTRY]})
    maker.post("step_columns", {"do": "leave_out"})
    send(maker, TIER, action="signal", key="level")
    maker.post("columns_clear", {})
    assert _kept(maker) == ([], [])
    assert "All answers about columns were cleared. You can undo 2 steps more." in words(
        maker.get("step_columns", "?show=")
    )
    maker.post("columns_undo", {})
    assert fresh(maker.batch).mapping["columns"] == [{**TIER_ENTRY, "key": "level"}]
    page = words(maker.get("step_columns", "?show="))
    assert "Taken back – All answers about columns were cleared." in page
    assert "Saved: tier You can undo one step more." in page
    maker.post("columns_undo", {})
    assert (fresh(maker.batch).mapping["columns"], _kept(maker)[1]) == ([TIER_ENTRY], ["city"])
    maker.post("columns_undo", {})
    assert _kept(maker) == (["tier"], [])
    assert "Undo" not in words(maker.get("step_columns", "?show="))


def test_what_a_page_of_the_table_saved_can_be_taken_back(client: Client) -> None:
    maker = at_columns(client, CLEAN)
    choice = options(maker.get("step_columns"), TIER)["tier = value"]
    maker.post("step_columns", {"do": "page", f"c{TIER}": choice, f"c{CITY}": "none"})
    assert _kept(maker) == (["tier"], ["city"])
    assert "Changed: 2 columns" in words(maker.get("step_columns", "?show="))
    maker.post("columns_undo", {})
    assert _kept(maker) == ([], [])


def test_steps_before_a_change_elsewhere_are_not_taken_back(client: Client) -> None:
    maker = at_columns(client, CLEAN)
    maker.post("step_columns", {"do": "leave_out"})
    second = Client()
    second.force_login(maker.batch.maker)
    Maker(second, maker.batch).post("columns_clear", {})
    maker.post("columns_undo", {})
    assert _kept(maker) == ([], [])
    send(maker, TIER, action="signal", key="level")
    maker.post("columns_undo", {})
    maker.post("columns_undo", {})
    assert _kept(maker) == ([], []), "the step before the other window's change is gone"


def test_the_first_suggestion_for_names_is_not_to_send_them_and_a_guess_stays_a_guess(client: Client) -> None:
    maker = at_columns(client, b"crm_id,last_name,tier\nA-1,Brook,gold\nA-2,Dubois,silver\nA-3,Moser,gold\n")
    assert "Suggestion: Do not send. Looks like names of people. These must not be sent." in words(
        maker.get("step_columns")
    )
    maker.post("step_columns", {"do": "first"})
    assert fresh(maker.batch).not_sent == ["last_name"]
    assert "2 columns have an answer now." in words(maker.get("step_columns", "?show="))


def test_the_columns_that_were_shown_are_shown_again(client: Client) -> None:
    maker = at_columns(client, wide(300))
    maker.post("step_columns", {"do": "page", "c101": "none"}, "?show=open&page=3")
    page = maker.get("step_columns", "?show=open&page=3").content.decode()
    form = re.search(r'<form class="notice notice-success".*?</form>', page, re.DOTALL)
    assert form is not None
    shown = dict(re.findall(r'name="(show|page)"\s+value="([^"]*)"', form[0]))
    answer = maker.client.post(maker.url("columns_undo"), shown)
    assert answer["Location"] == maker.url("step_columns", "?show=open&page=3")
    odd = maker.client.post(maker.url("columns_undo"), {"show": "//evil.example.com", "page": "&x"}, follow=True)
    assert odd.status_code == 200
