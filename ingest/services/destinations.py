"""An admin's destinations: added, tested, changed. A change makes every approval void that was given before."""

import copy
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ingest.lifecycle import BatchAction, BatchState
from ingest.models import Batch, Decision, Destination, User, Workspace
from ingest.services.destination_digest import destination_sha256
from ingest.services.destination_limits import installation_limits
from ingest.services.destination_secrets import NONE, Changes, planned, problems_of, write
from ingest.services.destination_settings import settings_told
from ingest.services.events import move, record
from ingest.services.place_changes import ADDED, CHANGED
from ingest.services.sealing import key_problem
from ingest.transfer.errors import Misconfigured
from ingest.transfer.registry import SettingsError, method_named, must_be_allowed, read_settings
from ingest.transfer.seal_field import SEAL_KEY
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
    return list(
        workspace.destinations.select_related("changed_by", "tested_by").order_by("-is_active", "environment", "name")
    )


def is_known(destination: Destination) -> bool:
    """Whether this version has its way of sending; one that was made by a newer version may have another."""
    try:
        method_named(destination.method)
    except Misconfigured:
        return False
    return True


def open_batches(destination: Destination) -> list[Batch]:
    """Batches that wait for a decision or for their time, on their way to this destination."""
    waiting = destination.batches.filter(state__in=_OPEN).select_related("maker", "decision", "workspace")
    return list(waiting.order_by("created_at"))


def requests_lost(destination: Destination, *, secrets: Changes = NONE, **fields: Any) -> int:
    """How many open requests a change would take the approval from. Raises Unusable, Used."""
    changed, secrets = _changed(destination, fields, secrets)
    _keep_environment(destination, changed)
    return len(open_batches(destination)) if _is_other_place(destination, changed, secrets) else 0


def add(workspace: Workspace, *, actor: User, now: datetime, secrets: Changes = NONE, **fields: Any) -> Destination:
    """A new destination with its secrets. Raises Taken, Unusable."""
    blank = Destination(workspace=workspace, changed_by=actor, changed_at=now)
    made, secrets = _changed(blank, fields, secrets)
    try:
        with transaction.atomic():
            made.save()
            _keep(made, secrets, actor=actor, now=now)
            record(ADDED, workspace=workspace, actor=actor, now=now, after=_told(made) | _names(secrets))
    except IntegrityError as error:
        raise Taken from error
    return made


def change(destination: Destination, *, actor: User, now: datetime, secrets: Changes = NONE, **fields: Any) -> int:
    """Change a destination; how many open requests lost their approval, or their place in the queue, by it.

    Name and whether it is offered change nothing about where files go, so they void nothing; a secret that is typed or
    removed does. One that is paused stays so, whatever a form says that was opened before.
    Raises Taken, Unusable, Used.
    """
    try:
        with transaction.atomic():
            # whoever approves at this moment holds on to the row, so that none can be missed
            fresh = Destination.objects.select_for_update(of=("self",)).get(pk=destination.pk)
            if fresh.paused_at is not None:
                fields.pop("is_active", None)
            changed, secrets = _changed(fresh, fields, secrets)
            _keep_environment(fresh, changed)
            return _change(fresh, changed, secrets, actor=actor, now=now)
    except IntegrityError as error:
        raise Taken from error


def is_used(destination: Destination) -> bool:
    """Whether files were sent there, or somebody decided on sending them."""
    return destination.deliveries.exists() or Decision.objects.filter(destination=destination).exists()


def _keep_environment(destination: Destination, changed: Destination) -> None:
    if changed.environment != destination.environment and is_used(destination):
        raise Used


def _change(before: Destination, changed: Destination, planned: Changes, *, actor: User, now: datetime) -> int:
    is_other_place = _is_other_place(before, changed, planned)
    if is_other_place:
        changed.changed_by, changed.changed_at = actor, now
        changed.failures_in_a_row, changed.rests_until = 0, None  # those were of the place as it was
    changed.save()
    _keep(changed, planned, actor=actor, now=now)
    record(
        CHANGED, workspace=changed.workspace, actor=actor, now=now, before=_told(before),
        after=_told(changed) | _names(planned),
    )  # fmt: skip
    return _void_all(changed, actor=actor, now=now) if is_other_place else 0


def _changed(destination: Destination, fields: Mapping[str, Any], secrets: Changes) -> tuple[Destination, Changes]:
    """The destination as it would be, and what would become of its secrets. Raises Unusable with all that is wrong."""
    changed = copy.copy(destination)
    for name, value in fields.items():
        setattr(changed, name, value)
    problems = problems_of(changed, secrets)
    try:
        changed.config = dict(read_settings(changed.method, changed.config))
        if changed.config != destination.config:
            # One that is no longer allowed can still get another name, and be taken from what is offered.
            must_be_allowed(changed.method, changed.config, installation_limits())
            problems |= _problem_of_key(destination, changed)
        changed.config_sha256 = destination_sha256(changed)
    except SettingsError as error:
        problems |= error.problems
    if problems:
        raise Unusable({name: said(problem) for name, problem in problems.items()})
    return changed, planned(changed, secrets)


def _problem_of_key(before: Destination, changed: Destination) -> dict[str, Message]:
    """A key that is entered has to be one that can be used today; one that was entered earlier may have expired."""
    problem = key_problem(changed, timezone.now())
    if problem is None or changed.config.get(SEAL_KEY) == before.config.get(SEAL_KEY):
        return {}
    return {SEAL_KEY: problem.message}


def _is_other_place(before: Destination, changed: Destination, planned: Changes) -> bool:
    return changed.config_sha256 != before.config_sha256 or bool(planned.typed or planned.removed)


def _keep(destination: Destination, planned: Changes, *, actor: User, now: datetime) -> None:
    """Write the secrets, and work out anew what approvals are bound to: their revisions are part of it."""
    write(destination, planned, actor=actor, now=now)
    destination.config_sha256 = destination_sha256(destination)
    destination.save(update_fields=["config_sha256"])


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


def _told(destination: Destination) -> dict[str, object]:
    """What an event says of a destination, with where it is; no secret is among its settings."""
    return {
        "destination": destination.pk, "name": destination.name, "environment": destination.environment,
        "method": destination.method, "config_sha256": destination.config_sha256, "is_active": destination.is_active,
        "pickup": destination.pickup, "most_at_once": destination.most_at_once, "settings": settings_told(destination),
    }  # fmt: skip


def _names(planned: Changes) -> dict[str, object]:
    """Which secrets were changed: names of fields alone."""
    changes = {"secrets_changed": sorted(planned.typed), "secrets_removed": sorted(planned.removed)}
    return {name: fields for name, fields in changes.items() if fields}
