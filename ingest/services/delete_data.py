"""Everything but the figures of a transfer that is over, deleted because a person asks for it."""

from datetime import datetime

from django.db.models import Q

from ingest.lifecycle import FINISHED
from ingest.models import Batch, Check, Upload, User
from ingest.services import retain

_UNDER_WAY = (Check.State.QUEUED, Check.State.RUNNING)


def may_delete(batch: Batch) -> bool:
    """Whether a batch is over for good and still has files, as far as anybody knows."""
    return batch.state in FINISHED and batch.data_deleted_at is None and bool(batch.upload_id or batch.result_id)


def delete_data(batch: Batch, *, actor: User, now: datetime) -> None:
    """Delete the parts, the reports and the customer files of a batch that `may_delete` allows.

    What another transfer needs stays with that one. Nothing leads out of the states that allow this, so nothing can
    begin meanwhile. The mark comes last: if this process dies before, it can be asked for again.
    """
    for check in Check.objects.filter(batch=batch, state=Check.State.FINISHED).select_related("batch__workspace"):
        retain.delete_parts(check, now, actor=actor)
        retain.delete_files(check, now, actor=actor)
    for upload in _uploads(batch):
        retain.delete_upload(upload, now, actor=actor)
    retain.close(batch, now, actor=actor)


def _uploads(batch: Batch) -> list[Upload]:
    """The customer files of this batch, of each of its checks, that nobody else needs."""
    checks = Check.objects.filter(batch=batch)
    own = Q(pk=batch.upload_id) | Q(pk__in=checks.values("upload"))
    own |= Q(pk__in=checks.exclude(corrections=None).values("corrections"))
    others = Batch.objects.of(batch.workspace).exclude(pk=batch.pk).filter(data_deleted_at=None).exclude(upload=None)
    busy = Check.objects.filter(batch__workspace=batch.workspace, state__in=_UNDER_WAY)
    found = Upload.objects.filter(own, workspace=batch.workspace, state=Upload.State.COMPLETE)
    found = found.exclude(pk__in=others.values("upload")).exclude(pk__in=busy.values("upload"))
    return list(found.exclude(pk__in=busy.exclude(corrections=None).values("corrections")))
