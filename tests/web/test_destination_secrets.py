"""Secrets on pages: typed once, never shown again, and never lost or kept by accident."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from ingest.lifecycle import BatchState
from ingest.models import Batch, Destination, Event, User, Workspace
from ingest.services.destination_open import opened
from ingest.services.destination_secrets import Changes, kept_of
from ingest.transfer.secret import Secret
from tests import factories
from tests.services import vault, working
from tests.services.vault import KEY, OTHER, PASSWORD, SHOWN, Vault
from tests.web.journey import words

pytestmark = pytest.mark.django_db
LIST = "/w/acme/manage/destinations"
NEW = f"{LIST}/new?preset=production-vault"
AGAIN = "Type this again"
TYPED = "t0p & <secret>\"'"


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
    return vault.destination(acme, admin, name="Vault")


def form(**changes: str) -> dict[str, str]:
    good = {
        "name": "Vault", "environment": "beta", "is_active": "on", "config_host": "vault.example.com",
        "config_port": "22", "config_folder": "", "config_sign_in": "password", "config_host_key": SHOWN,
        "secret_password": "", "secret_private_key": "", "secret_passphrase": "",
    }  # fmt: skip
    return {name: value for name, value in {**good, **changes}.items() if value != "-"}


def given(known: Vault, place: Destination) -> dict[str, str]:
    """What the method gets now."""
    opened(Destination.objects.get(pk=place.pk)).close()
    return known.given[-1]


def has(answer: Any, secret: str) -> bool:
    """Whether a page holds a secret, written in any way."""
    page = answer.content.decode()
    pieces = {secret, *secret.split()} - {"&"}
    return any(piece in page or piece in words(answer) for piece in pieces)


def test_a_secret_is_typed_once_and_given_to_the_method(known: Vault, browser: Client, admin: User) -> None:
    answer = browser.post(NEW, form(secret_password=TYPED), follow=True)
    made = Destination.objects.get()
    assert given(known, made) == {"password": TYPED}
    assert kept_of(made)["password"].changed_by == admin.name
    assert not has(answer, TYPED)


def test_the_page_says_that_it_is_set_since_when_and_through_whom(browser: Client, place: Destination) -> None:
    answer = browser.get(f"{LIST}/{place.pk}")
    said = words(answer)
    assert "It is set, last changed on 23 Nov 2026, 12:00 by Ada. Leave this empty to keep it." in said
    assert said.count("It is set") == 1, "of the key nothing is set"
    assert "Remove what is set: Password" in said
    assert not has(answer, PASSWORD)


def test_fields_of_secrets_are_empty_masked_and_not_remembered_by_browsers(browser: Client, place: Destination) -> None:
    page = browser.get(f"{LIST}/{place.pk}").content.decode()
    assert '<input type="password" name="secret_password" autocomplete="off"' in page
    area = page[page.index('<textarea name="secret_private_key"') :]
    tag, _, rest = area.partition(">")
    assert 'autocomplete="off"' in tag
    assert "masked" in tag
    assert rest.partition("</textarea>")[0].strip() == ""


def test_left_empty_the_secret_stays(known: Vault, browser: Client, place: Destination) -> None:
    browser.post(f"{LIST}/{place.pk}", form(name="Another name"))
    place.refresh_from_db()
    assert place.name == "Another name"
    assert given(known, place) == {"password": PASSWORD}


def test_typed_anew_it_is_another_one(known: Vault, browser: Client, place: Destination) -> None:
    browser.post(f"{LIST}/{place.pk}", form(secret_password=OTHER))
    assert given(known, place) == {"password": OTHER}


def test_blanks_of_a_password_are_its_own(known: Vault, browser: Client, place: Destination) -> None:
    browser.post(f"{LIST}/{place.pk}", form(secret_password="  a b "))
    assert given(known, place) == {"password": "  a b "}


@pytest.mark.parametrize("typed", [KEY.replace("\n", "\r\n"), f"\r\n{KEY}\r\n", KEY.rstrip()])
def test_a_key_comes_with_the_line_ends_that_programs_read(
    known: Vault, browser: Client, place: Destination, typed: str
) -> None:
    browser.post(f"{LIST}/{place.pk}", form(config_sign_in="key", secret_private_key=typed))
    assert given(known, place) == {"private_key": KEY}


def test_a_tick_removes_an_optional_secret(known: Vault, browser: Client, acme: Workspace, admin: User) -> None:
    both = Changes({"private_key": Secret(KEY), "passphrase": Secret("pass")})
    place = vault.destination(acme, admin, name="Vault", secrets=both, config={"host": "h", "sign_in": "key"})
    answers = form(config_sign_in="key", remove_passphrase="on", config_host="h", config_host_key="")
    browser.post(f"{LIST}/{place.pk}", answers)
    assert given(known, place) == {"private_key": KEY}


def test_the_only_password_is_not_removed(known: Vault, browser: Client, place: Destination) -> None:
    answer = browser.post(f"{LIST}/{place.pk}", form(remove_password="on"))
    assert answer.status_code == 422
    assert "Fill this in." in words(answer)
    assert given(known, place) == {"password": PASSWORD}


def test_typing_and_removing_at_once_is_asked_about(known: Vault, browser: Client, place: Destination) -> None:
    answer = browser.post(f"{LIST}/{place.pk}", form(secret_password=OTHER, remove_password="on"))
    assert "Either type something or tick that it is removed, not both" in words(answer)
    assert given(known, place) == {"password": PASSWORD}


@pytest.mark.parametrize(
    "mistake", [{"name": ""}, {"config_host": "https://x/"}, {"config_port": "many"}, {"environment": "-"}]
)
def test_a_page_with_mistakes_has_no_secret_and_asks_for_it_again(
    known: Vault, browser: Client, place: Destination, mistake: dict[str, str]
) -> None:
    answer = browser.post(f"{LIST}/{place.pk}", form(secret_password=TYPED, **mistake))
    assert answer.status_code == 422
    assert not has(answer, TYPED)
    assert AGAIN in words(answer)
    assert '<input type="hidden" name="retype" value="secret_password">' in answer.content.decode()
    assert given(known, place) == {"password": PASSWORD}


def test_another_destinations_name_asks_for_the_secret_again(browser: Client, place: Destination) -> None:
    answer = browser.post(NEW, form(name=place.name, secret_password=TYPED))
    assert "Another destination has this name" in words(answer)
    assert AGAIN in words(answer)
    assert not has(answer, TYPED)


def test_a_key_with_mistakes_is_not_shown_either(browser: Client, place: Destination) -> None:
    typed = "not-a-key-but-secret"
    answer = browser.post(f"{LIST}/{place.pk}", form(config_sign_in="key", secret_private_key=typed))
    assert "This is not a private key." in words(answer)
    assert not has(answer, typed)


def test_what_was_lost_with_a_page_is_not_taken_for_keep_what_is_set(
    known: Vault, browser: Client, place: Destination
) -> None:
    answer = browser.post(f"{LIST}/{place.pk}", form(retype="secret_password"))
    assert answer.status_code == 422
    assert AGAIN in words(answer)
    again = browser.post(f"{LIST}/{place.pk}", form(retype="secret_password", secret_password=OTHER))
    assert again.status_code == 302
    assert given(known, place) == {"password": OTHER}


def test_a_secret_that_does_not_apply_is_neither_judged_nor_kept(
    known: Vault, browser: Client, place: Destination
) -> None:
    answers = form(secret_private_key="not a key", secret_passphrase="x", secret_password=OTHER)
    assert browser.post(f"{LIST}/{place.pk}", answers).status_code == 302
    assert given(known, place) == {"password": OTHER}
    assert kept_of(place).keys() == {"password"}


def test_what_is_wrong_with_a_field_that_does_not_apply_holds_nobody_up(browser: Client, place: Destination) -> None:
    answers = form(name="Saved", secret_private_key="x" * 20_001)
    assert browser.post(f"{LIST}/{place.pk}", answers).status_code == 302
    place.refresh_from_db()
    assert place.name == "Saved"


def test_a_secret_is_required_only_where_it_applies(browser: Client, place: Destination) -> None:
    answer = browser.post(f"{LIST}/{place.pk}", form(config_sign_in="key"))
    assert answer.status_code == 422
    assert words(answer).count("Fill this in.") == 2, "in the summary and at the private key"


def test_hosts_are_judged_whatever_the_method_says(browser: Client, place: Destination) -> None:
    answer = browser.post(f"{LIST}/{place.pk}", form(config_host="sftp://vault.example.com/in"))
    assert "Give a host name such as sftp.example.com, without a protocol, port or path." in words(answer)


def waiting(place: Destination) -> Batch:
    batch = working.checked(workspace=place.workspace, destination=place)
    Batch.objects.filter(pk=batch.pk).update(state=BatchState.WAITING)
    batch.refresh_from_db()
    return batch


def test_another_secret_is_asked_for_once_more_with_the_number_of_requests(
    known: Vault, browser: Client, place: Destination
) -> None:
    batch = waiting(place)
    asked = browser.post(f"{LIST}/{place.pk}", form(secret_password=TYPED))
    page = asked.content.decode()
    assert "1 open request loses its approval" in words(asked)
    assert "Type the secrets once more" in words(asked)
    assert "Leave this empty to keep it" not in words(asked)
    assert not has(asked, TYPED)
    assert '<input type="hidden" name="secret_password"' not in page
    assert '<input type="password" name="secret_password"' in page
    confirmed = form(confirmed="1", retype="secret_password")
    without = browser.post(f"{LIST}/{place.pk}", confirmed)
    assert without.status_code == 422
    assert working.state_of(batch) == "waiting"
    saved = browser.post(f"{LIST}/{place.pk}", {**confirmed, "secret_password": TYPED}, follow=True)
    assert "1 open request lost its approval" in words(saved)
    assert working.state_of(batch) == "checked"
    assert given(known, place) == {"password": TYPED}


def test_a_tick_that_removes_goes_on_with_the_question(browser: Client, acme: Workspace, admin: User) -> None:
    both = Changes({"private_key": Secret(KEY), "passphrase": Secret("pass")})
    place = vault.destination(acme, admin, name="Vault", secrets=both, config={"host": "h", "sign_in": "key"})
    waiting(place)
    page = browser.post(f"{LIST}/{place.pk}", form(config_sign_in="key", config_host="h", remove_passphrase="on"))
    assert '<input type="hidden" name="remove_passphrase" value="True"' in page.content.decode()


def test_a_session_that_ends_keeps_what_was_typed_but_no_secret(
    known: Vault, browser: Client, place: Destination, admin: User
) -> None:
    browser.logout()
    browser.post(f"{LIST}/{place.pk}", form(name="Typed name", secret_password=TYPED, secret_private_key=KEY))
    kept = browser.session["kept_post"]
    assert "Typed" in str(kept)
    stored = [session.get_decoded() for session in Session.objects.all()]
    assert "t0p" not in repr(stored)
    assert "BEGIN" not in repr(stored)
    browser.force_login(admin, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = browser.session
    session["kept_post"] = kept
    session.save()
    answer = browser.get(f"{LIST}/{place.pk}")
    assert 'value="Typed name"' in answer.content.decode()
    assert AGAIN in words(answer)
    assert given(known, place) == {"password": PASSWORD}


def test_a_secret_whose_key_is_lost_is_said_and_can_be_typed_anew(
    known: Vault, browser: Client, place: Destination
) -> None:
    place.secrets.update(ciphertext="gAAAAAlost")
    answer = browser.get(f"{LIST}/{place.pk}")
    assert "the portal can no longer read it: enter it anew" in words(answer)
    tested = browser.post(f"{LIST}/{place.pk}/test")
    assert "can no longer read a secret of the destination: Password" in words(tested)
    browser.post(f"{LIST}/{place.pk}", form(secret_password=OTHER))
    assert given(known, place) == {"password": OTHER}


def test_no_list_page_or_event_holds_a_secret(browser: Client, place: Destination) -> None:
    browser.post(f"{LIST}/{place.pk}", form(secret_password=TYPED))
    for page in (LIST, f"{LIST}/{place.pk}", "/w/acme/manage/", "/w/acme/history"):
        assert not has(browser.get(page), TYPED)
    assert "t0p" not in repr([*Event.objects.values(), *Destination.objects.values()])


def test_a_password_that_is_too_long_is_said_in_our_words(browser: Client, place: Destination) -> None:
    answer = browser.post(f"{LIST}/{place.pk}", form(secret_password="x" * 1001))
    assert "Say it in 1000 characters or fewer; these are 1001" in words(answer)
    assert "xxxx" not in answer.content.decode()
