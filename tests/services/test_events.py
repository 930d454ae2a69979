"""Every change of state leaves an event, and no event is ever changed."""

import pytest

from ingest.lifecycle import BatchAction
from ingest.models import Event
from ingest.services.events import move
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_move_writes_who_did_what() -> None:
    where = factories.workspace()
    batch = factories.batch(where, factories.member(where))
    assert move(batch, BatchAction.CANCEL, actor=batch.maker, now=factories.NOW)
    event = Event.objects.get(batch=batch)
    assert (event.kind, event.actor, event.before, event.after) == (
        "batch.cancel", batch.maker, {"state": "draft"}, {"state": "cancelled"},
    )  # fmt: skip


def test_events_are_neither_changed_nor_deleted() -> None:
    where = factories.workspace()
    batch = factories.batch(where, factories.member(where))
    move(batch, BatchAction.CANCEL, actor=None, now=factories.NOW)
    event = Event.objects.get(batch=batch)
    for attempt in (event.save, event.delete, Event.objects.all().delete, lambda: Event.objects.update(kind="x")):
        with pytest.raises(TypeError, match="never"):
            attempt()
