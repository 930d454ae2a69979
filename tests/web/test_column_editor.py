"""The editor of one column: everything that a column can become, and a sentence for every answer that can't be used."""

from typing import Any

import pytest
from django.test import Client

from tests import factories
from tests.web.columns import CITY, CLEAN, EMAIL, FILE, IDENTITY, TIER, VIP, at_columns, editor, elements, fresh, send
from tests.web.journey import chosen, title, words

pytestmark = pytest.mark.django_db

GOLD, SILVER = {"v0_from": "gold"}, {"v1_from": "silver"}
SIGNAL = {"action": "signal", "key": "tier"}


def _entry(maker: Any, column: str = "tier") -> dict[str, Any] | None:
    return next((entry for entry in fresh(maker.batch).mapping.get("columns", []) if entry["column"] == column), None)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (SIGNAL, {"action": "signal", "key": "tier"}),
        ({"action": "add_traits", "split": "|"}, {"action": "add_traits", "split": "|"}),
        ({"action": "add_traits", "split": " "}, {"action": "add_traits", "split": " "}),
        ({"action": "remove_traits"}, {"action": "remove_traits"}),
        ({"action": "ic", "split": "custom", "split_custom": "::"}, {"action": "ic", "split": "::"}),
        ({**SIGNAL, "t0_what": "lower", "t2_what": "prefix", "t2_a": "x "},
         {"action": "signal", "key": "tier", "transforms": ["lower", {"prefix": "x "}]}),
        ({**SIGNAL, "t0_what": "replace", "t0_a": "-", "t0_b": "", "t1_what": "pad_left", "t1_a": "9", "t1_b": "0"},
         {"action": "signal", "key": "tier", "transforms": [{"replace": ["-", ""]}, {"pad_left": [9, "0"]}]}),
        ({**SIGNAL, **GOLD, "v0_to": "G", **SILVER, "v1_to": "", "otherwise": "skip"},
         {"action": "signal", "key": "tier", "values": {"gold": "G"}, "otherwise": "skip"}),
        ({**SIGNAL, **GOLD, "v0_to": "", "otherwise": "reject"}, {"action": "signal", "key": "tier"}),
        ({**SIGNAL, "t0_what": "upper", **GOLD, "v0_to": "1"},
         {"action": "signal", "key": "tier", "transforms": ["upper"], "values": {"GOLD": "1"}}),
        ({"action": "trait_if", **GOLD, "v0_add": "7001, 7002", **SILVER, "v1_remove": "7001", "rejects": "on"},
         {"action": "trait_if", "values": {"gold": {"add": [7001, 7002]}, "silver": {"remove": [7001]}},
          "otherwise": "reject"}),
    ],
)  # fmt: skip
def test_a_column_becomes_what_is_said(client: Client, fields: dict[str, str], expected: dict[str, Any]) -> None:
    maker = at_columns(client)
    answer = send(maker, TIER, **fields)
    assert answer["Location"] == maker.url("step_columns", f"?show=#c{TIER}")
    assert _entry(maker) == {"column": "tier", **expected}


@pytest.mark.parametrize("fields", [
    {"action": "signal", "key": "tier", "split": "|", "t0_what": "lower", "t1_what": "prefix", "t1_a": "x"},
    {"action": "signal", "key": "tier", "v0_from": "gold", "v0_to": "G", "otherwise": "reject"},
    {"action": "trait_if", "v0_from": "gold", "v0_add": "7001", "v1_from": "silver", "v1_remove": "7001"},
    {"action": "ic", "split": "custom", "split_custom": " - "},
    {"action": "none"},
])  # fmt: skip
def test_the_page_shows_what_was_kept_and_saving_it_changes_nothing(client: Client, fields: dict[str, str]) -> None:
    maker = at_columns(client)
    send(maker, TIER, **fields)
    batch = fresh(maker.batch)
    page = client.get(editor(maker, TIER))
    shown = {name: chosen(page, name) for name in fields if not name.endswith("_from")}
    assert {name: value for name, value in shown.items() if value != fields[name]} == {}
    send(maker, TIER, **fields)
    assert fresh(maker.batch).version == batch.version


def test_a_column_can_be_left_out_and_that_can_be_taken_back(client: Client) -> None:
    maker = at_columns(client, mapping={**IDENTITY, "columns": [{"column": "tier", **SIGNAL}]})
    send(maker, TIER, action="none")
    assert (_entry(maker), fresh(maker.batch).not_sent) == (None, ["tier"])
    assert "Saved: tier" in words(maker.get("step_columns", "?show="))
    maker.post("columns_undo", {})
    assert (_entry(maker), fresh(maker.batch).not_sent) == ({"column": "tier", **SIGNAL}, [])


def test_columns_keep_the_order_of_the_file(client: Client) -> None:
    maker = at_columns(client)
    send(maker, VIP, action="signal", key="vip")
    send(maker, TIER, **SIGNAL)
    assert [entry["column"] for entry in fresh(maker.batch).mapping["columns"]] == ["tier", "vip"]


LONG = "k" * 251
BAD: list[tuple[dict[str, str], str]] = [
    ({"action": ""}, "Choose what this column becomes"),
    ({"action": "explode"}, "Choose one of the things that a column can become"),
    ({"action": "signal", "key": ""}, "Write a key, such as tier"),
    ({"action": "signal", "key": "   "}, "Write a key, such as tier"),
    ({"action": "signal", "key": "my key"}, "“my key” can't be a key"),
    ({"action": "signal", "key": "-tier"}, "“-tier” can't be a key"),
    ({"action": "signal", "key": "123"}, "“123” can't be a key"),
    ({"action": "signal", "key": "größe"}, "“größe” can't be a key"),
    ({"action": "signal", "key": "a=b"}, "“a=b” can't be a key"),
    ({"action": "signal", "key": "d_sid"}, "“d_sid” stands for traits"),
    ({"action": "signal", "key": "d_unsid"}, "“d_unsid” stands for traits"),
    ({"action": "signal", "key": LONG}, "The key is too long: it may have 250 characters"),
    ({**SIGNAL, "split": "custom", "split_custom": ""}, "Write what stands between two values, such as |"),
    ({**SIGNAL, "split": "~~"}, "Choose one of the separators, or write another one"),
    ({**SIGNAL, "split": "custom", "split_custom": "-" * 21}, "The separator is too long: it may have 20 characters"),
    ({**SIGNAL, "t0_what": "shout"}, "Choose one of the changes that are offered"),
    ({**SIGNAL, "t0_what": "replace", "t0_a": ""}, "Write what is to be replaced"),
    ({**SIGNAL, "t0_what": "prefix", "t0_a": ""}, "Write what goes in front"),
    ({**SIGNAL, "t1_what": "pad_left", "t1_a": "", "t1_b": "0"}, "Write how many characters there shall be"),
    ({**SIGNAL, "t0_what": "pad_left", "t0_a": "0", "t0_b": "0"}, "Write how many characters there shall be"),
    ({**SIGNAL, "t0_what": "pad_left", "t0_a": "9999", "t0_b": "0"}, "Write how many characters there shall be"),
    ({**SIGNAL, "t0_what": "pad_left", "t0_a": "8", "t0_b": ""}, "Write the one character to fill up with"),
    ({**SIGNAL, "t0_what": "pad_left", "t0_a": "8", "t0_b": "00"}, "Write the one character to fill up with"),
    ({**SIGNAL, "t0_what": "lower", "t1_what": "upper"}, "Choose small letters or capital letters, not both"),
    ({**SIGNAL, "t0_what": "prefix", "t0_a": "x" * 201}, "The text is too long: it may have 200 characters"),
    ({**SIGNAL, "otherwise": "perhaps"}, "Choose what becomes of all other values"),
    ({**SIGNAL, **GOLD, "v0_to": "x" * 1001}, "This is too long: it may have 1,000 characters"),
    ({"action": "trait_if", **GOLD, **SILVER}, "Give at least one value a trait"),
    ({"action": "trait_if", **GOLD, "v0_add": "gold"}, "“gold” is no number of a trait"),
    ({"action": "trait_if", **GOLD, "v0_add": "0"}, "“0” is no number of a trait"),
    ({"action": "trait_if", **GOLD, "v0_remove": "-7"}, "“-7” is no number of a trait"),
    ({"action": "trait_if", **GOLD, "v0_add": "7001 7.5"}, "“7.5” is no number of a trait"),
    ({"action": "trait_if", **GOLD, "v0_add": "24", "v0_remove": "24"},
     "Trait 24 is given and taken away for the same value"),
    ({**SIGNAL, "t0_what": "digits", **GOLD, "v0_to": "1", **SILVER, "v1_to": "2"},
     "After the changes this is the same value as “gold”. Give both the same answer."),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "sentence"), BAD)
def test_an_answer_that_cannot_be_used_gets_a_sentence_and_stays(
    client: Client, fields: dict[str, str], sentence: str
) -> None:
    kept = {"column": "tier", "action": "ic"}
    maker = at_columns(client, mapping={**IDENTITY, "columns": [kept]})
    page = send(maker, TIER, **fields)
    assert page.status_code == 422
    assert title(page).startswith("Error:")
    assert words(page).count(sentence) >= 2, "in the summary and at the field"
    typed = {
        name: value for name, value in fields.items() if name.endswith(("key", "_a", "_b", "_to", "_add", "_remove"))
    }
    assert {name: chosen(page, name) for name in typed} == typed
    assert _entry(maker) == kept


def test_addresses_can_only_be_hashed_or_left_out(client: Client) -> None:
    maker = at_columns(client)
    page = send(maker, EMAIL, action="signal", key="email")
    assert (page.status_code, "which must not be sent. Hash them" in words(page)) == (422, True)
    send(maker, EMAIL, action="signal", key="email", t0_what="email_sha256")
    assert _entry(maker, "email") == {
        "column": "email", "action": "signal", "key": "email", "transforms": ["email_sha256"],
    }  # fmt: skip


def test_what_may_be_personal_has_to_be_looked_at(client: Client) -> None:
    rows = "\n".join(f"A-{row},Person {row}" for row in range(40))
    maker = at_columns(client, f"crm_id,last_name\n{rows}\n".encode())
    page = send(maker, 1, action="signal", key="label")
    assert (page.status_code, "Tick the box if not, or choose “Do not send”" in words(page)) == (422, True)
    assert send(maker, 1, action="signal", key="label", not_personal="on").status_code == 302


def test_in_an_overwrite_nothing_can_be_taken_away(client: Client) -> None:
    maker = at_columns(client, mapping={**IDENTITY, "mode": "overwrite"})
    page = client.get(editor(maker, TIER))
    assert 'value="remove_traits"' not in page.content.decode()
    assert "Takes away traits" not in words(page)
    assert send(maker, TIER, action="remove_traits").status_code == 422
    send(maker, TIER, action="trait_if", **GOLD, v0_add="24", v0_remove="25")
    assert _entry(maker) == {"column": "tier", "action": "trait_if", "values": {"gold": {"add": [24]}}}


def _workspace_with_traits() -> Any:
    where = factories.workspace()
    factories.trait(where, 7001, "Tier: Gold")
    factories.trait(where, 7002, "Golden age", type="RULE_BASED_TRAIT")
    factories.trait(where, 9001, "Gold of others", data_source=factories.data_source(where, 999))
    return where


def test_traits_are_found_by_name_and_put_behind_a_value(client: Client) -> None:
    maker = at_columns(client, where=_workspace_with_traits())
    fields = {"action": "trait_if", **GOLD, **SILVER, "v1_add": "5"}
    page = send(maker, TIER, **fields, do="find", q="gold")
    assert page.status_code == 200
    text = words(page)
    assert "Tier: Gold 7001" in text
    assert "It belongs to the data source CRM 999 (999); this transfer is for data source 478." in text
    assert "It is not an onboarded trait, so a file can't set it." in text
    content = " ".join(page.content.decode().split())
    assert content.count('name="found"') == 3
    assert content.count("disabled aria-describedby") == 2
    page = send(maker, TIER, **fields, do="add", q="gold", found="7001", found_for="v0")
    assert (chosen(page, "v0_add"), chosen(page, "v1_add")) == ("7001", "5")
    assert "7001 is Tier: Gold" in words(page)
    assert _entry(maker) is None
    page = send(maker, TIER, **fields, do="remove", found="7001", found_for="v1")
    assert chosen(page, "v1_remove") == "7001"


def test_a_search_can_be_a_link_and_says_when_it_finds_nothing(client: Client) -> None:
    maker = at_columns(client, where=_workspace_with_traits())
    assert "Tier: Gold 7001" in words(client.get(editor(maker, TIER) + "?q=700"))
    assert "No trait called 'gld'. Try fewer letters." in words(client.get(editor(maker, TIER) + "?q=gld"))
    other = at_columns(client)
    assert "This workspace has no list of traits yet." in words(client.get(editor(other, TIER) + "?q=gold"))


@pytest.mark.parametrize("fields", [
    {"found": "x", "found_for": "v0"}, {"found": "7001", "found_for": "key"}, {"found": "", "found_for": ""},
    {"found": "7001", "found_for": "v99"},
])  # fmt: skip
def test_a_trait_goes_nowhere_but_behind_a_value(client: Client, fields: dict[str, str]) -> None:
    maker = at_columns(client)
    page = send(maker, TIER, action="trait_if", key="k", **GOLD, do="add", **fields)
    assert (page.status_code, chosen(page, "v0_add"), chosen(page, "key")) == (200, "", "k")


def test_values_of_last_month_that_are_not_in_this_file_stay(client: Client) -> None:
    entry = {"column": "tier", "action": "signal", "key": "tier", "values": {"gold": "G", "platinum": "P"}}
    maker = at_columns(client, mapping={**IDENTITY, "columns": [entry]})
    page = client.get(editor(maker, TIER))
    place = next(number for number in range(5) if chosen(page, f"v{number}_from") == "platinum")
    assert chosen(page, f"v{place}_to") == "P"
    send(maker, TIER, **SIGNAL, v0_from="gold", v0_to="G", v2_from="platinum", v2_to="P")
    assert _entry(maker) == entry


def test_cells_of_several_values_are_cut_for_the_table(client: Client) -> None:
    maker = at_columns(client, CLEAN.replace(b"gold", b"gold|new"))
    page = send(maker, TIER, **SIGNAL, split="|", do="preview")
    assert {chosen(page, f"v{number}_from") for number in range(3)} == {"gold", "new", "silver"}


def test_rows_without_a_value_in_this_column_are_not_called_left_out(client: Client) -> None:
    maker = at_columns(client, b"crm_id,tier,city\nA-1,gold,Lyon\nA-2,,Oslo\n,silver,Rome\nA-4,,Bonn\n")
    post = {"position": str(TIER), "action": "signal", "key": "tier"}
    text = words(maker.post("columns_preview", post))
    assert "would be left out" not in text
    assert "the first row with a problem (4)" in text
    text = words(maker.post("columns_preview", {**post, "row": "3"}))
    assert "This column has nothing to send for this row." in text
    assert "This row is not sent." not in text


def test_the_preview_follows_what_is_typed_and_keeps_nothing(client: Client) -> None:
    maker = at_columns(client)
    page = maker.post("columns_preview", {"position": str(CITY), "action": "signal", "key": "town", "t0_what": "upper"})
    assert "A-1\t&quot;town&quot;=&quot;BRISTOL&quot;" in page.content.decode()
    assert _entry(maker, "city") is None
    page = maker.post("columns_preview", {"position": str(CITY), "action": "signal", "key": "my town"})
    assert "What you entered last is not shown yet: “my town” can't be a key" in words(page)
    assert maker.post("columns_preview", {"position": "99", "action": "signal"}).status_code == 404


def test_a_second_tab_does_not_overwrite_the_first(client: Client) -> None:
    maker = at_columns(client)
    old = str(maker.batch.version)
    send(maker, TIER, **SIGNAL)
    answer = client.post(editor(maker, TIER), {"version": old, "do": "save", "action": "none"})
    assert "was changed since you opened this page" in words(client.get(answer["Location"]))
    assert _entry(maker) == {"column": "tier", **SIGNAL}


def test_what_was_typed_outlives_the_session(client: Client) -> None:
    maker = at_columns(client)
    client.logout()
    client.post(editor(maker, TIER), {"version": "0", "do": "save", "action": "signal", "key": "my_tier"})
    kept = client.session["kept_post"]
    client.force_login(maker.batch.maker)
    session = client.session
    session["kept_post"] = kept
    session.save()
    page = client.get(editor(maker, TIER))
    assert (chosen(page, "key"), chosen(page, "action"), _entry(maker)) == ("my_tier", "signal", None)


@pytest.mark.parametrize("position", [0, 5, 4000])
def test_there_is_an_editor_only_for_columns_that_can_be_sent(client: Client, position: int) -> None:
    assert client.get(editor(at_columns(client), position)).status_code == 404


def test_a_column_of_many_values_stays_within_the_budget(client: Client) -> None:
    rows = "\n".join(f"A-{row},town {row % 60}" for row in range(600))
    maker = at_columns(client, f"crm_id,city\n{rows}\n".encode())
    page = client.get(editor(maker, 1))
    assert elements(page) <= 1500
    assert page.content.decode().count("_from") == 50


def test_markup_in_cells_is_only_text(client: Client) -> None:
    maker = at_columns(client, FILE.replace(b"gold", b"<b>&x</b>"))
    for page in (
        client.get(editor(maker, TIER)),
        maker.get("step_columns"),
        maker.post("step_columns", {"do": "first"}),
    ):
        assert "<b>&x" not in page.content.decode()
