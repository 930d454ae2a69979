"""What browsers are told with every answer, whether it is a page, a refusal, a fault or a file."""

from typing import Any, NoReturn

import pytest
from django.http import HttpRequest
from django.test import Client, override_settings
from django.urls import path

from ingest.models import User
from tests import factories
from tests.security.routes import ANYTHING, Route, routes

pytestmark = pytest.mark.django_db

CSP = {
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "font-src 'self'",
    "connect-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'", "manifest-src 'self'",
}  # fmt: skip


def _broken(_request: HttpRequest) -> NoReturn:
    raise RuntimeError("on purpose")


urlpatterns = [path("broken", _broken)]
handler500 = "ingest.views.errors.server_error"


def wrong_headers(response: Any) -> list[str]:
    """What is missing or wrong in the headers of an answer."""
    policy = {part.strip() for part in response.get("Content-Security-Policy", "").split(";") if part.strip()}
    wanted = {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "X-Frame-Options": "DENY",
    }
    wrong = [f"{name}: {response.get(name)}" for name, value in wanted.items() if response.get(name) != value]
    if policy != CSP:
        wrong.append(f"Content-Security-Policy: {sorted(policy ^ CSP)}")
    if "no-store" not in response.get("Cache-Control", ""):
        wrong.append(f"Cache-Control: {response.get('Cache-Control')}")
    return wrong


@pytest.fixture
def admin() -> User:
    return factories.member(factories.workspace(slug="nowhere"), "Admin", roles=["maker", "approver", "admin"])


def _found(client: Client, found: list[Route]) -> list[str]:
    return [
        f"{route.name}: {wrong}"
        for route in found
        for method in ("get", "post")
        for wrong in wrong_headers(getattr(client, method)(route.url(ANYTHING)))
    ]


def test_every_answer_to_whoever_is_signed_out_has_the_headers(client: Client) -> None:
    assert _found(client, routes()) == []


def test_every_answer_to_an_admin_has_the_headers(client: Client, admin: User) -> None:
    client.force_login(admin, backend="allauth.account.auth_backends.AuthenticationBackend")
    signed_in = [route for route in routes() if route.name != "account_logout"]
    assert _found(client, signed_in) == []


def test_pages_that_are_not_there_have_the_headers(client: Client) -> None:
    response = client.get("/nothing/here")
    assert response.status_code == 404
    assert wrong_headers(response) == []


@override_settings(ROOT_URLCONF=__name__)
def test_a_fault_has_the_headers() -> None:
    response = Client(raise_request_exception=False).get("/broken")
    assert response.status_code == 500
    # The frame is refused by the policy, whatever middleware the fault has passed by.
    assert [wrong for wrong in wrong_headers(response) if not wrong.startswith("X-Frame")] == []
