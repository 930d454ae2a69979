"""The third step: a table of columns, what each becomes, and the very line that will be sent."""

import re
from typing import Any

import pytest
from django.test import Client

from ingest.models import Batch, Job
from ingest.services import files
from tests import factories
from tests.web.columns import CITY, CLEAN, EMAIL, IDENTITY, TIER, VIP, at_columns, fresh, options
from tests.web.journey import chosen, title, words

pytestmark = pytest.mark.django_db

TIER_ENTRY = {"column": "tier", "action": "signal", "key": "tier"}
CITY_ENTRY = {"column": "city", "action": "signal", "key": "city"}


def _answers(page: Any) -> dict[str, str]:
    return {
        f"c{TIER}": options(page, TIER)["tier = value"], f"c{CITY}": "none", f"c{EMAIL}": "none", f"c{VIP}": "none",
    }  # fmt: skip


def test_every_column_stands_with_samples_and_what_it_looks_like(client: Client) -> None:
    text = words(at_columns(client).get("step_columns"))
    for expected in ("tier", "gold · silver", "100 %", "Identifies people", "Needs you", "e-mail addresses"):
        assert expected in text
    assert "It identifies people." not in text, "the state has said so"


def test_answers_start_the_check_of_all_rows(client: Client) -> None:
    maker = at_columns(client)
    answer = maker.post("step_columns", {"do": "check", **_answers(maker.get("step_columns"))})
    assert answer["Location"] == maker.url("checking")
    batch = fresh(maker.batch)
    assert (batch.mapping["columns"], sorted(batch.not_sent)) == ([TIER_ENTRY], ["city", "email", "vip"])
    assert (batch.state, Job.objects.filter(kind=Job.Kind.CHECK).count()) == ("checking", 1)


def test_an_open_column_is_named_and_everything_chosen_stays(client: Client) -> None:
    maker = at_columns(client)
    answers = _answers(maker.get("step_columns"))
    answers[f"c{VIP}"] = ""
    page = maker.post("step_columns", {"do": "check", **answers})
    assert page.status_code == 422
    assert title(page).startswith("Error:")
    assert f'<a href="#c{VIP}">Choose what to do with vip</a>' in page.content.decode()
    assert chosen(page, f"c{CITY}") == "none"
    assert chosen(page, f"c{TIER}") == answers[f"c{TIER}"]
    # and it is kept, so that finishing later loses nothing
    assert fresh(maker.batch).mapping["columns"] == [TIER_ENTRY]
    assert fresh(maker.batch).state == "draft"


def test_something_has_to_be_sent(client: Client) -> None:
    maker = at_columns(client)
    page = maker.post("step_columns", {"do": "check", **{f"c{place}": "none" for place in (TIER, CITY, EMAIL, VIP)}})
    assert (page.status_code, "Match at least one column" in words(page)) == (422, True)


def test_something_else_leads_to_the_editor_and_keeps_the_rest(client: Client) -> None:
    maker = at_columns(client)
    answers = _answers(maker.get("step_columns")) | {f"c{CITY}": "edit"}
    answer = maker.post("step_columns", {"do": "check", **answers})
    assert answer["Location"].endswith(f"/columns/{CITY}")
    assert fresh(maker.batch).mapping["columns"] == [TIER_ENTRY]


def test_addresses_cannot_be_sent_by_any_choice(client: Client) -> None:
    maker = at_columns(client)
    page = maker.get("step_columns")
    assert set(options(page, EMAIL)) == {"Choose", "Do not send", "Something else…"}
    assert "must not be sent" in words(page)
    assert maker.url("step_people") in page.content.decode()
    answers = _answers(page) | {f"c{EMAIL}": options(page, TIER)["tier = value"]}
    assert maker.post("step_columns", {"do": "check", **answers}).status_code == 422
    assert [entry["column"] for entry in fresh(maker.batch).mapping["columns"]] == ["tier"]


def test_an_earlier_answer_that_sends_addresses_is_asked_again(client: Client) -> None:
    entry = {"column": "email", "action": "signal", "key": "email"}
    maker = at_columns(client, mapping={**IDENTITY, "columns": [TIER_ENTRY, entry]}, not_sent=["city", "vip"])
    page = maker.post("step_columns", {"do": "check"})
    assert (page.status_code, "Choose what to do with email" in words(page)) == (422, True)


def test_all_that_need_an_answer_can_be_left_out_at_once_and_back(client: Client) -> None:
    maker = at_columns(client)
    maker.post(
        "step_columns", {"do": "leave_out", f"c{TIER}": options(maker.get("step_columns"), TIER)["tier = value"]}
    )
    assert (fresh(maker.batch).mapping["columns"], len(fresh(maker.batch).not_sent)) == ([TIER_ENTRY], 3)
    assert "Undo" in words(maker.get("step_columns", "?show="))
    maker.post("columns_undo", {})
    assert ("columns" in fresh(maker.batch).mapping, fresh(maker.batch).not_sent) == (False, [])


def test_the_first_suggestions_are_taken_at_once_but_never_for_personal_data(client: Client) -> None:
    maker = at_columns(client)
    maker.post("step_columns", {"do": "first"})
    assert [entry["column"] for entry in fresh(maker.batch).mapping["columns"]] == ["tier", "city", "vip"]
    assert fresh(maker.batch).not_sent == []
    assert "3 columns have an answer now. 1 still needs you: email." in words(maker.get("step_columns", "?show="))


def test_nothing_is_taken_back_after_another_change(client: Client) -> None:
    maker = at_columns(client)
    maker.post("step_columns", {"do": "first"})
    maker.post("step_columns", {"do": "leave_out"})
    client.session.save()
    session = client.session
    session["columns_undo"] = session["columns_undo"] | {"version": 1}
    session.save()
    maker.post("columns_undo", {})
    assert fresh(maker.batch).not_sent == ["email"]


def test_clear_forgets_every_answer_and_can_be_taken_back(client: Client) -> None:
    maker = at_columns(client, mapping={**IDENTITY, "columns": [TIER_ENTRY]}, not_sent=["city"])
    maker.post("columns_clear", {})
    assert ("columns" in fresh(maker.batch).mapping, fresh(maker.batch).not_sent) == (False, [])
    maker.post("columns_undo", {})
    assert (fresh(maker.batch).mapping["columns"], fresh(maker.batch).not_sent) == ([TIER_ENTRY], ["city"])


def test_filters_show_what_needs_somebody_and_what_is_not_sent(client: Client) -> None:
    maker = at_columns(client, mapping={**IDENTITY, "columns": [TIER_ENTRY]}, not_sent=["city"])
    shown = {show: maker.get("step_columns", f"?show={show}").content.decode() for show in ("", "open", "not_sent")}
    found = {show: set(re.findall(r'<select id="(c\d)"', text)) for show, text in shown.items()}
    assert found == {"": {"c1", "c2", "c3", "c4"}, "open": {"c3", "c4"}, "not_sent": {"c2"}}


def test_the_preview_shows_the_line_that_the_engine_makes_of_unsaved_choices(client: Client) -> None:
    maker = at_columns(client)
    answers = _answers(maker.get("step_columns"))
    page = maker.post("columns_preview", {**answers, "row": "3"})
    assert 'data-text="A-2\t&quot;tier&quot;=&quot;silver&quot;"' in page.content.decode()
    assert "Preview updated" in words(page)
    assert 'id="s1" hx-swap-oob="true"' in " ".join(page.content.decode().split())
    assert "columns" not in fresh(maker.batch).mapping


def test_the_preview_works_with_a_button_and_keeps_what_was_chosen(client: Client) -> None:
    maker = at_columns(client)
    answers = _answers(maker.get("step_columns"))
    page = maker.post("step_columns", {"do": "preview", "row": "4", **answers})
    assert (page.status_code, chosen(page, f"c{TIER}")) == (200, answers[f"c{TIER}"])
    assert "In your file, row 4" in words(page)
    assert "columns" not in fresh(maker.batch).mapping


def test_the_preview_says_what_would_be_left_out(client: Client) -> None:
    content = b"crm_id,tier\nA-1,gold\nA:2,silver\n,gold\n"
    maker = at_columns(client, content, mapping={**IDENTITY, "columns": [TIER_ENTRY]})
    text = words(maker.post("columns_preview", {"row": "problem"}))
    assert "In your file, row 3" in text
    assert "This row is not sent." in text
    assert "2 of the first 3 rows would be left out" in text
    assert "A:2" in text


def test_without_any_answer_the_preview_says_what_it_waits_for(client: Client) -> None:
    maker = at_columns(client)
    assert "Choose what to send" in words(maker.post("columns_preview", {}))


@pytest.mark.parametrize(
    ("mapping", "line"),
    [
        ({"version": 1, "kind": "id_sync", "mode": "sync", "ids": [
            {"column": "gaid", "type": "gaid", "dpid": 20914}, {"column": "crm_id", "type": "customer_id", "dpid": 478},
        ]}, "cd4a1c8e-6f3b-4a55-9e2c-7b1d0f2a9c41\tA-1"),
        ({"version": 1, "kind": "hashed_emails", "mode": "sync", "dpid": 478, "email_dpid": 500,
          "id": {"column": "crm_id", "type": "customer_id"}, "emails": [{"column": "email", "hashed": False}]},
         "A-1\t"),
    ],
)  # fmt: skip
def test_other_kinds_show_what_is_sent_and_go_on_to_the_check(client: Client, mapping: Any, line: str) -> None:
    content = b"gaid,crm_id,email,city\ncd4a1c8e-6f3b-4a55-9e2c-7b1d0f2a9c41,A-1,a@example.com,Lyon\n"
    maker = at_columns(client, content, mapping=mapping)
    page = maker.get("step_columns")
    assert "All other columns stay here" in words(page)
    assert f'data-text="{line}' in page.content.decode()
    assert "Lyon" not in words(page)
    assert maker.post("step_columns", {"do": "check"})["Location"] == maker.url("checking")


def test_a_second_tab_does_not_overwrite_the_first(client: Client) -> None:
    maker = at_columns(client)
    old = maker.batch.version
    maker.post("step_columns", {"do": "first"})
    answer = client.post(maker.url("step_columns"), {"version": str(old), "do": "leave_out", f"c{TIER}": "none"})
    assert answer.status_code == 302
    assert "was changed since you opened this page" in words(client.get(answer["Location"]))
    assert [entry["column"] for entry in fresh(maker.batch).mapping["columns"]] == ["tier", "city", "vip"]


@pytest.mark.parametrize("page", ["step_columns", "columns_preview"])
def test_what_was_chosen_outlives_the_session(client: Client, page: str) -> None:
    maker = at_columns(client)
    answers = _answers(maker.get("step_columns"))
    client.logout()
    client.post(maker.url(page), {"version": str(maker.batch.version), "do": "check", **answers})
    session = client.session
    client.force_login(maker.batch.maker)
    kept = dict(session)
    again = client.session
    again.update({name: value for name, value in kept.items() if name == "kept_post"})
    again.save()
    shown = maker.get("step_columns")
    assert chosen(shown, f"c{TIER}") == answers[f"c{TIER}"]
    assert chosen(shown, f"c{CITY}") == "none"
    assert "columns" not in fresh(maker.batch).mapping


def test_a_checked_batch_goes_on_to_its_results_without_another_check(client: Client) -> None:
    maker = at_columns(client, CLEAN, mapping={**factories.MAPPING}, not_sent=["city"])
    factories.finished_check(maker.batch)
    Batch.objects.filter(pk=maker.batch.pk).update(state="checked")
    assert maker.post("step_columns", {"do": "check"})["Location"] == maker.url("results")


def test_answers_that_no_longer_fit_are_said_at_their_column(client: Client) -> None:
    entry = {"column": "tier", "action": "remove_traits"}
    maker = at_columns(client, CLEAN, mapping={**IDENTITY, "mode": "overwrite", "columns": [entry]}, not_sent=["city"])
    page = maker.post("step_columns", {"do": "check"})
    assert page.status_code == 422
    assert "nothing can be taken away then" in words(page)
    assert 'href="#c1"' in page.content.decode()


def test_people_come_first(client: Client) -> None:
    maker = at_columns(client, mapping={"version": 1})
    assert maker.get("step_columns")["Location"] == maker.url("step_people")


def test_a_file_that_is_gone_leads_back_to_the_file(client: Client) -> None:
    maker = at_columns(client)
    assert maker.batch.upload is not None
    files.remove(maker.batch.upload.key)
    assert maker.get("step_columns")["Location"] == maker.url("step_file")


def test_columns_without_a_name_of_their_own_say_why(client: Client) -> None:
    maker = at_columns(client, b"crm_id,tier,tier,,city\nA-1,a,b,c,d\nA-2,a,b,c,d\n")
    text = words(maker.get("step_columns"))
    assert text.count("Can't be used") == 3
    assert "Several columns are called tier." in text


@pytest.mark.parametrize("query", ["?page=x", "?page=99999", "?show=nothing", "?page=-1", "?page=0&show=open"])
def test_odd_addresses_show_the_table(client: Client, query: str) -> None:
    assert at_columns(client).get("step_columns", query).status_code == 200


def test_only_the_maker_sees_the_pages(client: Client) -> None:
    maker = at_columns(client)
    client.force_login(factories.member(maker.batch.workspace, "Eve"))
    assert maker.get("step_columns").status_code == 403
    for page in ("columns_clear", "columns_preview", "columns_undo"):
        assert client.post(maker.url(page)).status_code == 403


def test_headline_and_filter_count_the_same_also_while_something_else_is_wanted(client: Client) -> None:
    maker = at_columns(client, CLEAN)
    for chosen_now in ({f"c{TIER}": "edit"}, {f"c{TIER}": "edit", f"c{CITY}": "none"}):
        page = maker.post("step_columns", {"do": "preview", **chosen_now})
        told = re.search(r"(\d+) needs? you ", words(page))
        assert told is not None
        assert f"Needs you {told[1]} " in words(page)
        fragment = maker.post("columns_preview", chosen_now).content.decode()
        assert f'id="chip-open" hx-swap-oob="true">{told[1]}</span>' in fragment


def test_one_column_is_sent_in_the_right_number(client: Client) -> None:
    maker = at_columns(client, CLEAN)
    page = maker.post("step_columns", {"do": "preview", f"c{TIER}": "none", f"c{CITY}": "none"})
    assert "0 of 2 columns are sent" in words(page)
    tier = options(maker.get("step_columns"), TIER)["tier = value"]
    page = maker.post("step_columns", {"do": "preview", f"c{TIER}": tier, f"c{CITY}": "none"})
    assert "1 of 2 columns is sent" in words(page)


def test_pages_with_cells_are_kept_by_no_cache(client: Client) -> None:
    maker = at_columns(client)
    assert "no-store" in maker.get("step_columns")["Cache-Control"]
    assert "no-store" in maker.post("columns_preview", {})["Cache-Control"]


def test_no_cell_reaches_the_session_or_the_history(client: Client) -> None:
    maker = at_columns(client)
    maker.post("step_columns", {"do": "first"})
    kept = str(dict(client.session)) + str(list(maker.batch.events.values_list("after", flat=True)))
    assert not [cell for cell in ("A-1", "Bristol", "a@example.com") if cell in kept]
