"""Jobs that wait: rung for, or taken out of work when their workers died too often."""

from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from ingest import queue
from ingest.models import Job
from ingest.models.job import claimable
from ingest.services import check_end, deliver_end
from ingest.services.bugs import each

# With the lease of 60 seconds: rung for again after 15, so that a dead worker's job is taken up within 75.
RINGS_IN_A_LEASE: Final = 4
# Messages that may wait in a queue: more of them make no worker faster, and each is a claim that comes to nothing.
MOST_WAITING: Final = 16
AT_ONCE: Final = 100


def ring_for_work(now: datetime) -> int:
    """Ring for jobs that can be claimed, also those whose worker is dead, longest waiting first; how many.

    Of two dispatchers that do this at once the harm is one message more for each job.
    """
    return sum(_ring(kind, now) for kind in Job.Kind)


def _ring(kind: Job.Kind, now: datetime) -> int:
    quiet = Q(rung_at=None) | Q(rung_at__lt=now - settings.LEASE / RINGS_IN_A_LEASE)
    due = Job.objects.ready(now).filter(quiet, kind=kind, attempts__lt=F("max_attempts"))
    if not due.exists():
        return 0
    waiting = queue.waiting(kind)
    if waiting is None:
        return 0
    rung = []
    for pk in due.order_by("next_attempt_at", "pk").values_list("pk", flat=True)[: max(0, MOST_WAITING - waiting)]:
        if not queue.ring(kind, pk):
            break
        rung.append(pk)
    Job.objects.filter(pk__in=rung).update(rung_at=now)
    return len(rung)


def give_up_hopeless(now: datetime) -> int:
    """Take jobs out of work that were begun as often as they may be, and tell whoever waits for them; how many."""
    hopeless = Job.objects.ready(now).filter(attempts__gte=F("max_attempts"))
    return each(list(hopeless.order_by("pk")[:AT_ONCE]), lambda job: _give_up(job.pk, now), "job")


def _give_up(pk: int, now: datetime) -> bool:
    with transaction.atomic():
        # The same conditions again: meanwhile its worker may have come to life and finished it.
        mine = Job.objects.filter(claimable(now), pk=pk, attempts__gte=F("max_attempts"))
        if not mine.update(state=Job.State.NEEDS_ATTENTION, lease_until=None, last_error_code="worker.died"):
            return False
        job = Job.objects.get(pk=pk)
        if job.kind == Job.Kind.CHECK:
            check_end.gave_up(job.subject_id, attempts=job.attempts, now=now)
        elif job.kind == Job.Kind.DELIVER:
            deliver_end.gave_up(job.subject_id, attempts=job.attempts, now=now)
    return True
