"""Beginning with what Adobe's environments propose; the list; keys of servers; destinations that are paused."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client

from ingest.lifecycle import BatchState
from ingest.models import Batch, Destination, User, Workspace
from ingest.services import destination_pause
from ingest.services.destination_words import where_of
from ingest.transfer.errors import Misconfigured
from tests import factories
from tests.services import vault, working
from tests.services.vault import SHOWN, Vault
from tests.web.journey import words

pytestmark = pytest.mark.django_db
LIST = "/w/acme/manage/destinations"
OTHER_KEY = "SHA256:an/other+key"


@pytest.fixture(autouse=True)
def known(tmp_path: Path) -> Iterator[Vault]:
    with vault.opened(tmp_path) as made:
        yield made


@pytest.fixture
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


@pytest.fixture
def place(acme: Workspace, admin: User) -> Destination:
    return vault.destination(acme, admin, name="Vault", environment="production")


def test_a_new_destination_begins_with_where_files_go(browser: Client) -> None:
    answer = browser.get(f"{LIST}/new")
    page = answer.content.decode()
    assert page.count("<h1") == 1
    offered = re.findall(r'href="/w/acme/manage/destinations/new\?preset=([a-z0-9-]+)"', page)
    assert {"beta-local", "production-local", "production-vault"} <= set(offered)
    said = words(answer)
    assert said.index("Beta – rehearsal") < said.index("Production – real audiences")
    assert "vault.example.com:2222" in said
    assert "Being phased out" in said
    assert "Vaults are going away." in said


def test_a_way_that_this_version_lacks_is_not_offered(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.transfer.presets.METHODS", {})
    page = browser.get(f"{LIST}/new").content.decode()
    assert "?preset=" not in page
    assert browser.get(f"{LIST}/new?preset=production-vault").content.decode().count("config_host") == 0


def test_the_recommended_way_comes_first(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    every = {name: object() for name in ("s3", "sftp", "ftp", "local", "vault")}
    monkeypatch.setattr("ingest.transfer.presets.METHODS", every)
    answer = browser.get(f"{LIST}/new")
    offered = re.findall(r"preset=(\w+-\w+)", answer.content.decode())
    assert offered == [
        "beta-s3", "beta-sftp", "beta-ftp", "beta-local", "production-s3", "production-sftp", "production-ftp",
        "production-local", "production-vault",
    ]  # fmt: skip
    assert words(answer).count("Recommended") == 2
    assert "demdex-s2s-clients-sandbox-us-east-1" in words(answer)


def test_the_form_is_filled_in_with_what_the_way_proposes(browser: Client) -> None:
    page = browser.get(f"{LIST}/new?preset=production-vault").content.decode()
    assert 'name="config_host" value="vault.example.com"' in page
    assert 'name="config_port" value="2222"' in page
    assert re.search(r'name="environment" value="production"[^>]*checked', page)
    assert page.count("<h1") == 1
    assert "Vaults are going away." in page


@pytest.mark.parametrize("preset", ["", "nothing", "beta-vault", "production-vault/..", "PRODUCTION-VAULT"])
def test_an_unknown_way_leads_back_to_the_choice(browser: Client, preset: str) -> None:
    for answer in (browser.get(f"{LIST}/new?preset={preset}"), browser.post(f"{LIST}/new?preset={preset}")):
        assert "Where do files go?" in words(answer)
    assert not Destination.objects.exists()


def test_fields_that_depend_on_another_answer_name_it(browser: Client) -> None:
    page = browser.get(f"{LIST}/new?preset=production-vault").content.decode()
    for name, value in (("secret_password", "password"), ("secret_private_key", "key"), ("secret_passphrase", "key")):
        field = re.search(rf'<(?:input|textarea)[^>]*name="{name}"[^>]*>', page)
        assert field is not None
        assert f'data-only-if="config_sign_in" data-only-if-value="^({value})$"' in field[0]
        assert "hidden" not in field[0]


@pytest.mark.parametrize(
    ("config", "where"),
    [
        ({"folder": "/srv/out"}, "/srv/out"),
        ({"host": "h.example.com", "port": 22, "folder": "/in"}, "h.example.com:22/in"),
        ({"host": "h.example.com"}, "h.example.com"),
        ({"bucket": "b", "prefix": "p/q"}, "b/p/q"),
        ({"bucket": "b", "prefix": "p/", "partner_name": "acme"}, "b/p/acme"),
        ({"region": "eu"}, ""),
        ({}, ""),
    ],
)
def test_a_place_is_written_as_administrators_know_it(config: dict[str, object], where: str) -> None:
    assert where_of(config) == where


def test_the_list_says_how_where_and_in_which_state(browser: Client, place: Destination, acme: Workspace) -> None:
    factories.destination(acme, name="Folder", is_active=False, config={"folder": "/srv/out"})
    said = words(browser.get(LIST))
    assert "Vault vault.example.com:22 Not tested yet" in said
    assert "Being phased out" in said
    assert "Local folder /srv/out" in said
    assert "Not offered any more" in said
    destination_pause.pause(place, Misconfigured("x", code="vault.host_key_changed"), now=factories.NOW)
    assert "Paused" in words(browser.get(LIST))


def test_the_last_test_is_in_the_list_until_something_changes(
    known: Vault, browser: Client, place: Destination
) -> None:
    browser.post(f"{LIST}/{place.pk}/test")
    assert re.search(r"All works .{5,60} · Ada", words(browser.get(LIST)))
    known.shows = OTHER_KEY
    browser.post(f"{LIST}/{place.pk}/test")
    assert re.search(r"Does not work .{5,60} · Ada · Meet the server", words(browser.get(LIST)))
    Destination.objects.update(config_sha256="0" * 64)
    assert "Changed since" in words(browser.get(f"{LIST}/{place.pk}"))


def test_a_method_of_another_version_is_said_and_no_fault(browser: Client, acme: Workspace) -> None:
    place = factories.destination(acme, name="Pigeons", method="pigeon", config_sha256="0" * 64)
    assert "pigeon" in words(browser.get(LIST))
    assert "This version of the portal can't send by “pigeon”" in words(browser.get(f"{LIST}/{place.pk}"))
    assert browser.post(f"{LIST}/{place.pk}", {"name": "x"}).status_code == 409
    assert "There is no way of sending called “pigeon”" in words(browser.post(f"{LIST}/{place.pk}/test"))
    assert browser.post(f"{LIST}/{place.pk}/key", {"fingerprint": SHOWN}).status_code == 302


def test_a_key_that_nobody_accepted_is_shown_with_how_to_compare_it(
    known: Vault, browser: Client, acme: Workspace, admin: User
) -> None:
    place = vault.destination(acme, admin, config={"host": "vault.example.com"})
    assert known.connected == 0
    answer = browser.post(f"{LIST}/{place.pk}/test")
    said = words(answer)
    assert "The server shows a key that nobody has accepted yet" in said
    assert "Compare it with what the receiver's administrator tells you by another way" in said
    assert f'name="fingerprint" value="{SHOWN}"' in answer.content.decode()
    saved = browser.post(f"{LIST}/{place.pk}/key", {"fingerprint": SHOWN}, follow=True)
    assert "is saved." in words(saved)
    assert "Does not work" not in words(browser.post(f"{LIST}/{place.pk}/test"))


def test_another_key_says_so_and_how_many_requests_lose_their_approval(
    known: Vault, browser: Client, place: Destination
) -> None:
    batch = working.checked(workspace=place.workspace, destination=place)
    Batch.objects.filter(pk=batch.pk).update(state=BatchState.WAITING)
    known.shows = OTHER_KEY
    fragment = browser.post(f"{LIST}/{place.pk}/test", headers={"HX-Request": "true"})
    assert "The server shows another key than before" in words(fragment)
    assert "1 open request loses its approval" in words(fragment)
    saved = browser.post(f"{LIST}/{place.pk}/key", {"fingerprint": OTHER_KEY}, follow=True)
    assert "1 open request lost its approval" in words(saved)
    assert working.state_of(batch) == "checked"


def test_where_all_works_no_key_is_offered(browser: Client, place: Destination) -> None:
    assert "Accept this key" not in words(browser.post(f"{LIST}/{place.pk}/test"))


@pytest.mark.parametrize("fingerprint", ["", "x" * 201, "two\nlines", "a\x00b"])
def test_a_key_that_cannot_be_one_changes_nothing(browser: Client, place: Destination, fingerprint: str) -> None:
    answer = browser.post(f"{LIST}/{place.pk}/key", {"fingerprint": fingerprint}, follow=True)
    assert "Nothing was changed: this key can't be used." in words(answer)
    place.refresh_from_db()
    assert place.config["host_key"] == SHOWN


def test_a_method_without_keys_accepts_none(browser: Client, acme: Workspace) -> None:
    folder = factories.destination(acme)
    browser.post(f"{LIST}/{folder.pk}/key", {"fingerprint": SHOWN})
    folder.refresh_from_db()
    assert "host_key" not in folder.config


@pytest.mark.parametrize("way", ["key", "resume", "test"])
def test_keys_and_pauses_are_for_admins_and_by_post(
    browser: Client, place: Destination, acme: Workspace, way: str
) -> None:
    address = f"{LIST}/{place.pk}/{way}"
    assert browser.get(address).status_code == 405
    for roles in (["maker"], ["approver"], []):
        other = Client()
        person = factories.member(acme, "Eve", roles=roles)
        other.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        assert other.post(address, {"fingerprint": OTHER_KEY}).status_code == 403


def paused(place: Destination) -> None:
    problem = Misconfigured("The server shows another key.", code="vault.host_key_changed")
    assert destination_pause.pause(place, problem, now=factories.NOW)


def test_a_paused_destination_says_why_and_is_in_use_again_by_a_button(browser: Client, place: Destination) -> None:
    paused(place)
    answer = browser.get(f"{LIST}/{place.pk}")
    said = words(answer)
    assert "This destination is paused: nothing is sent here" in said
    assert "The server shows another key." in said
    assert 'name="is_active"' not in answer.content.decode(), "no form can end the pause by accident"
    again = browser.post(f"{LIST}/{place.pk}/resume", follow=True)
    assert "Vault is in use again." in words(again)
    place.refresh_from_db()
    assert (place.paused_at, place.is_active) == (None, True)
    assert browser.post(f"{LIST}/{place.pk}/resume").status_code == 302


def test_accepting_a_key_ends_the_pause(known: Vault, browser: Client, place: Destination) -> None:
    paused(place)
    known.shows = OTHER_KEY
    browser.post(f"{LIST}/{place.pk}/key", {"fingerprint": OTHER_KEY})
    place.refresh_from_db()
    assert (place.paused_at, place.is_active, place.config["host_key"]) == (None, True, OTHER_KEY)


def test_a_transfer_that_waits_says_that_its_destination_is_paused(
    browser: Client, place: Destination, acme: Workspace
) -> None:
    batch = working.approved(workspace=acme, destination=place)
    page = f"/w/acme/transfers/{batch.number}"
    assert "paused" not in words(browser.get(page))
    paused(place)
    assert "Vault is paused, so this transfer waits" in words(browser.get(page))


def test_a_maker_is_told_that_the_only_destination_is_paused(
    browser: Client, place: Destination, acme: Workspace
) -> None:
    paused(place)
    maker = factories.member(acme, "Mia")
    client = Client()
    client.force_login(maker, backend="allauth.account.auth_backends.AuthenticationBackend")
    batch = factories.batch(acme, maker, mapping=factories.MAPPING, upload=factories.upload(acme, maker))
    factories.finished_check(batch)
    Batch.objects.filter(pk=batch.pk).update(state=BatchState.CHECKED)
    said = words(client.get(f"/w/acme/transfers/{batch.number}/destination"))
    assert "Vault is paused" in said
    assert "has no destination yet" not in said
    assert "Add a destination: the place" not in words(browser.get("/w/acme/manage/"))
