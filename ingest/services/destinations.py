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
from ingest.services.events import move, record
from ingest.transfer.base import CheckStep, StepOutcome
from ingest.transfer.errors import TransferFailure
from ingest.transfer.registry import Limits, SettingsError, build, must_be_allowed, read_settings
from ingest.transfer.words import Message

_OPEN = (BatchState.WAITING, BatchState.APPROVED)
DESTINATION_CHANGED = "destination"


class Taken(Exception):
    """Another destination has this name."""


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
    """How many open requests a change would take the approval from. Raises Unusable."""
    changed = _changed(destination, fields)
    is_other_place = changed.config_sha256 != destination.config_sha256
    return len(open_batches(destination)) if is_other_place else 0


def add(workspace: Workspace, *, actor: User, now: datetime, **fields: Any) -> Destination:
    """A new destination. Raises Taken, Unusable."""
    made = Destination(workspace=workspace, changed_by=actor, changed_at=now, **fields)
    _read(made, is_new_place=True)
    try:
        with transaction.atomic():
            made.save()
            record("destination.added", workspace=workspace, actor=actor, now=now, after=_told(made))
    except IntegrityError as error:
        raise Taken from error
    return made


def change(destination: Destination, *, actor: User, now: datetime, **fields: Any) -> int:
    """Change a destination; how many open requests lost their approval, or their place in the queue, by it.

    Name and whether it is offered change nothing about where files go, so they void nothing. Raises Taken, Unusable.
    """
    changed = _changed(destination, fields)
    is_other_place = changed.config_sha256 != destination.config_sha256
    if is_other_place:
        changed.changed_by, changed.changed_at = actor, now
    before, after = _told(destination), _told(changed)
    try:
        with transaction.atomic():
            changed.save()
            record("destination.changed", workspace=changed.workspace, actor=actor, now=now, before=before, after=after)
            return _void_all(changed, actor=actor, now=now) if is_other_place else 0
    except IntegrityError as error:
        raise Taken from error


def _changed(destination: Destination, fields: Mapping[str, Any]) -> Destination:
    changed = copy.copy(destination)
    for name, value in fields.items():
        setattr(changed, name, value)
    # One that is no longer allowed can still get another name, and be taken from what is offered.
    _read(changed, is_new_place=changed.config != destination.config)
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


def _read(destination: Destination, *, is_new_place: bool) -> None:
    """Judge the settings, and work out what approvals are bound to. Raises Unusable."""
    try:
        destination.config = dict(read_settings(destination.method, destination.config))
        if is_new_place:
            must_be_allowed(destination.method, destination.config, _limits())
        destination.config_sha256 = destination_sha256(destination)
    except SettingsError as error:
        raise Unusable({name: said(problem) for name, problem in error.problems.items()}) from error


def _limits() -> Limits:
    return Limits(allowed_roots=tuple(settings.LOCAL_ROOTS))


def test(destination: Destination) -> Sequence[CheckStep]:
    """Try everything that sending needs, with a probe that is gone afterwards. Never raises a TransferFailure."""
    try:
        with build(destination.method, destination.config, secrets={}, limits=_limits()) as place:
            return place.check(temp_tag=f"test-{uuid.uuid4().hex[:16]}")
    except TransferFailure as failure:
        step = CheckStep(failure.code, Message(_("Settings")), StepOutcome.FAILED, failure.message, failure.advice)
        return [step]


def _told(destination: Destination) -> dict[str, object]:
    """What an event says of a destination: no secret is among its settings."""
    return {
        "destination": destination.pk, "name": destination.name, "environment": destination.environment,
        "method": destination.method, "config_sha256": destination.config_sha256, "is_active": destination.is_active,
    }  # fmt: skip
