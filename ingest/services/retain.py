"""How long customer data is kept: each workspace says it in days; numbers and events stay for ever."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Q, QuerySet

from ingest.lifecycle import FINISHED, BatchAction, BatchState
from ingest.models import Batch, Check, ColumnValues, Part, Upload, User, Workspace
from ingest.services import files, look, sweep
from ingest.services.bugs import each
from ingest.services.events import move, record

AT_ONCE: Final = 50
REPLACED_FOR: Final = timedelta(days=1)
"""How long the files of a check are kept once a newer one has taken its place."""
# Nobody works on these; the day that counts is the one of their last event.
_RESTING: Final = (
    BatchState.DRAFT, BatchState.CHECKED, BatchState.CHANGES_NEEDED, BatchState.FAILED, BatchState.PARTLY_SENT,
)  # fmt: skip


def delete_old_data(now: datetime) -> int:
    """Delete what has been kept long enough; how many things went. Can run at any time, twice, and beside itself."""
    gone = 0
    for workspace in Workspace.objects.order_by("pk"):
        gone += each(_checks(workspace, now, "parts_deleted_at"), lambda check: delete_parts(check, now), "check")
        gone += each(_checks(workspace, now, "files_deleted_at"), lambda check: delete_files(check, now), "check")
        gone += each(_uploads(workspace, now), lambda upload: delete_upload(upload, now), "upload")
        gone += each(_emptied(workspace), lambda batch: close(batch, now), "batch")
    return gone


def _done_with(workspace: Workspace, now: datetime, days: int) -> Q:
    """The condition on a batch: over for some days, or resting for so long that nobody will come back to it."""
    over = Q(state__in=FINISHED, state_at__lt=now - timedelta(days=days))
    longest = max(workspace.keep_uploads_days, workspace.keep_parts_days, workspace.keep_reports_days)
    recent = now - timedelta(days=longest)
    resting = Q(state__in=_RESTING, state_at__lt=recent) & ~Q(events__at__gte=recent)
    return over | resting


def _checks(workspace: Workspace, now: datetime, deleted: str) -> list[Check]:
    """Checks whose parts or files are no longer needed; those that a newer one replaced are not needed for long."""
    days = workspace.keep_parts_days if deleted == "parts_deleted_at" else workspace.keep_reports_days
    batches = Batch.objects.of(workspace)
    done = Q(batch__in=batches.filter(_done_with(workspace, now, days)))
    is_result = Q(pk__in=batches.exclude(result=None).values("result"))
    replaced = Q(batch__in=batches, finished_at__lt=now - REPLACED_FOR) & ~is_result
    old = Check.objects.filter(done | replaced, state=Check.State.FINISHED, **{deleted: None})
    return list(old.select_related("batch__workspace").order_by("pk")[:AT_ONCE])


def delete_parts(check: Check, now: datetime, *, actor: User | None = None) -> bool:
    """Delete the parts of a check; False when that was done before. `actor`: who asked for it before its time.

    The row first: then nobody begins to use the parts. What stays for another check, or for now, is swept later.
    """
    keys = list(Part.objects.filter(check_run=check).values_list("key", flat=True))
    with transaction.atomic():
        if not Check.objects.filter(pk=check.pk, parts_deleted_at=None).update(parts_deleted_at=now):
            return False
        _tell(check, "parts", len(keys), now, actor)
        if check.batch.result_id == check.pk and check.batch.state in {BatchState.CHECKED, BatchState.CHANGES_NEEDED}:
            move(check.batch, BatchAction.EDIT, actor=None, now=now, after={"reason": "parts deleted"})
    for key in keys:
        sweep.remove_part(key, now)
    return True


def delete_files(check: Check, now: datetime, *, actor: User | None = None) -> bool:
    """Delete the report, the rows left out and the frequent values of a check; False when that was done before."""
    keys = [key for key in (check.report_key, check.refused_key) if key]
    with transaction.atomic():
        if not Check.objects.filter(pk=check.pk, files_deleted_at=None).update(files_deleted_at=now):
            return False
        ColumnValues.objects.filter(check_run=check).delete()
        _tell(check, "report", len(keys), now, actor)
    for key in keys:
        sweep.remove_result(key)
    return True


def _why(actor: User | None) -> dict[str, str]:
    return {"reason": "asked"} if actor else {}


def _tell(check: Check, what: str, count: int, now: datetime, actor: User | None) -> None:
    record(
        "check.delete_data", workspace=check.batch.workspace, batch=check.batch, actor=actor, now=now,
        after={"check": check.pk, "what": what, "files": count, **_why(actor)}, sha256=check.parts_sha256,
    )  # fmt: skip


def _uploads(workspace: Workspace, now: datetime) -> Iterable[Upload]:
    """Complete uploads that no batch needs any longer; one that was never used is for the sweeper of uploads."""
    batches = Batch.objects.of(workspace)
    needed = batches.exclude(pk__in=batches.filter(_done_with(workspace, now, workspace.keep_uploads_days)))
    checks = Check.objects.filter(batch__workspace=workspace)
    running = checks.filter(state__in=[Check.State.QUEUED, Check.State.RUNNING])
    used = Q(pk__in=_named(batches, "upload"))
    # Their batches have another file by now.
    replaced = Q(pk__in=_named(checks, "upload")) | Q(pk__in=_named(checks, "corrections"))
    replaced &= Q(completed_at__lt=now - timedelta(days=workspace.keep_uploads_days))
    in_use = [_named(needed, "upload"), _named(running, "upload"), _named(running, "corrections")]
    old = Upload.objects.filter(used | replaced, workspace=workspace, state=Upload.State.COMPLETE)
    for one in in_use:
        old = old.exclude(pk__in=one)
    return list(old.order_by("completed_at")[:AT_ONCE])


def _named(rows: QuerySet[Any], field: str) -> QuerySet[Any]:
    """The uploads that rows name; NULL among them would make `NOT IN` true of nothing."""
    return rows.exclude(**{field: None}).values(field)


def delete_upload(upload: Upload, now: datetime, *, actor: User | None = None) -> bool:
    """Delete a customer file; False when that was done before."""
    # The file goes first: if this process dies here, the next run finds the row and ends what was begun.
    look.forget(upload)
    files.remove(upload.key)
    with transaction.atomic():
        mine = Upload.objects.filter(pk=upload.pk, state=Upload.State.COMPLETE)
        if not mine.update(state=Upload.State.DELETED, deleted_at=now):
            return False
        record(
            "upload.delete", workspace=upload.workspace, actor=actor, now=now, sha256=upload.sha256,
            after={"upload": str(upload.pk), "bytes": upload.received_bytes, **_why(actor)},
        )  # fmt: skip
    return True


def _emptied(workspace: Workspace) -> list[Batch]:
    """Batches of which nothing is kept any more but numbers."""
    kept_upload = Q(upload__state=Upload.State.COMPLETE)
    kept_result = Q(result__parts_deleted_at=None) | Q(result__files_deleted_at=None)
    batches = Batch.objects.of(workspace).filter(data_deleted_at=None).exclude(upload=None, result=None)
    settled = batches.filter(state__in=[*FINISHED, *_RESTING])
    return list(settled.exclude(kept_upload).exclude(Q(result__isnull=False) & kept_result).order_by("pk")[:AT_ONCE])


def close(batch: Batch, now: datetime, *, actor: User | None = None) -> bool:
    """Say that nothing is kept of a batch but figures; False when that was said before."""
    with transaction.atomic():
        if not Batch.objects.filter(pk=batch.pk, data_deleted_at=None).update(data_deleted_at=now):
            return False
        record(
            "batch.data_deleted", workspace=batch.workspace, batch=batch, actor=actor, now=now, after=_why(actor)
        )  # fmt: skip
    return True
