"""Destinations that an admin sets up: tried before they are used; a change takes back what was approved before."""

from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from ingest.lifecycle import BatchState
from ingest.models import Batch, Decision, Destination, Environment, Event, User, Workspace
from ingest.services.destination_digest import destination_sha256
from tests import factories

pytestmark = pytest.mark.django_db
LIST = "/w/acme/manage/destinations"
NEW = f"{LIST}/new?preset=beta-local"


@pytest.fixture(autouse=True)
def acme() -> Workspace:
    return factories.workspace(slug="acme", name="Acme")


@pytest.fixture
def admin(acme: Workspace) -> User:
    return factories.member(acme, "Ada", roles=["admin"])


@pytest.fixture
def browser(admin: User) -> Client:
    client = Client()
    client.force_login(admin, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def folder(name: str = "in") -> Path:
    place = Path(settings.LOCAL_ROOTS[0]) / name
    place.mkdir(parents=True, exist_ok=True)
    return place


def form(**changes: str) -> dict[str, str]:
    good = {"name": "Beta folder", "environment": "beta", "config_folder": str(folder()), "is_active": "on"}
    return {name: value for name, value in {**good, **changes}.items() if value != "-"}


def waiting(where: Destination, maker: User) -> Batch:
    batch = factories.batch(where.workspace, maker, name="Spring", destination=where, mapping=factories.MAPPING)
    factories.finished_check(batch)
    Batch.objects.filter(pk=batch.pk).update(state=BatchState.WAITING)
    batch.refresh_from_db()
    return batch


def test_a_destination_is_added_with_its_checksum_and_an_event(browser: Client, admin: User) -> None:
    answer = browser.post(NEW, form(), follow=True)
    assert "Test the connection" in answer.content.decode()
    made = Destination.objects.get()
    assert made.config == {"folder": str(folder())}
    assert made.config_sha256 == destination_sha256(made)
    assert (made.changed_by, made.environment) == (admin, Environment.BETA)
    assert Event.objects.get(kind="destination.added").after["config_sha256"] == made.config_sha256


def test_how_much_is_sent_at_once_and_how_pickups_are_seen_voids_nothing(browser: Client, acme: Workspace) -> None:
    browser.post(NEW, form(most_at_once="2", pickup="disappears"))
    made = Destination.objects.get()
    assert (made.most_at_once, made.pickup) == (2, "disappears")
    batch = waiting(made, factories.member(acme, "Mia"))
    browser.post(f"{LIST}/{made.pk}", form(most_at_once="8", pickup="not_watched"))
    made.refresh_from_db()
    batch.refresh_from_db()
    assert (made.most_at_once, made.pickup, batch.state) == (8, "not_watched", "waiting")
    event = Event.objects.get(kind="destination.changed")
    assert (event.before["most_at_once"], event.after["most_at_once"]) == (2, 8)
    page = browser.get(f"{LIST}/{made.pk}").content.decode()
    assert 'value="8"' in page


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"name": ""}, "Enter a name"),
        ({"name": "x" * 101}, "100"),
        ({"environment": "-"}, "Choose an environment"),
        ({"environment": "staging"}, "Choose one of the answers that are offered"),
        ({"most_at_once": "0"}, "Enter a number from 1 on"),
        ({"most_at_once": "17"}, "Enter at most 16"),
        ({"most_at_once": "a few"}, "Enter a whole number from 1 to 16"),
        ({"pickup": "someday"}, "Choose one of the answers that are offered"),
        ({"config_folder": ""}, "Folder"),
        ({"config_folder": "outbox"}, "Give the whole path, from the first slash on."),
        ({"config_folder": "/srv/../etc"}, "Give the path without “..”."),
        ({"config_folder": "/etc"}, "The folder /etc is not inside a folder that the portal may write to."),
    ],
)
def test_a_wrong_answer_gets_its_sentence_and_keeps_the_others(
    browser: Client, answers: dict[str, str], sentence: str
) -> None:
    answer = browser.post(NEW, form(**answers))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert "There is a problem" in page
    assert all(f'value="{form()[name]}"' in page for name in ("name", "config_folder") if name not in answers)
    assert not Destination.objects.exists()


def test_a_name_is_given_once(browser: Client) -> None:
    browser.post(NEW, form())
    again = browser.post(NEW, form())
    assert again.status_code == 422
    assert "Another destination has this name. Choose another one." in again.content.decode()


def test_the_page_says_where_the_portal_may_write(browser: Client) -> None:
    assert str(settings.LOCAL_ROOTS[0]) in browser.get(NEW).content.decode()


def test_a_test_says_of_each_step_whether_it_works_and_leaves_nothing(browser: Client, acme: Workspace) -> None:
    place = factories.destination(acme)
    page = browser.post(f"{LIST}/{place.pk}/test").content.decode()
    assert page.count("Works") >= 3
    assert "Does not work" not in page
    assert list(Path(place.config["folder"]).iterdir()) == []


@pytest.mark.parametrize("where", ["/etc", "/nowhere/at/all"])
def test_a_test_says_what_does_not_work_and_what_to_do(browser: Client, acme: Workspace, where: str) -> None:
    place = factories.destination(acme, config={"folder": where})
    page = browser.post(f"{LIST}/{place.pk}/test").content.decode()
    assert "Does not work" in page
    assert where in page


def test_the_fragment_of_a_test_is_the_list_alone(browser: Client, acme: Workspace) -> None:
    place = factories.destination(acme)
    fragment = browser.post(f"{LIST}/{place.pk}/test", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    assert 'id="steps"' in fragment


def test_another_name_voids_nothing(browser: Client, acme: Workspace) -> None:
    place = factories.destination(acme, config={"folder": str(folder())})
    batch = waiting(place, factories.member(acme, "Mia"))
    answer = browser.post(f"{LIST}/{place.pk}", form(name="Another name"), follow=True)
    assert "Another name is saved." in answer.content.decode()
    batch.refresh_from_db()
    place.refresh_from_db()
    assert (batch.state, place.name, place.changed_by) == (BatchState.WAITING, "Another name", None)


@pytest.mark.parametrize("change", [{"environment": "production"}, {"config_folder": str(folder("elsewhere"))}])
def test_another_place_is_asked_for_once_more_with_the_number_of_requests(
    browser: Client, acme: Workspace, change: dict[str, str]
) -> None:
    place = factories.destination(acme, config={"folder": str(folder())}, name="Beta folder")
    batch = waiting(place, factories.member(acme, "Mia"))
    asked = browser.post(f"{LIST}/{place.pk}", form(**change))
    assert "1 open request loses its approval" in asked.content.decode()
    place.refresh_from_db()
    assert place.environment == "beta"
    assert place.config == {"folder": str(folder())}
    saved = browser.post(f"{LIST}/{place.pk}", form(**change, confirmed="1"), follow=True)
    assert "1 open request lost its approval" in saved.content.decode()
    batch.refresh_from_db()
    assert batch.state == BatchState.CHECKED
    assert Event.objects.filter(batch=batch, kind="batch.void", after__reason="destination").exists()


def test_the_question_carries_every_answer_on(browser: Client, acme: Workspace) -> None:
    place = factories.destination(acme, config={"folder": str(folder())}, name="Beta folder")
    waiting(place, factories.member(acme, "Mia"))
    page = browser.post(f"{LIST}/{place.pk}", form(environment="production", is_active="-")).content.decode()
    for value in ("production", str(folder()), "Beta folder"):
        assert 'type="hidden" name=' in page
        assert f'value="{value}"' in page


def test_an_approval_that_was_given_is_void_and_says_so(browser: Client, acme: Workspace, admin: User) -> None:
    place = factories.destination(acme, config={"folder": str(folder())}, name="Beta folder")
    batch = waiting(place, factories.member(acme, "Mia"))
    approver = factories.member(acme, "Ari", roles=["approver"])
    check = batch.result
    assert check is not None
    decision = Decision.objects.create(
        batch=batch, check_run=check, verdict=Decision.Verdict.APPROVED, approver=approver, maker=batch.maker,
        parts_sha256=check.parts_sha256, mapping_sha256=check.mapping_sha256, destination=place,
        destination_sha256=place.config_sha256, created_at=factories.NOW,
    )  # fmt: skip
    Batch.objects.filter(pk=batch.pk).update(state=BatchState.APPROVED, decision=decision)
    browser.post(f"{LIST}/{place.pk}", form(config_folder=str(folder("elsewhere")), confirmed="1"))
    decision.refresh_from_db()
    batch.refresh_from_db()
    assert decision.voided_at is not None
    assert decision.void_reason == "destination"
    assert (batch.state, batch.decision) == (BatchState.CHECKED, None)
    assert Event.objects.get(batch=batch, kind="batch.void").actor == admin


def test_a_retired_destination_stays_in_the_list_and_is_not_offered(browser: Client, acme: Workspace) -> None:
    place = factories.destination(acme, config={"folder": str(folder())}, name="Beta folder")
    browser.post(f"{LIST}/{place.pk}", form(is_active="-"))
    place.refresh_from_db()
    assert not place.is_active
    assert "Beta folder" in browser.get(LIST).content.decode()


def test_a_destination_of_another_workspace_is_not_there(browser: Client) -> None:
    theirs = factories.destination(factories.workspace(), name="Theirs")
    address = f"{LIST}/{theirs.pk}"
    assert browser.get(address).status_code == 404
    assert browser.post(address, form(confirmed="1")).status_code == 404
    assert browser.post(f"{address}/test").status_code == 404
    theirs.refresh_from_db()
    assert theirs.name == "Theirs"


def test_a_form_sets_nothing_that_it_does_not_show(browser: Client, acme: Workspace) -> None:
    other = factories.workspace()
    browser.post(NEW, form(workspace=str(other.pk), config_sha256="0" * 64, method="s3", changed_by="1"))
    made = Destination.objects.get()
    assert made.workspace == acme
    assert made.method == "local"
    assert made.config_sha256 == destination_sha256(made)


def test_an_empty_list_says_how_to_start(browser: Client) -> None:
    assert "Start by adding a destination" in browser.get(LIST).content.decode()


def test_a_folder_that_is_made_later_can_be_named_before(browser: Client) -> None:
    later = Path(settings.LOCAL_ROOTS[0]) / "made" / "later"
    assert browser.post(NEW, form(config_folder=str(later))).status_code == 302


def test_a_place_that_is_no_longer_allowed_can_be_taken_from_what_is_offered(browser: Client, acme: Workspace) -> None:
    place = factories.destination(acme, config={"folder": "/etc"}, name="Old folder")
    assert browser.post(f"{LIST}/{place.pk}", form(config_folder="/etc", is_active="-")).status_code == 302
    place.refresh_from_db()
    assert not place.is_active
