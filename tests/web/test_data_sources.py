"""Data sources that an admin enters: numbers as Audience Manager has them, once each, none of Adobe's own."""

import pytest
from django.test import Client

from ingest.models import DataSource, Event, User, Workspace
from tests import factories

pytestmark = pytest.mark.django_db
NEW = "/w/acme/manage/data-sources/new"
GOOD = {"name": "CRM customers", "dpid": "478", "id_type": "customer_id", "is_active": "on"}


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


def test_an_empty_list_says_how_to_start(browser: Client) -> None:
    page = browser.get("/w/acme/manage/data-sources").content.decode()
    assert NEW in page
    assert "<table" not in page


def test_a_data_source_is_added_with_an_event(browser: Client, admin: User) -> None:
    answer = browser.post(NEW, GOOD, follow=True)
    assert "CRM customers is added" in answer.content.decode()
    assert "478" in answer.content.decode()
    made = DataSource.objects.get()
    assert (made.dpid, made.id_type, made.is_active) == (478, "customer_id", True)
    event = Event.objects.get(kind="data_source.added")
    assert event.actor == admin
    assert event.after["dpid"] == 478


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"name": ""}, "Enter a name"),
        ({"name": "  "}, "Enter a name"),
        ({"name": "x" * 256}, "255"),
        ({"dpid": ""}, "Enter the number of the data source"),
        ({"dpid": "CRM"}, "“CRM” is no data source number. Enter digits only, without leading zeros."),
        ({"dpid": "0478"}, "“0478” is no data source number"),
        ({"dpid": "-1"}, "“-1” is no data source number"),
        ({"dpid": "4.5"}, "“4.5” is no data source number"),
        ({"dpid": "４７８"}, "is no data source number"),
        ({"dpid": "1" * 19}, "18"),
        ({"dpid": "20914"}, "20914 is Adobe’s own data source".replace("’", "&#x27;")),
        ({"dpid": "20915"}, "It is offered everywhere without being added."),
        ({"id_type": "passport"}, "Choose the kind of ID"),
        ({"id_type": ""}, "Choose the kind of ID"),
    ],
)
def test_a_wrong_answer_gets_its_sentence_and_keeps_the_others(
    browser: Client, answers: dict[str, str], sentence: str
) -> None:
    answer = browser.post(NEW, {**GOOD, **answers})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert "<title>Error:" in page
    assert all(f'value="{GOOD[name]}"' in page for name in ("name", "dpid") if name not in answers)
    assert not DataSource.objects.exists()


def test_a_number_is_added_once_in_a_workspace(browser: Client) -> None:
    browser.post(NEW, GOOD)
    again = browser.post(NEW, {**GOOD, "name": "Another"})
    assert again.status_code == 422
    assert "This number is in the list already. Change that entry instead." in again.content.decode()
    factories.data_source(factories.workspace(), 478)


def test_the_number_of_another_workspace_says_nothing(browser: Client) -> None:
    factories.data_source(factories.workspace(), 478, name="Their secret")
    assert browser.post(NEW, GOOD).status_code == 302


def test_name_and_kind_change_but_the_number_does_not(browser: Client, acme: Workspace) -> None:
    source = factories.data_source(acme, 478)
    address = f"/w/acme/manage/data-sources/{source.pk}"
    assert 'name="dpid"' not in browser.get(address).content.decode()
    browser.post(address, {"name": "Loyalty", "id_type": "hashed_email", "is_active": "on", "dpid": "999"})
    source.refresh_from_db()
    assert (source.name, source.dpid) == ("Loyalty", 478)
    event = Event.objects.get(kind="data_source.changed")
    assert (event.before["name"], event.after["name"]) == ("CRM 478", "Loyalty")


def test_a_retired_data_source_stays_in_the_list_but_is_not_offered(browser: Client, acme: Workspace) -> None:
    source = factories.data_source(acme, 478)
    browser.post(f"/w/acme/manage/data-sources/{source.pk}", {"name": "CRM", "id_type": "customer_id"})
    source.refresh_from_db()
    assert not source.is_active
    assert "CRM" in browser.get("/w/acme/manage/data-sources").content.decode()


def test_a_data_source_of_another_workspace_is_not_there(browser: Client) -> None:
    theirs = factories.data_source(factories.workspace(), 999, name="Theirs")
    address = f"/w/acme/manage/data-sources/{theirs.pk}"
    assert browser.get(address).status_code == browser.post(address, GOOD).status_code == 404
    theirs.refresh_from_db()
    assert theirs.name == "Theirs"


def test_a_name_with_markup_is_only_text(browser: Client) -> None:
    browser.post(NEW, {**GOOD, "name": "<script>alert(1)</script>"})
    page = browser.get("/w/acme/manage/data-sources").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
