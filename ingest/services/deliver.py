"""Sending a batch: its parts get their names and jobs; one that is held up goes on with what is missing, or stops."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from ingest import queue
from ingest.crm.mapping import parse_mapping
from ingest.engine.names import part_names
from ingest.lifecycle import BatchAction, BatchState, PartState
from ingest.models import Batch, Decision, DeliveredPart, Delivery, Job, User
from ingest.services import approved, restraint, turns
from ingest.services.deliver_end import hold_back
from ingest.services.deliver_run import run as run  # noqa: PLC0414 - the door for what workers do
from ingest.services.deliver_settle import settle, void
from ingest.services.events import move, record
from ingest.services.sealing import is_sealed

_NAMES_TRIED = 20


class NotPossible(Exception):
    """The batch cannot be sent, or sent again; `sentence` says why and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def begin(batch: Batch, *, actor: User | None, now: datetime) -> Delivery | None:
    """Begin to send an approved batch; None when somebody did already, another one has to be over first (`turns`),
    or it is not what was approved any more.

    In the last case the approval is void from now on and the batch is a checked one again. While its destination is
    paused it stays approved: the dispatcher begins it later. A practice run is never begun.
    """
    with transaction.atomic():
        turns.hold(batch.workspace)
        fresh = _locked(batch)
        if fresh.state != BatchState.APPROVED or fresh.decision is None or fresh.is_practice:
            return None
        if fresh.destination is not None and fresh.destination.paused_at is not None:
            return None
        difference = approved.difference(fresh, fresh.decision)
        if difference is not None:
            void(fresh, fresh.decision, difference, now=now)
            delivery = None
        elif turns.ahead_of(fresh, fresh.decision, now) is not None:
            delivery = None
        else:
            delivery = _begun(fresh, fresh.decision, actor=actor, now=now)
    batch.refresh_from_db(fields=["state", "state_at", "decision", "delivery"])
    return delivery


def _locked(batch: Batch) -> Batch:
    related = ("workspace", "result", "decision", "destination", "delivery")
    return Batch.objects.select_for_update(of=("self",)).select_related(*related).get(pk=batch.pk)


def _begun(batch: Batch, decision: Decision, *, actor: User | None, now: datetime) -> Delivery:
    delivery = _named(batch, decision, now)
    told = {
        "delivery": delivery.pk, "prefix": delivery.prefix, "stamp": delivery.stamp,
        "destination": decision.destination_id, "environment": delivery.environment,
    }  # fmt: skip
    move(
        batch, BatchAction.SEND, actor=actor, now=now, sha256=decision.parts_sha256, after=told, delivery=delivery
    )  # fmt: skip
    turns.take(delivery, parse_mapping(decision.check_run.mapping))
    for part in _make_parts(delivery, decision):
        queue.put(Job.Kind.DELIVER, part.pk, now=now)
    settle(delivery, now=now)
    return delivery


def _named(batch: Batch, decision: Decision, now: datetime) -> Delivery:
    """The delivery with the first free second from now on; somebody else may take the same one at the same time."""
    document = parse_mapping(decision.check_run.mapping)
    wanted = int(now.timestamp())
    prefix = part_names(document, wanted, 1, is_sealed=is_sealed(document))[0].partition(".")[0].rpartition("_")[0]
    environment = decision.destination.environment
    same = Delivery.objects.filter(workspace=batch.workspace, environment=environment, prefix=prefix)
    for _attempt in range(_NAMES_TRIED):
        last = same.aggregate(last=Max("stamp"))["last"]
        stamp = wanted if last is None else max(wanted, last + 1)
        try:
            with transaction.atomic():
                return Delivery.objects.create(
                    workspace=batch.workspace, batch=batch, decision=decision, destination=decision.destination,
                    environment=environment, prefix=prefix, stamp=stamp, created_at=now,
                )  # fmt: skip
        except IntegrityError:
            if Delivery.objects.filter(decision=decision).exists():
                raise
    raise RuntimeError("no second is free for the names of a delivery")


def _make_parts(delivery: Delivery, decision: Decision) -> list[DeliveredPart]:
    parts = list(decision.check_run.parts.all())
    document = parse_mapping(decision.check_run.mapping)
    names = part_names(document, delivery.stamp, len(parts), is_sealed=is_sealed(document))
    return [
        DeliveredPart.objects.create(delivery=delivery, part=part, name=name)
        for part, name in zip(parts, names, strict=True)
    ]


def retry(batch: Batch, *, actor: User, now: datetime) -> None:
    """Go on with the parts that are missing, under the same names; raises NotPossible."""
    with transaction.atomic():
        turns.hold(batch.workspace)
        fresh = _locked(batch)
        delivery, decision = fresh.delivery, fresh.decision
        if delivery is None or decision is None or decision.voided_at is not None:
            raise NotPossible(_("The approval of this transfer no longer counts. Use it again as a new transfer."))
        if fresh.data_deleted_at is not None or decision.check_run.parts_deleted_at is not None:
            raise NotPossible(
                _("The files of this transfer were deleted at the end of their time. Upload the file again.")
            )
        _check_turn(fresh, decision, delivery, now)
        if not move(fresh, BatchAction.RETRY, actor=actor, now=now, sha256=decision.parts_sha256):
            raise NotPossible(_("There is nothing to send again: this transfer is on its way, or over."))
        Delivery.objects.filter(pk=delivery.pk).update(finished_at=None)
        restraint.wake(delivery.destination_id, now)
        missing = delivery.parts.exclude(state=PartState.SENT)
        for part in missing:
            queue.put(Job.Kind.DELIVER, part.pk, now=now)
        missing.update(state=PartState.WAITING, sent_bytes=0, problem_code="", problem="", problem_params={})
    batch.refresh_from_db(fields=["state", "state_at"])


def _check_turn(batch: Batch, decision: Decision, delivery: Delivery, now: datetime) -> None:
    """Raises NotPossible while others are on their way, and where a newer one would be undone."""
    newer = turns.replaced_since(delivery)
    if newer is not None:
        raise NotPossible(
            _(
                "%(transfer)s has replaced the traits of this data source since. Sending this older transfer now would "
                "undo that. Use it again as a new transfer if that is what you want."
            )
            % {"transfer": newer.reference}
        )
    ahead = turns.ahead_of(batch, decision, now)
    if ahead is not None:
        raise NotPossible(
            _(
                "%(transfer)s, which is of the same data source, goes first. Try again when it is sent: transfers of "
                "one data source go out one after the other."
            )
            % {"transfer": ahead.reference}
        )


def stop(batch: Batch, *, actor: User, now: datetime) -> int:
    """Send no part that is not being sent yet; how many were held back. A batch of which nothing was sent is cancelled.

    Raises NotPossible when it is not being sent.
    """
    with transaction.atomic():
        fresh = _locked(batch)
        if fresh.state != BatchState.SENDING or fresh.delivery is None:
            raise NotPossible(_("This transfer is not being sent now, so nothing was stopped."))
        delivery = fresh.delivery
        held = hold_back(delivery.pk)
        record(
            "batch.stop_sending", workspace=fresh.workspace, batch=fresh, actor=actor, now=now,
            after={"delivery": delivery.pk, "held_back": held}, sha256=delivery.decision.parts_sha256,
        )  # fmt: skip
        settle(delivery, now=now)
        nothing_sent = not delivery.parts.exclude(state=PartState.CANCELLED).exists()
        if held and nothing_sent:
            fresh.refresh_from_db(fields=["state"])
            move(fresh, BatchAction.CANCEL, actor=actor, now=now)
    batch.refresh_from_db(fields=["state", "state_at"])
    return held
