"""What a destination can take: so many files at once, and a rest when it has failed again and again."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F

from ingest.lifecycle import PartState
from ingest.models import Attempt, DeliveredPart, Destination, User
from ingest.services import waiting_parts
from ingest.services.events import record
from ingest.services.problems import told
from ingest.transfer.errors import TransferFailure

FAILURES_BEFORE_REST: Final = 5
FIRST_REST: Final = timedelta(minutes=1)
LONGEST_REST: Final = timedelta(minutes=30)
TRIAL: Final = timedelta(minutes=2)
"""After a rest one file is tried; the others wait this long for what becomes of it."""
CROWDED: Final = timedelta(seconds=10)
# What lies at the portal says nothing about the destination.
_OURS: Final = ("artifact.", "fence.")


@dataclass(frozen=True)
class Rest:
    """A destination that is left alone until a moment. `why`: what the last try met, in the reader's language."""

    until: datetime
    failures: int
    why: str


def rest_of(destination: Destination, now: datetime) -> Rest | None:
    """The rest of a destination as its row says it; None: files can go there, or it is paused, which says more."""
    until = destination.rests_until
    if until is None or until <= now or destination.paused_at is not None:
        return None
    return Rest(until, destination.failures_in_a_row, _why(destination))


def _why(destination: Destination) -> str:
    failed = Attempt.objects.filter(delivered_part__delivery__destination=destination, outcome=Attempt.Outcome.FAILED)
    for code in _OURS:
        failed = failed.exclude(problem_code__startswith=code)
    last = failed.order_by("-ended_at", "-pk").first()
    return told(last.problem_code, last.problem, last.problem_params) if last else ""


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
        _tell("destination.rests", destination, None, now, code=failure.code)


def wake(destination_id: int, now: datetime) -> bool:
    """Somebody wants it to be tried now: a rest is over, and one file shows whether it works. False: there is none."""
    return bool(Destination.objects.filter(pk=destination_id, rests_until__gt=now).update(rests_until=now))


def try_now(destination: Destination, *, actor: User, now: datetime) -> bool:
    """End a rest before its time and ring for what waits; False when it does not rest."""
    with transaction.atomic():
        if not wake(destination.pk, now):
            return False
        _tell("destination.tried_early", destination, actor, now)
        waiting_parts.ring(destination, now)
    return True


def worked(destination: Destination, *, now: datetime, actor: User | None = None) -> bool:
    """It has taken a file, answered that it will not, or passed `actor`'s test of the settings that it has now.

    Whether that ended a rest; then what waits for it goes at once. To be called inside a transaction.
    """
    same = Destination.objects.filter(pk=destination.pk, config_sha256=destination.config_sha256)
    rested = same.filter(rests_until__isnull=False).update(failures_in_a_row=0, rests_until=None)
    if not rested:
        same.filter(failures_in_a_row__gt=0).update(failures_in_a_row=0)
        return False
    _tell("destination.works_again", destination, actor, now)
    waiting_parts.ring(destination, now)
    return True


def _tell(kind: str, destination: Destination, actor: User | None, now: datetime, **more: str) -> None:
    after = {"destination": destination.pk, "name": destination.name, **more}
    record(kind, workspace=destination.workspace, actor=actor, now=now, after=after)
