"""S13: people sent for each data source, on request: the history costs the same with any number of transfers."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from ingest.models import Workspace
from ingest.services import source_months
from tests import factories
from tests.web.history_pages import signed_in, url
from tests.web.home_page import sent
from tests.web.journey import words

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def where() -> Workspace:
    """A workspace."""
    return factories.workspace()


@pytest.fixture
def client(where: Workspace) -> Client:
    """The browser of somebody who may only look."""
    return signed_in(factories.member(where, "Vic", roles=()))


def _sources(client: Client, where: Workspace, **headers: str) -> Any:
    return client.get(reverse("history_sources", args=[where.slug]), headers=headers)


def test_the_history_leads_to_them_and_puts_them_in_the_place_of_its_link(client: Client, where: Workspace) -> None:
    sent(where, 1200, 0)
    history = client.get(url(where)).content.decode()
    address = reverse("history_sources", args=[where.slug])
    assert f'<a href="{address}"' in history
    assert f'hx-get="{address}"' in history
    assert '<p id="months">' in history
    assert 'hx-target="#months"' in history


def test_they_are_a_page_and_a_fragment_that_takes_the_focus(client: Client, where: Workspace) -> None:
    factories.data_source(where, 478, name="CRM customers")
    sent(where, 1200, 0)
    page, fragment = _sources(client, where), _sources(client, where, **HTMX)
    for answer in (page, fragment):
        assert "CRM customers" in words(answer)
        assert "1,200 people in 1 transfer" in words(answer)
    assert "<h1>People sent by data source</h1>" in page.content.decode()
    assert "data-autofocus" not in page.content.decode()
    assert fragment.content.decode().count("<h1") == 0
    assert 'id="sources" tabindex="-1" data-autofocus' in fragment.content.decode()


def test_of_a_workspace_that_sent_nothing_they_say_so(client: Client, where: Workspace) -> None:
    sent(factories.workspace(), 1200, 0)
    assert "Nothing was sent." in words(_sources(client, where))
    assert "months" not in client.get(url(where)).content.decode(), "there is no history yet"


def test_the_history_itself_counts_no_months(client: Client, where: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    sent(where, 1200, 0)
    monkeypatch.setattr(source_months, "_counted", lambda *_: pytest.fail("counted"))
    assert client.get(url(where)).status_code == 200
