"""How tests have messages about accounts sent."""

from typing import Any

from django.test import Client
from django.utils import timezone

from ingest.models import User
from tests.services import post

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
FORGOTTEN = "/account/password/reset/"


def invite(ada: User, email: str = "bo@example.com", **headers: str) -> Any:
    """The page that follows; the message has left by then."""
    client = Client()
    client.force_login(ada, backend=BACKEND)
    page = client.post("/w/acme/manage/people/invite", {"email": email, "makes": "on"}, headers=headers)
    post.empty(timezone.now())
    return page


def forget(email: str = "ada@example.com", **headers: str) -> Any:
    page = Client().post(FORGOTTEN, {"email": email}, headers=headers)
    post.empty(timezone.now())
    return page


def send(kind: str, ada: User, **headers: str) -> Any:
    """One message of each kind that there is."""
    return {
        "invitation": lambda: invite(ada, **headers),
        "new password": lambda: forget(**headers),
        "no account": lambda: forget("nobody@example.com", **headers),
    }[kind]()
