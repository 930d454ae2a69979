"""An admin's destinations: added, tested, changed. A change makes every approval void that was given before."""

import copy
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ingest.lifecycle import BatchAction, BatchState
from ingest.models import Batch, Decision, Destination, User, Workspace
from ingest.services.destination_digest import destination_sha256
from ingest.services.destination_words import settings_told
from ingest.services.events import move, record
from ingest.services.place_changes import ADDED, CHANGED
from ingest.transfer.base import CheckStep, StepOutcome
from ingest.transfer.errors import TransferFailure
from ingest.transfer.registry import Limits, SettingsError, build, read_settings
from ingest.transfer.words import Message

_OPEN = (BatchState.WAITING, BatchState.APPROVED)
DESTINATION_CHANGED = "destination"


class Taken(Exception):
    """Another destination has this name."""


class Used(Exception):
    """Files were sent, or decided on, under its environment: history would tell of the other one."""


class Unusable(Exception):
    """Settings are wrong; `problems` says of each field what is wrong."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("the settings cannot be used")
        self.problems = problems


def said(message: Message) -> str:
    """A message of the transfer room in the reader's language."""
    return _(message.text) % message.params if message.params else _(message.text)


def destinations_of(workspace: Workspace) -> list[Destination]:
    """All of them, those that are offered first."""
    return list(workspace.destinations.select_related("changed_by").order_by("-is_active", "environment", "name"))


def open_batches(destination: Destination) -> list[Batch]:
    """Batches that wait for a decision or for their time, on their way to this destination."""
    waiting = destination.batches.filter(state__in=_OPEN).select_related("maker", "decision", "workspace")
    return list(waiting.order_by("created_at"))


def requests_lost(destination: Destination, **fields: Any) -> int:
    """How many open requests a change would take the approval from. Raises Unusable, Used."""
    changed = _changed(destination, fields)
    _keep_environment(destination, changed)
    is_other_place = changed.config_sha256 != destination.config_sha256
    return len(open_batches(destination)) if is_other_place else 0


def add(workspace: Workspace, *, actor: User, now: datetime, **fields: Any) -> Destination:
    """A new destination. Raises Taken, Unusable."""
    made = Destination(workspace=workspace, changed_by=actor, changed_at=now, **fields)
    _read(made)
    try:
        with transaction.atomic():
            made.save()
            record(ADDED, workspace=workspace, actor=actor, now=now, after=_told(made))
    except IntegrityError as error:
        raise Taken from error
    return made


def change(destination: Destination, *, actor: User, now: datetime, **fields: Any) -> int:
    """Change a destination; how many open requests lost their approval, or their place in the queue, by it.

    Name and whether it is offered change nothing about where files go, so they void nothing.
    Raises Taken, Unusable, Used.
    """
    changed = _changed(destination, fields)
    is_other_place = changed.config_sha256 != destination.config_sha256
    if is_other_place:
        changed.changed_by, changed.changed_at = actor, now
    before, after = _told(destination), _told(changed)
    try:
        with transaction.atomic():
            # whoever approves at this moment holds on to the row, so that none can be missed
            _keep_environment(Destination.objects.select_for_update().get(pk=destination.pk), changed)
            changed.save()
            record(CHANGED, workspace=changed.workspace, actor=actor, now=now, before=before, after=after)
            return _void_all(changed, actor=actor, now=now) if is_other_place else 0
    except IntegrityError as error:
        raise Taken from error


def is_used(destination: Destination) -> bool:
    """Whether files were sent there, or somebody decided on sending them."""
    return destination.deliveries.exists() or Decision.objects.filter(destination=destination).exists()


def _keep_environment(destination: Destination, changed: Destination) -> None:
    if changed.environment != destination.environment and is_used(destination):
        raise Used


def _changed(destination: Destination, fields: Mapping[str, Any]) -> Destination:
    changed = copy.copy(destination)
    for name, value in fields.items():
        setattr(changed, name, value)
    _read(changed)
    return changed


def _void_all(destination: Destination, *, actor: User, now: datetime) -> int:
    voided = 0
    for batch in open_batches(destination):
        decision = batch.decision
        told = {"reason": DESTINATION_CHANGED, "decision": decision.pk if decision else None}
        if move(batch, BatchAction.VOID, actor=actor, now=now, after=told, decision=None):
            voided += 1
            if decision is not None:
                open_decision = Decision.objects.filter(pk=decision.pk, voided_at=None)
                open_decision.update(voided_at=now, void_reason=DESTINATION_CHANGED)
    return voided


def _read(destination: Destination) -> None:
    """Judge the settings, and work out what approvals are bound to. Raises Unusable."""
    try:
        destination.config = dict(read_settings(destination.method, destination.config))
        destination.config_sha256 = destination_sha256(destination)
    except SettingsError as error:
        raise Unusable({name: said(problem) for name, problem in error.problems.items()}) from error


def test(destination: Destination) -> Sequence[CheckStep]:
    """Try everything that sending needs, with a probe that is gone afterwards. Never raises a TransferFailure."""
    limits = Limits(allowed_roots=tuple(settings.LOCAL_ROOTS))
    try:
        with build(destination.method, destination.config, secrets={}, limits=limits) as place:
            return place.check(temp_tag=f"test-{uuid.uuid4().hex[:16]}")
    except TransferFailure as failure:
        step = CheckStep(failure.code, Message(_("Settings")), StepOutcome.FAILED, failure.message, failure.advice)
        return [step]


def _told(destination: Destination) -> dict[str, object]:
    """What an event says of a destination, with where it is; no secret is among its settings."""
    return {
        "destination": destination.pk, "name": destination.name, "environment": destination.environment,
        "method": destination.method, "config_sha256": destination.config_sha256, "is_active": destination.is_active,
        "settings": settings_told(destination),
    }  # fmt: skip
