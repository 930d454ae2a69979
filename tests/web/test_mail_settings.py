"""Which messages a person gets, on their own settings page; and what an open page spares them."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from ingest.models import Batch, Check, Membership, User
from tests import factories
from tests.services import working

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
GOOD = {"name": "Ada", "language": "", "time_zone": "Europe/Paris", "theme": "system"}


@pytest.fixture(autouse=True)
def _mail_leaves(settings: Any) -> None:
    settings.MAILS_LEAVE = True


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person, backend=BACKEND)
    return client


@pytest.fixture
def ada() -> User:
    return factories.member(factories.workspace(slug="acme"), "Ada", roles=["maker", "approver"])


def test_everything_is_on_at_first_and_what_is_taken_off_stays_off(ada: User) -> None:
    browser = signed_in(ada)
    page = browser.get("/settings").content.decode()
    assert page.count('name="mails"') == page.count('name="mails" value=') == 6
    assert page.count(" checked") == 6 + 2  # and one of the colours, one of the ways to be told of requests
    browser.post("/settings", {**GOOD, "mails": ["check", "sent"], "request_mails": "daily"})
    ada.refresh_from_db()
    assert (ada.mails_off, ada.request_mails) == (["decision", "picked_up", "receipt", "void"], "daily")
    page = browser.get("/settings").content.decode()
    assert page.count(" checked") == 2 + 2


@pytest.mark.parametrize(
    ("roles", "kinds"),
    [
        (["maker"], {"check", "decision", "void", "sent", "picked_up", "receipt"}),
        (["approver"], {"void", "sent", "request"}),
        (["admin"], {"destination"}),
        ([], set()),
    ],
)
def test_people_are_asked_about_what_they_can_get_and_the_rest_stays(roles: list[str], kinds: set[str]) -> None:
    person = factories.member(factories.workspace(), "Bo", roles=roles, mails_off=["destination", "check"])
    browser = signed_in(person)
    page = browser.get("/settings").content.decode()
    every = ("check", "decision", "void", "sent", "picked_up", "receipt", "destination")
    asked = {kind for kind in every if f'name="mails" value="{kind}"' in page}
    assert asked | ({"request"} if 'name="request_mails"' in page else set()) == kinds
    browser.post("/settings", {**GOOD, "mails": sorted(asked), "request_mails": "never"})
    person.refresh_from_db()
    assert set(person.mails_off) == {"destination", "check"} - asked
    assert person.request_mails == ("never" if "request" in kinds else "at_once")


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"mails": ["everything"]}, "Choose messages from the list"),
        ({"mails": ["destination"]}, "Choose messages from the list"),
        ({"request_mails": ""}, "Choose when you are told"),
        ({"request_mails": "hourly"}, "Choose when you are told from the list"),
    ],
)
def test_other_answers_get_their_sentence_and_change_nothing(ada: User, answers: Any, sentence: str) -> None:
    answer = signed_in(ada).post("/settings", {**GOOD, "mails": ["check"], "request_mails": "daily", **answers})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    ada.refresh_from_db()
    assert (ada.mails_off, ada.request_mails) == ([], "at_once")


def test_roles_count_in_every_workspace(ada: User) -> None:
    Membership.objects.create(workspace=factories.workspace(), user=ada, administers=True)
    assert 'value="destination"' in signed_in(ada).get("/settings").content.decode()


def test_where_no_mail_leaves_the_page_says_so_and_keeps_what_was_chosen(ada: User, settings: Any) -> None:
    settings.MAILS_LEAVE = False
    User.objects.filter(pk=ada.pk).update(mails_off=["sent"], request_mails="daily")
    browser = signed_in(ada)
    page = browser.get("/settings").content.decode()
    assert "This installation sends no e-mail about transfers" in page
    assert 'name="mails"' not in page
    assert 'name="request_mails"' not in page
    browser.post("/settings", GOOD)
    ada.refresh_from_db()
    assert (ada.mails_off, ada.request_mails) == (["sent"], "daily")


def _ended(state: str) -> Check:
    """A check that has just ended, of which nobody knows yet."""
    batch = working.draft()
    one = factories.finished_check(batch, state=state, finished_at=timezone.now())
    Batch.objects.filter(pk=batch.pk).update(state="checked" if state == "finished" else "draft")
    return one


@pytest.mark.parametrize("page", ["checking", "checking/progress", "results"])
def test_whoever_has_the_page_open_when_the_check_ends_has_seen_it(page: str) -> None:
    one = _ended("finished")
    batch = one.batch
    address = f"/w/{batch.workspace.slug}/transfers/{batch.number}/{page}"
    signed_in(factories.member(batch.workspace, "Vera", roles=["maker"])).get(address)
    one.refresh_from_db()
    assert one.seen_at is None
    signed_in(batch.maker).get(address)
    one.refresh_from_db()
    assert one.seen_at is not None


def test_a_look_at_a_check_that_still_runs_does_not_count() -> None:
    one = _ended("running")
    Check.objects.filter(pk=one.pk).update(finished_at=None)
    Batch.objects.filter(pk=one.batch_id).update(state="checking")
    address = f"/w/{one.batch.workspace.slug}/transfers/{one.batch.number}/checking"
    page = signed_in(one.batch.maker).get(address).content.decode()
    one.refresh_from_db()
    assert one.seen_at is None
    assert "an e-mail tells you when it is done" in page


def test_nobody_is_promised_a_message_that_does_not_come(settings: Any) -> None:
    one = _ended("running")
    Check.objects.filter(pk=one.pk).update(finished_at=None)
    Batch.objects.filter(pk=one.batch_id).update(state="checking")
    address = f"/w/{one.batch.workspace.slug}/transfers/{one.batch.number}/checking"
    maker = one.batch.maker
    User.objects.filter(pk=maker.pk).update(mails_off=["check"])
    assert "Home shows when it is done" in signed_in(maker).get(address).content.decode()
    User.objects.filter(pk=maker.pk).update(mails_off=[])
    settings.MAILS_LEAVE = False
    assert "Home shows when it is done" in signed_in(maker).get(address).content.decode()
