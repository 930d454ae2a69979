"""A customer file inside a form: its size is not known before its end, and it cannot go on after a cut."""

from contextlib import ExitStack
from datetime import datetime
from typing import Final

from ingest.models import Upload, User, Workspace
from ingest.services import upload_digest, upload_flush, upload_spool
from ingest.services.upload import NO_ROOM, cancel, complete, open_upload
from ingest.services.upload_admission import disk_full, too_large
from ingest.services.upload_digest import Running

# What a form holds beside its file: boundaries, the token, a few fields.
WRAPPING_BYTES: Final = 64 * 1024
FLUSH_BYTES: Final = 32 * 1024 * 1024


class Incoming:
    """A file that is being read out of a form of `form_bytes`. Either `finish` or `abort` has to be called."""

    def __init__(self, workspace: Workspace, *, owner: User, name: str, form_bytes: int, now: datetime) -> None:
        """Take the room for it. Raises Refused."""
        self._most = workspace.max_upload_bytes
        self._workspace = workspace
        self._now = now
        size = min(form_bytes, self._most) if form_bytes <= self._most + WRAPPING_BYTES else form_bytes
        self._upload = open_upload(workspace, owner=owner, name=name, size=size, now=now, resumable=False)
        self._running = Running()
        self._held = ExitStack()
        self._handle = self._held.enter_context(upload_spool.held(self._upload.pk))
        self._hashing = self._held.enter_context(upload_digest.Beside(self._running.sha256))

    def write(self, data: bytes) -> None:
        """Take the next bytes. Raises Refused when there are too many, or no room for them."""
        offset = self._running.position
        if offset + len(data) > self._most:
            raise too_large(self._workspace)
        self._hashing.hash(data)
        try:
            upload_spool.write_at(self._handle, data, offset)
        except OSError as problem:
            if problem.errno in NO_ROOM:
                raise disk_full() from problem
            raise
        self._running.position += len(data)
        if self._running.position // FLUSH_BYTES > offset // FLUSH_BYTES:
            upload_flush.take_safe(self._upload.pk)  # raises what the disk says of the last one
            upload_flush.begin(self._upload.pk, self._running.position)

    def finish(self, now: datetime) -> Upload:
        """The file is whole: put it away and say so."""
        upload, size = self._upload, self._running.position
        self._hashing.wait()
        upload_flush.finish(upload.pk, self._handle)
        upload_digest.keep(upload.pk, self._running)
        Upload.objects.filter(pk=upload.pk, state=Upload.State.RECEIVING).update(
            declared_bytes=size, received_bytes=size
        )
        upload.declared_bytes = upload.received_bytes = size
        complete(upload, self._handle, now=now)
        self._held.close()
        return upload

    def abort(self) -> None:
        """Something went wrong: give all of its room back."""
        self._held.close()
        cancel(self._upload, actor=None, now=self._now)
