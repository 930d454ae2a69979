"""A customer file arrives: opened, received piece by piece, completed, or cancelled."""

import errno
import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction

from ingest.models import Upload, User, Workspace
from ingest.services import files, upload_digest, upload_flush, upload_spool
from ingest.services.events import record
from ingest.services.upload_admission import admit, disk_full
from ingest.services.upload_names import clean_name

KEEP_UNFINISHED: Final = timedelta(hours=24)
PIECE_BYTES: Final = 256 * 1024
SAFE_EVERY_BYTES: Final = 64 * 1024 * 1024
"""How often the disk is asked to confirm what it has; the most that a power cut may cost is about twice that."""
SAFE_EVERY: Final = timedelta(minutes=1)
NO_ROOM: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class WrongOffset(Exception):
    """The piece does not begin where the upload stands."""


class NotReceiving(Exception):
    """The upload was cancelled, has expired, or is over in another way."""


class WrongChecksum(Exception):
    """The bytes of a piece are not those that were sent; none of them was kept."""


@dataclass(frozen=True)
class Piece:
    """Bytes that are about to arrive: `length` of them at `offset`, with the checksum the sender computed, if any."""

    offset: int
    length: int
    algorithm: str = ""
    digest: bytes = b""


def open_upload(  # noqa: PLR0913 - what is known of a file before it arrives
    workspace: Workspace, *, owner: User, name: str, size: int, now: datetime, modified_ms: int | None = None,
    resumable: bool = True,
) -> Upload:  # fmt: skip
    """Take the room for a file of `size` bytes. Raises Refused (workspace, quota, disk)."""
    with transaction.atomic():
        # One admission at a time, so that two files cannot both take the last of the quota.
        Workspace.objects.select_for_update().get(pk=workspace.pk)
        admit(workspace, owner, size, now=now)
        upload = Upload.objects.create(
            id=uuid4(), workspace=workspace, owner=owner, name=clean_name(name), declared_bytes=size,
            modified_ms=modified_ms, resumable=resumable, expires_at=now + KEEP_UNFINISHED,
        )  # fmt: skip
        _take_room(upload.pk, size)
    return upload


def _take_room(upload_id: UUID, size: int) -> None:
    try:
        upload_spool.make(upload_id, size)
    except OSError as problem:
        if problem.errno in NO_ROOM:
            raise disk_full() from problem
        raise


def receive(upload: Upload, read: Callable[[int], bytes], piece: Piece, *, now: datetime) -> int:
    """Take a piece by `read(at most so many bytes)` and return how many bytes of the file are there now.

    Whatever arrives counts, also when the sender is cut off in the middle; with a checksum it is all or nothing.
    Raises Busy, WrongOffset, NotReceiving, WrongChecksum, and Refused when the disk is full.
    """
    try:
        with upload_spool.held(upload.pk) as handle:
            _must_receive(upload)
            if upload.received_bytes != piece.offset or piece.offset + piece.length > upload.declared_bytes:
                raise WrongOffset
            _take(upload, handle, read, piece, now)
            if upload.received_bytes == upload.declared_bytes:
                complete(upload, handle, now=now)
    except upload_spool.NotInSpool as problem:
        _must_receive(upload)
        raise NotReceiving from problem
    return upload.received_bytes


def _must_receive(upload: Upload) -> None:
    """Bring the upload up to date. A complete one stands at its end, so that whatever comes has the wrong offset."""
    upload.refresh_from_db()
    count_written(upload)
    if upload.state == Upload.State.COMPLETE:
        raise WrongOffset
    if upload.state != Upload.State.RECEIVING:
        raise NotReceiving


def count_written(upload: Upload) -> None:
    """Count also bytes that were written and perhaps not yet brought to the disk: only a power cut can lose them."""
    if upload.state == Upload.State.RECEIVING and upload.resumable:
        upload.received_bytes = max(upload.received_bytes, upload_spool.noted(upload.pk))


def _take(upload: Upload, handle: int, read: Callable[[int], bytes], piece: Piece, now: datetime) -> None:
    try:
        arrived = _write(handle, read, piece)
        _advance(upload, handle, piece.offset + arrived, now)
    except OSError as problem:
        if problem.errno in NO_ROOM:
            raise disk_full() from problem
        raise
    upload_digest.follow(upload.pk, upload_spool.path_of(upload.pk), upload.received_bytes)


def _write(handle: int, read: Callable[[int], bytes], piece: Piece) -> int:
    """Write what arrives; returns how many bytes there were. Raises WrongChecksum."""
    arrived = 0
    checksum = hashlib.new(piece.algorithm, usedforsecurity=False) if piece.algorithm else None
    while arrived < piece.length and (data := _arriving(read, min(PIECE_BYTES, piece.length - arrived))):
        if checksum is not None:
            checksum.update(data)
        upload_spool.write_at(handle, data, piece.offset + arrived)
        arrived += len(data)
    if checksum is not None and (arrived < piece.length or checksum.digest() != piece.digest):
        raise WrongChecksum
    return arrived


def _arriving(read: Callable[[int], bytes], most: int) -> bytes:
    """The next bytes of the sender; none when it is gone: a line that breaks is the end of a piece like any other."""
    try:
        return read(most)
    except OSError:
        return b""


def _advance(upload: Upload, handle: int, received: int, now: datetime) -> None:
    """Note what was written, and tell the database what the disk has confirmed. Raises OSError, WrongOffset."""
    try:
        if _has_to_be_safe(upload, received, now):
            upload_flush.finish(upload.pk, handle)
            if not _tell(upload, received, now):
                raise WrongOffset
        else:
            upload_spool.note(upload.pk, received)
            if received // SAFE_EVERY_BYTES > upload.received_bytes // SAFE_EVERY_BYTES:
                upload_flush.begin(upload.pk, received)
            if safe := upload_flush.take_safe(upload.pk):
                _tell(upload, safe, now)
    except OSError:
        # What the disk did not take may be gone: from now on only that counts which it has confirmed.
        upload_spool.forget_note(upload.pk)
        upload_digest.forget(upload.pk)
        raise
    upload.received_bytes = received


def _has_to_be_safe(upload: Upload, received: int, now: datetime) -> bool:
    is_long_ago = upload.expires_at < now + KEEP_UNFINISHED - SAFE_EVERY
    return settings.SPOOL_IS_SHARED or received == upload.declared_bytes or is_long_ago


def _tell(upload: Upload, safe: int, now: datetime) -> bool:
    """Tell the database that so many bytes are safe; False: it knows of more, or the upload is over."""
    expires_at = now + KEEP_UNFINISHED
    mine = Upload.objects.filter(pk=upload.pk, state=Upload.State.RECEIVING, received_bytes__lte=safe)
    is_told = bool(mine.update(received_bytes=safe, expires_at=expires_at))
    if is_told:
        upload.expires_at = expires_at
    return is_told


def complete(upload: Upload, handle: int, *, now: datetime) -> None:
    """Put a whole file away under its key; only then the database says that it is complete."""
    digest = upload_digest.take(upload.pk).finish(handle, upload.received_bytes)
    os.ftruncate(handle, upload.received_bytes)
    key = files.upload_key(upload.pk)
    files.put_away(upload_spool.path_of(upload.pk), key)
    upload_spool.forget_note(upload.pk)
    mark_complete(upload, key, digest, now)


def mark_complete(upload: Upload, key: str, sha256: str, now: datetime) -> None:
    """Say that the file is stored under `key`. Raises NotReceiving when the upload is over in another way."""
    values: dict[str, Any] = {
        "state": Upload.State.COMPLETE, "key": key, "sha256": sha256, "completed_at": now,
        "received_bytes": upload.received_bytes, "expires_at": now + KEEP_UNFINISHED,
    }  # fmt: skip
    with transaction.atomic():
        if not Upload.objects.filter(pk=upload.pk, state=Upload.State.RECEIVING).update(**values):
            raise NotReceiving
        record(
            "upload.complete", workspace=upload.workspace, actor=upload.owner, now=now, sha256=sha256,
            after={"upload": str(upload.pk), "bytes": upload.received_bytes},
        )  # fmt: skip
    for name, value in values.items():
        setattr(upload, name, value)


def cancel(upload: Upload, *, actor: User | None, now: datetime) -> bool:
    """End an upload that is not complete and give its room back. False: it is complete or ended. Raises Busy."""
    try:
        with upload_spool.held(upload.pk):
            return _end(upload, actor, now)
    except upload_spool.NotInSpool:
        return _end(upload, actor, now)


def _end(upload: Upload, actor: User | None, now: datetime) -> bool:
    with transaction.atomic():
        mine = Upload.objects.filter(pk=upload.pk, state=Upload.State.RECEIVING)
        if not mine.update(state=Upload.State.DELETED, deleted_at=now):
            return False
        record(
            "upload.cancel", workspace=upload.workspace, actor=actor, now=now,
            after={"upload": str(upload.pk), "bytes": upload.received_bytes},
        )  # fmt: skip
    upload_digest.forget(upload.pk)
    upload_flush.forget(upload.pk)
    upload_spool.remove(upload.pk)
    # There is one only if its server died right between storing the file and saying so.
    files.remove(files.upload_key(upload.pk))
    upload.state, upload.deleted_at = Upload.State.DELETED, now
    return True
