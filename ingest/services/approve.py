"""Deciding: another person looks at exactly what was checked, and approves it or asks for changes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from ingest.lifecycle import BatchAction, BatchState
from ingest.models import Batch, Decision, User
from ingest.services import deliver, sealing
from ingest.services.events import move
from ingest.services.four_eyes import Bar, bar_for
from ingest.services.mapping_digest import is_stale
from ingest.transfer.errors import TransferFailure

UNUSUAL_DROP_PERCENT: Final = 20


class NotAllowed(Exception):
    """The person is barred from this decision; `bar` says why."""

    def __init__(self, bar: Bar) -> None:
        super().__init__(bar.value)
        self.bar = bar


class NotWaiting(Exception):
    """The batch waits for no decision any more; the page shows what became of it, and through whom."""


class TooLate(Exception):
    """Nobody decided within the workspace's time; the dispatcher takes the request back any moment."""


class NotWhatWasSeen(Exception):
    """Parts, mapping or destination are no longer those that the approver looked at."""


class NotSealable(Exception):
    """The files can't be encrypted for their receiver now, whatever was seen; `problem` says why."""

    def __init__(self, problem: TransferFailure) -> None:
        super().__init__(problem.code)
        self.problem = problem


@dataclass(frozen=True)
class Seen:
    """The checksums of what a dossier shows: an approval names them, so it is bound to them."""

    parts_sha256: str
    mapping_sha256: str
    destination_sha256: str


def seen_in(batch: Batch) -> Seen | None:
    """What would be approved now; None when the result is stale or something is missing."""
    check, destination = batch.result, batch.destination
    if check is None or destination is None or is_stale(check, batch):
        return None
    return Seen(check.parts_sha256, check.mapping_sha256, destination.config_sha256)


def approve(batch: Batch, *, actor: User, now: datetime, seen: Seen) -> Decision:
    """Approve what was seen, and begin to send it unless it is to wait for its time.

    Raises NotWaiting, TooLate, NotAllowed, NotWhatWasSeen, NotSealable; nothing has changed then.
    """
    with transaction.atomic():
        fresh = _locked(batch, actor, now)
        if seen_in(fresh) != seen:
            raise NotWhatWasSeen
        problem = sealing.problem_of(fresh.mapping, fresh.destination, now)
        if problem is not None:
            raise NotSealable(problem)
        decision = _decision(fresh, actor, now, seen, Decision.Verdict.APPROVED, "")
        _move(fresh, BatchAction.APPROVE, actor=actor, now=now, decision=decision)
        if fresh.send_at is None or fresh.send_at <= now:
            deliver.begin(fresh, actor=None, now=now)
    return decision


def ask_for_changes(batch: Batch, *, actor: User, now: datetime, reason: str) -> Decision:
    """Hand the batch back to its maker with a reason. Raises NotWaiting, TooLate, NotAllowed."""
    with transaction.atomic():
        fresh = _locked(batch, actor, now)
        check, destination = fresh.result, fresh.destination
        if check is None or destination is None:
            raise NotWaiting
        seen = Seen(check.parts_sha256, check.mapping_sha256, destination.config_sha256)
        decision = _decision(fresh, actor, now, seen, Decision.Verdict.CHANGES_NEEDED, reason)
        _move(fresh, BatchAction.ASK_FOR_CHANGES, actor=actor, now=now, decision=decision)
    return decision


def expires_at(batch: Batch) -> datetime:
    """Until when a waiting batch can be decided on."""
    return batch.state_at + timedelta(hours=batch.workspace.approval_hours)


def _locked(batch: Batch, actor: User, now: datetime) -> Batch:
    """The batch as it is now, locked until the end of the transaction; two approvers come one after the other."""
    related = ("workspace", "result", "destination")
    fresh = Batch.objects.select_for_update(of=("self",)).select_related(*related).get(pk=batch.pk)
    if fresh.state != BatchState.WAITING:
        raise NotWaiting
    if expires_at(fresh) < now:
        raise TooLate
    bar = bar_for(fresh, actor)
    if bar is not None:
        raise NotAllowed(bar)
    return fresh


def _decision(  # noqa: PLR0917 - each is a column of its own
    batch: Batch, actor: User, now: datetime, seen: Seen, verdict: Decision.Verdict, reason: str
) -> Decision:
    if batch.result is None or batch.destination is None:
        raise NotWaiting
    return Decision.objects.create(
        batch=batch, check_run=batch.result, destination=batch.destination, maker_id=batch.maker_id, approver=actor,
        verdict=verdict, reason=reason, created_at=now, parts_sha256=seen.parts_sha256,
        mapping_sha256=seen.mapping_sha256, destination_sha256=seen.destination_sha256,
    )  # fmt: skip


def _move(batch: Batch, action: BatchAction, *, actor: User, now: datetime, decision: Decision) -> None:
    told = {
        "decision": decision.pk, "mapping_sha256": decision.mapping_sha256, "destination": decision.destination_id,
        "destination_sha256": decision.destination_sha256,
    }  # fmt: skip
    if not move(
        batch, action, actor=actor, now=now, sha256=decision.parts_sha256, after=told, decision=decision
    ):  # the lock makes this impossible but for a batch that was withdrawn by raw SQL
        raise NotWaiting
