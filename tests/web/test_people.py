"""S3: who people are. Every answer becomes members of the mapping, and every bad one gets its sentence."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from ingest.crm.mapping import parse_mapping
from ingest.models import Batch, Event
from tests import factories
from tests.web.journey import EVERYTHING, Maker, chosen, maker_with, maker_with_everything, of_kind, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def maker(client: Client) -> Maker:
    """A maker with a file of everything, and data sources for it."""
    return maker_with_everything(client)


def _is_judged_fine(mapping: dict[str, Any]) -> None:
    columns = (
        {"columns": [{"column": "tier", "action": "signal", "key": "tier"}]} if mapping["kind"] == "traits" else {}
    )
    parse_mapping({**mapping, **columns})


def _begun_after(batch: Batch) -> None:
    """The transfer was begun after all that have been made so far, so that their answers are earlier ones."""
    Batch.objects.filter(pk=batch.pk).update(created_at=timezone.now())


def test_traits_are_answered_on_three_short_pages(maker: Maker) -> None:
    answer = maker.post("step_people", {"kind": "traits"})
    assert (answer.status_code, answer.url) == (302, maker.url("people_ids"))
    answer = maker.post("people_ids", {"id_type": "customer_id", "id_column": "crm_id"})
    assert (answer.status_code, answer.url) == (302, maker.url("people_source"))
    answer = maker.post("people_source", {"dpid": "478", "mode": "sync"})
    assert (answer.status_code, answer.url) == (302, maker.url("step_columns"))
    assert maker.mapping() == {
        "version": 1, "kind": "traits", "id": {"column": "crm_id", "type": "customer_id"}, "dpid": 478, "mode": "sync",
    }  # fmt: skip
    _is_judged_fine(maker.mapping())


def test_device_ids_come_from_adobe_and_traits_belong_to_the_workspace(maker: Maker) -> None:
    of_kind(maker, "traits")
    maker.post("people_ids", {"id_type": "gaid", "id_column": "gaid"})
    page = maker.get("people_source")
    assert chosen(page, "dpid") == "20914"
    maker.post("people_source", {"dpid": "20914", "target_dpid": "478", "mode": "overwrite"})
    assert maker.mapping()["dpid"] == 20914
    assert maker.mapping()["target_dpid"] == 478
    _is_judged_fine(maker.mapping())


def test_the_only_data_source_that_fits_is_proposed(client: Client) -> None:
    maker = maker_with(client, b"ecid,tier\n" + b"".join(b"%038d,gold\n" % (10**37 + number) for number in range(9)))
    factories.data_source(maker.batch.workspace, 478, name="CRM customers")
    of_kind(maker, "traits", id={"column": "ecid", "type": "ecid"})
    page = maker.get("people_source")
    assert (chosen(page, "dpid"), chosen(page, "target_dpid")) == ("4", "478")
    factories.data_source(maker.batch.workspace, 479, name="Analytics", id_type="ecid")
    assert chosen(maker.get("people_source"), "dpid") == "479", "the workspace's own comes before Adobe's"
    factories.data_source(maker.batch.workspace, 480, name="Target", id_type="ecid")
    assert chosen(maker.get("people_source"), "dpid") == "", "nobody knows which of several it is"


@pytest.mark.parametrize("kind", ["traits", "id_sync", "hashed_emails"])
@pytest.mark.parametrize("column", ["ecid", "crm_id", "visitor"])
def test_ids_that_a_spreadsheet_has_rounded_are_no_guess_and_it_is_said_what_to_do(
    client: Client, kind: str, column: str
) -> None:
    rows = b"".join(b"1.2345%dE+37,gold,%d.5E+6\n" % (number % 3, number % 2) for number in range(9))
    page = of_kind(maker_with(client, column.encode() + b",tier,revenue\n" + rows), kind).get("people_ids")
    text = words(page)
    assert f"A spreadsheet has rounded the numbers in column {column}" in text
    assert "Export this column as text, and upload the file again" in text
    assert "Our guess" not in text
    assert "0 %" not in text
    assert "numbers in column revenue" not in text, "amounts may be written like that"


def test_an_id_sync_links_two_to_six_columns_in_order(maker: Maker) -> None:
    maker.post("step_people", {"kind": "id_sync"})
    page = maker.get("people_ids")
    assert {chosen(page, "column_1"), chosen(page, "column_2")} == {"idfa", "gaid"}
    answer = maker.post("people_ids", {
        "column_1": "idfa", "type_1": "idfa", "dpid_1": "20915",
        "column_3": "crm_id", "type_3": "customer_id", "dpid_3": "478",
        "column_2": "gaid", "type_2": "gaid", "dpid_2": "20914",
    })  # fmt: skip
    assert (answer.status_code, answer.url) == (302, maker.url("step_columns"))
    assert maker.mapping()["ids"] == [
        {"column": "idfa", "dpid": 20915, "type": "idfa"},
        {"column": "gaid", "dpid": 20914, "type": "gaid"},
        {"column": "crm_id", "dpid": 478, "type": "customer_id"},
    ]
    _is_judged_fine(maker.mapping())


def test_customer_ids_come_first_only_with_a_yes(maker: Maker) -> None:
    of_kind(maker, "id_sync")
    answers = {
        "column_1": "crm_id", "type_1": "customer_id", "dpid_1": "478",
        "column_2": "idfa", "type_2": "idfa", "dpid_2": "20915",
    }  # fmt: skip
    refused = maker.post("people_ids", answers)
    assert refused.status_code == 422
    assert "The first column must hold device IDs, and crm_id is not said to" in words(refused)
    assert maker.post("people_ids", {**answers, "allow_customer_id_first": "on"}).status_code == 302
    assert maker.mapping()["allow_customer_id_first"] is True
    _is_judged_fine(maker.mapping())


def test_hashed_addresses_of_customers_take_two_pages_and_two_data_sources(maker: Maker) -> None:
    maker.post("step_people", {"kind": "hashed_emails"})
    page = maker.get("people_ids")
    assert chosen(page, "id_column") == "crm_id"
    maker.post("people_ids", {
        "id_column": "crm_id", "column_1": "email", "hashed_1": "no", "column_2": "email_sha256", "hashed_2": "yes",
    })  # fmt: skip
    answer = maker.post("people_source", {"dpid": "478", "email_dpid": "900"})
    assert (answer.status_code, answer.url) == (302, maker.url("step_columns"))
    assert maker.mapping()["emails"] == [
        {"column": "email", "hashed": False},
        {"column": "email_sha256", "hashed": True},
    ]
    _is_judged_fine(maker.mapping())


def test_our_guess_is_marked_as_one_and_says_how_well_it_fits(maker: Maker) -> None:
    page = of_kind(maker, "traits").get("people_ids")
    assert "Your own customer ID (CRM ID) Our guess" in words(page)
    assert "Column crm_id looks like this: 100 % fit" in words(page)
    assert (chosen(page, "id_type"), chosen(page, "id_column")) == ("customer_id", "crm_id")


def test_addresses_are_hashed_where_hashes_identify_people(maker: Maker) -> None:
    of_kind(maker, "traits")
    maker.post("people_ids", {"id_type": "hashed_email", "id_column": "email"})
    assert maker.mapping()["id"] == {"column": "email", "type": "hashed_email", "transforms": ["email_sha256"]}
    maker.post("people_ids", {"id_type": "hashed_email", "id_column": "email_sha256"})
    assert maker.mapping()["id"] == {"column": "email_sha256", "type": "hashed_email"}


def test_ids_can_be_tidied_and_what_was_said_elsewhere_is_kept(maker: Maker) -> None:
    entry = {"column": "crm_id", "type": "customer_id", "transforms": ["upper", {"prefix": "X"}]}
    of_kind(maker, "traits", id=entry)
    page = maker.get("people_ids")
    assert "As in the mapping: {&quot;prefix&quot;" in page.content.decode()
    maker.post("people_ids", {
        "id_type": "customer_id", "id_column": "crm_id", "transforms": ["strip_leading_zeros", '{"prefix": "X"}'],
    })  # fmt: skip
    assert maker.mapping()["id"]["transforms"] == ["strip_leading_zeros", {"prefix": "X"}]


def test_a_choice_that_the_data_contradict_is_warned_of_and_not_stopped(maker: Maker) -> None:
    of_kind(maker, "traits")
    answer = maker.post("people_ids", {"id_type": "idfa", "id_column": "gaid"})
    assert answer.status_code == 302
    assert "You chose Apple IDs, but 100 % of column gaid look like Android IDs" in words(maker.get("people_source"))


def test_a_fitting_choice_is_not_warned_of(maker: Maker) -> None:
    of_kind(maker, "traits", id={"column": "gaid", "type": "rida"})
    assert "You chose" not in words(maker.get("people_source"))


def test_another_kind_asks_the_next_questions_anew(maker: Maker) -> None:
    mapping = {**factories.MAPPING, "reader": {"encoding": "utf-8", "delimiter": ","}}
    Batch.objects.filter(pk=maker.batch.pk).update(mapping=mapping, not_sent=["city"])
    maker.post("step_people", {"kind": "traits"})
    assert maker.mapping() == mapping
    maker.post("step_people", {"kind": "id_sync"})
    assert maker.mapping() == {"version": 1, "kind": "id_sync", "mode": "sync", "reader": mapping["reader"]}
    assert maker.batch.not_sent == []


def test_a_column_that_identifies_people_is_not_sent_as_something_else(maker: Maker) -> None:
    columns = [{"column": name, "action": "signal", "key": name} for name in ("crm_id", "tier")]
    of_kind(maker, "traits", columns=columns)
    Batch.objects.filter(pk=maker.batch.pk).update(not_sent=["crm_id", "phone"])
    maker.post("people_ids", {"id_type": "customer_id", "id_column": "crm_id"})
    assert [entry["column"] for entry in maker.mapping()["columns"]] == ["tier"]
    assert maker.batch.not_sent == ["phone"]


def test_the_same_columns_as_last_time_are_answered_already(maker: Maker) -> None:
    batch = maker.batch
    other = factories.member(batch.workspace, "Bo")
    entry = {"column": "idfa", "type": "idfa"}
    mapping = {"version": 1, "kind": "traits", "mode": "overwrite", "dpid": 20915, "target_dpid": 478, "id": entry}
    factories.batch(batch.workspace, other, header_sha256=batch.header_sha256, mapping=mapping, name="October")
    _begun_after(batch)
    page = maker.get("step_people")
    assert chosen(page, "kind") == "traits"
    assert "Same columns as October" in words(page)
    maker.post("step_people", {"kind": "traits"})
    assert chosen(maker.get("people_ids"), "id_column") == "idfa"
    maker.post("people_ids", {"id_type": "idfa", "id_column": "idfa"})
    page = maker.get("people_source")
    assert [chosen(page, name) for name in ("dpid", "target_dpid", "mode")] == ["20915", "478", "overwrite"]


def test_what_this_maker_answered_comes_before_what_others_did(maker: Maker) -> None:
    batch = maker.batch
    who = {"column": "crm_id", "type": "customer_id"}
    mine = {"version": 1, "kind": "traits", "mode": "sync", "dpid": 478, "id": who}
    theirs = {**mine, "kind": "traits", "id": {"column": "idfa", "type": "customer_id"}}
    other = factories.member(batch.workspace, "Bo")
    factories.batch(batch.workspace, batch.maker, header_sha256=batch.header_sha256, mapping=mine, name="Mine")
    factories.batch(batch.workspace, other, header_sha256=batch.header_sha256, mapping=theirs, name="Theirs")
    _begun_after(batch)
    assert "Same columns as Mine" in words(maker.get("step_people"))


def test_another_workspace_is_never_remembered(maker: Maker) -> None:
    elsewhere = factories.workspace()
    stranger = factories.member(elsewhere)
    factories.batch(elsewhere, stranger, header_sha256=maker.batch.header_sha256, mapping=factories.MAPPING, name="X")
    assert "Same columns" not in words(maker.get("step_people"))


@pytest.mark.parametrize("role", ["maker", "admin"])
def test_without_a_data_source_it_is_said_who_can_add_one(client: Client, role: str) -> None:
    where = factories.workspace()
    person = factories.member(where, "Ada", roles=("maker", role))
    factories.member(where, "Li Wei", roles=("admin",))
    made = maker_with(client, EVERYTHING, where=where, person=person)
    of_kind(made, "traits", id={"column": "crm_id", "type": "customer_id"})
    page = words(made.get("people_source"))
    assert "This workspace has no data source yet" in page
    assert ("Add a data source" in page) is (role == "admin")
    assert ("Ask Li Wei to add one" in page) is (role == "maker")
    assert "Which data source" not in page, "a question that nobody could answer"
    assert "Finish later" in page


def test_a_long_list_of_data_sources_can_be_searched(maker: Maker) -> None:
    for number in range(12):
        factories.data_source(maker.batch.workspace, 1000 + number, name=f"Shop {number}")
    of_kind(maker, "traits", id={"column": "crm_id", "type": "customer_id"})
    page = maker.get("people_source").content.decode()
    assert 'hx-get="' + maker.url("people_sources") in page
    assert page.count("<option") > 12
    found = maker.get("people_sources", "?field=dpid&find=shop+7")
    assert "Shop 7 (1007)" in words(found)
    assert "Shop 8" not in words(found)
    assert "No data source has this name or number" in words(maker.get("people_sources", "?field=dpid&find=zzz"))


def test_coming_from_the_check_page_one_goes_back_to_it(maker: Maker) -> None:
    of_kind(maker, "traits", id={"column": "crm_id", "type": "customer_id"})
    page = maker.get("people_source", "?next=submit")
    assert 'name="next" value="submit"' in page.content.decode()
    answer = maker.post("people_source", {"dpid": "478", "mode": "sync", "next": "submit"})
    assert answer.url == maker.url("submit")
    answer = maker.post("people_source", {"dpid": "478", "mode": "sync", "next": "https://example.com/"})
    assert answer.url == maker.url("step_columns")


def test_pages_are_asked_in_their_order(maker: Maker) -> None:
    assert maker.get("people_ids").url == maker.url("step_people")
    assert maker.get("people_source").url == maker.url("people_ids")


def test_a_file_that_is_gone_leads_to_the_page_of_the_file(client: Client) -> None:
    made = maker_with(client, b"")
    of_kind(made, "traits")
    assert made.get("people_ids").url == made.url("step_file")


def test_a_second_tab_reads_the_newer_answers_and_overwrites_nothing(maker: Maker) -> None:
    maker.post("step_people", {"kind": "traits"})
    answer = maker.client.post(maker.url("step_people"), {"version": "0", "kind": "id_sync"}, follow=True)
    assert "This transfer was changed since you opened this page" in words(answer)
    assert chosen(answer, "kind") == maker.mapping()["kind"] == "traits"


@pytest.mark.parametrize("page", ["step_people", "people_ids", "people_source"])
def test_who_waits_for_approval_changes_nothing(maker: Maker, page: str) -> None:
    factories.finished_check(maker.batch)
    place = factories.destination(maker.batch.workspace)
    Batch.objects.filter(pk=maker.batch.pk).update(state="waiting", destination=place, mapping=factories.MAPPING)
    answer = maker.post(page, {"kind": "id_sync", "id_column": "gaid", "dpid": "478"})
    assert (answer.status_code, answer.url) == (302, maker.url("submitted"))
    assert maker.mapping() == factories.MAPPING


def test_events_tell_that_the_mapping_changed_and_nothing_of_it(maker: Maker) -> None:
    maker.post("step_people", {"kind": "traits"})
    maker.post("people_ids", {"id_type": "customer_id", "id_column": "crm_id"})
    told = [event.after for event in Event.objects.filter(batch=maker.batch, kind="batch.answers")]
    assert told == [{"changed": ["mapping"]}, {"changed": ["mapping"]}]
