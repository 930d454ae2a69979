"""Deliveries of an older version take part in the queue of their data sources after an update."""

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone

from ingest.crm.mapping import parse_mapping
from ingest.engine.names import data_sources
from ingest.models import DeliverySource, Workspace
from ingest.services import deliver
from ingest.services.turns import ahead_of
from tests import factories
from tests.services import working
from tests.services.test_turns import SYNC
from tests.services.working import NOW

pytestmark = pytest.mark.django_db
MIGRATION: Any = import_module("ingest.migrations.0011_sources_of_deliveries")
EMAILS = {
    "version": 1, "kind": "hashed_emails", "mode": "sync", "dpid": 478, "email_dpid": 901,
    "id": {"column": "crm_id", "type": "customer_id"}, "emails": [{"column": "email", "hashed": False}],
}  # fmt: skip


@pytest.fixture
def where() -> Workspace:
    return factories.workspace()


def update() -> None:
    """What the update to this version does."""
    MIGRATION.write_down(apps, None)


def test_one_that_was_under_way_during_the_update_holds_up_the_next(where: Workspace) -> None:
    first = working.sending(workspace=where)
    DeliverySource.objects.all().delete()
    second = working.approved(b"two\n", workspace=where)
    assert ahead_of(second, working.decision_of(second), NOW) is None, "as it was before the update"
    update()
    assert ahead_of(second, working.decision_of(second), NOW) == first.batch
    assert deliver.begin(second, actor=None, now=timezone.now()) is None


def test_what_is_written_down_already_stays_as_it_is(where: Workspace) -> None:
    working.sending(workspace=where)
    before = list(DeliverySource.objects.values_list("pk", "delivery", "dpid"))
    update()
    update()
    assert list(DeliverySource.objects.values_list("pk", "delivery", "dpid")) == before


@pytest.mark.parametrize("mapping", [factories.MAPPING, {**factories.MAPPING, "target_dpid": 900}, SYNC, EMAILS])
def test_the_same_data_sources_are_found_as_for_a_new_delivery(mapping: dict[str, Any]) -> None:
    assert MIGRATION.sources_of(mapping) == sorted(data_sources(parse_mapping(mapping)))
