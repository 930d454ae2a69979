"""A trait is looked for in the row of its column: found, given, or left, while everything else on the page stays."""

from typing import Any

import pytest
from django.test import Client

from ingest.models import Batch
from tests import factories
from tests.web.columns import CITY, EMAIL, TIER, VIP, at_columns, elements, fresh, options, wide
from tests.web.journey import Maker, words

pytestmark = pytest.mark.django_db
GOLD = 9301
WAS: dict[str, Any] = {"q": "gold", "was": "gold"}


@pytest.fixture
def maker(client: Client) -> Maker:
    """At the columns of a workspace with a trait for gold."""
    made = at_columns(client)
    factories.trait(made.batch.workspace, GOLD, name="Loyalty tier: gold")
    return made


def find(maker: Maker, position: int = TIER, **fields: str) -> Any:
    """As the row sends it, with what is chosen on the page."""
    return maker.post("columns_find", {"at": str(position), **fields})


def entry(maker: Maker, column: str = "tier") -> dict[str, Any] | None:
    return next((one for one in fresh(maker.batch).mapping.get("columns", []) if one["column"] == column), None)


def test_the_row_opens_with_an_empty_field_and_keeps_what_was_chosen_in_it(maker: Maker) -> None:
    page = maker.get("step_columns")
    value = options(page, TIER)["Do not send"]
    row = maker.post("columns_find", {f"c{TIER}": value}, f"?at={TIER}").content.decode()
    assert '<tr id="finding"' in row
    assert f'name="c{TIER}" value="{value}"' in row
    assert "Traits that were found" not in row
    back = maker.post("columns_find", {f"c{TIER}": value}, f"?at={TIER}&do=cancel")
    assert options(back, TIER)["Do not send"] == value
    assert f'<option value="{value}" selected>' in back.content.decode()
    assert entry(maker) is None


def test_enter_looks_and_once_something_is_chosen_it_is_used(maker: Maker) -> None:
    found = find(maker, q="gold")
    assert "Loyalty tier: gold" in words(found)
    assert "<option selected>gold</option>" in found.content.decode(), "the value has the name that was looked for"
    assert "Loyalty tier: gold" not in words(find(maker, q="silver", was="gold", found=str(GOLD))), "other words"
    find(maker, **WAS, found=str(GOLD), value="gold")
    assert entry(maker) == {"column": "tier", "action": "trait_if", "values": {"gold": {"add": [GOLD]}}}


def test_what_else_was_chosen_on_the_page_is_kept_and_can_be_undone_with_it(maker: Maker) -> None:
    page = maker.get("step_columns")
    city = options(page, CITY)["city = value"]
    others: dict[str, Any] = {f"c{CITY}": city, f"c{VIP}": "none"}
    answer = find(maker, **WAS, found=str(GOLD), value="gold", do="use", **others)
    assert (answer["HX-Retarget"], answer["HX-Reselect"]) == ("#main", "#main")
    assert (entry(maker, "city") or {}).get("key") == "city"
    assert "vip" in fresh(maker.batch).not_sent
    assert "Saved: tier" in words(answer)
    assert f'id="c{TIER}"' in answer.content.decode()
    maker.client.post(maker.url("columns_undo"))
    assert fresh(maker.batch).mapping.get("columns", []) == []


def test_a_second_value_is_added_to_the_first_and_another_trait_to_the_same_value(maker: Maker) -> None:
    factories.trait(maker.batch.workspace, 9302, name="Silver, gold or tin")
    find(maker, **WAS, found=str(GOLD), value="gold", do="use")
    find(maker, **WAS, found="9302", value="gold", do="use")
    find(maker, **WAS, found="9302", value="silver", do="use")
    assert (entry(maker) or {})["values"] == {"gold": {"add": [GOLD, 9302]}, "silver": {"add": [9302]}}


@pytest.mark.parametrize(("fields", "said"), [
    ({"value": "gold"}, "Choose one of the traits"),
    ({"value": "gold", "found": "77"}, "Choose one of the traits"),
    ({"value": "tin", "found": str(GOLD), "q": "loyalty", "was": "loyalty"}, "Choose who gets this trait"),
])  # fmt: skip
def test_what_is_missing_is_said_in_the_row_and_nothing_is_kept(
    maker: Maker, fields: dict[str, str], said: str
) -> None:  # fmt: skip
    sent: dict[str, Any] = {**WAS, "do": "use", **fields}
    answer = find(maker, TIER, **sent)
    assert answer.status_code == 422
    assert said in words(answer)
    assert entry(maker) is None


def test_personal_data_is_decided_about_on_its_own_page(maker: Maker) -> None:
    assert "on its own page" in words(find(maker, EMAIL, **WAS, found=str(GOLD), value="a@example.com", do="use"))
    assert entry(maker, "email") is None


def test_only_one_row_is_open(maker: Maker) -> None:
    second = find(maker, CITY, finding=str(TIER)).content.decode()
    assert second.count('id="finding"') == 1
    assert 'hx-swap-oob="outerHTML:#finding"' in second
    assert f'<select id="c{TIER}"' in second


def test_another_tab_that_was_faster_is_not_overwritten(maker: Maker) -> None:
    stale = {
        "version": str(maker.batch.version),
        "at": str(TIER),
        **WAS,
        "found": str(GOLD),
        "value": "gold",
        "do": "use",
    }
    maker.post("step_columns", {"do": "leave_out"})
    answer = maker.client.post(maker.url("columns_find"), stale, headers={"HX-Request": "true"})
    assert answer["HX-Refresh"] == "true"
    assert entry(maker) is None
    assert "was changed since you opened this page" in words(maker.get("step_columns"))


def test_clearing_in_a_tab_that_was_overtaken_leads_to_the_newest_answers(maker: Maker) -> None:
    stale = maker.batch.version
    maker.post("step_columns", {"do": "leave_out"})
    answer = maker.client.post(maker.url("columns_clear"), {"version": str(stale)}, follow=True)
    assert answer.status_code == 200
    assert "was changed since you opened this page" in words(answer)
    assert fresh(maker.batch).not_sent


@pytest.mark.parametrize("at", ["", "x", "-1", "99", "0"])
def test_rows_that_are_not_there_or_not_asked_about_are_not_found(maker: Maker, at: str) -> None:
    assert maker.post("columns_find", {"at": at}).status_code == 404


def test_the_row_and_the_page_that_comes_after_it_stay_within_their_bounds(client: Client) -> None:
    maker = at_columns(client, wide(60))
    for sid in range(30):
        factories.trait(maker.batch.workspace, 5000 + sid, name=f"Attribute {sid}")
    page = elements(maker.get("step_columns"))
    row = find(maker, 1, q="attribute")
    assert page + elements(row) <= 1500
    used = find(maker, 1, q="attribute", was="attribute", found="5000", value="a", do="use")
    assert elements(used) <= 1500
    assert Batch.objects.get(pk=maker.batch.pk).mapping["columns"][0]["action"] == "trait_if"
