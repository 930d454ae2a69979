"""No form of another site does anything here: every unsafe request needs the token of a page of ours."""

import pytest
from django.test import Client

from ingest.models import Event
from tests import factories
from tests.security.routes import ANYTHING, routes

pytestmark = pytest.mark.django_db
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
# Whole customer files arrive here: first the policy, then where the file goes, and then these views ask for the token.
ASK_THEMSELVES = {"transfer_new", "step_file", "corrections"}


@pytest.fixture
def browser() -> Client:
    """The browser of somebody who may do everything, in which another site's page sends forms."""
    workspace = factories.workspace(slug="nowhere")
    admin = factories.member(workspace, "Admin", roles=["maker", "approver", "admin"])
    factories.batch(workspace, admin, number=ANYTHING["number"], upload=factories.upload(workspace, admin))
    client = Client(enforce_csrf_checks=True)
    client.force_login(admin, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_only_the_routes_of_customer_files_ask_for_the_token_themselves() -> None:
    assert {route.name for route in routes() if route.is_csrf_exempt} <= ASK_THEMSELVES


@pytest.mark.parametrize("method", UNSAFE)
def test_without_the_token_no_route_takes_anything(browser: Client, method: str) -> None:
    before = Event.objects.count()
    answered = [
        (route.name, response.status_code)
        for route in routes()
        for response in [browser.generic(method, route.url(ANYTHING))]
        if response.status_code != (405 if method != "POST" and route.name in ASK_THEMSELVES else 403)
    ]
    assert answered == []
    assert Event.objects.count() == before


def test_the_page_says_what_happened_and_what_to_do(browser: Client) -> None:
    response = browser.post("/settings")
    assert response.status_code == 403
    assert "This page was open for too long" in response.content.decode()
    assert "Nothing was changed" in response.content.decode()
