"""S8 and S9: everything is looked at once more, one button asks for approval, and its answer can be bookmarked."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ingest.models import Batch, Check, Decision, Destination, Event, Membership
from ingest.services.mapping_digest import mapping_sha256
from tests import factories
from tests.factories import MAPPING
from tests.web.journey import Maker, check_of, maker_with, title, words

pytestmark = pytest.mark.django_db
REPLACING = {**MAPPING, "mode": "overwrite"}


def _ready(client: Client, mapping: dict[str, Any] = MAPPING, **fields: Any) -> Maker:
    where = factories.workspace()
    person = factories.member(where)
    factories.member(where, "Ana", roles=("approver",))
    factories.data_source(where, 478, name="CRM customers")
    place = factories.destination(where, "production", name="Outbox")
    values = {"name": "Loyalty", "note": "Tiers are new", "destination": place, "not_sent": ["city"], **fields}
    made = maker_with(client, where=where, person=person, mapping=mapping, **values)
    factories.finished_check(
        made.batch, mapping=mapping, mapping_sha256=mapping_sha256(mapping), rows=1300, accepted=1204, refused=96,
        distinct_ids=1204,
    )  # fmt: skip
    Batch.objects.filter(pk=made.batch.pk).update(state="checked")
    made.batch.refresh_from_db()
    return made


@pytest.fixture
def maker(client: Client) -> Maker:
    """A maker whose batch lacks nothing but the request."""
    return _ready(client)


def test_everything_that_was_answered_is_there_with_its_way_back(maker: Maker) -> None:
    page = maker.get("submit")
    text = words(page)
    for expected in (
        "Nothing is sent until Ana approves.", "Loyalty Tiers are new", "customers.csv , 61",
        "customer IDs in column crm_id → CRM customers (478)", "Added to “CRM customers”.", "1 sent, 1 not sent",
        "1,204 96 rows left out", "Production – real audiences", "Outbox, right after approval",
        "ftp_dpm_478_….sync.gz",
    ):  # fmt: skip
        assert expected in text
    for step in ("step_file", "people_ids", "people_source", "step_columns", "step_destination"):
        assert f'href="{maker.url(step)}?next=submit"' in page.content.decode()


def test_the_button_says_how_many_people_and_what_it_does(maker: Maker) -> None:
    assert "Send 1,204 people for approval" in words(maker.get("submit"))
    Check.objects.filter(pk=check_of(maker.batch).pk).update(distinct_ids=1)
    assert "Send 1 person for approval" in words(maker.get("submit"))


def test_sending_for_approval_leads_to_what_happens_next(maker: Maker) -> None:
    answer = maker.post("submit", {})
    assert (answer.status_code, answer.url) == (302, maker.url("submitted"))
    assert maker.mapping() == MAPPING
    assert maker.batch.state == "waiting"
    text = words(maker.get("submitted"))
    for expected in (
        "Sent for approval", "Loyalty", f"Reference {maker.batch.reference}", "Ana looks at it and decides",
        "If nobody decides until", "The files go to Outbox right after approval.", "usable by about", "Withdraw it",
    ):  # fmt: skip
        assert expected in text


def test_pressing_twice_shows_the_request_that_exists(maker: Maker) -> None:
    maker.post("submit", {})
    answer = maker.post("submit", {})
    assert (answer.status_code, answer.url) == (302, maker.url("submitted"))
    assert Event.objects.filter(batch=maker.batch, kind="batch.submit").count() == 1


def test_the_first_lines_are_those_of_the_very_parts(maker: Maker) -> None:
    page = maker.get("submit")
    assert "The first lines, exactly as they will be sent" in words(page)
    assert "A-1" in words(page)


def test_replacing_needs_the_tick_that_names_people_and_data_source(client: Client) -> None:
    maker = _ready(client, REPLACING)
    page = words(maker.get("submit"))
    assert "I understand that all traits of 1,204 people in “CRM customers” are replaced" in page
    assert "Replaced : traits in “CRM customers” that the file does not give are lost" in page
    refused = maker.post("submit", {})
    assert refused.status_code == 422
    assert title(refused).startswith("Error:")
    assert words(refused).count("Tick that you understand that traits are replaced") == 2
    assert maker.post("submit", {"replaces_confirmed": "on"}).status_code == 302
    maker.batch.refresh_from_db()
    assert (maker.batch.state, maker.batch.replaces_confirmed) == ("waiting", True)


def test_where_nothing_is_replaced_nothing_is_to_be_ticked(maker: Maker) -> None:
    assert "I understand" not in words(maker.get("submit"))


def _change_mapping(maker: Maker) -> None:
    Batch.objects.filter(pk=maker.batch.pk).update(mapping={**MAPPING, "dpid": 479})


def _forget_answers(maker: Maker) -> None:
    Batch.objects.filter(pk=maker.batch.pk).update(mapping={"version": 1})


def _leave_out_many(maker: Maker) -> None:
    type(maker.batch.workspace).objects.update(max_left_out_percent=1)


def _switch_off(_maker: Maker) -> None:
    Destination.objects.update(is_active=False)


def _unname(maker: Maker) -> None:
    Batch.objects.filter(pk=maker.batch.pk).update(name="")


def _take_parts(maker: Maker) -> None:
    check_of(maker.batch).parts.all().delete()


def _delete_parts(maker: Maker) -> None:
    Check.objects.filter(pk=check_of(maker.batch).pk).update(parts_deleted_at=timezone.now())


def _take_role(_maker: Maker) -> None:
    Membership.objects.update(approves=False)


OBSTACLES = [
    (_change_mapping, "Check again first", "check_start"),
    (_forget_answers, "Some questions are not answered yet", "step_people"),
    (_leave_out_many, "7.4 % of the rows are left out; this workspace allows 1 %", "results"),
    (_switch_off, "It is not said where the files go", "step_destination"),
    (_unname, "The transfer has no name yet", "step_destination"),
    (_take_parts, "No row can be sent", "results"),
    (_delete_parts, "The checked files are no longer kept", "step_file"),
    (_take_role, "Nobody else in this workspace can approve it", None),
]


@pytest.mark.parametrize(("spoil", "sentence", "way_out"), OBSTACLES, ids=[str(row[0].__name__) for row in OBSTACLES])
def test_what_stands_in_the_way_is_said_with_the_way_out_and_there_is_no_button(
    maker: Maker, spoil: Any, sentence: str, way_out: str | None
) -> None:
    spoil(maker)
    page = maker.get("submit")
    assert sentence in words(page)
    assert "for approval" not in words(page).replace("Check and send for approval", "")
    if way_out:
        assert maker.url(way_out) in page.content.decode()
    refused = maker.post("submit", {"replaces_confirmed": "on"})
    assert refused.status_code == 422
    assert title(refused).startswith("Error:")
    assert sentence in words(refused)
    maker.batch.refresh_from_db()
    assert maker.batch.state == "checked"
    assert not Event.objects.filter(batch=maker.batch).exists()


def test_a_page_that_was_overtaken_in_another_tab_asks_for_nothing(maker: Maker) -> None:
    maker.get("submit")
    place = Destination.objects.get()
    maker.post("step_destination", {"name": "Newer", "destination": str(place.pk), "when": "after"})
    answer = maker.client.post(maker.url("submit"), {"version": "0"}, follow=True)
    assert "This transfer was changed since you opened this page" in words(answer)
    assert "Newer" in words(answer)
    maker.batch.refresh_from_db()
    assert maker.batch.state == "checked"


def test_a_request_can_be_withdrawn_by_its_maker(maker: Maker) -> None:
    maker.post("submit", {})
    answer = maker.client.post(maker.url("withdraw"), follow=True)
    assert "Withdrawn. Nothing was sent." in words(answer)
    assert title(answer).startswith("Check and send for approval")
    maker.batch.refresh_from_db()
    assert maker.batch.state == "checked"


def test_a_request_that_was_decided_on_meanwhile_cannot_be_withdrawn(maker: Maker) -> None:
    maker.post("submit", {})
    _decide(maker, "changes_needed", reason="Wrong trait")
    answer = maker.client.post(maker.url("withdraw"), follow=True)
    assert "This transfer doesn't wait for approval any more, so nothing was withdrawn." in words(answer)
    assert "Ana asked for changes: Wrong trait" in words(answer)


def test_the_bookmarked_page_says_what_became_of_it(maker: Maker) -> None:
    assert "It doesn't wait for approval: it was not sent for approval yet" in words(maker.get("submitted"))
    maker.post("submit", {})
    _decide(maker, "approved")
    text = words(maker.get("submitted"))
    assert "Where it is now Approved" in text
    assert "Ana approved it on" in text
    assert "Withdraw" not in text


def test_colleagues_see_the_request_and_have_nothing_to_withdraw(maker: Maker, client: Client) -> None:
    maker.post("submit", {})
    other = factories.member(maker.batch.workspace, "Vera", roles=())
    client.force_login(other)
    page = maker.get("submitted")
    assert "Sent for approval" in words(page)
    assert "Withdraw" not in words(page)
    assert maker.client.post(maker.url("withdraw")).status_code == 403
    assert maker.client.post(maker.url("submit")).status_code == 403


def test_withdrawing_by_a_link_is_not_possible(maker: Maker) -> None:
    maker.post("submit", {})
    assert maker.get("withdraw").status_code == 405


def test_an_id_sync_and_hashed_addresses_have_their_own_summary(client: Client) -> None:
    ids = [
        {"column": "crm_id", "dpid": 20915, "type": "idfa"},
        {"column": "city", "dpid": 478, "type": "customer_id"},
    ]
    maker = _ready(client, {"version": 1, "kind": "id_sync", "mode": "sync", "ids": ids})
    text = words(maker.get("submit"))
    assert "Apple IDs in column crm_id → Apple iOS (20915)" in text
    assert "customer IDs in column city → CRM customers (478)" in text
    assert "adobe_id_20915_478_….sync.gz" in text
    assert "Their traits" not in text
    emails = {
        "version": 1, "kind": "hashed_emails", "mode": "sync", "dpid": 478, "email_dpid": 900,
        "id": {"column": "crm_id", "type": "customer_id"}, "emails": [{"column": "city", "hashed": False}],
    }  # fmt: skip
    text = words(_ready(client, emails).get("submit"))
    assert "Hashed addresses from city" in text
    assert "c2c_id_478_900_….sync.gz" in text


def _decide(maker: Maker, verdict: str, reason: str = "") -> None:
    batch = Batch.objects.get(pk=maker.batch.pk)
    place = batch.destination
    assert place is not None
    ana = Membership.objects.get(workspace=batch.workspace, approves=True).user
    decision = Decision.objects.create(
        batch=batch, check_run=check_of(batch), verdict=verdict, reason=reason, approver=ana, maker=batch.maker,
        parts_sha256="0" * 64, mapping_sha256="0" * 64, destination=place, destination_sha256="0" * 64,
        created_at=timezone.now(),
    )  # fmt: skip
    Batch.objects.filter(pk=batch.pk).update(state=verdict, decision=decision)


def test_the_address_of_another_workspaces_request_does_not_exist(maker: Maker, client: Client) -> None:
    elsewhere = factories.workspace()
    client.force_login(factories.member(elsewhere))
    assert client.get(maker.url("submitted")).status_code == 404
    assert client.get(reverse("submitted", args=[elsewhere.slug, maker.batch.number])).status_code == 404
