"""Four eyes for where files go: whoever had a hand in it does not approve, whoever else changed it afterwards."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings

from ingest.models import Batch, Decision, Destination, User
from ingest.services import approved, destinations
from ingest.services.approve import NotAllowed, approve, seen_in
from ingest.services.four_eyes import Bar, bar_for, bars_for, free_to_approve
from tests import factories
from tests.services import working

pytestmark = pytest.mark.django_db


def _waiting() -> Batch:
    batch = working.checked()
    Destination.objects.filter(batches=batch).update(changed_at=batch.created_at - timedelta(days=9))
    return _again(batch)


def _again(batch: Batch) -> Batch:
    """The batch as a request loads it, waiting for a decision."""
    Batch.objects.filter(pk=batch.pk).update(state="waiting", state_at=batch.created_at)
    return Batch.objects.select_related("destination", "result", "workspace").get(pk=batch.pk)


def _admin(batch: Batch, name: str) -> User:
    return factories.member(batch.workspace, name, roles=("approver", "admin"))


def _change(batch: Batch, actor: User, minutes: int = 1, **fields: Any) -> None:
    place = Destination.objects.get(batches=batch)
    now = batch.created_at + timedelta(minutes=minutes)
    destinations.change(place, actor=actor, now=now, **fields)


def _folder(name: str) -> dict[str, str]:
    folder = settings.LOCAL_ROOTS[0] / name
    folder.mkdir(parents=True, exist_ok=True)
    return {"folder": str(folder)}


def test_of_two_who_change_the_destination_one_after_the_other_neither_approves() -> None:
    batch = _waiting()
    first, second, other = (_admin(batch, name) for name in ("Uma", "Vic", "Wei"))
    _change(batch, first, 1, config=_folder("theirs"))
    _change(batch, second, 2, config=_folder("ours"))
    batch = _again(batch)
    assert [bar_for(batch, user) for user in (first, second, other)] == [
        Bar.CHANGED_DESTINATION, Bar.CHANGED_DESTINATION, None,
    ]  # fmt: skip
    assert free_to_approve(batch, [first, second, other]) == [other]
    seen = seen_in(batch)
    assert seen is not None
    with pytest.raises(NotAllowed):
        approve(batch, actor=first, now=batch.created_at + timedelta(minutes=3), seen=seen)


def test_who_changes_it_and_changes_it_back_has_had_a_hand_in_it() -> None:
    batch = _waiting()
    user, place = _admin(batch, "Uma"), batch.destination
    assert place is not None
    _change(batch, user, 1, config=_folder("theirs"))
    _change(batch, _admin(batch, "Vic"), 2, config=place.config)
    assert bar_for(_again(batch), user) is Bar.CHANGED_DESTINATION


def test_another_name_or_not_being_offered_bars_nobody() -> None:
    batch = _waiting()
    first, second = _admin(batch, "Uma"), _admin(batch, "Vic")
    _change(batch, first, 1, name="Beta, new name", is_active=False)
    _change(batch, second, 2, config=_folder("ours"))
    assert [bar_for(_again(batch), user) for user in (first, second)] == [None, Bar.CHANGED_DESTINATION]


def test_a_change_of_another_destination_or_before_the_batch_bars_nobody() -> None:
    batch = _waiting()
    before, elsewhere = _admin(batch, "Uma"), _admin(batch, "Vic")
    _change(batch, before, -9, config=_folder("theirs"))
    other = factories.destination(batch.workspace)
    moment = batch.created_at + timedelta(minutes=1)
    destinations.change(other, actor=elsewhere, now=moment, config=_folder("elsewhere"))
    _change(batch, _admin(batch, "Wei"), 2, config=_folder("ours"))
    assert [bar_for(_again(batch), user) for user in (before, elsewhere)] == [None, None]


def test_a_destination_that_is_added_meanwhile_bars_who_added_it() -> None:
    batch = _waiting()
    adder, later = _admin(batch, "Uma"), batch.created_at + timedelta(minutes=1)
    added = destinations.add(
        batch.workspace, actor=adder, now=later, name="Fresh", environment="beta", method="local",
        config=_folder("fresh"),
    )  # fmt: skip
    Batch.objects.filter(pk=batch.pk).update(destination=added)
    _change(batch, _admin(batch, "Vic"), 2, config=_folder("ours"))
    assert bar_for(_again(batch), adder) is Bar.CHANGED_DESTINATION


def test_many_bars_take_two_queries_where_destinations_were_changed(django_assert_num_queries: Any) -> None:
    batch = _waiting()
    user = _admin(batch, "Uma")
    _change(batch, user, 1, config=_folder("theirs"))
    _change(batch, _admin(batch, "Vic"), 2, config=_folder("ours"))
    batches = [_again(batch)] * 3
    with django_assert_num_queries(2):
        bars = bars_for(batches, user)
    assert bars == {batch.pk: Bar.CHANGED_DESTINATION}


def _decided(batch: Batch, approver: User, minutes: int) -> tuple[Batch, Decision]:
    """An approval as it would stand if nobody had looked at the bars."""
    decided = working.decide(_again(batch))
    moment = batch.created_at + timedelta(minutes=minutes)
    Decision.objects.filter(batch=batch).update(approver=approver, created_at=moment)
    return decided, Decision.objects.get(batch=batch)


def test_the_worker_asks_again_who_changed_the_destination_before_the_decision() -> None:
    batch = _waiting()
    user = _admin(batch, "Uma")
    _change(batch, user, 1, config=_folder("theirs"))
    _change(batch, _admin(batch, "Vic"), 2, config=_folder("ours"))
    decided, decision = _decided(batch, user, minutes=3)
    assert approved.difference(decided, decision) == "approval"
    decision.created_at = batch.created_at  # what comes after an approval is for the checksums to notice
    assert approved.difference(decided, decision) is None


def test_the_worker_asks_again_who_changed_the_answers() -> None:
    batch = _waiting()
    user = _admin(batch, "Uma")
    decided, decision = _decided(batch, user, minutes=3)
    assert approved.difference(decided, decision) is None
    batch.editors.add(user)
    assert approved.difference(decided, decision) == "approval"
