"""Asking for approval, and taking the request back: everything is looked at once more inside the transaction."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.utils import timezone

from ingest.access import people_who
from ingest.crm.mapping import Mode
from ingest.lifecycle import BatchAction, BatchState, is_allowed
from ingest.models import Batch, Check, Environment, Role, User
from ingest.services import sealing
from ingest.services.answers import Stale
from ingest.services.events import move
from ingest.services.four_eyes import free_to_approve
from ingest.services.journey import has_columns, has_file, has_result


class Obstacle(StrEnum):
    """Why a batch cannot be sent for approval; each is something that its maker can act on."""

    UNANSWERED = "unanswered"
    CHECK_AGAIN = "check_again"
    FILES_GONE = "files_gone"
    NOTHING_TO_SEND = "nothing_to_send"
    TOO_MANY_LEFT_OUT = "too_many_left_out"
    NO_NAME = "no_name"
    NO_DESTINATION = "no_destination"
    PACKED_OTHERWISE = "packed_otherwise"
    KEY_UNUSABLE = "key_unusable"
    NO_APPROVER = "no_approver"
    REPLACE_UNCONFIRMED = "replace_unconfirmed"


class NotReady(Exception):
    """The batch cannot be sent for approval; `obstacles` says why, at least one."""

    def __init__(self, obstacles: tuple[Obstacle, ...]) -> None:
        super().__init__(", ".join(obstacles))
        self.obstacles = obstacles


class NotWaiting(Exception):
    """There is no request to take back: it was decided on, or somebody took it back; `batch` says what it is now."""

    def __init__(self, batch: Batch) -> None:
        super().__init__(f"nothing waits in the state {batch.state}")
        self.batch = batch


def submit(
    batch: Batch, *, actor: User, now: datetime, replaces_confirmed: bool, expected_version: int | None = None
) -> Batch:
    """Ask for approval. A batch that waits already is given back as it is: the button was pressed twice.

    `replaces_confirmed`: the maker ticked that all traits of these people are replaced; asked for in `overwrite` only.
    Raises NotReady, and answers.Stale when the answers are newer than the page that was looked at.
    """
    with transaction.atomic():
        fresh = _locked(batch)
        if fresh.state == BatchState.WAITING:
            return fresh
        if expected_version is not None and fresh.version != expected_version:
            raise Stale(fresh)
        obstacles = obstacles_of(fresh, replaces_confirmed=replaces_confirmed)
        if obstacles:
            raise NotReady(obstacles)
        _ask(fresh, actor=actor, now=now)
    return fresh


def finish_practice(batch: Batch, *, actor: User, now: datetime, expected_version: int | None = None) -> Batch:
    """End a practice run in place of asking for approval; one that has ended is given back as it is.

    Raises NotReady, and answers.Stale when the answers are newer than the page that was looked at.
    """
    with transaction.atomic():
        fresh = _locked(batch)
        if fresh.state == BatchState.PRACTISED:
            return fresh
        if expected_version is not None and fresh.version != expected_version:
            raise Stale(fresh)
        obstacles = obstacles_of(fresh, replaces_confirmed=True) if fresh.is_practice else (Obstacle.CHECK_AGAIN,)
        if obstacles:
            raise NotReady(obstacles)
        digest = fresh.result.parts_sha256 if fresh.result else ""
        if not move(fresh, BatchAction.PRACTISE, actor=actor, now=now, sha256=digest):
            raise NotReady((Obstacle.CHECK_AGAIN,))
    return fresh


def withdraw(batch: Batch, *, actor: User, now: datetime) -> Batch:
    """Take a request back, so that answers can be changed. Raises NotWaiting when it was decided on meanwhile."""
    with transaction.atomic():
        fresh = _locked(batch)
        digest = fresh.result.parts_sha256 if fresh.result else ""
        if not move(fresh, BatchAction.WITHDRAW, actor=actor, now=now, sha256=digest):
            raise NotWaiting(fresh)
    return fresh


def obstacles_of(
    batch: Batch, *, replaces_confirmed: bool, approvers: Sequence[User] | None = None
) -> tuple[Obstacle, ...]:
    """Everything that stands between a batch and a request for approval, the most basic first.

    `approvers`: those of `approvers_for`, where they are known already.
    """
    is_real = not batch.is_practice
    free = approvers_for(batch) if is_real and approvers is None else approvers
    is_whole = has_file(batch) and has_columns(batch)
    is_checked = has_result(batch) and is_allowed(BatchAction.SUBMIT, BatchState(batch.state))
    found = (
        (Obstacle.UNANSWERED, not is_whole),
        (Obstacle.CHECK_AGAIN, is_whole and not is_checked),
        *_of_result(batch.result),
        (Obstacle.TOO_MANY_LEFT_OUT, leaves_out_too_many(batch)),
        (Obstacle.NO_NAME, not batch.name),
        (Obstacle.NO_DESTINATION, is_real and (batch.destination is None or not batch.destination.is_active)),
        *_of_sealing(batch),
        (Obstacle.NO_APPROVER, is_real and not free),
        (Obstacle.REPLACE_UNCONFIRMED, replaces(batch) and not replaces_confirmed),
    )
    return tuple(obstacle for obstacle, stands in found if stands)


def _of_sealing(batch: Batch) -> tuple[tuple[Obstacle, bool], ...]:
    """Files are packed as the destination takes them, and a key that they are encrypted for can be used today."""
    problem = sealing.problem_of(batch.mapping, batch.destination, timezone.now())
    is_packing = problem is not None and problem.code in sealing.OF_PACKING
    return (
        (Obstacle.PACKED_OTHERWISE, is_packing),
        (Obstacle.KEY_UNUSABLE, problem is not None and not is_packing),
    )


def _of_result(check: Check | None) -> tuple[tuple[Obstacle, bool], ...]:
    if check is None:
        return ()
    is_gone = check.parts_deleted_at is not None
    return (
        (Obstacle.FILES_GONE, is_gone),
        (Obstacle.NOTHING_TO_SEND, not is_gone and not (check.parts_sha256 and check.parts.exists())),
    )


def leaves_out_too_many(batch: Batch) -> bool:
    """Whether more rows are left out than the workspace allows to be sent; of a practice run nothing is."""
    check = batch.result
    return (
        check is not None
        and not batch.is_practice
        and check.refused * 100 > check.rows * batch.workspace.max_left_out_percent
    )


def replaces(batch: Batch) -> bool:
    """Whether the traits that people have are replaced."""
    return bool(batch.mapping.get("mode") == Mode.OVERWRITE)


def approvers_for(batch: Batch) -> list[User]:
    """Who may decide on this batch: approvers who neither made nor changed it nor its destination, by name."""
    return free_to_approve(batch, people_who(batch.workspace, Role.APPROVER, besides=batch.maker))


def _ask(batch: Batch, *, actor: User, now: datetime) -> None:
    check, destination = batch.result, batch.destination
    if check is None or destination is None:
        raise NotReady((Obstacle.CHECK_AGAIN,))
    told = {
        "check": check.pk, "mapping_sha256": check.mapping_sha256, "destination": destination.pk,
        "destination_sha256": destination.config_sha256, "environment": Environment(destination.environment).value,
    }  # fmt: skip
    changes = {"replaces_confirmed": replaces(batch)}
    if not move(batch, BatchAction.SUBMIT, actor=actor, now=now, sha256=check.parts_sha256, after=told, **changes):
        raise NotReady((Obstacle.CHECK_AGAIN,))


def _locked(batch: Batch) -> Batch:
    related = ("workspace", "maker", "result", "destination")
    return Batch.objects.select_for_update(of=("self",)).select_related(*related).get(pk=batch.pk)
