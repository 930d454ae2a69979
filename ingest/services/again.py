"""A transfer once more: with a new file, to production with the very same bytes, or in another maker's hands."""

from datetime import datetime

from django.db import transaction

from ingest.lifecycle import FINISHED, MOVES, BatchAction, BatchState, PartState
from ingest.models import Batch, Check, ColumnValues, Destination, Environment, Part, TraitLines, User
from ingest.services.destination_choice import free_name
from ingest.services.events import move, record
from ingest.services.sealing import packed_for

_KEPT_OF_CHECK = (
    "upload", "upload_sha256", "mapping", "mapping_sha256", "bytes_done", "bytes_total", "rows_done", "started_at",
    "progressed_at", "finished_at", "rows", "accepted", "refused", "changed", "noticed", "records", "distinct_ids",
    "parts_sha256", "report_key", "refused_key",
)  # fmt: skip
_KEPT_OF_PART = ("number", "key", "sha256", "stored_bytes", "content_sha256", "content_bytes", "records")
_NOT_THE_SAME_BYTES = (BatchState.DRAFT, BatchState.CHECKING)
_APPROVED = MOVES[BatchAction.RETRY].sources | {BatchState.APPROVED}


class NotPossible(Exception):
    """The batch is not in a state for this, or its files are gone."""


def use_again(batch: Batch, *, actor: User, now: datetime) -> Batch:
    """A draft with the same answers and no file yet; how the old file was read is detected anew.

    Pressed twice it is the same draft, as long as nothing was answered there.
    """
    mapping = {name: value for name, value in batch.mapping.items() if name != "reader"}
    if batch.destination is not None:  # it may take files otherwise than it did then
        mapping = packed_for(mapping, batch.destination)
    with transaction.atomic():
        _locked(batch)
        untouched = batch.copies.filter(maker=actor, state=BatchState.DRAFT, upload=None, version=0)
        begun = untouched.select_related("workspace").first()
        if begun is not None:
            return begun
        copy = _copy(batch, actor=actor, now=now, mapping=mapping, destination=batch.destination)
        _tell(copy, batch, "batch.started", actor=actor, now=now)
    return copy


def production_destinations(batch: Batch) -> list[Destination]:
    """Where the bytes of a batch may go after beta."""
    here = Destination.objects.filter(workspace=batch.workspace, environment=Environment.PRODUCTION, is_active=True)
    return list(here.order_by("name"))


def may_go_to_production(batch: Batch) -> bool:
    """Whether a batch was sent to beta and its very bytes are still there."""
    check, place = batch.result, batch.destination
    if check is None or place is None or batch.state != BatchState.SENT:
        return False
    is_kept = batch.data_deleted_at is None and check.parts_deleted_at is None
    return place.environment == Environment.BETA and is_kept


def to_production(batch: Batch, destination: Destination, *, actor: User, now: datetime) -> Batch:
    """A batch with the very parts that were sent to beta; it needs an approval of its own. Raises NotPossible.

    While one with these parts is on its way to that destination it is that one, whoever prepared it. Whoever made or
    changed the first one made these bytes, so none of them may approve.
    """
    if destination.environment != Environment.PRODUCTION or not destination.is_active:
        raise NotPossible
    with transaction.atomic():
        fresh = _locked(batch)
        # Whoever deletes parts at the end of their time changes this row first, and afterwards looks who needs them.
        if fresh.result is None:
            raise NotPossible
        check = fresh.result = Check.objects.select_for_update().get(pk=fresh.result.pk)
        if not may_go_to_production(fresh):
            raise NotPossible
        same = fresh.copies.filter(destination=destination, result__parts_sha256=check.parts_sha256)
        begun = same.exclude(state__in=[*FINISHED, *_NOT_THE_SAME_BYTES]).select_related("workspace", "maker").first()
        if begun is not None:
            return begun
        copy = _copy(
            fresh, actor=actor, now=now, mapping=fresh.mapping, destination=destination, upload=fresh.upload,
            header_sha256=fresh.header_sha256, note=fresh.note,
        )  # fmt: skip
        copy.editors.add(fresh.maker_id, *fresh.editors.values_list("pk", flat=True))
        result = _copy_of_check(check, copy, actor)
        Batch.objects.filter(pk=copy.pk).update(result=result, state=BatchState.CHECKED)
        copy.refresh_from_db()
        _tell(copy, fresh, "batch.copied", actor=actor, now=now, sha256=check.parts_sha256)
    return copy


def take_over(batch: Batch, *, actor: User, now: datetime) -> None:
    """Another maker goes on with a batch; whose it is already keeps it. Raises NotPossible.

    Whoever had it stays among those who may not approve it, and who has approved it can't make it theirs: what they
    approved would be their own.
    """
    with transaction.atomic():
        fresh = _locked(batch)
        if fresh.maker_id == actor.pk and fresh.state not in FINISHED:
            return
        decision = fresh.decision
        has_approved = decision is not None and decision.approver_id == actor.pk and fresh.state in _APPROVED
        if has_approved or fresh.state in {*FINISHED, BatchState.SENDING}:
            raise NotPossible
        before = fresh.maker_id
        Batch.objects.filter(pk=fresh.pk).update(maker=actor)
        fresh.editors.add(before, actor)
        record(
            "batch.taken_over", workspace=fresh.workspace, batch=fresh, actor=actor, now=now,
            before={"maker": before}, after={"maker": actor.pk},
        )  # fmt: skip
    batch.refresh_from_db(fields=["maker"])


def cancel(batch: Batch, *, actor: User, now: datetime) -> None:
    """End a batch for good; what was sent stays sent. Raises NotPossible when it is being sent or was."""
    with transaction.atomic():
        if not move(batch, BatchAction.CANCEL, actor=actor, now=now):
            raise NotPossible
        for delivery in batch.deliveries.all():
            waiting = delivery.parts.filter(state__in=[PartState.WAITING, PartState.FAILED])
            waiting.update(state=PartState.CANCELLED)


def _locked(batch: Batch) -> Batch:
    """The batch as it is now, locked until the end of the transaction."""
    related = ("workspace", "destination", "result", "decision", "upload")
    return Batch.objects.select_for_update(of=("self",)).select_related(*related).get(pk=batch.pk)


def _copy(batch: Batch, *, actor: User, now: datetime, **answers: object) -> Batch:
    copy = Batch(
        workspace=batch.workspace, number=batch.workspace.take_number(), maker=actor, state_at=now,
        not_sent=batch.not_sent, copied_from=batch, is_practice=batch.is_practice, **answers,
    )  # fmt: skip
    # People find a transfer by its name, so no two have the same; the page for it would refuse one, too.
    copy.name = free_name(copy, batch.name) if batch.name else ""
    copy.save()
    copy.editors.add(actor)
    return copy


def _copy_of_check(check: Check, batch: Batch, actor: User) -> Check:
    values = {name: getattr(check, name) for name in _KEPT_OF_CHECK}
    result = Check.objects.create(batch=batch, started_by=actor, state=Check.State.FINISHED, **values)
    Part.objects.bulk_create(
        Part(check_run=result, **{name: getattr(part, name) for name in _KEPT_OF_PART}) for part in check.parts.all()
    )
    TraitLines.objects.bulk_create(
        TraitLines(check_run=result, sid=counted.sid, is_taken=counted.is_taken, lines=counted.lines)
        for counted in check.trait_lines.all()
    )
    for kept in ColumnValues.objects.filter(check_run=check):
        ColumnValues.objects.create(check_run=result, columns=kept.columns)
    return result


def _tell(copy: Batch, batch: Batch, kind: str, *, actor: User, now: datetime, sha256: str = "") -> None:
    record(
        kind, workspace=copy.workspace, batch=copy, actor=actor, now=now, sha256=sha256,
        after={"state": copy.state, "copied_from": batch.number},
    )  # fmt: skip
