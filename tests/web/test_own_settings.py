"""A person's own settings, the way to their workspaces, and the limits that an admin sets."""

import zoneinfo
from typing import Any

import pytest
from django.test import Client

from ingest.forms.zones import zone_called, zone_names
from ingest.models import Event, Membership, User
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _two_languages(settings: Any) -> None:
    """As it is once the Chinese texts are there."""
    settings.LANGUAGES = [("en", "English"), ("zh-hans", "Simplified Chinese")]


BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
GOOD = {"name": "Ada", "language": "", "time_zone": "Europe/Paris", "theme": "system"}


@pytest.fixture
def ada() -> User:
    return factories.member(factories.workspace(slug="acme", name="Acme"), "Ada", roles=["admin"])


@pytest.fixture
def browser(ada: User) -> Client:
    client = Client()
    client.force_login(ada, backend=BACKEND)
    return client


def test_settings_are_kept(browser: Client, ada: User) -> None:
    answers = {"name": "Ada L.", "language": "zh-hans", "time_zone": "Asia/Shanghai", "theme": "dark"}
    assert browser.post("/settings", answers)["Location"] == "/settings"
    ada.refresh_from_db()
    kept = {name: getattr(ada, name) for name in answers}
    assert kept == answers
    page = browser.get("/settings").content.decode()
    assert 'lang="zh-hans"' in page
    assert 'data-theme="dark"' in page
    assert 'value="Asia/Shanghai"' in page


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"name": ""}, "Enter your name"),
        ({"name": "x" * 151}, "Your name must have 150 characters or fewer"),
        ({"time_zone": ""}, "Enter a time zone, such as Europe/Paris"),
        ({"time_zone": "Atlantis"}, "There is no time zone called “Atlantis”. Write it as Europe/Paris"),
        ({"time_zone": "../../etc/passwd"}, "There is no time zone called"),
        ({"language": "tlh"}, "Choose a language from the list"),
        ({"theme": ""}, "Choose the colours"),
        ({"theme": "pink"}, "Choose the colours from the list"),
    ],
)
def test_a_wrong_answer_gets_its_sentence_and_the_others_stay(
    browser: Client, ada: User, answers: dict[str, str], sentence: str
) -> None:
    answer = browser.post("/settings", {**GOOD, "name": "Ada the First", **answers})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert "<title>Error:" in page
    assert "name" in answers or 'value="Ada the First"' in page
    ada.refresh_from_db()
    assert ada.name == "Ada"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Europe/Paris", "Europe/Paris"),
        (" europe / paris ", "Europe/Paris"),
        ("Shanghai", "Asia/Shanghai"),
        ("new york", "America/New_York"),
        ("utc", "UTC"),
        ("Paris, France", None),
        ("Posix/Europe/Paris", None),
    ],
)
def test_a_city_is_enough(typed: str, meant: str | None) -> None:
    assert zone_called(typed) == meant


def test_every_zone_that_is_offered_is_one() -> None:
    assert len(zone_names()) > 300
    assert all(zoneinfo.ZoneInfo(name).key == zone_called(name) == name for name in zone_names())


def test_zones_are_offered_with_their_distance_and_the_page_stays_small(browser: Client) -> None:
    page = browser.get("/settings").content.decode()
    assert '<option value="Asia/Tokyo">UTC+09:00</option>' in page
    assert page.count("<") < 1_500 * 2, "elements, opened and closed"


def test_colours_are_switched_from_any_page_and_remembered_before_signing_in(browser: Client, ada: User) -> None:
    answer = browser.post("/settings/theme", {"theme": "dark", "next": "/w/acme/history"})
    assert answer["Location"] == "/w/acme/history"
    ada.refresh_from_db()
    assert ada.theme == "dark"
    cookie = browser.cookies["theme"]
    assert (cookie.value, cookie["httponly"], cookie["samesite"]) == ("dark", True, "Lax")
    browser.logout()
    browser.cookies["theme"] = "dark"
    assert 'data-theme="dark"' in browser.get("/account/login/").content.decode()


@pytest.mark.parametrize("theme", ["", "pink", '"><script>'])
def test_colours_that_do_not_exist_change_nothing(browser: Client, ada: User, theme: str) -> None:
    browser.post("/settings/theme", {"theme": theme})
    ada.refresh_from_db()
    assert ada.theme == "system"


def test_the_switch_never_leads_to_another_site(browser: Client) -> None:
    assert browser.post("/settings/theme", {"theme": "dark", "next": "//evil.example.com"})["Location"] == "/"


@pytest.mark.parametrize("back", ["nowhere", "home", "1", "http:", "\x00", "<script>"])
def test_a_way_back_that_is_none_is_no_fault(browser: Client, back: str) -> None:
    assert browser.post("/settings/theme", {"theme": "dark", "next": back}).status_code == 302


def test_the_language_of_the_header_becomes_ones_own(browser: Client, ada: User) -> None:
    User.objects.filter(pk=ada.pk).update(language="en")
    assert browser.post("/language", {"language": "zh-hans", "next": "/w/acme/"})["Location"] == "/w/acme/"
    ada.refresh_from_db()
    assert ada.language == "zh-hans"
    assert 'lang="zh-hans"' in browser.get("/w/acme/").content.decode()


def test_the_language_is_switched_before_signing_in_too(client: Client) -> None:
    client.post("/language", {"language": "zh-hans", "next": "/account/login/"})
    assert 'lang="zh-hans"' in client.get("/account/login/").content.decode()
    client.post("/language", {"language": "tlh"})
    assert 'lang="zh-hans"' in client.get("/account/login/").content.decode()


def test_the_only_workspace_opens_by_itself(browser: Client) -> None:
    assert browser.get("/")["Location"] == "/w/acme/"


def test_somebody_in_several_chooses(browser: Client, ada: User) -> None:
    other = factories.workspace(name="Umbrella")
    Membership.objects.create(workspace=other, user=ada)
    factories.workspace(name="Strangers")
    page = browser.get("/").content.decode()
    assert f'href="/w/{other.slug}/"' in page
    assert 'href="/w/acme/"' in page
    assert "Strangers" not in page


def test_somebody_in_none_is_told_whom_to_ask(client: Client) -> None:
    client.force_login(factories.person("Bo"), backend=BACKEND)
    answer = client.get("/")
    assert answer.status_code == 200
    assert "You belong to no workspace yet" in answer.content.decode()
    assert "Choose a workspace" not in answer.content.decode()


LIMITS = {
    "max_left_out_percent": "30", "receipt_differs_percent": "7", "approval_hours": "48", "max_upload_bytes": "2",
    "max_open_uploads": "3", "quota_bytes": "100", "keep_uploads_days": "3", "keep_parts_days": "20",
    "keep_reports_days": "10",
}  # fmt: skip


def test_limits_are_set_with_an_event_of_what_they_were(browser: Client, ada: User) -> None:
    page = browser.get("/w/acme/manage/limits").content.decode()
    assert 'value="5"' in page, "5 GB, as it is"
    browser.post("/w/acme/manage/limits", LIMITS)
    workspace = ada.memberships.get().workspace
    assert (workspace.max_left_out_percent, workspace.approval_hours) == (30, 48)
    again = browser.get("/w/acme/manage/limits").content.decode()
    assert all(f'value="{value}"' in again for value in LIMITS.values())
    event = Event.objects.get(kind="workspace.limits")
    assert (event.before["approval_hours"], event.after["approval_hours"]) == (72, 48)


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"max_left_out_percent": "101"}, "Enter at most 100"),
        ({"max_left_out_percent": "-1"}, "Enter a number from 0 on"),
        ({"receipt_differs_percent": "0"}, "Enter a number from 1 on"),
        ({"approval_hours": ""}, "Enter a number"),
        ({"approval_hours": "two"}, "Enter a whole number"),
        ({"max_upload_bytes": "0"}, "Enter a number from 1 on"),
        ({"max_upload_bytes": "1.5"}, "Enter a whole number"),
        ({"quota_bytes": "9" * 30}, "Enter at most"),
        ({"keep_uploads_days": "0"}, "Enter a number from 1 on"),
    ],
)
def test_limits_that_cannot_be_get_their_sentence(browser: Client, answers: dict[str, str], sentence: str) -> None:
    answer = browser.post("/w/acme/manage/limits", {**LIMITS, **answers})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Event.objects.exists()


def test_the_overview_says_what_is_missing_before_the_first_transfer(browser: Client, ada: User) -> None:
    workspace = ada.memberships.get().workspace
    assert "Add a data source" in browser.get("/w/acme/manage/").content.decode()
    factories.data_source(workspace)
    assert "Add a destination" in browser.get("/w/acme/manage/").content.decode()
    factories.destination(workspace)
    assert "Invite somebody who decides" in browser.get("/w/acme/manage/").content.decode()
    factories.member(workspace, "Ari", roles=["approver"])
    assert "Before the first transfer" not in browser.get("/w/acme/manage/").content.decode()
