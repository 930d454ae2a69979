"""Parts that wait for their destination: once it can be sent to again nobody waits for a clock."""

from datetime import datetime
from functools import partial
from typing import Final

from django.db import transaction

from ingest import queue
from ingest.lifecycle import PartState
from ingest.models import DeliveredPart, Destination, Job

_OPEN: Final = (PartState.WAITING, PartState.SENDING)


def ring(destination: Destination, now: datetime) -> None:
    """Make the jobs of what waits for a destination due, and ring for them after the commit."""
    waiting = DeliveredPart.objects.filter(delivery__destination=destination, state__in=_OPEN)
    jobs = Job.objects.filter(
        kind=Job.Kind.DELIVER, state=Job.State.READY, subject_id__in=waiting.values_list("pk", flat=True)
    )
    keys = list(jobs.values_list("pk", flat=True))
    Job.objects.filter(pk__in=keys, state=Job.State.READY).update(next_attempt_at=now, rung_at=None)
    for key in keys:
        transaction.on_commit(partial(queue.ring, Job.Kind.DELIVER, key))
