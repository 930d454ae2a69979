"""Before the web server makes its processes, it loads the engine; where that fails, it serves all the same."""

import gc
import io
import logging
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from gunicorn.config import Config

from amportal import web
from ingest.engine import warm


@pytest.fixture
def server() -> Iterator[SimpleNamespace]:
    thresholds = gc.get_threshold()
    yield SimpleNamespace(log=logging.getLogger("tests.web_server"))
    gc.unfreeze()
    gc.set_threshold(*thresholds)


def test_the_engine_is_loaded_once_for_all_processes(server: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[bool] = []
    monkeypatch.setattr(warm, "warm_for_pages", lambda: loaded.append(True))
    web.when_ready(server)
    assert loaded == [True]
    assert gc.get_freeze_count() > 0


def test_an_engine_that_cannot_be_loaded_is_told_and_stops_nothing(
    server: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise RuntimeError("no compiled code can be kept here")

    monkeypatch.setattr(warm, "warm_for_pages", fail)
    web.when_ready(server)
    (told,) = caplog.records
    assert told.levelno == logging.ERROR
    assert "could not be loaded" in told.getMessage()
    assert "RuntimeError at" in caplog.text


def test_a_mistake_that_reaches_gunicorn_is_logged_without_its_words_or_a_secret_address() -> None:
    config = Config()
    config.set("errorlog", "-")
    log = web.Log(config)
    out = io.StringIO()
    (handler,) = log.error_log.handlers
    handler.setStream(out)
    try:
        int("ana@example.com")
    except ValueError:
        log.exception("Error handling request GET %s", "/invitation/a-guess")
    assert "Error handling request GET /invitation/…" in out.getvalue()
    assert "ValueError at " in out.getvalue()
    assert "ana@example.com" not in out.getvalue()
