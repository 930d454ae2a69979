"""After sending: whether the receiver has picked the files up, looked at now and then until it has or time is up.

Audience Manager's buckets show that by `<name>.processed` beside a file or by the file's disappearance; which of the
two, if any, an administrator says in the destination. It tells of a file that was taken, not of data that can be used.
"""

import logging
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db import InterfaceError, OperationalError, transaction

from ingest import queue
from ingest.lifecycle import PartState
from ingest.models import DeliveredPart, Delivery, Destination, Job
from ingest.services import work
from ingest.services.bugs import log_bug
from ingest.services.destination_open import opened
from ingest.services.events import record
from ingest.services.work import Claim, LeaseLost
from ingest.transfer import base
from ingest.transfer.base import Target
from ingest.transfer.errors import TransferFailure

logger = logging.getLogger(__name__)
PROCESSED: Final = ".processed"
FIRST_LOOK: Final = timedelta(minutes=5)
LONGEST_PAUSE: Final = timedelta(hours=1)
GIVE_UP: Final = timedelta(hours=72)


def watch(delivery: Delivery, *, now: datetime) -> None:
    """Look after what was sent, where the destination says how. To be called in the transaction that ends it."""
    if delivery.destination.pickup != Destination.Pickup.NOT_WATCHED:
        job = queue.put(Job.Kind.WATCH, delivery.pk, now=now)
        Job.objects.filter(pk=job.pk).update(next_attempt_at=now + FIRST_LOOK)


def run(job_id: int, owner: str) -> None:
    """Look once; nothing happens when the job is not to be had. Never raises."""
    claim = work.claim(job_id, owner, kind=Job.Kind.WATCH)
    if claim is None:
        return
    try:
        _look(claim)
    except LeaseLost:
        logger.info("job %s: another worker has it", job_id)
    except (OperationalError, InterfaceError) as error:
        logger.warning("job %s: left to its lease, the database failed (%s)", job_id, type(error).__name__)
    except Exception as error:  # noqa: BLE001 - logged by type and place; what was sent stays sent
        log_bug(error, f"W-{claim.subject_id}-{claim.epoch}")
        _guarded_give_up(claim)


def _guarded_give_up(claim: Claim) -> None:
    try:
        claim.give_up("bug")
    except LeaseLost:
        logger.info("job %s: another worker has it", claim.job_id)


def _look(claim: Claim) -> None:
    delivery = Delivery.objects.select_related("destination", "workspace", "batch", "decision").get(pk=claim.subject_id)
    missing = list(delivery.parts.filter(state=PartState.SENT, picked_up_at=None))
    try:
        with opened(delivery.destination) as place:
            seen = [part.pk for part in missing if _is_picked_up(place, delivery, part, claim)]
    except TransferFailure as failure:
        logger.info("delivery %s: could not be looked after (%s)", delivery.pk, failure.code)
        seen = []
    with transaction.atomic():
        claim.hold()
        DeliveredPart.objects.filter(pk__in=seen, picked_up_at=None).update(picked_up_at=claim.clock())
        _settle(claim, delivery)


def _is_picked_up(place: base.Destination, delivery: Delivery, part: DeliveredPart, claim: Claim) -> bool:
    claim.renew()
    day = datetime.fromtimestamp(delivery.stamp, UTC).date()
    if delivery.destination.pickup == Destination.Pickup.DISAPPEARS:
        return not place.holds(Target(part.name, day))
    return place.holds(Target(part.name + PROCESSED, day))


def _settle(claim: Claim, delivery: Delivery) -> None:
    now = claim.clock()
    waiting = delivery.parts.filter(state=PartState.SENT, picked_up_at=None).count()
    if not waiting:
        claim.finish()
        _tell("batch.picked_up", delivery, now)
        return
    since = now - (delivery.finished_at or now)
    if since >= GIVE_UP:
        claim.finish()
        _tell("batch.not_picked_up", delivery, now, waiting=waiting)
        return
    # Each pause is as long as all that has passed: twice as long every time, until it is an hour.
    claim.wait(after=min(LONGEST_PAUSE, max(FIRST_LOOK, since)), code="")


def _tell(kind: str, delivery: Delivery, now: datetime, **more: object) -> None:
    told = {"delivery": delivery.pk, "parts": delivery.parts.filter(state=PartState.SENT).count(), **more}
    record(
        kind, workspace=delivery.workspace, batch=delivery.batch, actor=None, now=now, after=told,
        sha256=delivery.decision.parts_sha256,
    )  # fmt: skip
