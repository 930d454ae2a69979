"""Who works in a workspace, and what each of them may do."""

import pytest
from django.test import Client

from ingest.models import Event, Membership, User
from tests import factories

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def admin() -> User:
    return factories.member(factories.workspace(slug="acme", name="Acme"), "Ada", roles=["admin"])


@pytest.fixture
def bo(admin: User) -> User:
    return factories.member(admin.memberships.get().workspace, "Bo", roles=["maker"])


@pytest.fixture
def browser(admin: User) -> Client:
    client = Client()
    client.force_login(admin, backend=BACKEND)
    return client


def address(user: User) -> str:
    return f"/w/acme/manage/people/{Membership.objects.get(user=user, workspace__slug='acme').pk}"


def test_everybody_is_listed_with_their_roles(browser: Client, bo: User) -> None:
    page = browser.get("/w/acme/manage/people").content.decode()
    assert bo.name in page
    assert bo.email in page


def test_roles_are_given_and_taken_with_an_event(browser: Client, bo: User) -> None:
    answer = browser.post(address(bo), {"approves": "on"}, follow=True)
    assert "The roles of Bo are saved" in answer.content.decode()
    now = Membership.objects.get(user=bo)
    assert (now.makes, now.approves, now.administers) == (False, True, False)
    event = Event.objects.get(kind="member.roles")
    assert event.before == {"user": bo.pk, "makes": True, "approves": False, "administers": False}
    assert event.after == {"makes": False, "approves": True, "administers": False}


def test_somebody_without_a_role_may_look(browser: Client, bo: User) -> None:
    browser.post(address(bo), {})
    client = Client()
    client.force_login(bo, backend=BACKEND)
    assert client.get("/w/acme/").status_code == 200
    assert client.get("/w/acme/transfers/new").status_code == 403


def test_the_last_admin_stays_one(browser: Client, admin: User) -> None:
    answer = browser.post(address(admin), {"makes": "on"})
    assert answer.status_code == 422
    assert "This is the last admin. Make somebody else an admin first." in answer.content.decode()
    assert Membership.objects.get(user=admin).administers


def test_the_last_admin_is_not_removed(browser: Client, admin: User) -> None:
    answer = browser.post(f"{address(admin)}/remove", follow=True)
    assert "Nothing was changed: this is the last admin of the workspace." in answer.content.decode()
    assert Membership.objects.filter(user=admin).exists()


def test_an_admin_whose_account_is_closed_does_not_count(browser: Client, admin: User, bo: User) -> None:
    Membership.objects.filter(user=bo).update(administers=True)
    User.objects.filter(pk=bo.pk).update(is_active=False)
    assert browser.post(address(admin), {}).status_code == 422


def test_with_two_admins_one_may_go(browser: Client, admin: User, bo: User) -> None:
    browser.post(address(bo), {"administers": "on"})
    browser.post(f"{address(admin)}/remove")
    assert not Membership.objects.filter(user=admin).exists()
    assert browser.get("/w/acme/").status_code == 404


def test_whoever_is_removed_is_out_at_once_and_what_they_did_stays(browser: Client, bo: User) -> None:
    workspace = Membership.objects.get(user=bo).workspace
    batch = factories.batch(workspace, bo, name="Spring")
    client = Client()
    client.force_login(bo, backend=BACKEND)
    assert client.get(f"/w/acme/transfers/{batch.number}").status_code == 200
    browser.post(f"{address(bo)}/remove")
    assert client.get(f"/w/acme/transfers/{batch.number}").status_code == 404
    assert browser.get(f"/w/acme/transfers/{batch.number}").status_code == 200
    assert Event.objects.get(kind="member.removed").before == {"user": bo.pk}


def test_a_member_of_another_workspace_is_not_there(browser: Client) -> None:
    stranger = factories.member(factories.workspace(), "Eve")
    pk = stranger.memberships.get().pk
    for answer in (
        browser.get(f"/w/acme/manage/people/{pk}"),
        browser.post(f"/w/acme/manage/people/{pk}", {"administers": "on"}),
        browser.post(f"/w/acme/manage/people/{pk}/remove"),
    ):
        assert answer.status_code == 404
    assert not stranger.memberships.get().administers


def test_a_form_sets_nothing_but_roles(browser: Client, bo: User) -> None:
    browser.post(address(bo), {"makes": "on", "workspace": "999", "user": "1", "is_superuser": "on"})
    bo.refresh_from_db()
    assert not bo.is_superuser
    assert Membership.objects.get(user=bo).workspace.slug == "acme"


def test_a_removal_is_asked_for_once_more(browser: Client, bo: User) -> None:
    page = browser.get(address(bo)).content.decode()
    assert "data-confirm=" in page
    assert "<dialog" in page
