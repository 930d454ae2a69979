"""Approvals: another person, exactly what they saw, once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from ingest.models import Batch, Check, Decision, Destination, User
from ingest.services.approve import (
    NotAllowed,
    NotWaiting,
    NotWhatWasSeen,
    Seen,
    TooLate,
    approve,
    ask_for_changes,
    seen_in,
)
from ingest.services.four_eyes import Bar, bars_for
from tests import factories
from tests.services import working
from tests.services.working import NOW, kinds, state_of

pytestmark = pytest.mark.django_db


def _waiting(**fields: Any) -> Batch:
    batch = working.checked(**fields)
    Batch.objects.filter(pk=batch.pk).update(state="waiting", state_at=NOW)
    batch.refresh_from_db()
    return batch


def _approver(batch: Batch, *roles: str) -> User:
    return factories.member(batch.workspace, "Wei", roles=roles or ("approver",))


def _seen(batch: Batch) -> Seen:
    seen = seen_in(batch)
    assert seen is not None
    return seen


def _approve(batch: Batch, actor: User) -> Decision:
    return approve(batch, actor=actor, now=NOW, seen=_seen(batch))


def test_an_approval_is_bound_to_parts_mapping_and_destination_and_begins_to_send() -> None:
    batch = _waiting()
    decision = _approve(batch, _approver(batch))
    check, place = working.result_of(batch), batch.destination
    assert place is not None
    assert (decision.parts_sha256, decision.mapping_sha256, decision.destination_sha256) == (
        check.parts_sha256, check.mapping_sha256, place.config_sha256,
    )  # fmt: skip
    assert state_of(batch) == "sending"
    assert kinds(batch)[-2:] == ["batch.approve", "batch.send"]
    event = batch.events.get(kind="batch.approve")
    assert (event.actor, event.sha256) == (decision.approver, check.parts_sha256)


def test_what_is_to_wait_for_its_time_is_approved_and_not_sent() -> None:
    batch = _waiting()
    Batch.objects.filter(pk=batch.pk).update(send_at=NOW + timedelta(hours=1))
    batch.refresh_from_db()
    _approve(batch, _approver(batch))
    assert state_of(batch) == "approved"
    assert not batch.deliveries.exists()


def _decide(batch: Batch, actor: User, verdict: str) -> None:
    if verdict == "approve":
        _approve(batch, actor)
    else:
        ask_for_changes(batch, actor=actor, now=NOW, reason="The tier is wrong")


def _the_maker(batch: Batch) -> User:
    return batch.maker


def _an_editor(batch: Batch) -> User:
    user = _approver(batch)
    batch.editors.add(user)
    return user


def _an_admin_who_changed_the_destination(batch: Batch) -> User:
    user = _approver(batch, "approver", "admin")
    later = batch.created_at + timedelta(minutes=1)
    Destination.objects.filter(batches=batch).update(changed_by=user, changed_at=later)
    batch.refresh_from_db()
    return user


@pytest.mark.parametrize(
    ("who", "bar"),
    [
        (_the_maker, Bar.MADE_IT),
        (_an_editor, Bar.CHANGED_IT),
        (_an_admin_who_changed_the_destination, Bar.CHANGED_DESTINATION),
    ],
)
@pytest.mark.parametrize("verdict", ["approve", "ask"])
def test_nobody_decides_on_what_they_made_or_changed(who: Callable[[Batch], User], bar: Bar, verdict: str) -> None:
    batch = _waiting()
    actor = who(batch)
    with pytest.raises(NotAllowed) as refused:
        _decide(batch, actor, verdict)
    assert refused.value.bar is bar
    assert (state_of(batch), batch.decisions.count()) == ("waiting", 0)


def test_an_admin_who_made_it_does_not_approve_it_either() -> None:
    where = factories.workspace()
    batch = _waiting(workspace=where)
    admin = factories.member(where, "Root", roles=("maker", "approver", "admin"))
    Batch.objects.filter(pk=batch.pk).update(maker=admin)
    batch.refresh_from_db()
    with pytest.raises(NotAllowed):
        _approve(batch, admin)


def test_who_changed_the_destination_before_the_batch_began_may_decide() -> None:
    batch = _waiting()
    user = _approver(batch)
    earlier = batch.created_at - timedelta(days=1)
    Destination.objects.filter(batches=batch).update(changed_by=user, changed_at=earlier)
    batch.refresh_from_db()
    assert _approve(batch, user).approver == user


def test_the_database_refuses_a_maker_who_approves_as_well() -> None:
    batch = _waiting()
    decision = _approve(batch, _approver(batch))
    with pytest.raises(IntegrityError, match="four_eyes"), transaction.atomic():
        Decision.objects.filter(pk=decision.pk).update(approver=batch.maker)


def _other_parts(batch: Batch) -> None:
    Check.objects.filter(pk=working.result_of(batch).pk).update(parts_sha256="f" * 64)


def _other_mapping(batch: Batch) -> None:
    Batch.objects.filter(pk=batch.pk).update(mapping={**batch.mapping, "dpid": 479})


def _other_destination(batch: Batch) -> None:
    Destination.objects.filter(batches=batch).update(config_sha256="e" * 64)


def _other_file(batch: Batch) -> None:
    other = factories.upload(batch.workspace, batch.maker, b"crm_id,tier\nZ-1,gold\n")
    Batch.objects.filter(pk=batch.pk).update(upload=other)


@pytest.mark.parametrize("change", [_other_parts, _other_mapping, _other_destination, _other_file])
def test_what_is_no_longer_what_was_seen_is_not_approved(change: Callable[[Batch], None]) -> None:
    batch = _waiting()
    seen = _seen(batch)
    change(batch)
    with pytest.raises(NotWhatWasSeen):
        approve(batch, actor=_approver(batch), now=NOW, seen=seen)
    assert (state_of(batch), Decision.objects.filter(batch=batch).count()) == ("waiting", 0)


@pytest.mark.parametrize("field", ["parts_sha256", "mapping_sha256", "destination_sha256"])
def test_a_made_up_checksum_approves_nothing(field: str) -> None:
    batch = _waiting()
    with pytest.raises(NotWhatWasSeen):
        approve(batch, actor=_approver(batch), now=NOW, seen=replace(_seen(batch), **{field: "0" * 63 + "1"}))


def test_of_two_approvers_one_decides_and_the_other_is_told() -> None:
    batch = _waiting()
    first, second = _approver(batch), _approver(batch)
    seen = _seen(batch)
    old_page = Batch.objects.select_related("workspace").get(pk=batch.pk)
    approve(batch, actor=first, now=NOW, seen=seen)
    with pytest.raises(NotWaiting):
        approve(old_page, actor=second, now=NOW, seen=seen)
    with pytest.raises(NotWaiting):
        ask_for_changes(old_page, actor=second, now=NOW, reason="Too late")
    assert [decision.approver for decision in batch.decisions.all()] == [first]
    assert batch.deliveries.count() == 1


def test_the_last_moment_counts_and_the_one_after_does_not() -> None:
    first, second = _waiting(), _waiting()
    ends = NOW + timedelta(hours=first.workspace.approval_hours)
    approve(first, actor=_approver(first), now=ends, seen=_seen(first))
    with pytest.raises(TooLate):
        approve(second, actor=_approver(second), now=ends + timedelta(seconds=1), seen=_seen(second))
    assert (state_of(first), state_of(second)) == ("sending", "waiting")


def test_a_replayed_approval_sends_nothing_again() -> None:
    batch = _waiting()
    actor, seen = _approver(batch), _seen(batch)
    approve(batch, actor=actor, now=NOW, seen=seen)
    working.send_all(batch.deliveries.get())
    with pytest.raises(NotWaiting):
        approve(batch, actor=actor, now=NOW, seen=seen)
    assert (state_of(batch), batch.deliveries.count()) == ("sent", 1)


def test_changes_that_are_asked_for_go_back_to_the_maker_with_their_reason() -> None:
    batch = _waiting()
    decision = ask_for_changes(batch, actor=_approver(batch), now=NOW, reason="Wrong trait in column tier")
    assert (decision.verdict, decision.reason, state_of(batch)) == (
        "changes_needed", "Wrong trait in column tier", "changes_needed",
    )  # fmt: skip
    assert kinds(batch)[-1] == "batch.ask_for_changes"


def test_a_reason_never_reaches_an_event() -> None:
    batch = _waiting()
    ask_for_changes(batch, actor=_approver(batch), now=NOW, reason="Call Ivy Kent")
    told = [str(event.after) + str(event.before) for event in batch.events.all()]
    assert not any("Ivy" in text for text in told)


def test_many_bars_take_one_query(django_assert_num_queries: Any) -> None:
    where = factories.workspace()
    batches = [_waiting(workspace=where) for _number in range(4)]
    user = factories.member(where, "Wei", roles=("approver",))
    batches[2].editors.add(user)
    Destination.objects.filter(workspace=where).update(changed_at=NOW - timedelta(days=365))
    loaded = list(Batch.objects.of(where).select_related("destination").order_by("pk"))
    with django_assert_num_queries(1):
        bars = bars_for(loaded, user)
    assert [bars[batch.pk] for batch in batches] == [None, None, Bar.CHANGED_IT, None]
