"""Answers change one way only: the newest page wins, nothing is overwritten unseen, and everything is told."""

from typing import Any

import pytest

from ingest.lifecycle import EDITABLE, BatchState
from ingest.models import Batch, Event
from ingest.services import answers
from ingest.services.answers import NotEditable, Stale, change
from tests import factories as made
from tests.factories import MAPPING, NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def batch() -> Batch:
    where = made.workspace()
    return made.batch(where, made.member(where), mapping={"version": 1})


def _events(batch: Batch) -> list[tuple[str, dict[str, object]]]:
    return list(Event.objects.filter(batch=batch).values_list("kind", "after"))


def _in_state(batch: Batch, state: BatchState) -> Batch:
    made.finished_check(batch)
    if state == BatchState.PRACTISED:
        Batch.objects.filter(pk=batch.pk).update(state=state, is_practice=True)
    else:
        Batch.objects.filter(pk=batch.pk).update(state=state, destination=made.destination(batch.workspace))
    batch.refresh_from_db()
    return batch


def test_an_answer_is_kept_and_the_version_goes_up(batch: Batch) -> None:
    changed = change(batch, actor=batch.maker, now=NOW, name="Loyalty", mapping=MAPPING)
    stored = Batch.objects.get(pk=batch.pk)
    assert (stored.name, stored.mapping, stored.version) == ("Loyalty", MAPPING, 1)
    assert changed is batch
    assert (batch.name, batch.mapping, batch.version) == ("Loyalty", MAPPING, 1)


def test_the_same_answers_once_more_change_nothing(batch: Batch) -> None:
    change(batch, actor=batch.maker, now=NOW, name="Loyalty")
    change(batch, actor=batch.maker, now=NOW, expected_version=0, name="Loyalty")
    assert Batch.objects.get(pk=batch.pk).version == 1
    assert len(_events(batch)) == 1


def test_a_second_tab_does_not_overwrite_the_first(batch: Batch) -> None:
    change(batch, actor=batch.maker, now=NOW, expected_version=0, name="From the first tab")
    with pytest.raises(Stale) as caught:
        change(batch, actor=batch.maker, now=NOW, expected_version=0, name="From the second tab")
    assert caught.value.batch.name == "From the first tab"
    assert Batch.objects.get(pk=batch.pk).name == "From the first tab"
    assert len(_events(batch)) == 1


def test_what_was_read_before_somebody_else_wrote_is_not_written(batch: Batch) -> None:
    other = Batch.objects.get(pk=batch.pk)
    change(other, actor=batch.maker, now=NOW, mapping={"version": 1, "kind": "traits"})
    with pytest.raises(Stale):
        change(batch, actor=batch.maker, now=NOW, mapping={**batch.mapping, "mode": "sync"})
    assert Batch.objects.get(pk=batch.pk).mapping == {"version": 1, "kind": "traits"}


@pytest.mark.parametrize("state", sorted(set(BatchState) - EDITABLE - {s for s in BatchState if s in {
    "approved", "sending", "sent", "partly_sent", "failed"}}))  # fmt: skip
def test_answers_are_fixed_outside_the_journey(batch: Batch, state: BatchState) -> None:
    _in_state(batch, state)
    with pytest.raises(NotEditable) as caught:
        change(batch, actor=batch.maker, now=NOW, name="Another")
    assert caught.value.batch.state == state
    assert Batch.objects.get(pk=batch.pk).name == ""
    assert _events(batch) == []


@pytest.mark.parametrize("state", [BatchState.CHECKED, BatchState.CHANGES_NEEDED])
def test_another_mapping_makes_a_draft_of_what_was_checked(batch: Batch, state: BatchState) -> None:
    _in_state(batch, state)
    change(batch, actor=batch.maker, now=NOW, mapping=MAPPING)
    assert batch.state == Batch.objects.get(pk=batch.pk).state == BatchState.DRAFT
    assert [kind for kind, _ in _events(batch)] == ["batch.answers", "batch.edit"]


def test_another_name_or_place_leaves_a_checked_batch_checked(batch: Batch) -> None:
    _in_state(batch, BatchState.CHECKED)
    place = made.destination(batch.workspace)
    change(batch, actor=batch.maker, now=NOW, name="Loyalty", note="Look at tier", send_at=NOW, destination=place)
    stored = Batch.objects.get(pk=batch.pk)
    assert (stored.state, stored.destination, stored.send_at) == (BatchState.CHECKED, place, NOW)


@pytest.mark.parametrize(
    ("name", "is_editor"),
    [("upload", True), ("mapping", True), ("destination", True), ("name", False), ("note", False), ("send_at", False)],
)
def test_who_changes_what_will_be_sent_is_an_editor(batch: Batch, name: str, is_editor: bool) -> None:
    where = batch.workspace
    other = made.member(where, "Bo")
    values: dict[str, Any] = {
        "upload": made.upload(where, other), "mapping": MAPPING, "destination": made.destination(where),
        "name": "Loyalty", "note": "Look", "send_at": NOW,
    }  # fmt: skip
    change(batch, actor=other, now=NOW, **{name: values[name]})
    assert (other in batch.editors.all()) is is_editor


def test_the_tick_for_replacing_is_taken_back_when_something_else_would_be_sent(batch: Batch) -> None:
    change(batch, actor=batch.maker, now=NOW, replaces_confirmed=True)
    change(batch, actor=batch.maker, now=NOW, name="Loyalty")
    assert Batch.objects.get(pk=batch.pk).replaces_confirmed
    change(batch, actor=batch.maker, now=NOW, mapping=MAPPING)
    assert not Batch.objects.get(pk=batch.pk).replaces_confirmed


def test_events_name_the_answers_and_hold_none_of_them(batch: Batch) -> None:
    source = made.upload(batch.workspace, batch.maker, name="secret-list.csv")
    change(batch, actor=batch.maker, now=NOW, upload=source, mapping=MAPPING, note="About Ada")
    (event,) = Event.objects.filter(batch=batch)
    assert event.after == {"changed": ["mapping", "note", "upload"]}
    assert event.before == {}
    assert event.sha256 == source.sha256
    assert event.actor == batch.maker


def test_only_answers_can_be_changed(batch: Batch) -> None:
    with pytest.raises(TypeError, match="state"):
        change(batch, actor=batch.maker, now=NOW, state="approved")
    assert answers.ANSWERS.isdisjoint({"state", "version", "maker", "result", "decision", "delivery", "number"})
