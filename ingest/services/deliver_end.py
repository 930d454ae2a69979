"""How the sending of a part begins and ends: each is one transaction that only the holder of the claim can make."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from ingest.lifecycle import BatchState, PartState
from ingest.models import Attempt, DeliveredPart, Job
from ingest.services import backoff, destination_pause, restraint
from ingest.services.bugs import log_bug
from ingest.services.deliver_settle import part_event, settle, void_approval
from ingest.services.failpoints import failpoint
from ingest.services.problems import english
from ingest.services.work import Claim
from ingest.transfer.base import Receipt
from ingest.transfer.errors import Permanent, TransferFailure, Transient

_RELATED: Final = (
    "part", "delivery__workspace", "delivery__batch__workspace", "delivery__batch__destination",
    "delivery__decision__check_run", "delivery__decision__destination__workspace",
)  # fmt: skip
_FIRST_SECONDS: Final = 30.0
# A paused destination is asked for again so often; whoever resumes it has its jobs done at once.
_PAUSE_LOOKED_AT: Final = timedelta(minutes=1)
_OPEN: Final = (PartState.WAITING, PartState.SENDING)


@dataclass(frozen=True)
class Going:
    """A part that is being sent. `is_unsettled`: an earlier attempt was lost, and may have delivered it."""

    part: DeliveredPart
    attempt: Attempt
    is_unsettled: bool


def begun(claim: Claim) -> Going | None:
    """The part of a claim with a new attempt, written down before anything is opened; None when there is no need.

    While the destination is paused there is none yet: the job waits, and that counts as no attempt.
    """
    with transaction.atomic():
        claim.hold()
        part = DeliveredPart.objects.select_related(*_RELATED).filter(pk=claim.subject_id).first()
        if part is None or not _is_wanted(part):
            claim.finish()
            return None
        if part.delivery.decision.destination.paused_at is not None:
            claim.wait(after=_PAUSE_LOOKED_AT, code="destination.paused")
            return None
        pause = restraint.wait(part.delivery.decision.destination_id, part_id=part.pk, now=claim.clock())
        if pause is not None:
            claim.wait(after=pause, code="destination.busy")
            return None
        if not _take(part, claim.clock()):
            claim.finish()
            return None
        part.attempts.filter(outcome=Attempt.Outcome.OPEN).update(
            outcome=Attempt.Outcome.LOST, ended_at=claim.clock()
        )  # fmt: skip
        outcomes = list(part.attempts.values_list("outcome", flat=True))
        attempt = Attempt.objects.create(
            delivered_part=part, number=len(outcomes) + 1, epoch=claim.epoch, started_at=claim.clock()
        )
    return Going(part, attempt, Attempt.Outcome.LOST in outcomes)


def _is_wanted(part: DeliveredPart) -> bool:
    """Only parts of a batch that is being sent are sent, whoever rang."""
    batch = part.delivery.batch
    return batch.state == BatchState.SENDING and batch.delivery_id == part.delivery_id


def _take(part: DeliveredPart, now: datetime) -> bool:
    waiting = DeliveredPart.objects.filter(pk=part.pk, state__in=_OPEN)
    return bool(waiting.update(state=PartState.SENDING, sent_bytes=0, progressed_at=now))


def sent(going: Going, claim: Claim, receipt: Receipt) -> None:
    """The receiver holds the part whole, under its name."""
    now, part = claim.clock(), going.part
    outcome = Attempt.Outcome.ALREADY_THERE if receipt.already_there else Attempt.Outcome.SENT
    level = receipt.verify_level.name.lower()
    with transaction.atomic():
        claim.finish()
        _end_attempt(going, outcome, now)
        DeliveredPart.objects.filter(pk=part.pk).update(
            state=PartState.SENT, verify_level=level, remote_name=receipt.remote_name, remote_bytes=receipt.size,
            sent_at=now, sent_bytes=receipt.size, progressed_at=now, problem_code="", problem="", problem_params={},
        )  # fmt: skip
        restraint.worked(part.delivery.decision.destination, now=now)
        told = {"verified": level, "bytes": receipt.size, "attempt": going.attempt.number}
        part.refresh_from_db(fields=["sealed_for", "sealed_sha256"])
        sealed = {"sealed_for": part.sealed_for, "sealed_sha256": part.sealed_sha256} if part.sealed_for else {}
        part_event("part.sent", part, now, **told, **sealed)
        settle(part.delivery, now=now)
        failpoint("deliver.committing")


def failed(going: Going, claim: Claim, failure: TransferFailure) -> None:
    """The destination, or what was to be sent, did not do: later once more, or a person has to look."""
    now, code = claim.clock(), failure.code
    problem = f"{failure} {failure.what_to_do}".strip()
    params = dict(failure.message.params)
    with transaction.atomic():
        if isinstance(failure, Transient):
            restraint.failed(going.part.delivery.decision.destination, failure, now)
        elif isinstance(failure, Permanent):
            restraint.worked(going.part.delivery.decision.destination, now=now)
        if isinstance(failure, Transient) and not claim.is_last:
            claim.again(after=backoff.delay(claim.attempt, first_seconds=_FIRST_SECONDS), code=code)
            _end_attempt(going, Attempt.Outcome.FAILED, now, code, problem, params)
            _set_part(going.part, PartState.WAITING, now, code, problem, params)
            return
        claim.give_up(code)
        _end_attempt(going, Attempt.Outcome.FAILED, now, code, problem, params)
        if destination_pause.pauses(failure):
            destination_pause.pause(going.part.delivery.decision.destination, failure, now=now)
        _fail(going.part, now, code, problem, params)


def changed(going: Going, claim: Claim, what: str) -> None:
    """It is not what was approved: nothing of it is sent, nor anything else of its batch that has not begun."""
    now, part, code = claim.clock(), going.part, "approval.changed"
    with transaction.atomic():
        claim.give_up(code)
        _end_attempt(going, Attempt.Outcome.FAILED, now, code, english(code), {})
        void_approval(part.delivery.decision, what, now)
        hold_back(part.delivery_id)
        _fail(part, now, code, english(code), {})


def broken(going: Going, claim: Claim, error: Exception) -> None:
    """The program itself made a mistake: it would make it again, so a person has to look."""
    now, params = claim.clock(), {"reference": f"D-{going.part.pk}-{claim.epoch}"}
    log_bug(error, params["reference"])
    problem = english("bug", params)
    with transaction.atomic():
        claim.give_up("bug")
        _end_attempt(going, Attempt.Outcome.FAILED, now, "bug", problem, params)
        _fail(going.part, now, "bug", problem, params)


def gave_up(part_id: int, *, attempts: int, now: datetime) -> None:
    """Its workers died again and again. To be called in the transaction that takes the job out of work."""
    part = DeliveredPart.objects.select_related(*_RELATED).filter(pk=part_id, state__in=_OPEN).first()
    if part is not None:
        params: dict[str, str | int] = {"attempts": attempts, "reference": f"D-{part_id}"}
        part.attempts.filter(outcome=Attempt.Outcome.OPEN).update(outcome=Attempt.Outcome.LOST, ended_at=now)
        _fail(part, now, "worker.died", english("worker.died", params), params)


def hold_back(delivery_id: int) -> int:
    """Cancel the parts that nobody has begun; how many. To be called inside a transaction."""
    waiting = DeliveredPart.objects.filter(delivery_id=delivery_id, state=PartState.WAITING)
    held = list(waiting.values_list("pk", flat=True))
    count = waiting.filter(pk__in=held).update(state=PartState.CANCELLED)
    Job.objects.filter(kind=Job.Kind.DELIVER, subject_id__in=held, state=Job.State.READY).update(state=Job.State.DONE)
    return count


def _fail(part: DeliveredPart, now: datetime, code: str, problem: str, params: Mapping[str, str | int]) -> None:
    _set_part(part, PartState.FAILED, now, code, problem, params)
    part_event("part.failed", part, now, code=code)
    settle(part.delivery, now=now)


def _set_part(  # noqa: PLR0917 - each is a column of its own
    part: DeliveredPart, state: PartState, now: datetime, code: str, problem: str, params: Mapping[str, str | int]
) -> None:
    DeliveredPart.objects.filter(pk=part.pk, state__in=_OPEN).update(
        state=state, progressed_at=now, problem_code=code, problem=problem, problem_params=dict(params)
    )


def _end_attempt(  # noqa: PLR0917 - each is a column of its own
    going: Going, outcome: Attempt.Outcome, now: datetime, code: str = "", problem: str = "",
    params: Mapping[str, str | int] | None = None,
) -> None:  # fmt: skip
    Attempt.objects.filter(pk=going.attempt.pk, outcome=Attempt.Outcome.OPEN).update(
        outcome=outcome, ended_at=now, problem_code=code, problem=problem, problem_params=dict(params or {})
    )
