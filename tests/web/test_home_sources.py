"""S1: the months of each data source, and figures that cannot be read."""

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import formats, timezone

from ingest.models import Workspace
from ingest.services import home
from tests import factories
from tests.web.home_page import home_of, section_of, sent, waiting
from tests.web.journey import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def where() -> Workspace:
    """A workspace."""
    return factories.workspace()


def test_each_data_source_has_its_months_and_a_way_to_its_transfers(client: Client, where: Workspace) -> None:
    factories.data_source(where, 478, name="CRM customers")
    for people, days_ago in ((1200, 0), (34, 100), (7, 400)):
        sent(where, people, days_ago)
    page = home_of(client, factories.member(where, "Vic", roles=()), where)
    told = section_of(page, "sources")
    assert "CRM customers" in told
    assert "1,234 people in 2 transfers" in told, "what is older than twelve months is not counted"
    assert f'href="{reverse("history", args=[where.slug])}?source=478"' in page.content.decode()
    assert "People sent for CRM customers in each of the last 12 months" in page.content.decode()
    month = formats.date_format(timezone.localtime(timezone.now() - timedelta(days=100)), "YEAR_MONTH_FORMAT")
    assert f"CRM customers {month} 1 34" in told


def test_months_that_are_over_are_counted_once_and_this_one_anew(client: Client, where: Workspace) -> None:
    sent(where, 34, 100)
    viewer = factories.member(where, "Vic", roles=())
    assert "34 people in 1 transfer" in section_of(home_of(client, viewer, where), "sources")
    sent(where, 1000, 0)
    assert "1,034 people in 2 transfers" in section_of(home_of(client, viewer, where), "sources")


@pytest.mark.parametrize(("figures", "section"), [("_days", "last-days"), ("months_of", "sources")])
def test_figures_that_cannot_be_read_say_so_and_the_rest_stays(
    client: Client, where: Workspace, monkeypatch: pytest.MonkeyPatch, figures: str, section: str
) -> None:
    waiting(where, factories.member(where), "Loyalty")
    sent(where, 5, 0)

    def broken(*_: object) -> None:
        raise OperationalError

    monkeypatch.setattr(home, figures, broken)
    page = home_of(client, factories.member(where, "Wei", roles=("approver",)), where)
    assert page.status_code == 200
    assert "These figures could not be read" in section_of(page, section)
    assert words(page).count("These figures could not be read") == 1
    assert "Loyalty" in section_of(page, "needs-you")


def test_a_workspace_that_has_sent_nothing_says_so_for_its_data_sources(client: Client, where: Workspace) -> None:
    waiting(where, factories.member(where), "Loyalty")
    assert "Nothing was sent." in section_of(home_of(client, factories.member(where), where), "sources")
