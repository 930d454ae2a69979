"""Who changed where a batch's files go: whoever chose the place must not be the one who approves it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from ingest.models import Batch, Event

ADDED: Final = "destination.added"
CHANGED: Final = "destination.changed"


def place_changers(batches: Sequence[Batch], *, until: datetime | None = None) -> dict[int, frozenset[int]]:
    """By the keys of these batches: everybody who added or changed the place of their destination since they began.

    Not only who changed it last: of two who change it one after the other, each has had a hand in it. Another name, or
    whether it is offered, is no other place. `until` leaves out what came later. One query, and none where nothing was
    changed since; batches without such people are left out.
    """
    touched = [batch for batch in batches if batch.destination and batch.destination.changed_at >= batch.created_at]
    if not touched:
        return {}
    hands = _hands(touched, until)
    found = {batch.pk: frozenset(_of(batch, hands)) | _last(batch, until) for batch in touched}
    return {key: people for key, people in found.items() if people}


def _hands(batches: Sequence[Batch], until: datetime | None) -> list[tuple[int, int, datetime]]:
    """Destination, person and moment of each change. Events of no batch are few, and an index finds them by time."""
    since = min(batch.created_at for batch in batches)
    events = Event.objects.filter(batch=None, at__gte=since, kind__in=(ADDED, CHANGED), actor__isnull=False)
    if until is not None:
        events = events.filter(at__lte=until)
    told = events.filter(workspace__in={batch.workspace_id for batch in batches}).order_by()
    rows = told.values_list("kind", "actor_id", "at", "before", "after")
    return [
        (after["destination"], actor, at)
        for kind, actor, at, before, after in rows
        if _is_other_place(kind, before, after)
    ]


def _is_other_place(kind: str, before: dict[str, Any], after: dict[str, Any]) -> bool:
    return kind == ADDED or before["config_sha256"] != after["config_sha256"]


def _of(batch: Batch, hands: list[tuple[int, int, datetime]]) -> set[int]:
    return {who for place, who, at in hands if place == batch.destination_id and at >= batch.created_at}


def _last(batch: Batch, until: datetime | None) -> frozenset[int]:
    """Who changed it last stands with the destination itself."""
    place = batch.destination
    if place is None or place.changed_by_id is None or (until is not None and place.changed_at > until):
        return frozenset()
    return frozenset({place.changed_by_id})
