"""A destination that is paused: nothing is sent there until an admin has looked; then what waits goes on by itself."""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import F

from ingest.models import Destination, User
from ingest.services import destinations, waiting_parts
from ingest.services.destination_test import HOST_KEY
from ingest.services.events import record
from ingest.services.problems import told
from ingest.transfer.errors import TransferFailure

_PAUSING: Final = "host_key_changed"


def pauses(failure: TransferFailure) -> bool:
    """Whether nothing more may be sent after this failure: the server is perhaps another one."""
    return failure.code.endswith(_PAUSING)


def pause(destination: Destination, failure: TransferFailure, *, now: datetime) -> bool:
    """Send nothing there any more; False when it was paused already. To be called inside a transaction."""
    running = Destination.objects.filter(pk=destination.pk, paused_at=None)
    is_new = running.update(
        paused_at=now, is_active=False, offered_before_pause=F("is_active"), paused_code=failure.code,
        paused_problem=str(failure), paused_params=dict(failure.message.params),
    )  # fmt: skip
    if is_new:
        after = {"destination": destination.pk, "name": destination.name, "reason": failure.code}
        record("destination.paused", workspace=destination.workspace, actor=None, now=now, after=after)
    return bool(is_new)


def reason(destination: Destination) -> str:
    """Why it is paused, in the reader's language."""
    return told(destination.paused_code, destination.paused_problem, destination.paused_params)


def resume(destination: Destination, *, actor: User, now: datetime) -> bool:
    """Send there again, at once what has waited; False when it is not paused. What was retired before stays so."""
    with transaction.atomic():
        paused = Destination.objects.filter(pk=destination.pk, paused_at__isnull=False)
        if not paused.update(
            paused_at=None, is_active=F("offered_before_pause"), paused_code="", paused_problem="", paused_params={}
        ):  # fmt: skip
            return False
        after = {"destination": destination.pk, "name": destination.name}
        record("destination.resumed", workspace=destination.workspace, actor=actor, now=now, after=after)
        waiting_parts.ring(destination, now)
    return True


def accept_key(destination: Destination, fingerprint: str, *, actor: User, now: datetime) -> int:
    """Take this key for the server's; how many open requests lost their approval by it. Raises Unusable.

    A destination that was paused is in use again.
    """
    with transaction.atomic():
        fresh = Destination.objects.select_for_update(of=("self",)).get(pk=destination.pk)
        before = str(fresh.config.get(HOST_KEY, ""))
        config = {**fresh.config, HOST_KEY: fingerprint}
        voided = destinations.change(destination, actor=actor, now=now, config=config)
        record(
            "destination.key_accepted", workspace=destination.workspace, actor=actor, now=now,
            before={"fingerprint": before}, after={"destination": destination.pk, "fingerprint": fingerprint},
        )  # fmt: skip
        resume(destination, actor=actor, now=now)
    return voided
