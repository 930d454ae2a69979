"""What a destination can take: so many files at once, and a rest when it has failed again and again."""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import F

from ingest.lifecycle import PartState
from ingest.models import DeliveredPart, Destination
from ingest.services.events import record
from ingest.transfer.errors import TransferFailure

FAILURES_BEFORE_REST: Final = 5
FIRST_REST: Final = timedelta(minutes=1)
LONGEST_REST: Final = timedelta(minutes=30)
TRIAL: Final = timedelta(minutes=2)
"""After a rest one file is tried; the others wait this long for what becomes of it."""
CROWDED: Final = timedelta(seconds=10)
# What lies at the portal says nothing about the destination.
_OURS: Final = ("artifact.", "fence.")


def wait(destination_id: int, *, part_id: int, now: datetime) -> timedelta | None:
    """How long a part has to wait before it is sent; None: it may go. To be called in the transaction that begins it.

    Whoever comes first after a rest may go, and makes the others wait for the outcome.
    """
    destination = Destination.objects.select_for_update().get(pk=destination_id)
    if destination.rests_until is not None and destination.rests_until > now:
        return destination.rests_until - now
    under_way = DeliveredPart.objects.filter(delivery__destination=destination, state=PartState.SENDING)
    if under_way.exclude(pk=part_id).count() >= destination.most_at_once:
        return CROWDED
    if destination.rests_until is not None:
        Destination.objects.filter(pk=destination.pk).update(rests_until=now + TRIAL)
    return None


def failed(destination: Destination, failure: TransferFailure, now: datetime) -> None:
    """Count a failure that may pass; from the fifth in a row on the destination rests, longer each time."""
    if failure.code.startswith(_OURS):
        return
    Destination.objects.filter(pk=destination.pk).update(failures_in_a_row=F("failures_in_a_row") + 1)
    destination.refresh_from_db(fields=["failures_in_a_row"])
    beyond = destination.failures_in_a_row - FAILURES_BEFORE_REST
    if beyond < 0:
        return
    rest = min(LONGEST_REST, FIRST_REST * 2 ** min(beyond, 10))
    Destination.objects.filter(pk=destination.pk).update(rests_until=now + rest)
    if beyond == 0:
        told = {"destination": destination.pk, "name": destination.name, "code": failure.code}
        record("destination.rests", workspace=destination.workspace, actor=None, now=now, after=told)


def wake(destination_id: int, now: datetime) -> None:
    """Somebody wants it to be tried now: a rest is over."""
    Destination.objects.filter(pk=destination_id, rests_until__gt=now).update(rests_until=now)


def worked(destination: Destination) -> None:
    """It has taken a file, or answered that it will not: it is there."""
    Destination.objects.filter(pk=destination.pk).update(failures_in_a_row=0, rests_until=None)
