"""What Adobe answered about files that were sent from here: kept once, told on every transfer that it is about."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from ingest.aam.receipt_mail import ReceiptMail, beginning_and_time, is_of
from ingest.crm.mapping import Kind
from ingest.lifecycle import BatchState, PartState
from ingest.models import AdobeReceipt, Batch, DeliveredPart, Environment, User, Workspace
from ingest.services.events import record
from ingest.services.receipt_figures import Reading, Shares


class NotAbout(Exception):
    """No file of a receipt is one of this transfer's. `others`: the transfers that it is about."""

    def __init__(self, others: Sequence[Batch]) -> None:
        super().__init__("a receipt about other files")
        self.others = others


@dataclass(frozen=True)
class Added:
    """The receipt, and whether it was not there before."""

    receipt: AdobeReceipt
    is_new: bool


@dataclass(frozen=True)
class Answer:
    """Each receipt about a transfer beside what was expected; how many of its `files` they name."""

    readings: tuple[Reading, ...]
    files: int
    named: int


def may_have_receipt(batch: Batch) -> bool:
    """Whether anything of a transfer has arrived that Adobe answers to in these words, which are about traits."""
    has_arrived = batch.state in {BatchState.SENT, BatchState.PARTLY_SENT}
    return has_arrived and batch.mapping.get("kind") == Kind.TRAITS


def add(batch: Batch, mail: ReceiptMail, *, actor: User, now: datetime) -> Added:
    """Keep a receipt about a transfer, and about the others whose files it counts. NotAbout when it isn't."""
    delivery = batch.delivery
    parts = _parts_of(batch.workspace, mail.names, delivery.environment if delivery else "")
    if delivery is None or all(part.delivery_id != delivery.pk for part in parts):
        raise NotAbout(_batches(parts))
    digest = _digest(mail)
    with transaction.atomic():
        receipt, is_new = AdobeReceipt.objects.get_or_create(
            workspace=batch.workspace, environment=delivery.environment, digest=digest,
            defaults={
                "prefix": _prefix(mail.names), "names": list(mail.names), "foreign_files": _foreign(mail.names, parts),
                "counts": dict(mail.counts), "ended_at": mail.ended, "added_by": actor, "added_at": now,
            },
        )  # fmt: skip
        if is_new:
            receipt.parts.set(parts)
            _tell(receipt, _batches(parts), actor, now)
    return Added(receipt, is_new)


def remove(receipt: AdobeReceipt, *, actor: User, now: datetime) -> None:
    """Forget a receipt that was added by mistake; the log of each of its transfers says so."""
    with transaction.atomic():
        batches = _batches(list(receipt.parts.select_related("delivery__batch__workspace")))
        told = _told(receipt)
        deleted, _rows = AdobeReceipt.objects.filter(pk=receipt.pk).delete()
        for batch in batches if deleted else ():
            record("batch.receipt_removed", workspace=batch.workspace, batch=batch, actor=actor, now=now, after=told)


def receipts_of(batch: Batch) -> list[AdobeReceipt]:
    """The receipts about a transfer's newest delivery, oldest first."""
    if batch.delivery_id is None:
        return []
    return list(
        AdobeReceipt.objects.filter(parts__delivery=batch.delivery_id).distinct().prefetch_related("parts__part")
    )


def answer_to(batch: Batch, parts: Iterable[DeliveredPart]) -> Answer | None:
    """What Adobe has answered to a transfer so far; None where nothing was sent that it could answer to.

    `parts`: of the transfer's newest delivery.
    """
    if not may_have_receipt(batch):
        return None
    receipts = receipts_of(batch)
    sent = {part.pk for part in parts if part.state == PartState.SENT}
    answered = {part.pk for receipt in receipts for part in receipt.parts.all()} & sent
    readings = tuple(reading_of(receipt, batch.workspace) for receipt in receipts)
    return Answer(readings, len(sent), len(answered))


def reading_of(receipt: AdobeReceipt, workspace: Workspace) -> Reading:
    """One receipt beside what was expected."""
    sent = None if receipt.foreign_files else sum(part.part.records for part in receipt.parts.all())
    last = last_shares(workspace, receipt.prefix, receipt.environment, before=receipt) if receipt.prefix else None
    return Reading.of(receipt, sent, last, workspace.receipt_differs_percent)


def last_shares(
    workspace: Workspace, prefix: str, environment: str = Environment.PRODUCTION, *, before: AdobeReceipt | None = None
) -> Shares | None:
    """What became of the records of files whose names begin alike, by the newest receipt; None: no receipt."""
    alike = AdobeReceipt.objects.filter(workspace=workspace, environment=environment, prefix=prefix)
    if before is not None:
        alike = alike.filter(Q(added_at__lt=before.added_at) | Q(added_at=before.added_at, pk__lt=before.pk))
    newest = alike.order_by("-added_at", "-pk").first()
    if newest is None or not newest.counts["received"]:
        return None
    return {code: count / newest.counts["received"] for code, count in newest.counts.items()}


def shares_like(workspace: Workspace, names: Sequence[str]) -> Shares | None:
    """What became of the records of the newest files in production whose names begin as these do."""
    prefix = _prefix(names)
    return last_shares(workspace, prefix) if prefix else None


def _parts_of(workspace: Workspace, names: Sequence[str], environment: str) -> list[DeliveredPart]:
    """The parts that arrived under these names, however Adobe's distributor names them."""
    places = {place for name in names if (place := beginning_and_time(name)) is not None}
    there = DeliveredPart.objects.filter(
        state=PartState.SENT, delivery__workspace=workspace, delivery__environment=environment,
        delivery__prefix__in={prefix for prefix, _stamp in places},
        delivery__stamp__in={stamp for _prefix, stamp in places},
    )  # fmt: skip
    found = there.select_related("part", "delivery__batch__workspace", "delivery__batch__maker")
    told = _by_place(names)
    return [part for part in found if any(is_of(name, part.name) for name in told[beginning_and_time(part.name)])]


def _foreign(names: Sequence[str], parts: Sequence[DeliveredPart]) -> int:
    ours = _by_place(part.name for part in parts)
    return sum(not any(is_of(name, one) for one in ours[beginning_and_time(name)]) for name in names)


def _by_place(names: Iterable[str]) -> defaultdict[tuple[str, int] | None, list[str]]:
    """Names that can be of one transfer, together: each is held against these few only."""
    together = defaultdict(list)
    for name in names:
        together[beginning_and_time(name)].append(name)
    return together


def _prefix(names: Iterable[str]) -> str:
    places = [beginning_and_time(name) for name in names]
    beginnings = {place[0] if place else "" for place in places}
    return beginnings.pop() if len(beginnings) == 1 else ""


def _batches(parts: Iterable[DeliveredPart]) -> list[Batch]:
    found = {part.delivery.batch_id: part.delivery.batch for part in parts}
    return sorted(found.values(), key=lambda batch: batch.number)


def _digest(mail: ReceiptMail) -> str:
    times = [moment.isoformat() for moment in (mail.began, mail.ended) if moment is not None]
    whole = [sorted(mail.names), sorted(mail.counts.items()), times]
    return hashlib.sha256(json.dumps(whole).encode()).hexdigest()


def _told(receipt: AdobeReceipt) -> dict[str, object]:
    return {
        "receipt": receipt.pk, "received": receipt.counts["received"], "stored": receipt.counts["stored"],
    }  # fmt: skip


def _tell(receipt: AdobeReceipt, batches: Sequence[Batch], actor: User, now: datetime) -> None:
    """With what a person should look at first; whoever is told of the event is told because of that."""
    told = {**_told(receipt), "alarm": reading_of(receipt, receipt.workspace).alarm}
    for batch in batches:
        record("batch.receipt", workspace=batch.workspace, batch=batch, actor=actor, now=now, after=told)
