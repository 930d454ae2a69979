"""Signing in: in words, back to where one was, with what one had typed; and shut to those who guess."""

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from ingest.models import User
from tests import factories
from tests.services import post

pytestmark = pytest.mark.django_db

PASSWORD = "seven green umbrellas"
SIGN_IN = "/account/login/"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture(autouse=True)
def ada(settings: Settings) -> User:
    """A maker with a password; hashes are cheap here, since every test makes a few."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return factories.member(factories.workspace(slug="acme"), "Ada", email="ada@example.com", password=PASSWORD)


def sign_in(client: Client, password: str = PASSWORD, *, email: str = "ada@example.com", **more: str) -> Any:
    headers: dict[str, Any] = {name: more.pop(name) for name in ("REMOTE_ADDR", "HTTP_X_FORWARDED_FOR") if name in more}
    return client.post(SIGN_IN, {"login": email, "password": password, **more}, **headers)


def test_the_page_helps_password_managers_and_needs_no_script(client: Client) -> None:
    page = client.get(SIGN_IN).content.decode()
    assert re.search(r'<input[^>]*name="login"[^>]*autocomplete="username"', page)
    assert re.search(r'<input[^>]*name="password"[^>]*autocomplete="current-password"', page)
    assert "onpaste" not in page


def test_signing_in_leads_to_the_only_workspace(client: Client) -> None:
    assert sign_in(client)["Location"] == "/"
    assert client.get("/")["Location"] == "/w/acme/"


def test_an_address_in_capitals_is_the_same_address(client: Client) -> None:
    assert sign_in(client, email=" ADA@Example.com ").status_code == 302


def test_signing_in_leads_back_to_the_page_that_was_asked_for(client: Client) -> None:
    asked = client.get("/settings")
    assert asked["Location"] == f"{SIGN_IN}?next=/settings"
    assert sign_in(client, next="/settings")["Location"] == "/settings"


def test_signing_in_never_leads_to_another_site(client: Client) -> None:
    assert sign_in(client, next="https://evil.example.com/")["Location"] == "/"


def test_the_key_of_the_session_is_another_one_after_signing_in(client: Client) -> None:
    client.post("/settings", {"name": "Ada"})
    old = client.cookies["sessionid"].value
    sign_in(client)
    assert client.cookies["sessionid"].value != old


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"login": "", "password": ""}, "Enter your e-mail address"),
        ({"login": "ada@example.com", "password": ""}, "Enter your password"),
        ({"login": "ada", "password": "x"}, "Enter an e-mail address with one @, such as ana@example.com"),
    ],
)
def test_what_is_missing_is_said(client: Client, answers: dict[str, str], sentence: str) -> None:
    again = client.post(SIGN_IN, answers)
    assert again.status_code == 422
    page = again.content.decode()
    assert sentence in page
    assert "<title>Error:" in page


def test_nobody_learns_whether_an_address_has_an_account(client: Client) -> None:
    known = sign_in(client, "wrong but long enough")
    unknown = sign_in(client, "wrong but long enough", email="nobody@example.com")
    assert known.status_code == unknown.status_code == 422
    words = [re.sub(r"[a-z]+@example\.com|value=\"[^\"]*\"", "", one.content.decode()) for one in (known, unknown)]
    assert words[0] == words[1]


def test_every_form_about_passwords_that_comes_back_says_so_by_its_status(client: Client, ada: User) -> None:
    assert client.post("/account/password/reset/", {"email": "ada"}).status_code == 422
    client.post("/account/password/reset/", {"email": "ada@example.com"})
    post.empty(timezone.now())
    [link] = re.findall(r"http://testserver(\S+)", str(mail.outbox[0].body))
    form = client.get(link)["Location"]
    assert client.post(form, {"password1": "short", "password2": "short"}).status_code == 422
    client.force_login(ada, backend=BACKEND)
    again = client.post("/account/password/change/", {"oldpassword": "wrong", "password1": "x", "password2": "y"})
    assert again.status_code == 422
    assert "This is not your present password." in again.content.decode()
    ada.set_unusable_password()
    ada.save()
    client.force_login(ada, backend=BACKEND)
    assert client.post("/account/password/set/", {"password1": "x", "password2": "y"}).status_code == 422


def test_a_new_password_is_offered_to_any_address_in_the_same_words(client: Client) -> None:
    answers = [client.post("/account/password/reset/", {"email": one}) for one in ("ada@example.com", "no@example.com")]
    assert [one["Location"] for one in answers] == [reverse("account_reset_password_done")] * 2


def test_a_forgotten_password_is_replaced_by_the_link_of_a_message(client: Client) -> None:
    client.post("/account/password/reset/", {"email": "ada@example.com"})
    post.empty(timezone.now())
    [message] = [one for one in mail.outbox if one.to == ["ada@example.com"]]
    [link] = re.findall(r"http://testserver(\S+)", str(message.body))
    form = client.get(client.get(link)["Location"])
    assert "Choose a new password" in form.content.decode()
    changed = client.post(
        form.request["PATH_INFO"], {"password1": "nine blue umbrellas", "password2": "nine blue umbrellas"}
    )
    assert changed["Location"] == reverse("account_reset_password_from_key_done")
    assert sign_in(Client(), "nine blue umbrellas").status_code == 302
    assert "does not work any more" in Client().get(link).content.decode()


def test_the_fifth_wrong_password_shuts_the_door_and_says_for_how_long(client: Client) -> None:
    answers = [sign_in(client, f"wrong number {number}") for number in range(5)]
    assert [one.status_code for one in answers] == [422, 422, 422, 422, 429]
    assert "Wait 15 minutes" in answers[-1].content.decode()
    assert sign_in(client).status_code == 429, "even the right password waits"


def test_the_door_stays_open_for_the_same_person_elsewhere_and_for_others_here(client: Client) -> None:
    factories.member(factories.workspace(), "Bo", email="bo@example.com", password=PASSWORD)
    for number in range(6):
        sign_in(client, f"wrong number {number}", REMOTE_ADDR="192.0.2.1")
    assert sign_in(Client(), REMOTE_ADDR="192.0.2.2").status_code == 302
    assert sign_in(Client(), email="bo@example.com", REMOTE_ADDR="192.0.2.1").status_code == 302


def test_an_address_that_a_browser_claims_opens_no_door(client: Client) -> None:
    answers = [sign_in(client, f"wrong {number}", HTTP_X_FORWARDED_FOR=f"198.51.100.{number}") for number in range(6)]
    assert answers[-1].status_code == 429


def test_behind_a_proxy_of_ours_what_it_adds_counts_and_nothing_before(client: Client, settings: Settings) -> None:
    settings.TRUSTED_PROXIES = settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    claims = [f"198.51.100.{number}, 192.0.2.7" for number in range(6)]
    answers = [sign_in(client, "wrong", HTTP_X_FORWARDED_FOR=claim, REMOTE_ADDR="10.0.0.1") for claim in claims]
    assert answers[-1].status_code == 429
    other = sign_in(Client(), HTTP_X_FORWARDED_FOR="192.0.2.8", REMOTE_ADDR="10.0.0.1")
    assert other.status_code == 302


def test_logs_hold_no_address_of_whoever_tries(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO"):
        for number in range(6):
            sign_in(client, f"wrong number {number}")
        sign_in(Client(), REMOTE_ADDR="192.0.2.3")
    assert caplog.messages
    assert "example.com" not in caplog.text
    assert "wrong number" not in caplog.text


def test_the_browsers_time_zone_is_taken_once(client: Client, ada: User) -> None:
    sign_in(client, zone="Asia/Shanghai")
    ada.refresh_from_db()
    assert ada.time_zone == "Asia/Shanghai"
    sign_in(Client(), zone="Europe/Paris")
    ada.refresh_from_db()
    assert ada.time_zone == "Asia/Shanghai"


@pytest.mark.parametrize("zone", ["", "Atlantis/City", "../../etc/passwd", "x" * 5000])
def test_a_time_zone_that_is_none_changes_nothing(client: Client, ada: User, zone: str) -> None:
    assert sign_in(client, zone=zone).status_code == 302
    ada.refresh_from_db()
    assert ada.time_zone == ""


def test_what_was_typed_when_the_session_ended_is_there_after_signing_in(client: Client, ada: User) -> None:
    typed = {"name": "Ada of Acme", "language": "", "time_zone": "Nowhere/Land", "theme": "dark"}
    asked = client.post("/settings", typed)
    assert asked["Location"] == f"{SIGN_IN}?next=/settings"
    assert "What you typed is kept" in client.get(asked["Location"]).content.decode()
    back = client.get(sign_in(client, next="/settings")["Location"]).content.decode()
    assert "What you typed is still here" in back
    assert 'value="Ada of Acme"' in back
    ada.refresh_from_db()
    assert ada.name == "Ada", "nothing is saved before they have looked at it"
    assert 'value="Ada of Acme"' not in client.get("/settings").content.decode(), "once"


def test_after_a_button_on_a_page_signing_in_leads_to_the_page_and_not_to_the_button(client: Client) -> None:
    answer = client.post(
        "/settings/theme", {"theme": "dark"}, headers={"Referer": "http://testserver/w/acme/history?q=x"}
    )
    assert answer["Location"] == f"{SIGN_IN}?next=/w/acme/history%3Fq%3Dx"
    elsewhere = client.post("/settings/theme", headers={"Referer": "http://evil.example.com/w/acme/"})
    assert elsewhere["Location"] == f"{SIGN_IN}?next=/settings/theme"


def test_nobody_makes_an_account_by_themselves(client: Client) -> None:
    answer = client.post("/account/signup/", {"email": "new@example.com", "password1": PASSWORD})
    assert "Accounts are made by invitation" in answer.content.decode()
    assert not User.objects.filter(email="new@example.com").exists()


@pytest.mark.parametrize(
    "path", ["email/", "confirm-email/", "reauthenticate/", "login/code/confirm/", "phone/verify/"]
)
def test_pages_of_allauth_that_have_no_use_here_are_not_there(client: Client, ada: User, path: str) -> None:
    client.force_login(ada, backend=BACKEND)
    assert client.get(f"/account/{path}").status_code == 404


def test_signing_out_needs_a_press_and_ends_the_session(client: Client) -> None:
    sign_in(client)
    assert "Sign out of amportal?" in client.get("/account/logout/").content.decode()
    client.post("/account/logout/")
    assert client.get("/settings")["Location"].startswith(SIGN_IN)


def test_a_closed_account_cannot_sign_in(client: Client, ada: User) -> None:
    User.objects.filter(pk=ada.pk).update(is_active=False)
    sign_in(client)
    assert client.get("/settings")["Location"].startswith(SIGN_IN)


def test_changing_the_password_ends_the_sessions_elsewhere(client: Client) -> None:
    elsewhere = Client()
    sign_in(client)
    sign_in(elsewhere, REMOTE_ADDR="192.0.2.9")
    new = "eleven red umbrellas"
    answer = client.post("/account/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert answer.status_code == 302
    assert client.get("/settings").status_code == 200
    assert elsewhere.get("/settings")["Location"].startswith(SIGN_IN)
