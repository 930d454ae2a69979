"""A transfer once more: its answers with another file, its bytes to production, in other hands, or at an end."""

from collections.abc import Callable

import pytest

from ingest.lifecycle import FINISHED, BatchAction, BatchState, is_allowed
from ingest.models import Batch, Check, Destination, Event, User
from ingest.services import again, approve, deliver, submit
from ingest.services.four_eyes import Bar, bar_for
from tests import factories
from tests.services import working
from tests.services.working import NOW, kinds, result_of, state_of

pytestmark = pytest.mark.django_db


def _sent(**fields: object) -> Batch:
    """A batch that is in beta."""
    delivery = working.sending(**fields)
    working.send_all(delivery)
    return _fresh(delivery.batch)


def _fresh(batch: Batch) -> Batch:
    return Batch.objects.select_related("workspace", "maker", "destination", "result", "upload").get(pk=batch.pk)


def _production(batch: Batch) -> Destination:
    return factories.destination(batch.workspace, "production")


def _count(batch: Batch) -> int:
    return Batch.objects.of(batch.workspace).count()


def _to_production(batch: Batch, place: Destination | None = None, *, actor: User | None = None) -> Batch:
    return again.to_production(batch, place or _production(batch), actor=actor or batch.maker, now=NOW)


def test_used_again_keeps_every_answer_but_file_and_how_it_was_read() -> None:
    reader = {"encoding": "utf-8", "delimiter": ","}
    first = working.draft(name="Loyalty", mapping={**factories.MAPPING, "reader": reader}, not_sent=["city"])
    Batch.objects.filter(pk=first.pk).update(header_sha256="a" * 64, note="a note", replaces_confirmed=True)
    copy = again.use_again(_fresh(first), actor=first.maker, now=NOW)
    assert (copy.mapping, copy.not_sent, copy.name) == (factories.MAPPING, ["city"], "Loyalty (2)")
    assert (copy.upload, copy.result, copy.decision, copy.delivery) == (None, None, None, None)
    assert (copy.state, copy.header_sha256, copy.note, copy.replaces_confirmed) == ("draft", "", "", False)
    assert (copy.copied_from, copy.maker, copy.number) == (first, first.maker, first.number + 1)
    assert kinds(copy) == ["batch.started"]
    assert copy.events.get().after == {"state": "draft", "copied_from": first.number}


def test_no_copy_has_the_name_of_another_transfer() -> None:
    first = _sent()
    Batch.objects.filter(pk=first.pk).update(name="Loyalty")
    copies = [again.use_again(_fresh(first), actor=first.maker, now=NOW), _to_production(_fresh(first))]
    assert [copy.name for copy in copies] == ["Loyalty (2)", "Loyalty (3)"]
    Batch.objects.filter(pk=first.pk).update(name="")
    Batch.objects.filter(pk=copies[0].pk).update(version=1)
    assert again.use_again(_fresh(first), actor=first.maker, now=NOW).name == "", "it gets one with its file"


def _made_in(state: str) -> Batch:
    """A transfer that was given to be sent, put into any state; a practice run, of which nothing is ever sent."""
    if state == BatchState.PRACTISED:
        batch = working.checked()
        Batch.objects.filter(pk=batch.pk).update(state=state, is_practice=True, destination=None)
    else:
        batch = working.sending().batch
        Batch.objects.filter(pk=batch.pk).update(state=state)
    return _fresh(batch)


@pytest.mark.parametrize("state", [state.value for state in BatchState])
def test_a_transfer_can_be_used_again_in_every_state_and_stays_what_it_is(state: str) -> None:
    batch = _made_in(state)
    told = batch.events.count()
    assert again.use_again(_fresh(batch), actor=batch.maker, now=NOW).state == "draft"
    assert (state_of(batch), batch.events.count()) == (state, told)


def test_pressed_twice_it_is_one_draft_until_something_is_answered_there() -> None:
    batch = working.draft()
    colleague = factories.member(batch.workspace, "Ben")
    first = again.use_again(batch, actor=batch.maker, now=NOW)
    assert again.use_again(batch, actor=batch.maker, now=NOW) == first
    assert again.use_again(batch, actor=colleague, now=NOW) != first, "nobody else's draft is handed out"
    Batch.objects.filter(pk=first.pk).update(version=1)
    assert again.use_again(batch, actor=batch.maker, now=NOW) not in {first, batch}
    assert Event.objects.filter(workspace=batch.workspace, kind="batch.started").count() == 3


def test_the_very_parts_go_to_production_without_being_built_anew() -> None:
    batch = _sent()
    check = result_of(batch)
    copy = _to_production(batch)
    result = result_of(copy)
    kept = ("number", "key", "sha256", "stored_bytes", "content_sha256", "content_bytes", "records")
    assert list(result.parts.values_list(*kept)) == list(check.parts.values_list(*kept))
    assert (result.parts_sha256, result.mapping_sha256) == (check.parts_sha256, check.mapping_sha256)
    assert (copy.state, copy.decision, copy.delivery, copy.upload) == ("checked", None, None, batch.upload)
    assert kinds(copy) == ["batch.copied"]
    assert copy.events.get().sha256 == check.parts_sha256
    assert state_of(batch) == "sent"


def test_what_arrives_in_production_is_what_arrived_in_beta_after_an_approval_of_its_own() -> None:
    batch = _sent(name="Loyalty", workspace=factories.workspace(max_left_out_percent=50))
    wei = factories.member(batch.workspace, "Wei", roles=["approver"])
    copy = _to_production(_fresh(batch))
    assert deliver.begin(copy, actor=None, now=NOW) is None, "the approval of beta is none of production"
    submit.submit(copy, actor=copy.maker, now=NOW, replaces_confirmed=False)
    copy = _fresh(copy)
    seen = approve.seen_in(copy)
    assert seen is not None
    approve.approve(copy, actor=wei, now=NOW, seen=seen)
    delivery = copy.deliveries.get()
    working.send_all(delivery)
    before, after = working.outbox(batch.deliveries.get()), working.outbox(delivery)
    assert list(after.values()) == list(before.values())
    assert state_of(copy) == "sent"


def test_neither_who_prepares_it_nor_who_made_its_bytes_approves_production() -> None:
    batch = _sent()
    editor, colleague = (factories.member(batch.workspace, name, roles=["maker", "approver"]) for name in ("Ed", "Ben"))
    batch.maker.memberships.update(approves=True)
    batch.editors.add(editor)
    copy = _to_production(batch, actor=colleague)
    assert bar_for(copy, colleague) is Bar.MADE_IT
    assert bar_for(copy, batch.maker) is Bar.CHANGED_IT
    assert bar_for(copy, editor) is Bar.CHANGED_IT
    assert bar_for(copy, factories.member(batch.workspace, "Wei", roles=["approver"])) is None


def test_pressed_twice_one_transfer_to_production_is_prepared() -> None:
    batch = _sent()
    place, other = _production(batch), _production(batch)
    colleague = factories.member(batch.workspace, "Ben")
    first = _to_production(batch, place)
    assert _to_production(batch, place) == _to_production(batch, place, actor=colleague) == first
    assert _to_production(batch, other) != first
    again.cancel(first, actor=first.maker, now=NOW)
    assert _to_production(batch, place) != first, "one that was cancelled is not taken up again"


def _is_no_rehearsal(batch: Batch) -> None:
    Batch.objects.filter(pk=batch.pk).update(destination=_production(batch))


def _lost_its_parts(batch: Batch) -> None:
    Check.objects.filter(pk=result_of(batch).pk).update(parts_deleted_at=NOW)


def _was_emptied(batch: Batch) -> None:
    Batch.objects.filter(pk=batch.pk).update(data_deleted_at=NOW)


def _is_partly_sent(batch: Batch) -> None:
    Batch.objects.filter(pk=batch.pk).update(state="partly_sent")


BARS = [_is_no_rehearsal, _lost_its_parts, _was_emptied, _is_partly_sent]


@pytest.mark.parametrize("bar", BARS)
def test_what_is_no_rehearsal_that_is_whole_does_not_go_to_production(bar: Callable[[Batch], None]) -> None:
    batch = _sent()
    stale = _fresh(batch)
    bar(batch)
    for seen in (_fresh(batch), stale):  # the second one was read before
        with pytest.raises(again.NotPossible):
            _to_production(seen)
    assert not again.may_go_to_production(_fresh(batch))
    assert _count(batch) == 1


def test_bytes_go_only_to_a_production_destination_that_is_in_use() -> None:
    batch = _sent()
    off = factories.destination(batch.workspace, "production", is_active=False)
    for place in (off, factories.destination(batch.workspace, "beta")):
        with pytest.raises(again.NotPossible):
            _to_production(batch, place)
    assert again.production_destinations(batch) == []
    assert _count(batch) == 1


def test_a_colleague_takes_over_once_and_the_log_names_both() -> None:
    batch = working.checked()
    ada, ben = batch.maker, factories.member(batch.workspace, "Ben")
    again.take_over(batch, actor=ben, now=NOW)
    again.take_over(batch, actor=ben, now=NOW)
    assert (_fresh(batch).maker, state_of(batch)) == (ben, "checked")
    event = batch.events.get(kind="batch.taken_over")
    assert (event.before, event.after) == ({"maker": ada.pk}, {"maker": ben.pk})
    assert {ada, ben} == set(batch.editors.all())


def test_of_two_who_take_over_the_last_one_has_it_and_all_are_barred() -> None:
    batch = working.checked()
    seen_before = _fresh(batch)
    ben, eve = factories.member(batch.workspace, "Ben"), factories.member(batch.workspace, "Eve")
    ada = batch.maker
    again.take_over(batch, actor=ben, now=NOW)
    again.take_over(seen_before, actor=eve, now=NOW)
    assert _fresh(batch).maker == eve
    assert {ada, ben, eve} == set(batch.editors.all())


@pytest.mark.parametrize("state", ["sending", *sorted(FINISHED)])
def test_what_is_sent_or_over_is_taken_over_by_nobody(state: str) -> None:
    batch = _made_in(state)
    with pytest.raises(again.NotPossible):
        again.take_over(batch, actor=factories.member(batch.workspace, "Ben"), now=NOW)
    assert _fresh(batch).maker == batch.maker


@pytest.mark.parametrize("state", ["approved", "failed", "partly_sent"])
def test_who_has_approved_it_cannot_make_it_theirs(state: str) -> None:
    batch = working.sending().batch
    Batch.objects.filter(pk=batch.pk).update(state=state)
    wei = batch.decision.approver if batch.decision else None
    assert wei is not None
    wei.memberships.update(makes=True)
    with pytest.raises(again.NotPossible):
        again.take_over(batch, actor=wei, now=NOW)
    again.take_over(batch, actor=factories.member(batch.workspace, "Ben"), now=NOW)
    assert _fresh(batch).maker.name == "Ben"


@pytest.mark.parametrize("state", list(BatchState))
def test_it_is_cancelled_once_where_that_is_allowed_and_nowhere_else(state: BatchState) -> None:
    batch = _made_in(state)
    if is_allowed(BatchAction.CANCEL, state):
        again.cancel(batch, actor=batch.maker, now=NOW)
        assert batch.delivery is not None
        assert (state_of(batch), {part.state for part in batch.delivery.parts.all()}) == ("cancelled", {"cancelled"})
        assert kinds(batch)[-1] == "batch.cancel"
    else:
        state = BatchState(state_of(batch))
    told = batch.events.count()
    with pytest.raises(again.NotPossible):
        again.cancel(batch, actor=batch.maker, now=NOW)
    assert batch.events.count() == told


def test_what_was_sent_before_it_was_cancelled_stays_sent_and_nothing_follows() -> None:
    delivery = working.sending()
    first, _second = delivery.parts.all()
    working.work(first)
    deliver.stop(delivery.batch, actor=delivery.batch.maker, now=NOW)
    again.cancel(delivery.batch, actor=delivery.batch.maker, now=NOW)
    working.send_all(delivery)
    assert list(working.outbox(delivery)) == [first.name]
    assert [part.state for part in delivery.parts.all()] == ["sent", "cancelled"]
    with pytest.raises(deliver.NotPossible):
        deliver.retry(delivery.batch, actor=delivery.batch.maker, now=NOW)
