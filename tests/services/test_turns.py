"""Transfers of one data source go out one after the other, ID syncs first, and no old replacement undoes a new one."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from ingest.models import Batch, Delivery, DeliverySource, Workspace
from ingest.services import deliver, dispatch_batches
from ingest.services.deliver import NotPossible
from ingest.services.dispatch_batches import send_due
from ingest.services.turns import ahead_of
from tests import factories
from tests.services import working
from tests.services.working import NOW, send_all, state_of

pytestmark = pytest.mark.django_db
SYNC = {
    "version": 1, "kind": "id_sync", "mode": "sync", "allow_customer_id_first": True,
    "ids": [
        {"column": "crm_id", "type": "customer_id", "dpid": 478},
        {"column": "tier", "type": "customer_id", "dpid": 900},
    ],
}  # fmt: skip
OVERWRITE = {**factories.MAPPING, "mode": "overwrite"}


@pytest.fixture
def where() -> Workspace:
    return factories.workspace()


def approved(where: Workspace, content: bytes = b"one\n", **fields: Any) -> Batch:
    return working.approved(content, workspace=where, **fields)


def begin(batch: Batch) -> Delivery | None:
    return deliver.begin(batch, actor=None, now=NOW)


def mapped(**changes: Any) -> dict[str, Any]:
    return {"mapping": {**factories.MAPPING, **changes}}


def test_the_data_sources_of_a_delivery_are_written_down(where: Workspace) -> None:
    delivery = begin(approved(where, mapping=SYNC))
    assert delivery is not None
    assert set(DeliverySource.objects.filter(delivery=delivery).values_list("dpid", flat=True)) == {478, 900}


def test_the_next_transfer_of_a_data_source_waits_until_the_first_is_over(where: Workspace) -> None:
    first = begin(approved(where))
    second = approved(where, b"two\n")
    assert first is not None
    assert begin(second) is None
    assert state_of(second) == "approved", "its approval still counts"
    assert ahead_of(second, working.decision_of(second), NOW) == first.batch
    send_all(first)
    assert send_due(timezone.now()) == 1
    assert state_of(second) == "sending"


@pytest.mark.parametrize("mapping", [mapped(dpid=900), mapped(dpid=900, target_dpid=901)])
def test_other_data_sources_go_out_at_the_same_time(where: Workspace, mapping: dict[str, Any]) -> None:
    assert begin(approved(where))
    assert begin(approved(where, b"two\n", **mapping))


def test_a_target_is_a_data_source_like_any_other(where: Workspace) -> None:
    assert begin(approved(where, **mapped(dpid=900, target_dpid=478)))
    assert begin(approved(where, b"two\n")) is None


def test_environments_and_workspaces_do_not_wait_for_each_other(where: Workspace) -> None:
    assert begin(approved(where))
    assert begin(approved(where, destination=factories.destination(where, "production")))
    assert begin(approved(factories.workspace()))


def test_however_many_wait_for_one_data_source_another_one_is_not_held_up(
    where: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch_batches, "AT_ONCE", 3)
    assert begin(approved(where))
    waiting = [approved(where, f"{number}\n".encode()) for number in range(4)]
    other = approved(where, b"other\n", **mapped(dpid=900))
    assert send_due(timezone.now()) == 1
    assert state_of(other) == "sending"
    assert {state_of(batch) for batch in waiting} == {"approved"}


def test_an_id_sync_that_is_due_goes_before_data_that_was_approved_earlier(where: Workspace) -> None:
    running = begin(approved(where))
    assert running is not None
    data, sync = approved(where, b"two\n"), approved(where, b"three\n", mapping=SYNC)
    send_all(running)
    assert send_due(timezone.now()) == 1
    assert (state_of(sync), state_of(data)) == ("sending", "approved")
    sync.refresh_from_db()
    assert sync.delivery is not None
    send_all(sync.delivery)
    assert send_due(timezone.now()) == 1
    assert state_of(data) == "sending"


def test_an_id_sync_that_waits_for_its_time_holds_up_nobody(where: Workspace) -> None:
    working.approved(b"sync\n", workspace=where, mapping=SYNC, send_at=NOW + timedelta(days=1))
    assert begin(approved(where))


def _failed(where: Workspace, **fields: Any) -> Delivery:
    delivery = begin(approved(where, **fields))
    assert delivery is not None
    folder = factories.folder_of(delivery.destination)
    folder.rmdir()
    send_all(delivery)
    folder.mkdir()
    assert state_of(delivery.batch) == "failed"
    return delivery


def test_a_retry_waits_for_its_turn_and_says_so(where: Workspace) -> None:
    failed = _failed(where)
    other = begin(approved(where, b"two\n"))
    assert other is not None
    with pytest.raises(NotPossible) as caught:
        deliver.retry(failed.batch, actor=failed.batch.maker, now=NOW)
    assert other.batch.reference in caught.value.sentence
    send_all(other)
    deliver.retry(failed.batch, actor=failed.batch.maker, now=NOW)
    send_all(failed)
    assert state_of(failed.batch) == "sent"


def test_an_old_replacement_is_not_sent_after_a_newer_one(where: Workspace) -> None:
    failed = _failed(where, mapping=OVERWRITE)
    newer = begin(approved(where, b"two\n", mapping=OVERWRITE))
    assert newer is not None
    send_all(newer)
    with pytest.raises(NotPossible) as caught:
        deliver.retry(failed.batch, actor=failed.batch.maker, now=NOW)
    assert newer.batch.reference in caught.value.sentence
    assert "undo" in caught.value.sentence
    assert state_of(failed.batch) == "failed"


def test_an_old_replacement_may_follow_one_of_which_nothing_was_sent(where: Workspace) -> None:
    first, second = _failed(where, mapping=OVERWRITE), _failed(where, content=b"two\n", mapping=OVERWRITE)
    assert second.pk > first.pk
    deliver.retry(first.batch, actor=first.batch.maker, now=NOW)
    send_all(first)
    assert state_of(first.batch) == "sent"


def test_an_addition_may_be_sent_again_after_a_replacement(where: Workspace) -> None:
    failed = _failed(where)
    newer = begin(approved(where, b"two\n", mapping=OVERWRITE))
    assert newer is not None
    send_all(newer)
    deliver.retry(failed.batch, actor=failed.batch.maker, now=NOW)
    assert state_of(failed.batch) == "sending"
