"""The table of moves is all there is: every other pair of state and action is refused, and nothing changes."""

from typing import Any

import pytest
from django.db import transaction

from ingest.lifecycle import FINISHED, MOVES, BatchAction, BatchState, actions_in, is_allowed
from ingest.models import Batch, Decision, Delivery, Event
from ingest.services.events import move
from tests.services import working
from tests.services.working import NOW

pytestmark = pytest.mark.django_db
PAIRS = [(state, action) for state in BatchState for action in BatchAction]
NOT_ALLOWED = [pair for pair in PAIRS if not is_allowed(pair[1], pair[0])]
ALLOWED = [pair for pair in PAIRS if is_allowed(pair[1], pair[0])]


def batch_in(state: BatchState) -> Batch:
    """A batch that is in a state, with every row that the constraints want: it has once been sent."""
    batch = working.approved()
    assert batch.decision is not None
    delivery = Delivery.objects.create(
        workspace=batch.workspace, batch=batch, decision=batch.decision, destination=batch.decision.destination,
        environment="beta", prefix="ftp_dpm_478", stamp=1, created_at=NOW,
    )  # fmt: skip
    changes: dict[str, Any] = {"delivery": delivery}
    if state is BatchState.PRACTISED:
        changes = {"is_practice": True, "decision": None, "destination": None}
    Batch.objects.filter(pk=batch.pk).update(state=state, **changes)
    batch.refresh_from_db()
    return batch


def _row(batch: Batch) -> dict[str, Any]:
    return dict(Batch.objects.values().get(pk=batch.pk))


def _forbidden_in(state: BatchState) -> list[BatchAction]:
    return [action for where, action in NOT_ALLOWED if where == state]


def test_there_is_a_state_for_every_pair() -> None:
    assert len(NOT_ALLOWED) + len(ALLOWED) == len(BatchState) * len(BatchAction)
    assert len(ALLOWED) == sum(len(allowed.sources) for allowed in MOVES.values())


@pytest.mark.parametrize("state", BatchState)
def test_a_move_that_is_not_in_the_table_is_refused_and_changes_nothing(state: BatchState) -> None:
    batch = batch_in(state)
    before = _row(batch)
    for action in _forbidden_in(state):
        assert not move(batch, action, actor=batch.maker, now=NOW, name="changed"), action
        assert (_row(batch), batch.state) == (before, state), action
    assert not Event.objects.filter(batch=batch).exists()


@pytest.mark.parametrize("state", BatchState)
def test_what_a_page_showed_before_does_not_count(state: BatchState) -> None:
    """The batch in memory is in a state that would allow it; the database knows better."""
    batch = batch_in(state)
    for action in _forbidden_in(state):
        batch.state = next(iter(MOVES[action].sources))
        assert not move(batch, action, actor=batch.maker, now=NOW), action
        assert _row(batch)["state"] == state
    assert not Event.objects.filter(batch=batch).exists()


@pytest.mark.parametrize(("state", "action"), ALLOWED)
def test_a_move_of_the_table_leads_where_the_table_says(state: BatchState, action: BatchAction) -> None:
    batch = batch_in(state)
    if action is BatchAction.PRACTISE:
        nowhere = {"destination": None, "decision": None, "delivery": None}
        Batch.objects.filter(pk=batch.pk).update(is_practice=True, **nowhere)
    assert move(batch, action, actor=batch.maker, now=NOW)
    assert _row(batch)["state"] == MOVES[action].target
    event = Event.objects.get(batch=batch)
    assert (event.kind, event.before["state"], event.after["state"]) == (f"batch.{action}", state, MOVES[action].target)


def test_nothing_leads_out_of_a_state_that_is_finished() -> None:
    assert {actions_in(state) for state in FINISHED} == {frozenset()}


def test_of_two_who_move_a_batch_one_does() -> None:
    batch = batch_in(BatchState.WAITING)
    other = Batch.objects.get(pk=batch.pk)
    assert move(batch, BatchAction.APPROVE, actor=None, now=NOW)
    assert not move(other, BatchAction.WITHDRAW, actor=None, now=NOW)
    assert [event.kind for event in Event.objects.filter(batch=batch)] == ["batch.approve"]


def test_what_is_being_sent_is_taken_back_only_as_long_as_nothing_has_left_the_house() -> None:
    delivery = working.sending()
    first, second = delivery.parts.all()
    working.work(first)
    Decision.objects.filter(pk=delivery.decision_id).update(voided_at=NOW, void_reason="parts")
    working.work(second)
    assert working.state_of(delivery.batch) == "partly_sent"


def test_an_event_and_its_move_stand_or_fall_together() -> None:
    batch = batch_in(BatchState.DRAFT)
    with transaction.atomic():
        assert move(batch, BatchAction.CANCEL, actor=None, now=NOW)
        transaction.set_rollback(True)
    assert _row(batch)["state"] == BatchState.DRAFT
    assert not Event.objects.filter(batch=batch).exists()


def test_a_batch_in_every_state_can_be_made() -> None:
    assert {batch_in(state).state for state in BatchState} == set(BatchState)
