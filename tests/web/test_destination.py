"""S7: name, destination, time. Times are in the reader's zone, and nobody reaches production by not looking."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from ingest.forms.destination import DestinationForm
from ingest.models import Batch, Destination, Event, Upload
from tests import factories
from tests.web.journey import Maker, chosen, maker_with, title, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def maker(client: Client) -> Maker:
    """A maker with a checked batch of three parts, an approver, and a destination in each environment."""
    where = factories.workspace()
    person = factories.member(where, time_zone="Asia/Shanghai")
    factories.member(where, "Ana", roles=("approver",))
    factories.data_source(where, 478, name="CRM customers")
    made = maker_with(client, where=where, person=person, mapping=factories.MAPPING)
    factories.finished_check(made.batch, parts=(b"A-1\n", b"A-2\n", b"A-3\n"))
    Batch.objects.filter(pk=made.batch.pk).update(state="checked")
    for environment in ("beta", "production"):
        factories.destination(where, environment, name=f"{environment} folder")
    return made


def _place(maker: Maker, environment: str = "beta") -> Destination:
    return Destination.objects.get(workspace=maker.batch.workspace, environment=environment)


def _answers(maker: Maker, **others: Any) -> dict[str, Any]:
    return {"name": "Loyalty", "note": "", "destination": str(_place(maker).pk), "when": "after", **others}


def _local(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M")


def test_answers_are_kept_and_the_check_page_comes_next(maker: Maker) -> None:
    answer = maker.post("step_destination", _answers(maker, note="Tiers are new"))
    assert (answer.status_code, answer.url) == (302, maker.url("submit"))
    maker.batch.refresh_from_db()
    kept = (maker.batch.name, maker.batch.note, maker.batch.destination, maker.batch.send_at, maker.batch.state)
    assert kept == ("Loyalty", "Tiers are new", _place(maker), None, "checked")


def test_the_name_is_made_of_the_files_name_and_the_month(maker: Maker) -> None:
    Batch.objects.filter(pk=maker.batch.pk).update(name="customers")
    month = timezone.localtime(timezone.now()).strftime("%B %Y")
    assert chosen(maker.get("step_destination"), "name") == f"Customers – {month}"


@pytest.mark.parametrize(("stem", "shown"), [
    ("crm-{month}", "Crm-{month} – {year}"),
    ("crm {year}", "Crm {year} – {month}"),
    ("{month}_{year}_vip", "{month} {year} vip"),
])  # fmt: skip
def test_what_the_files_name_says_of_the_date_is_not_said_twice(maker: Maker, stem: str, shown: str) -> None:
    today = timezone.localtime(timezone.now())
    date = {"month": today.strftime("%B"), "year": today.strftime("%Y")}
    assert maker.batch.upload is not None
    Upload.objects.filter(pk=maker.batch.upload.pk).update(name=stem.format(**date) + ".csv")
    Batch.objects.filter(pk=maker.batch.pk).update(name="")
    assert chosen(maker.get("step_destination"), "name") == shown.format(**date)


def test_a_name_that_somebody_gave_is_left_alone_and_a_taken_one_gets_a_number(maker: Maker) -> None:
    Batch.objects.filter(pk=maker.batch.pk).update(name="Loyalty")
    assert chosen(maker.get("step_destination"), "name") == "Loyalty"
    factories.batch(maker.batch.workspace, maker.batch.maker, name="Loyalty")
    answer = maker.post("step_destination", _answers(maker))
    assert answer.status_code == 422
    assert "Another transfer is called that. Choose another name, such as “Loyalty (2)”" in words(answer)


def test_the_name_of_another_workspace_or_of_a_cancelled_transfer_is_free(maker: Maker) -> None:
    elsewhere = factories.workspace()
    factories.batch(elsewhere, factories.member(elsewhere), name="Loyalty")
    factories.batch(maker.batch.workspace, maker.batch.maker, name="Loyalty", state="cancelled")
    assert maker.post("step_destination", _answers(maker)).status_code == 302


def test_nothing_is_chosen_in_advance_so_that_nobody_sends_to_production_by_not_looking(maker: Maker) -> None:
    assert chosen(maker.get("step_destination"), "destination") == ""


def test_every_environment_says_what_follows(maker: Maker) -> None:
    page = words(maker.get("step_destination"))
    assert "Beta – rehearsal" in page
    takes = "your company's own program takes them from there."
    assert f"Nobody gets a trait and no audience changes. Files go to a folder (beta folder); {takes}" in page
    assert "Production – real audiences" in page
    says = "What you send counts for real people and their audiences."
    assert f"{says} Files go to a folder (production folder); {takes}" in page
    Destination.objects.filter(environment="production").update(method="sftp", name="Adobe")
    assert f"{says} Files go to: Adobe." in words(maker.get("step_destination"))


def test_an_environment_without_destination_is_shown_with_the_reason(maker: Maker) -> None:
    Destination.objects.filter(environment="production").update(is_active=False)
    page = maker.get("step_destination").content.decode()
    assert "This workspace has no destination for it. An admin can add one." in page
    (card,) = re.findall(r'<input[^>]*value="production"[^>]*>', page)
    assert "disabled" in card
    answer = maker.post("step_destination", _answers(maker, destination="production"))
    assert "Choose one of the destinations that are offered" in words(answer)


def test_several_destinations_of_an_environment_are_told_apart(maker: Maker) -> None:
    other = factories.destination(maker.batch.workspace, "production", name="Second folder")
    page = words(maker.get("step_destination"))
    assert "Production – real audiences: production folder" in page
    assert "Production – real audiences: Second folder" in page
    maker.post("step_destination", _answers(maker, destination=str(other.pk)))
    assert Batch.objects.get(pk=maker.batch.pk).destination == other


def test_a_time_is_meant_in_the_readers_zone_and_kept_in_utc(maker: Maker) -> None:
    there = (timezone.now() + timedelta(days=2)).astimezone(timezone.get_fixed_timezone(480)).replace(second=0)
    answer = maker.post("step_destination", _answers(maker, when="at", send_at=_local(there)))
    assert answer.status_code == 302
    maker.batch.refresh_from_db()
    assert maker.batch.send_at == there.replace(microsecond=0).astimezone(UTC)
    page = maker.get("step_destination")
    assert "In your time zone: Shanghai, UTC+8." in words(page)
    assert (chosen(page, "when"), chosen(page, "send_at")) == ("at", _local(there))


def test_a_time_that_was_typed_counts_only_with_its_choice(maker: Maker) -> None:
    for typed in ("2001-01-01T00:00", "tomorrow"):
        assert maker.post("step_destination", _answers(maker, send_at=typed)).status_code == 302
        assert Batch.objects.get(pk=maker.batch.pk).send_at is None


def test_the_very_names_of_the_files_are_shown_and_explained(maker: Maker) -> None:
    page = words(maker.get("step_destination"))
    assert "The 3 files will be called" in page
    assert "ftp_dpm_478_….sync.1.gz" in page
    assert "ftp_dpm_478_….sync.3.gz" in page
    assert "IDs come from Data source 478, “CRM customers”." in page
    assert "Part 1 of 3. Big files are split" in page


def test_another_transfer_to_the_same_data_source_is_said(maker: Maker) -> None:
    other = factories.batch(maker.batch.workspace, maker.batch.maker, name="October", mapping=factories.MAPPING)
    factories.finished_check(other)
    assert "goes to the same data source" not in words(maker.get("step_destination"))
    Batch.objects.filter(pk=other.pk).update(state="waiting", destination=_place(maker))
    page = words(maker.get("step_destination"))
    assert "“October” goes to the same data source and is on its way" in page
    Batch.objects.filter(pk=other.pk).update(mapping={**factories.MAPPING, "dpid": 99})
    assert "goes to the same data source" not in words(maker.get("step_destination"))


def test_without_another_approver_it_is_said_whom_to_ask(client: Client) -> None:
    where = factories.workspace()
    person = factories.member(where, roles=("maker", "approver"))
    factories.member(where, "Li Wei", roles=("admin",))
    made = maker_with(client, where=where, person=person, mapping=factories.MAPPING)
    page = words(made.get("step_destination"))
    assert "Nobody else in this workspace can approve it" in page
    assert "Ask Li Wei to add an approver" in page
    assert "This workspace has no destination yet" in page
    assert "Ask Li Wei to add one" in page


def test_whoever_chooses_the_destination_is_an_editor_and_the_event_names_the_answers(maker: Maker) -> None:
    maker.batch.editors.clear()
    maker.post("step_destination", _answers(maker))
    assert maker.batch.maker in maker.batch.editors.all()
    event = Event.objects.get(batch=maker.batch, kind="batch.answers")
    assert event.after == {"changed": ["destination", "name"]}


def test_invisible_characters_in_a_name_are_taken_out(maker: Maker) -> None:
    maker.post("step_destination", _answers(maker, name="  Loyal\u200bty \u202e  2026 "))
    assert Batch.objects.get(pk=maker.batch.pk).name == "Loyalty 2026"


IN_A_YEAR = _local(datetime.now(UTC) + timedelta(days=365))
BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"name": ""}, "name", "Enter a name for this transfer"),
    ({"name": "   "}, "name", "Enter a name for this transfer"),
    ({"name": "\u200b\u202e"}, "name", "Enter a name for this transfer"),
    ({"name": "x" * 151}, "name", "The name has 151 characters; 150 fit"),
    ({"note": "x" * 2001}, "note", "The note has 2001 characters; 2000 fit"),
    ({"destination": ""}, "destination", "Choose where the files go"),
    ({"destination": "0"}, "destination", "Choose one of the destinations that are offered"),
    ({"destination": "-1"}, "destination", "Choose one of the destinations that are offered"),
    ({"destination": "beta"}, "destination", "Choose one of the destinations that are offered"),
    ({"destination": "' OR 1=1"}, "destination", "Choose one of the destinations that are offered"),
    ({"when": ""}, "when", "Choose when the files are sent"),
    ({"when": "never"}, "when", "Choose one of the two"),
    ({"when": "at"}, "send_at", "Enter the date and time of sending"),
    ({"when": "at", "send_at": "   "}, "send_at", "Enter the date and time of sending"),
    ({"when": "at", "send_at": "tomorrow"}, "send_at", "Enter date and time like 2026-11-30 09:30"),
    ({"when": "at", "send_at": "2026-13-01T00:00"}, "send_at", "Enter date and time like 2026-11-30 09:30"),
    ({"when": "at", "send_at": "2026-02-30T00:00"}, "send_at", "Enter date and time like 2026-11-30 09:30"),
    ({"when": "at", "send_at": "2026-11-30T25:00"}, "send_at", "Enter date and time like 2026-11-30 09:30"),
    ({"when": "at", "send_at": "30.11.2026 9 Uhr"}, "send_at", "Enter date and time like 2026-11-30 09:30"),
    ({"when": "at", "send_at": "2001-01-01T09:00"}, "send_at", "1 Jan 2001, 09:00 is in the past"),
    ({"when": "at", "send_at": "0001-01-01T09:00"}, "send_at", "is in the past"),
    ({"when": "at", "send_at": IN_A_YEAR}, "send_at", "Choose a time within 30 days"),
    ({"when": "at", "send_at": "9999-12-31T23:59"}, "send_at", "Choose a time within 30 days"),
    ({"name": "", "destination": "", "when": ""}, "name", "Choose where the files go"),
    ({"name": "", "destination": "", "when": ""}, "name", "Choose when the files are sent"),
]


@pytest.mark.parametrize(("wrong", "field", "sentence"), BAD, ids=[str(number) for number in range(len(BAD))])
def test_a_bad_answer_gets_its_sentence_and_loses_nothing(
    maker: Maker, wrong: dict[str, Any], field: str, sentence: str
) -> None:
    before = Batch.objects.values().get(pk=maker.batch.pk)
    answer = maker.post("step_destination", _answers(maker, **{"name": "Kept name", "note": "Kept note", **wrong}))
    assert answer.status_code == 422
    assert title(answer).startswith("Error:")
    assert words(answer).count(sentence) >= 2, "in the summary, and beside the field"
    assert f'href="#id_{field}' in answer.content.decode()
    if "name" not in wrong:
        assert chosen(answer, "name") == "Kept name"
    if "note" not in wrong:
        assert "Kept note" in answer.content.decode()
    assert Batch.objects.values().get(pk=maker.batch.pk) == before


def test_an_hour_that_the_clocks_skip_is_no_time_to_send(maker: Maker) -> None:
    now = datetime(2027, 3, 20, tzinfo=UTC)
    answers = _answers(maker, when="at", send_at="2027-03-28T02:30")
    with timezone.override("Europe/Paris"):
        form = DestinationForm(answers, batch=maker.batch, destinations=(_place(maker),), now=now, zone="Paris")
        assert form.errors == {
            "send_at": ["On that day the clocks change at this time. Choose an hour earlier or later"]
        }
