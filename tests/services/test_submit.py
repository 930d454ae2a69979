"""Asking for approval binds what is asked for; every condition is looked at inside the transaction."""

from typing import Any

import pytest

from ingest.lifecycle import BatchState
from ingest.models import Batch, Check, Destination, Event, Membership
from ingest.services.answers import Stale, change
from ingest.services.mapping_digest import mapping_sha256
from ingest.services.submit import (
    NotReady,
    NotWaiting,
    Obstacle,
    approvers_for,
    obstacles_of,
    submit,
    withdraw,
)
from tests import factories as made
from tests.factories import MAPPING, NOW
from tests.web.journey import check_of

pytestmark = pytest.mark.django_db
REPLACING = {**MAPPING, "mode": "overwrite"}


def _ready(mapping: dict[str, Any] = MAPPING, **fields: Any) -> Batch:
    """A batch that lacks nothing."""
    where = made.workspace()
    maker = made.member(where)
    made.member(where, "Ana", roles=("approver",))
    batch = made.batch(where, maker, name="Loyalty", mapping=mapping, destination=made.destination(where), **fields)
    check = made.finished_check(batch, mapping=mapping, mapping_sha256=mapping_sha256(mapping), rows=10, accepted=9)
    assert check.refused == 1
    Batch.objects.filter(pk=batch.pk).update(state=BatchState.CHECKED)
    batch.refresh_from_db()
    return batch


def _submit(batch: Batch, **others: Any) -> Batch:
    return submit(batch, actor=batch.maker, now=NOW, **{"replaces_confirmed": False, **others})


def _refused(batch: Batch, **others: Any) -> tuple[Obstacle, ...]:
    before = Batch.objects.values().get(pk=batch.pk)
    with pytest.raises(NotReady) as caught:
        _submit(batch, **others)
    assert Batch.objects.values().get(pk=batch.pk) == before
    assert not Event.objects.filter(batch=batch).exists()
    return caught.value.obstacles


def test_a_batch_that_lacks_nothing_waits_for_approval() -> None:
    batch = _ready()
    _submit(batch)
    batch.refresh_from_db()
    assert (batch.state, batch.state_at, batch.replaces_confirmed) == (BatchState.WAITING, NOW, False)


def test_the_event_names_the_checksums_of_what_is_to_be_approved() -> None:
    batch = _ready()
    place = _submit(batch).destination
    assert place is not None
    event = Event.objects.get(batch=batch)
    assert (event.kind, event.actor, event.sha256) == ("batch.submit", batch.maker, check_of(batch).parts_sha256)
    assert event.before == {"state": "checked"}
    assert event.after == {
        "state": "waiting", "check": batch.result_id, "mapping_sha256": check_of(batch).mapping_sha256,
        "destination": place.pk, "destination_sha256": place.config_sha256,
        "environment": "beta",
    }  # fmt: skip


def test_pressing_the_button_twice_asks_once() -> None:
    batch = _ready()
    first = _submit(batch)
    again = _submit(batch, expected_version=batch.version)
    assert first.pk == again.pk
    assert again.state == BatchState.WAITING
    assert Event.objects.filter(batch=batch, kind="batch.submit").count() == 1


def test_after_changes_were_asked_for_it_can_be_asked_again() -> None:
    batch = _ready()
    Batch.objects.filter(pk=batch.pk).update(state=BatchState.CHANGES_NEEDED)
    assert _submit(batch).state == BatchState.WAITING


def test_another_mapping_than_the_checked_one_is_not_asked_for() -> None:
    batch = _ready()
    Batch.objects.filter(pk=batch.pk).update(mapping={**MAPPING, "dpid": 479})
    assert _refused(batch) == (Obstacle.CHECK_AGAIN,)


def test_another_file_than_the_checked_one_is_not_asked_for() -> None:
    batch = _ready()
    Batch.objects.filter(pk=batch.pk).update(upload=made.upload(batch.workspace, batch.maker, b"crm_id,tier\nB,gold\n"))
    assert _refused(batch) == (Obstacle.CHECK_AGAIN,)


@pytest.mark.parametrize("state", [BatchState.DRAFT, BatchState.CHECKING, BatchState.CANCELLED])
def test_only_a_checked_batch_can_be_asked_for(state: BatchState) -> None:
    batch = _ready()
    Batch.objects.filter(pk=batch.pk).update(state=state)
    assert _refused(batch) == (Obstacle.CHECK_AGAIN,)


@pytest.mark.parametrize(
    ("changes", "obstacle"),
    [
        ({"mapping": {"version": 1}}, Obstacle.UNANSWERED),
        ({"name": ""}, Obstacle.NO_NAME),
        ({"destination": None}, Obstacle.NO_DESTINATION),
    ],
)
def test_what_is_not_answered_is_said(changes: dict[str, Any], obstacle: Obstacle) -> None:
    batch = _ready()
    Batch.objects.filter(pk=batch.pk).update(**changes)
    assert _refused(batch) == (obstacle,)


def test_a_destination_that_was_switched_off_is_none() -> None:
    batch = _ready()
    Destination.objects.filter(workspace=batch.workspace).update(is_active=False)
    assert _refused(batch) == (Obstacle.NO_DESTINATION,)


def test_a_check_without_parts_has_nothing_to_send() -> None:
    batch = _ready()
    check_of(batch).parts.all().delete()
    assert _refused(batch) == (Obstacle.NOTHING_TO_SEND,)


def test_parts_that_were_deleted_are_not_asked_for() -> None:
    batch = _ready()
    Check.objects.filter(pk=check_of(batch).pk).update(parts_deleted_at=NOW)
    assert _refused(batch) == (Obstacle.FILES_GONE,)


@pytest.mark.parametrize(("percent", "is_refused"), [(9, True), (10, False), (11, False)])
def test_more_rows_left_out_than_the_workspace_allows_stop_it(percent: int, is_refused: bool) -> None:
    batch = _ready()
    type(batch.workspace).objects.filter(pk=batch.workspace_id).update(max_left_out_percent=percent)
    if is_refused:
        assert _refused(batch) == (Obstacle.TOO_MANY_LEFT_OUT,)
    else:
        assert _submit(batch).state == BatchState.WAITING


def test_replacing_takes_the_tick_and_keeps_it() -> None:
    batch = _ready(REPLACING)
    assert _refused(batch) == (Obstacle.REPLACE_UNCONFIRMED,)
    assert _submit(batch, replaces_confirmed=True).replaces_confirmed
    assert Batch.objects.get(pk=batch.pk).replaces_confirmed


def test_a_tick_where_nothing_is_replaced_means_nothing() -> None:
    assert not _submit(_ready(), replaces_confirmed=True).replaces_confirmed


def test_a_page_that_was_overtaken_asks_for_nothing() -> None:
    batch = _ready()
    change(batch, actor=batch.maker, now=NOW, note="Newer")
    with pytest.raises(Stale):
        _submit(batch, expected_version=batch.version - 1)
    assert Batch.objects.get(pk=batch.pk).state == BatchState.CHECKED


def test_without_anybody_else_who_may_approve_nothing_is_asked() -> None:
    batch = _ready()
    Membership.objects.filter(workspace=batch.workspace, approves=True).update(approves=False)
    Membership.objects.filter(user=batch.maker).update(approves=True)
    assert _refused(batch) == (Obstacle.NO_APPROVER,)


def test_who_changed_the_batch_or_its_destination_is_no_approver_for_it() -> None:
    batch = _ready()
    ana = approvers_for(batch)[0]
    assert ana.name == "Ana"
    batch.editors.add(ana)
    assert _refused(batch) == (Obstacle.NO_APPROVER,)
    batch.editors.remove(ana)
    place = Destination.objects.filter(workspace=batch.workspace)
    place.update(changed_by=ana, changed_at=batch.created_at)
    batch.refresh_from_db()
    assert _refused(batch) == (Obstacle.NO_APPROVER,)


def test_somebody_who_left_the_portal_is_no_approver() -> None:
    batch = _ready()
    type(batch.maker).objects.filter(name="Ana").update(is_active=False)
    assert approvers_for(batch) == []


def test_everything_that_stands_in_the_way_is_said_at_once() -> None:
    where = made.workspace()
    empty = made.batch(where, made.member(where))
    assert obstacles_of(empty, replaces_confirmed=False) == (
        Obstacle.UNANSWERED, Obstacle.NO_NAME, Obstacle.NO_DESTINATION, Obstacle.NO_APPROVER,
    )  # fmt: skip


def test_a_request_can_be_taken_back_and_made_again() -> None:
    batch = _submit(_ready())
    withdraw(batch, actor=batch.maker, now=NOW)
    assert Batch.objects.get(pk=batch.pk).state == BatchState.CHECKED
    event = Event.objects.get(batch=batch, kind="batch.withdraw")
    assert event.sha256 == check_of(batch).parts_sha256
    assert _submit(batch).state == BatchState.WAITING


@pytest.mark.parametrize("state", [BatchState.CHECKED, BatchState.CHANGES_NEEDED, BatchState.DRAFT])
def test_there_is_nothing_to_take_back_where_nothing_waits(state: BatchState) -> None:
    batch = _ready()
    Batch.objects.filter(pk=batch.pk).update(state=state)
    with pytest.raises(NotWaiting) as caught:
        withdraw(batch, actor=batch.maker, now=NOW)
    assert caught.value.batch.state == state
    assert not Event.objects.filter(batch=batch).exists()
