"""Batches whose time has come: those to be sent now, and those that nobody decided on in time."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet

from ingest.lifecycle import BatchAction, BatchState
from ingest.models import Batch
from ingest.services import deliver, turns
from ingest.services.bugs import each
from ingest.services.events import move

AT_ONCE: Final = 50


def send_due(now: datetime) -> int:
    """Begin to send approved batches whose time has come, unless their destination is paused; how many were begun."""
    is_due = Q(send_at=None) | Q(send_at__lte=now)
    due = Batch.objects.filter(is_due, state=BatchState.APPROVED, destination__paused_at=None)
    return each(_whose_turn_it_may_be(due), lambda batch: deliver.begin(batch, actor=None, now=now), "batch")


def _whose_turn_it_may_be(due: QuerySet[Batch]) -> Iterator[Batch]:
    """The first of each queue: those behind it wait for it, and however many they are, hold up no other queue."""
    queues = set()
    for batch in due.select_related("workspace", "destination", "decision__check_run").order_by("send_at", "pk"):
        queue = turns.queue_of(batch)
        if queue not in queues:
            queues.add(queue)
            yield batch


def expire_waiting(now: datetime) -> int:
    """Take back batches that have waited for a decision longer than their workspace allows; how many."""
    waiting = Batch.objects.filter(state=BatchState.WAITING)
    hours = set(waiting.values_list("workspace__approval_hours", flat=True))
    return sum(_expire(waiting.filter(workspace__approval_hours=limit), limit, now) for limit in hours)


def _expire(waiting: QuerySet[Batch], hours: int, now: datetime) -> int:
    late = waiting.filter(state_at__lt=now - timedelta(hours=hours)).select_related("workspace", "result")
    return each(late.order_by("state_at", "pk")[:AT_ONCE], lambda batch: _take_back(batch, hours, now), "batch")


def _take_back(batch: Batch, hours: int, now: datetime) -> bool:
    digest = batch.result.parts_sha256 if batch.result else ""
    told = {"reason": "expired", "hours": hours}
    still = Batch.objects.filter(pk=batch.pk, state=BatchState.WAITING, state_at=batch.state_at)
    with transaction.atomic():
        return still.exists() and move(batch, BatchAction.VOID, actor=None, now=now, sha256=digest, after=told)
