"""Planted secrets and planted people reach no log, event, row, e-mail or page of others, however sending fails."""

import errno
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

import paramiko
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
from tests.services import working
from tests.transfer.certificates import HOST, certificate
from tests.transfer.ftp_script import Script, scripted
from tests.transfer.odd_sftp import Files, Gate, Handle, OddServer
from tests.transfer.s3_fake import ABSENT, Said, by_method, fake
from tests.transfer.sftp_receiver import LOOPBACK, fingerprint
from tests.transfer.sshd import user_key

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@dataclass(frozen=True)
class Place:
    """A destination to be made, whose server fails in its own way. `texts`: its secrets, by what they are."""

    method: str
    config: Mapping[str, Any]
    secrets: Mapping[str, str]
    texts: Mapping[str, str]


PAGES = ("home", "history", "history_csv", "manage", "destinations")

Failing = Callable[[str], AbstractContextManager[Place]]


def ftp_place(port: int, password: str, **more: Any) -> Place:
    config = {"host": HOST, "port": port, "user": "amportal", **more}
    return Place("ftp", config, {"password": password}, {"password": password})


@contextmanager
def ftp_echoes_the_password(_cells: str) -> Iterator[Place]:
    """As "530 Login or password incorrect", by somebody who meant well."""
    shown, password = certificate(), secret()
    answers = {"PASS": f"530 {password} is not the password of amportal"}
    with scripted(Script(certificate=shown, replies=answers)) as server:
        yield ftp_place(server.port, password, authority=shown.authority)


@contextmanager
def ftp_echoes_the_file(cells: str) -> Iterator[Place]:
    password = secret()
    answers = {"STOR": f"550 cannot store {cells} for {password}"}
    with scripted(Script(replies=answers)) as server:
        yield ftp_place(server.port, password, security="plain", allows_plain=True)


@contextmanager
def ftp_answers_with_something_else(cells: str) -> Iterator[Place]:
    """What is no answer in FTP at all."""
    password = secret()
    with scripted(Script(ends={"STOR": f"{cells} {password}"}, greeting="220 ready")) as server:
        yield ftp_place(server.port, password, security="plain", allows_plain=True)


def sftp_place(port: int, folder: str, secrets: Mapping[str, str], texts: Mapping[str, str], **more: Any) -> Place:
    config = {"host": "127.0.0.1", "port": port, "user": "nobody", "folder": folder, "host_key": fingerprint(), **more}
    return Place("sftp", config, secrets, texts)


def _gate(banner: str, ways: str = "publickey,password") -> type[Gate]:
    class Telling(Gate):
        def get_banner(self) -> tuple[str, str]:
            return banner, "en"

    Telling.ways = ways
    return Telling


@contextmanager
def sftp_echoes_the_password(cells: str) -> Iterator[Place]:
    password = secret()
    with OddServer(gate=_gate(f"{password} {cells}\r\n")) as server:
        yield sftp_place(server.port, "/tmp", {"password": password}, {"password": password}, sign_in="password")


@contextmanager
def sftp_refuses_the_key(cells: str) -> Iterator[Place]:
    passphrase = secret()
    text, lines = key_texts(ed25519.Ed25519PrivateKey.generate(), passphrase)
    with OddServer(gate=_gate(cells, ways="password")) as server:
        given = {"private_key": text, "passphrase": passphrase}
        yield sftp_place(server.port, "/tmp", given, {"passphrase": passphrase, **lines})


@contextmanager
def sftp_key_is_damaged(_cells: str) -> Iterator[Place]:
    text, lines = key_texts(ed25519.Ed25519PrivateKey.generate())
    with OddServer() as server:
        yield sftp_place(server.port, "/tmp", {"private_key": text.replace("=", "")[:-60]}, lines)


@contextmanager
def sftp_has_another_key(_cells: str) -> Iterator[Place]:
    password = secret()
    with OddServer() as server:
        other = "SHA256:" + "A" * 43
        yield sftp_place(
            server.port,
            "/tmp",
            {"password": password},
            {"password": password},
            sign_in="password",
            host_key=other,
        )


@contextmanager
def sftp_breaks_off_in_the_middle(cells: str) -> Iterator[Place]:
    """Its words for it are of what it was sent."""

    class Full(Files):
        def on_write(self, handle: Handle, offset: int, data: bytes) -> int:
            del handle, offset
            assert data
            return int(paramiko.sftp.SFTP_FAILURE)

    texts = list(paramiko.sftp.SFTP_DESC)
    text, lines = key_texts(user_key())
    paramiko.sftp.SFTP_DESC[paramiko.sftp.SFTP_FAILURE] = f"no room for {cells}"
    try:
        with OddServer(files=Full) as server:
            yield sftp_place(server.port, "/tmp", {"private_key": text}, lines)
    finally:
        paramiko.sftp.SFTP_DESC[:] = texts


def _s3(said: Callable[[str, str], Said], method: str = "PUT") -> Failing:
    @contextmanager
    def failing(cells: str) -> Iterator[Place]:
        key, token = secret(), secret()
        with fake(by_method(**{"HEAD": ABSENT, "GET": ABSENT, method: said(token, cells)})) as server:
            config = {
                "bucket": "planted", "partner_name": "acme", "access_key_id": "AKIDPLANTED", "has_path_style": True,
                "endpoint": server.endpoint,
            }  # fmt: skip
            secrets = {"secret_access_key": key, "session_token": token}
            yield Place("s3", config, secrets, {"secret key": key, "session token": token})

    return failing


def _xml(status: int, code: str, words: str = "", headers: Mapping[str, str] | None = None) -> Said:
    text = f"<Error><Code>{code}</Code><Message><![CDATA[{words}]]></Message></Error>"
    return Said(status, text.encode(), headers or {})


def refused(_cells: str) -> AbstractContextManager[Place]:
    return _nobody_listens()


@contextmanager
def _nobody_listens() -> Iterator[Place]:
    password = secret()
    with scripted(Script()) as server:
        port = server.port
    yield ftp_place(port, password, security="plain", allows_plain=True)


def _word_of(cells: str) -> str:
    """A piece of the file that could be a code: letters and digits only."""
    return str(re.findall(r"[A-Za-z0-9]{8,}", cells)[0])


FAILURES: Mapping[str, Failing] = {
    "ftps, wrong password, echoed": ftp_echoes_the_password,
    "ftp, the file is echoed": ftp_echoes_the_file,
    "ftp, no answer but an echo": ftp_answers_with_something_else,
    "ftp, refused": refused,
    "sftp, wrong password, echoed": sftp_echoes_the_password,
    "sftp, key refused": sftp_refuses_the_key,
    "sftp, key damaged": sftp_key_is_damaged,
    "sftp, wrong host key": sftp_has_another_key,
    "sftp, the file is echoed": sftp_breaks_off_in_the_middle,
    "s3, words echoed": _s3(lambda token, cells: _xml(403, "AccessDenied", f"{token} {cells}")),
    "s3, code echoed": _s3(lambda _token, cells: _xml(400, _word_of(cells))),
    "s3, code of a key echoed": _s3(lambda token, _cells: _xml(400, f"KMS{_word_of(token)}")),
    "s3, region echoed": _s3(
        lambda token, _cells: _xml(301, "PermanentRedirect", headers={"x-amz-bucket-region": _word_of(token).lower()})
    ),
    "s3, not even XML": _s3(lambda token, cells: Said(400, f"{token} {cells}".encode())),
}  # fmt: skip


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
