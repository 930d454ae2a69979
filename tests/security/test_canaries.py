"""Planted secrets and planted people reach no log, event, row, e-mail or page of others, however sending fails."""

import errno
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from django.core import mail
from django.test import Client
from django.urls import reverse

from ingest.models import Attempt, Delivery, Destination, User, Workspace
from ingest.services import destinations
from ingest.services.destination_secrets import Changes
from ingest.services.destination_test import run_test
from ingest.transfer.base import StepOutcome
from ingest.transfer.local import LocalDestination
from ingest.transfer.secret import Secret
from tests import factories
from tests.security.canaries import Planted, database, key_texts, logged, people, secret
from tests.security.failing_places import FAILURES, Place, ftp_echoes_the_password
from tests.services import working
from tests.transfer.sftp_receiver import LOOPBACK

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


PAGES = ("home", "history", "history_csv", "manage", "destinations")


@pytest.fixture(scope="module")
def planted_people() -> Mapping[str, str]:
    return people()


@pytest.fixture
def acme(settings: Any) -> Workspace:
    settings.PRIVATE_DESTINATIONS = list(LOOPBACK)
    return factories.workspace(slug="acme", name="Acme")


@pytest.fixture
def admin(acme: Workspace) -> User:
    return factories.member(acme, "Ada", roles=["admin"])


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Amazon's library waits between its attempts."""
    monkeypatch.setattr("ingest.transfer.s3_client.ATTEMPTS", 1, raising=False)


def made(acme: Workspace, admin: User, place: Place) -> Destination:
    changes = Changes({name: Secret(text) for name, text in place.secrets.items()})
    return destinations.add(
        acme, actor=admin, now=factories.NOW, secrets=changes, name="Planted", environment="beta",
        method=place.method, config=dict(place.config), is_active=True,
    )  # fmt: skip


def lines_of(planted: Mapping[str, str]) -> bytes:
    """A part as it is sent, with everybody in it."""
    return "\n".join(f'{text}\t"who"="{name}"' for name, text in planted.items()).encode()


def pages(delivery: Delivery) -> bytes:
    """What a failed transfer shows to a colleague who may do everything, to a viewer, and to a stranger."""
    where, batch = delivery.workspace, delivery.batch
    everything = factories.member(where, "Vic", roles=["maker", "approver", "admin"])
    strangers = factories.workspace()
    people = (
        everything,
        factories.member(where, "Vera", roles=[]),
        factories.member(strangers, "Sam", roles=["admin"]),
    )
    paths = [reverse(name, args=[where.slug]) for name in PAGES]
    paths += [reverse(name, args=[where.slug, batch.number]) for name in ("transfer", "transfer_progress", "approval")]
    paths.append(reverse("destination", args=[where.slug, delivery.destination_id]))
    return b"".join(_page(user, path) for user in people for path in paths)


def _page(user: User, path: str) -> bytes:
    client = Client()
    client.force_login(user, backend=BACKEND)
    answer: Any = client.get(path)
    return b"".join(answer.streaming_content) if answer.streaming else bytes(answer.content)


@pytest.mark.parametrize("failing", FAILURES)
def test_nothing_planted_is_told_when_sending_fails(
    acme: Workspace, admin: User, planted_people: Mapping[str, str], failing: str
) -> None:
    cells = " ".join(list(planted_people.values())[:3])
    with FAILURES[failing](cells) as place, logged() as log:
        chosen = made(acme, admin, place)
        steps = run_test(chosen, actor=admin, now=factories.NOW).steps
        delivery = working.sending(lines_of(planted_people), workspace=acme, destination=chosen)
        working.send_all(delivery)
        seen = pages(delivery)
    failed = Attempt.objects.get()
    assert failed.outcome == Attempt.Outcome.FAILED, "the failure that this test is about"
    assert failed.problem_code != "bug", failed.problem
    told = {
        "log": log.getvalue().encode(), "test": repr(steps).encode(),
        "mail": b"".join(one.message().as_bytes() for one in mail.outbox),
        "pages": seen, "database": database(),
    }  # fmt: skip
    hidden = Planted({**place.texts, **planted_people})
    where = {name: hidden.found_in(text) for name, text in told.items()}
    assert where == {name: [] for name in told}


def test_what_is_planted_would_be_found_in_every_spelling(planted_people: Mapping[str, str]) -> None:
    """The search that the other tests rely on."""
    hidden = Planted({"password": "Zq12&'34", **planted_people})
    for text in (b"Zq12&'34", b"Zq12%26%2734", b"Zq12&amp;&#x27;34", b"WnExMiYnMzQ", b"5a71313226273334", b"43'&21qZ"):
        assert hidden.found_in(b"before " + text + b" after") == ["password"], text
    assert hidden.found_in(b"nothing of it") == []


def _raising(error: Exception) -> Callable[..., Any]:
    def broken(*_arguments: Any, **_more: Any) -> Any:
        raise error

    return broken


@pytest.mark.parametrize("kind", ["a mistake of the program", "a full disk"])
def test_a_bug_in_the_middle_tells_its_place_and_nothing_that_it_holds(
    acme: Workspace, planted_people: Mapping[str, str], monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    cells = " ".join(list(planted_people.values())[:3])
    delivery = working.sending(lines_of(planted_people), workspace=acme)
    error = (
        ValueError(f"could not convert {cells}") if kind.startswith("a mistake") else OSError(errno.ENOSPC, "", cells)
    )
    monkeypatch.setattr(LocalDestination, "deliver", _raising(error))
    with logged() as log:
        working.send_all(delivery)
        seen = pages(delivery)
    assert Attempt.objects.get().outcome == Attempt.Outcome.FAILED
    hidden = Planted(planted_people)
    assert hidden.found_in(log.getvalue().encode()) == hidden.found_in(seen) == hidden.found_in(database()) == []
    assert kind != "a mistake of the program" or "ValueError at " in log.getvalue(), "it is logged all the same"


def test_a_secret_that_was_typed_is_on_no_page_of_errors_and_in_no_log(acme: Workspace, admin: User) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(admin, backend=BACKEND)
    text, lines = key_texts(ed25519.Ed25519PrivateKey.generate())
    password, token = secret(), secret()
    typed = {
        "secret_password": password, "secret_private_key": text, "secret_passphrase": password,
        "secret_secret_access_key": token, "secret_session_token": token,
    }  # fmt: skip
    seen = b""
    with logged() as log:
        for preset in ("beta-sftp", "beta-ftp", "beta-s3"):
            for wrong in ({}, {"name": "x" * 200}, {"config_port": password}, {"csrfmiddlewaretoken": token}):
                url = f"/w/{acme.slug}/manage/destinations/new?preset={preset}"
                answer = client.post(url, {"name": "", **typed, **wrong})
                assert answer.status_code == 422
                seen += answer.content
    hidden = Planted({"password": password, "token": token, **lines})
    # What is typed into a field that shows what it holds is given back to be mended.
    mended = seen.replace(f'value="{password}"'.replace("&", "&amp;").replace("'", "&#x27;").encode(), b"")
    assert hidden.found_in(mended) == []
    assert hidden.found_in(log.getvalue().encode()) == []


def test_a_bug_in_a_page_tells_nothing_that_was_typed(
    acme: Workspace, admin: User, planted_people: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    password = secret()
    cells = " ".join(planted_people.values())
    monkeypatch.setattr("ingest.services.destinations.add", _raising(ValueError(f"{password} {cells}")))
    client = Client(raise_request_exception=False)
    client.force_login(admin, backend=BACKEND)
    with logged() as log, _propagating("django.request"):
        answer = client.post(
            f"/w/{acme.slug}/manage/destinations/new?preset=beta-sftp",
            {
                "name": "New", "environment": "beta", "config_host": "sftp.example.com", "config_port": "22",
                "config_user": "amportal", "config_folder": ".", "config_sign_in": "password",
                "config_final_name": "when_whole", "secret_password": password,
            },
        )  # fmt: skip
    hidden = Planted({"password": password, **planted_people})
    assert answer.status_code == 500
    assert hidden.found_in(answer.content) == []
    assert hidden.found_in(log.getvalue().encode()) == []
    assert "ValueError at " in log.getvalue()
    assert mail.outbox == []


@contextmanager
def _propagating(name: str) -> Iterator[None]:
    """As in a portal that runs; the settings of the tests may have said otherwise."""
    logger = logging.getLogger(name)
    before, logger.propagate = logger.propagate, True
    try:
        yield
    finally:
        logger.propagate = before


def test_a_failed_test_names_the_step_and_leaves_the_words_of_the_server(acme: Workspace, admin: User) -> None:
    with ftp_echoes_the_password("") as place:
        chosen = made(acme, admin, place)
        steps = run_test(chosen, actor=admin, now=factories.NOW).steps
    assert any(step.outcome is StepOutcome.FAILED for step in steps)
    assert Planted(place.texts).found_in(repr(steps).encode() + database()) == []
