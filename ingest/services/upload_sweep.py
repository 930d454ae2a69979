"""What nobody finishes gives its room back: expired partial files, files without an upload, uploads without a use."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import ManyToOneRel, Q, QuerySet

from ingest.models import Upload
from ingest.services import files, look, upload_digest, upload_flush, upload_spool
from ingest.services.events import record
from ingest.services.upload import NotReceiving, cancel, complete, count_written, mark_complete

AT_ONCE: Final = 200
# A form that is being received holds its file; one that does not after this time has lost its server.
FORM_GRACE: Final = timedelta(minutes=10)
ORPHAN_SECONDS: Final = 3600


def sweep_uploads(now: datetime) -> int:
    """End what has expired; returns how many uploads and files went. Can run at any time, twice, and beside itself."""
    gone = sum(_end(upload, now) for upload in _expired(now))
    gone += sum(delete_unused(upload.pk, now) for upload in _finished(now))
    gone += sum(_remove_orphan(upload_id) for upload_id in _old_files(now))
    upload_spool.forget_lone_notes(now.timestamp() - ORPHAN_SECONDS)
    return gone


def _expired(now: datetime) -> Iterable[Upload]:
    died = Q(expires_at__lt=now) | Q(resumable=False, created_at__lt=now - FORM_GRACE)
    return list(Upload.objects.filter(died, state=Upload.State.RECEIVING).order_by("expires_at")[:AT_ONCE])


def _finished(now: datetime) -> Iterable[Upload]:
    waiting = Upload.objects.filter(state=Upload.State.COMPLETE, expires_at__lt=now, batches=None)
    return list(waiting.order_by("expires_at")[:AT_ONCE])


def _end(upload: Upload, now: datetime) -> bool:
    try:
        if upload.resumable and settle(upload, now=now):
            return False
        return cancel(upload, actor=None, now=now)
    except upload_spool.Busy:
        return False


def settle(upload: Upload, *, now: datetime) -> bool:
    """Complete an upload whose bytes are all there but whose server died before it said so. False: nothing to settle.

    Raises Busy when somebody is at it.
    """
    count_written(upload)
    if upload.state != Upload.State.RECEIVING or upload.received_bytes != upload.declared_bytes:
        return False
    try:
        with upload_spool.held(upload.pk) as handle:
            upload_flush.finish(upload.pk, handle)
            complete(upload, handle, now=now)
    except upload_spool.NotInSpool:
        return _settle_stored(upload, now)
    except NotReceiving:
        return False
    return True


def _settle_stored(upload: Upload, now: datetime) -> bool:
    """The file was put away, the row was not written any more."""
    key = files.upload_key(upload.pk)
    try:
        with files.local_copy(key) as path:
            if path.stat().st_size != upload.received_bytes:
                return False
            mark_complete(upload, key, files.sha256_of(path), now)
    except (files.FileGone, NotReceiving):
        return False
    return True


def delete_unused(upload_id: UUID, now: datetime) -> bool:
    """Delete a complete upload that nothing refers to; False when something does."""
    with transaction.atomic():
        # Whoever puts the file to use locks the same row first.
        upload = Upload.objects.select_for_update().get(pk=upload_id)
        if upload.state != Upload.State.COMPLETE or _is_used(upload):
            return False
        # The files go first: if this process dies here, the next sweep finds the row and ends what was begun.
        look.forget(upload)
        files.remove(upload.key)
        Upload.objects.filter(pk=upload_id).update(state=Upload.State.DELETED, deleted_at=now)
        record(
            "upload.delete", workspace=upload.workspace, actor=None, now=now, sha256=upload.sha256,
            after={"upload": str(upload_id), "bytes": upload.received_bytes},
        )  # fmt: skip
    return True


def _is_used(upload: Upload) -> bool:
    """Asked of every table that refers to uploads, so that one that comes later is not forgotten."""
    fields = Upload._meta.get_fields(include_hidden=True)  # noqa: SLF001 - Django's documented way to them
    referring = [(one.related_model, one.field.name) for one in fields if isinstance(one, ManyToOneRel)]
    return any(QuerySet(model).filter(**{name: upload.pk}).exists() for model, name in referring)


def _old_files(now: datetime) -> list[UUID]:
    """IDs of files in the spool folder that nothing was written to for an hour."""
    before = now.timestamp() - ORPHAN_SECONDS
    found = []
    for path in upload_spool.folder_files():
        try:
            if path.stat().st_mtime < before:
                found.append(UUID(path.stem))
        except (FileNotFoundError, ValueError):  # just finished by somebody, or none of ours
            continue
    return found


def _remove_orphan(upload_id: UUID) -> bool:
    if Upload.objects.filter(pk=upload_id, state=Upload.State.RECEIVING).exists():
        return False
    try:
        with upload_spool.held(upload_id):
            upload_spool.remove(upload_id)
    except (upload_spool.Busy, upload_spool.NotInSpool):
        return False
    upload_digest.forget(upload_id)
    return True
