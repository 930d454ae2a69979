"""What becomes of a batch once nothing of it is under way: decided by whoever ends the last part, exactly once."""

from collections import Counter
from datetime import datetime

from ingest.lifecycle import BatchAction, PartState
from ingest.models import Attempt, Batch, Decision, DeliveredPart, Delivery
from ingest.services import pickup
from ingest.services.events import move, record


def settle(delivery: Delivery, *, now: datetime) -> None:
    """Move the batch when the last part has ended. To be called in the transaction that ends a part.

    The row of the batch is locked before the parts are counted: of two workers that end the last two parts at once,
    the second one sees the first one's.
    """
    batch = (
        Batch.objects.select_for_update(of=("self",)).select_related("workspace", "decision").get(pk=delivery.batch_id)
    )
    states = Counter(delivery.parts.values_list("state", flat=True))
    if states[PartState.WAITING] or states[PartState.SENDING] or batch.delivery_id != delivery.pk:
        return
    total, sent = states.total(), states[PartState.SENT]
    if not sent and _was_refused(batch, delivery):
        _move(batch, BatchAction.VOID, delivery, now, decision=None, delivery=None)
    elif total and sent == total:
        _move(batch, BatchAction.SENT_ALL, delivery, now)
        pickup.watch(delivery, now=now)
    else:
        _move(batch, BatchAction.SENT_SOME if sent else BatchAction.SENT_NONE, delivery, now)


def _was_refused(batch: Batch, delivery: Delivery) -> bool:
    """Whether nothing left the house since it was not what was approved; of a lost attempt nobody can know that."""
    decision = batch.decision
    if decision is None or decision.voided_at is None:
        return False
    return not Attempt.objects.filter(delivered_part__delivery=delivery, outcome=Attempt.Outcome.LOST).exists()


def _move(batch: Batch, action: BatchAction, ended: Delivery, now: datetime, **changes: object) -> None:
    decision = ended.decision
    states = Counter(ended.parts.values_list("state", flat=True))
    told: dict[str, int | str] = {"delivery": ended.pk, "parts": states.total(), "sent": states[PartState.SENT]}
    if action is BatchAction.VOID:
        decision.refresh_from_db(fields=["void_reason"])
        told |= {"decision": decision.pk, "reason": decision.void_reason}
    if move(batch, action, actor=None, now=now, sha256=decision.parts_sha256, after=told, **changes):
        Delivery.objects.filter(pk=ended.pk).update(finished_at=now)


def void_approval(decision: Decision, what: str, now: datetime) -> None:
    """An approval no longer counts, for good; the first reason is kept."""
    Decision.objects.filter(pk=decision.pk, voided_at=None).update(voided_at=now, void_reason=what)


def void(batch: Batch, decision: Decision, what: str, *, now: datetime) -> None:
    """Take back an approved batch of which nothing was sent. To be called inside a transaction."""
    void_approval(decision, what, now)
    told = {"decision": decision.pk, "reason": what}
    move(
        batch, BatchAction.VOID, actor=None, now=now, sha256=decision.parts_sha256, after=told, decision=None
    )  # fmt: skip


def part_event(kind: str, part: DeliveredPart, now: datetime, **told: object) -> None:
    """Write down what became of one part."""
    delivery = part.delivery
    record(
        kind, workspace=delivery.workspace, batch=delivery.batch, actor=None, now=now, sha256=part.part.sha256,
        after={"delivery": delivery.pk, "part": part.part.number, "name": part.name, **told},
    )  # fmt: skip
