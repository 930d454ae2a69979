"""A form that brings a file counts once, however often it is sent: a second click is no second transfer."""

import hashlib
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.core.cache import cache

from ingest.models import Upload, User
from ingest.services.upload_sweep import delete_unused

_REMEMBERED: Final = timedelta(hours=1)


def first_with(upload: Upload, key: str, *, actor: User, now: datetime) -> Upload:
    """The upload that counts: this one, or the one that the same form brought before; then this one is deleted.

    `key` is in the form and differs each time that its page is shown. Other bytes are another wish, whatever the key:
    somebody went back and chose another file.
    """
    if not key:
        return upload
    name = "once:" + hashlib.sha256(f"{actor.pk}:{key}:{upload.sha256}:{upload.name}".encode()).hexdigest()
    # Of those who come at once, one adds it: the cache is a table with unique keys.
    if cache.add(name, str(upload.pk), _REMEMBERED.total_seconds()):
        return upload
    found = cache.get(name)
    here = Upload.objects.filter(workspace=upload.workspace_id, owner=actor, state=Upload.State.COMPLETE)
    first = here.select_related("workspace").filter(pk=UUID(found)).first() if found else None
    if first is None:  # deleted since: this one is needed
        return upload
    delete_unused(upload.pk, now)
    return first
