"""Joining a workspace: by a link that works once, for a while, for one person."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from ingest.models import AccountMail, Event, Invitation, Membership, User
from ingest.models.workspace import token_digest
from ingest.services import members
from tests import factories
from tests.services import post

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PASSWORD = "seven green umbrellas"


@pytest.fixture(autouse=True)
def admin(settings: Settings) -> User:
    """The admin of Acme; hashes are cheap here."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return factories.member(factories.workspace(slug="acme", name="Acme"), "Ada", roles=["admin"])


@pytest.fixture
def browser(admin: User) -> Client:
    """The admin's browser."""
    client = Client()
    client.force_login(admin, backend=BACKEND)
    return client


def invite(browser: Client, email: str = "bo@example.com", **roles: str) -> Any:
    return browser.post("/w/acme/manage/people/invite", {"email": email, **roles})


def link_on(response: Any) -> str:
    [link] = set(re.findall(r"http://testserver(/invitation/[\w-]+)", response.content.decode()))
    return str(link)


def join(link: str, client: Client | None = None, **answers: str) -> Any:
    return (client or Client()).post(link, {"name": "Bo", "password": PASSWORD, **answers})


def test_a_link_is_shown_once_and_one_is_sent(browser: Client) -> None:
    made = invite(browser, makes="on")
    link = link_on(made)
    post.empty(timezone.now())
    [message] = mail.outbox
    assert message.to == ["bo@example.com"]
    assert "http://testserver/invitation/" in message.body
    assert link not in message.body, "the one of the letter is made when it leaves"
    people = browser.get("/w/acme/manage/people").content.decode()
    assert "bo@example.com" in people
    assert link not in people


def test_the_link_that_is_shown_needs_no_message(browser: Client) -> None:
    made = invite(browser)
    assert Client().get(link_on(made)).status_code == 200


def test_only_the_digest_of_the_token_is_kept(browser: Client) -> None:
    token = link_on(invite(browser)).rpartition("/")[2]
    assert len(token) >= 43, "32 bytes"
    kept = Invitation.objects.get()
    assert kept.token_sha256 == token_digest(token)
    assert token not in str(kept.__dict__)


def test_somebody_new_chooses_name_and_password_and_is_in(browser: Client) -> None:
    link = link_on(invite(browser, makes="on"))
    newcomer = Client()
    assert "You will sign in as bo@example.com" in newcomer.get(link).content.decode()
    joined = join(link, newcomer, zone="Asia/Tokyo")
    assert joined["Location"] == "/w/acme/"
    assert newcomer.get("/w/acme/").status_code == 200
    made = Membership.objects.get(user__email="bo@example.com")
    assert (made.makes, made.approves, made.administers) == (True, False, False)
    assert made.user.time_zone == "Asia/Tokyo"


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"name": ""}, "Enter your name"),
        ({"password": ""}, "Enter a password"),
        ({"password": "short"}, "at least 15 characters"),
        ({"password": "bo@example.com!"}, "too similar"),
        ({"name": "Bartholomew Robertson", "password": "Bartholomew Robertson"}, "too similar"),
        ({"name": "x" * 151}, "150"),
    ],
)
def test_a_wrong_answer_is_said_and_the_name_kept(browser: Client, answers: dict[str, str], sentence: str) -> None:
    link = link_on(invite(browser))
    again = Client().post(link, {"name": "Bo", "password": PASSWORD, **answers})
    assert again.status_code == 422
    assert sentence in again.content.decode()
    assert answers.get("password", PASSWORD) not in re.findall(
        r'type="password"[^>]*value="([^"]*)"', again.content.decode()
    )
    assert not User.objects.filter(email="bo@example.com").exists()
    assert Client().get(link).status_code == 200, "the link still works"


def test_somebody_with_an_account_signs_in_first_and_then_joins(browser: Client) -> None:
    bo = factories.member(factories.workspace(slug="other"), "Bo", email="bo@example.com", password=PASSWORD)
    link = link_on(invite(browser, approves="on"))
    client = Client()
    assert client.get(link)["Location"] == f"/account/login/?next={link}"
    back = client.post("/account/login/", {"login": "bo@example.com", "password": PASSWORD, "next": link})
    assert back["Location"] == link
    assert "Join Acme" in client.get(link).content.decode()
    assert not Membership.objects.filter(user=bo, workspace__slug="acme").exists(), "a GET joins nobody"
    assert client.post(link)["Location"] == "/w/acme/"
    assert Membership.objects.get(user=bo, workspace__slug="acme").approves
    assert "other" in client.get("/").content.decode(), "two workspaces: choose"


def test_another_person_cannot_use_the_link(browser: Client) -> None:
    link = link_on(invite(browser))
    eve = Client()
    eve.force_login(factories.person("Eve"), backend=BACKEND)
    answer = eve.post(link)
    assert answer.status_code == 403
    assert not Membership.objects.filter(user__name="Eve").exists()


def test_a_link_works_once(browser: Client) -> None:
    link = link_on(invite(browser))
    join(link)
    used = Client().get(link)
    assert used.status_code == 404
    assert join(link, name="Eve").status_code == 404
    assert Membership.objects.filter(workspace__slug="acme").count() == 2


def test_a_link_ends_after_seven_days(browser: Client) -> None:
    link = link_on(invite(browser))
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert join(link).status_code == 404


def test_a_revoked_link_is_void(browser: Client) -> None:
    link = link_on(invite(browser))
    pk = Invitation.objects.get().pk
    browser.post(f"/w/acme/manage/people/invitations/{pk}/revoke")
    assert join(link).status_code == 404
    again = browser.post(f"/w/acme/manage/people/invitations/{pk}/revoke", follow=True)
    assert "Nothing was changed" in again.content.decode()


def test_a_new_link_makes_the_old_one_void_and_gives_the_same_roles(browser: Client) -> None:
    old = link_on(invite(browser, approves="on"))
    pk = Invitation.objects.get().pk
    new = link_on(browser.post(f"/w/acme/manage/people/invitations/{pk}/renew"))
    assert new != old
    assert join(old).status_code == 404
    assert join(new)["Location"] == "/w/acme/"
    assert Membership.objects.get(user__name="Bo").approves


def test_a_new_link_for_an_invitation_that_is_over_is_refused(browser: Client) -> None:
    join(link_on(invite(browser)))
    pk = Invitation.objects.get().pk
    answer = browser.post(f"/w/acme/manage/people/invitations/{pk}/renew", follow=True)
    assert "Nothing was changed" in answer.content.decode()


def test_an_invitation_of_another_workspace_cannot_be_touched(browser: Client) -> None:
    other = factories.workspace()
    made, _token = members.invite(
        other, "x@example.com", members.Roles(), actor=factories.member(other), now=timezone.now()
    )
    browser.post(f"/w/acme/manage/people/invitations/{made.pk}/revoke")
    browser.post(f"/w/acme/manage/people/invitations/{made.pk}/renew")
    made.refresh_from_db()
    assert made.revoked_at is None


@pytest.mark.parametrize(
    ("email", "sentence"),
    [
        ("", "Enter the e-mail address of the person"),
        ("bo", "Enter an e-mail address with one @"),
        ("bo@", "Enter an e-mail address with one @"),
        ("a@example.com\nBcc: c@example.com", "Enter an e-mail address with one @"),
    ],
)
def test_a_wrong_address_is_said(browser: Client, email: str, sentence: str) -> None:
    answer = invite(browser, email)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not AccountMail.objects.exists()


def test_whoever_works_here_already_is_not_invited(browser: Client, admin: User) -> None:
    answer = invite(browser, admin.email.upper())
    assert answer.status_code == 422
    assert "works here already" in answer.content.decode()


def test_an_old_link_takes_no_role_from_somebody_who_joined_meanwhile(admin: User) -> None:
    workspace = admin.memberships.get().workspace
    made, _token = members.invite(workspace, admin.email, members.Roles(), actor=admin, now=timezone.now())
    members.accept(made, admin, now=timezone.now())
    assert admin.memberships.get().administers


def test_two_windows_of_the_same_newcomer_make_one_account(browser: Client) -> None:
    link = link_on(invite(browser))
    found = members.invitation_of(link.rpartition("/")[2], now=timezone.now())
    join(link)
    with pytest.raises(members.AccountExists):
        members.accept_as_new(found, name="Bo", password=PASSWORD, now=timezone.now())
    assert User.objects.filter(email="bo@example.com").count() == 1


def test_every_step_is_an_event_without_an_address(browser: Client) -> None:
    link = link_on(invite(browser, makes="on"))
    browser.post(f"/w/acme/manage/people/invitations/{Invitation.objects.get().pk}/renew")
    link = link_on(invite(browser, makes="on"))
    join(link)
    events = list(Event.objects.all())
    assert [one.kind for one in events if one.kind != "member.invited"] == ["member.joined"]
    assert sum(one.kind == "member.invited" for one in events) == 3
    assert all("example.com" not in f"{one.before} {one.after}" for one in events)
    assert events[-1].after["user"] == User.objects.get(email="bo@example.com").pk


def test_guessed_links_are_closed(client: Client) -> None:
    for token in ("a", "x" * 43, "%00", "é"):
        assert client.get(f"/invitation/{token}").status_code == 404


@pytest.mark.parametrize("leave", [True, False])
def test_the_page_says_who_brings_the_link(browser: Client, settings: Settings, leave: bool) -> None:
    settings.MAILS_LEAVE = leave
    page = " ".join(invite(browser, makes="on").content.decode().split())
    assert ("An e-mail with a link is on its way to bo@example.com" in page) is leave
    assert ("No mail server is set up" in page) is not leave
    assert ("Give the link below to bo@example.com yourself." in page) is not leave


DOES = {
    "makes": "You will prepare transfers.", "approves": "You will decide on transfers that others have prepared.",
    "administers": "You will manage the workspace",
}  # fmt: skip


@pytest.mark.parametrize("role", [*DOES, ""])
def test_whoever_joins_reads_what_they_will_do(browser: Client, role: str) -> None:
    page = Client().get(link_on(invite(browser, **({role: "on"} if role else {})))).content.decode()
    assert [name for name, does in DOES.items() if does in page] == [role] * bool(role)
    assert ("You will be able to look at transfers." in page) is (role in {"", "administers"})
