"""What of a person's files is there already: unfinished, finished but unused, or sent before."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from ingest.models import Batch, Check, Upload, User, Workspace
from ingest.services import earlier
from ingest.services.upload import count_written


@dataclass(frozen=True)
class EarlierUse:
    """The same bytes were uploaded before: when, by whom, and in which transfer they were used, if in any."""

    at: datetime
    by: str
    batch: Batch | None


def earlier_use(upload: Upload, batch: Batch | None = None) -> EarlierUse | None:
    """The earlier upload of the same bytes in the workspace: that of the transfer which is meant, if one used it.

    `batch`: the transfer that has the file now. What was practised with does not count: nothing was sent there.
    """
    same = Upload.objects.filter(
        workspace=upload.workspace_id, sha256=upload.sha256, created_at__lt=upload.created_at
    ).exclude(Q(sha256="") | Q(pk=upload.pk) | Q(completed_at=None) | Q(batches__is_practice=True))
    used = _used(same, batch) if batch is not None else None
    latest = same.order_by("-completed_at").select_related("owner")
    found = used.upload if used is not None else latest.filter(batches__isnull=False).first() or latest.first()
    if found is None or found.completed_at is None:
        return None
    return EarlierUse(found.completed_at, found.owner.name, used or found.batches.order_by("-created_at").first())


def _used(same: QuerySet[Upload], batch: Batch) -> Batch | None:
    """The transfer of one of these files whose answers are offered, else the one that the same rule puts first."""
    offered = [one for one in earlier.with_same_columns(batch) if earlier.is_same_file(one) and not one.is_practice]
    if offered:
        return offered[0]
    others = Batch.objects.of(batch.workspace).filter(upload__in=same).exclude(pk=batch.pk)
    return next(iter(earlier.best_first(others.order_by("-created_at")[: earlier.MOST_ALIKE], batch)), None)


def unfinished(workspace: Workspace, owner: User, *, now: datetime) -> list[Upload]:
    """Uploads of a person that can go on, the latest first, with what has arrived of each."""
    receiving = Upload.objects.filter(
        workspace=workspace, owner=owner, state=Upload.State.RECEIVING, resumable=True, expires_at__gt=now
    )
    latest = _latest_first(receiving)
    for upload in latest:
        count_written(upload)
    return latest


def unused(workspace: Workspace, owner: User, *, now: datetime) -> list[Upload]:
    """Files of a person that are complete and belong to no transfer yet, the latest first.

    Corrected rows, and files that others have replaced since they were checked, have been used up.
    """
    complete = Upload.objects.filter(
        workspace=workspace, owner=owner, state=Upload.State.COMPLETE, expires_at__gt=now, batches=None
    )
    checked = Exists(Check.objects.filter(upload=OuterRef("pk")))
    corrected = Exists(Check.objects.filter(corrections=OuterRef("pk")))
    return _latest_first(complete.exclude(checked).exclude(corrected))


def _latest_first(few: Iterable[Upload]) -> list[Upload]:
    return sorted(few, key=lambda upload: upload.created_at, reverse=True)
