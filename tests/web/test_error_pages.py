"""What people see when something is wrong: what happened, what did not, who can help; even without a database."""

import logging
import re
from typing import Any

import pytest
from django.db import OperationalError, connections
from django.http import Http404, HttpRequest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import include, path

from amportal.logging import UtcFormatter
from ingest.views.policies import for_anybody
from tests import factories

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PAGES = ("400", "403", "403_csrf", "404", "413", "429", "500", "503")


@for_anybody
def broken(_request: HttpRequest) -> Any:
    raise RuntimeError("customer ana@example.com, 4111 1111 1111 1111")


@for_anybody
def without_database(_request: HttpRequest) -> Any:
    raise OperationalError("could not connect to db.internal:5432")


@for_anybody
def not_there(_request: HttpRequest) -> Any:
    raise Http404("secret reason")


urlpatterns = [
    path("broken", broken), path("away", without_database), path("gone", not_there), path("", include("amportal.urls")),
]  # fmt: skip
handler400, handler403, handler404, handler500 = (
    f"ingest.views.errors.{name}" for name in ("bad_request", "forbidden", "not_found", "server_error")
)


@pytest.fixture
def with_faults(settings: Any) -> Client:
    settings.ROOT_URLCONF = __name__
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_renders_without_a_database_or_a_request(page: str, settings: Any) -> None:
    settings.STORAGES = {
        **settings.STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }  # fmt: skip
    text = render_to_string(f"{page}.html")
    assert re.search(r"<h1>[^<]{10,}</h1>", text)
    assert not re.search(r"(?i)\b(sorry|oops|invalid|please)\b|!</", text)
    assert ('<a class="button" href="/">Your transfers</a>' in text) == (page != "503"), "a way on, where there is one"


@pytest.mark.django_db
def test_a_fault_has_a_reference_that_is_in_the_log_and_no_detail(
    with_faults: Client, caplog: pytest.LogCaptureFixture
) -> None:
    answer = with_faults.get("/broken")
    page = answer.content.decode()
    assert answer.status_code == 500
    assert "Nothing was sent" in page
    reference = answer["X-Request-ID"]
    assert f"Reference: {reference}" in page
    assert "RuntimeError" not in page
    assert "4111" not in page
    assert caplog.records


@pytest.mark.django_db
def test_log_lines_carry_the_reference_and_no_personal_data(with_faults: Client) -> None:
    lines: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(handler.format(record))  # type: ignore[method-assign]
    handler.setFormatter(UtcFormatter())
    logger = logging.getLogger("django.request")
    logger.addHandler(handler)
    try:
        answer = with_faults.get("/broken?email=ana@example.com")
    finally:
        logger.removeHandler(handler)
    [line] = lines
    assert f"[{answer['X-Request-ID']}]" in line
    assert "RuntimeError" in line
    assert "ana@example.com" not in line
    assert "4111" not in line


@pytest.mark.django_db
def test_every_request_has_its_own_reference(client: Client) -> None:
    assert len({client.get("/healthz")["X-Request-ID"] for _again in range(5)}) == 5


@pytest.mark.django_db
def test_when_the_database_is_away_the_page_says_that_nothing_is_lost(with_faults: Client) -> None:
    answer = with_faults.get("/away")
    assert answer.status_code == 503
    assert "Nothing was lost" in answer.content.decode()
    assert "db.internal" not in answer.content.decode()


@pytest.mark.django_db
def test_a_database_that_fails_before_the_page_gets_the_same_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client(raise_request_exception=False)
    client.cookies["sessionid"] = "somebody-who-was-here"

    def away(*_args: object, **_kwargs: object) -> None:
        raise OperationalError("away")

    monkeypatch.setattr(type(connections["default"]), "cursor", away)
    answer = client.get("/settings")
    assert answer.status_code == 503
    assert "Nothing was lost" in answer.content.decode()
    health = Client().get("/healthz")
    assert health.status_code == 503
    assert health.json() == {"status": "failing", "failing": ["database"]}


@pytest.mark.django_db
def test_health_is_told_without_signing_in(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")


@pytest.mark.django_db
def test_health_fails_when_files_cannot_be_written(client: Client, settings: Any, tmp_path: Any) -> None:
    in_the_way = tmp_path / "a-file"
    in_the_way.write_text("")
    settings.SPOOL_DIR = in_the_way / "spool"
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["failing"] == ["spool"]
    assert str(tmp_path) not in answer.content.decode()


@pytest.mark.django_db
def test_a_page_that_is_not_there_says_so_and_not_why(with_faults: Client) -> None:
    for address in ("/gone", "/nothing/here"):
        answer = with_faults.get(address)
        assert answer.status_code == 404
        assert "There is no such page" in answer.content.decode()
        assert "secret reason" not in answer.content.decode()


@pytest.mark.django_db
def test_a_form_of_too_much_is_said_to_be_too_big(settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    client = Client(raise_request_exception=False)
    client.force_login(factories.person(), backend=BACKEND)
    answer = client.post("/settings", {"name": "x" * 2000})
    assert answer.status_code == 413
    assert "Nothing was uploaded" in answer.content.decode()


@pytest.mark.django_db
def test_a_missing_role_is_named_with_those_who_can_help(client: Client) -> None:
    workspace = factories.workspace(slug="acme", name="Acme")
    factories.member(workspace, "Li Wei", roles=["admin"])
    client.force_login(factories.member(workspace, "Vic", roles=[]), backend=BACKEND)
    for address, sentence in (
        ("/w/acme/manage/", "Only the admins of Acme manage it."),
        ("/w/acme/transfers/new", "You can look at the transfers of Acme but not make one."),
    ):
        answer = client.get(address)
        assert answer.status_code == 403
        assert sentence in answer.content.decode()
        assert "Ask Li Wei if you need this." in answer.content.decode()


@pytest.mark.django_db
def test_somebody_elses_transfer_can_be_looked_at_but_not_changed(client: Client) -> None:
    workspace = factories.workspace(slug="acme")
    mia = factories.member(workspace, "Mia")
    batch = factories.batch(workspace, mia, name="Spring")
    client.force_login(factories.member(workspace, "Max"), backend=BACKEND)
    answer = client.get(f"/w/acme/transfers/{batch.number}/file")
    assert answer.status_code == 403
    assert "You can look at this transfer but not change it: Mia made it." in answer.content.decode()


@pytest.mark.django_db
def test_too_many_tries_to_sign_in_get_a_page_of_ours(client: Client) -> None:
    answers = [client.post("/account/login/", {"login": f"a{n}@example.com", "password": "x"}) for n in range(32)]
    assert answers[-1].status_code == 429
    assert "Wait a few minutes" in answers[-1].content.decode()
