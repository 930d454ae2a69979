"""Which earlier transfer an approver's comparison is with: the same data sources, the same environment."""

from typing import Any

import pytest

from ingest.models import Batch, Workspace
from ingest.services.comparison import compare_with_last
from tests import factories
from tests.services import working

pytestmark = pytest.mark.django_db
LINKS = {"version": 1, "kind": "id_sync"}


def _sent(where: Workspace, environment: str, **mapping: Any) -> Batch:
    """A transfer that was sent to an environment."""
    delivery = working.sending(workspace=where, destination=factories.destination(where, environment))
    Batch.objects.filter(pk=delivery.batch_id).update(state="sent", mapping={**factories.MAPPING, **mapping})
    return delivery.batch


def _asked(where: Workspace, environment: str, mapping: dict[str, Any] | None = None) -> Batch:
    """A transfer that is to go to an environment."""
    batch = working.checked(workspace=where, destination=factories.destination(where, environment))
    Batch.objects.filter(pk=batch.pk).update(mapping=mapping or factories.MAPPING)
    batch.refresh_from_db()
    return batch


def _earlier(batch: Batch) -> Batch | None:
    found = compare_with_last(batch, working.result_of(batch))
    return found.earlier if found else None


def test_production_is_compared_with_production_and_a_rehearsal_with_a_rehearsal() -> None:
    where = factories.workspace()
    real, rehearsal = _sent(where, "production"), _sent(where, "beta")
    assert _earlier(_asked(where, "production")) == real
    assert _earlier(_asked(where, "beta")) == rehearsal


def test_a_first_transfer_to_production_is_not_compared_with_its_rehearsal() -> None:
    where = factories.workspace()
    _sent(where, "beta")
    assert _earlier(_asked(where, "production")) is None


@pytest.mark.parametrize(("linked_with", "is_compared"), [(479, True), (900, False)])
def test_links_are_compared_with_links_between_the_same_data_sources(linked_with: int, is_compared: bool) -> None:
    where = factories.workspace()
    earlier = _sent(where, "beta")
    Batch.objects.filter(pk=earlier.pk).update(mapping={**LINKS, "ids": [_id("a", 478), _id("b", linked_with)]})
    now = _asked(where, "beta", {**LINKS, "ids": [_id("a", 478), _id("c", 479)]})
    assert (_earlier(now) == earlier) is is_compared


def _id(column: str, dpid: int) -> dict[str, Any]:
    return {"column": column, "type": "customer_id", "dpid": dpid}
