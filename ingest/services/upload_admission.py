"""Whether there is room for a file, asked before its first byte arrives."""

import shutil
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Final

from django.conf import settings
from django.db.models import Case, F, Sum, When
from django.utils.translation import gettext as _

from ingest.models import Upload, User, Workspace
from ingest.services.files import spool_folder

# A check writes parts, refused rows and a report beside the file: what is free must hold all of them.
ROOM_FOR_WORK: Final = 2.5


class Limit(StrEnum):
    """What stands in the way."""

    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"
    QUOTA = "quota"
    DISK = "disk"


class Refused(Exception):
    """A file is not taken; `limit` says which bound was met, `size` is that bound in bytes where there is one."""

    def __init__(self, limit: Limit, sentence: str, size: int = 0) -> None:
        super().__init__(limit.value)
        self.limit = limit
        self.size = size
        self._sentence = sentence

    def say(self, size_words: Callable[[int], str]) -> str:
        """The sentence for the person; `size_words` writes a number of bytes as their language does."""
        return self._sentence.replace("{size}", size_words(self.size))


def admit(workspace: Workspace, owner: User, size: int, *, now: datetime) -> None:
    """Raise Refused when a file of `size` bytes has no room. To be called in the transaction that opens the upload."""
    if size > workspace.max_upload_bytes:
        raise too_large(workspace)
    _few_enough(workspace, owner, now)
    if stored_bytes(workspace) + size > workspace.quota_bytes:
        raise _quota_spent(workspace)
    free = shutil.disk_usage(spool_folder()).free
    if free < size * ROOM_FOR_WORK + settings.DISK_RESERVE_BYTES:
        raise disk_full()


def _few_enough(workspace: Workspace, owner: User, now: datetime) -> None:
    mine = Upload.objects.filter(
        workspace=workspace, owner=owner, state=Upload.State.RECEIVING, expires_at__gt=now
    ).count()
    if mine >= workspace.max_open_uploads:
        sentence = _(
            "You have %(count)s uploads that are not finished; more are not possible at the same time. Finish or "
            "cancel one of them, then choose this file again."
        ) % {"count": mine}
        raise Refused(Limit.TOO_MANY, sentence)


def stored_bytes(workspace: Workspace) -> int:
    """The bytes of all customer files of a workspace; one that is arriving counts whole."""
    size = Case(When(state=Upload.State.RECEIVING, then=F("declared_bytes")), default=F("received_bytes"))
    there = Upload.objects.filter(workspace=workspace).exclude(state=Upload.State.DELETED)
    return int(there.aggregate(total=Sum(size))["total"] or 0)


def too_large(workspace: Workspace) -> Refused:
    """The file has more bytes than this workspace takes."""
    sentence = _(
        "The selected file must be smaller than {size}. Leave out columns that are not needed, compress it as .gz, or "
        "split it."
    )
    return Refused(Limit.TOO_LARGE, sentence, workspace.max_upload_bytes)


def disk_full() -> Refused:
    """The server's disk has no room. Nothing of the file is kept that would fill it further."""
    return Refused(
        Limit.DISK,
        _(
            "The server does not have enough free disk space for this file now. Nothing is lost: try again later, or "
            "tell the people who look after the server."
        ),
    )


def _quota_spent(workspace: Workspace) -> Refused:
    sentence = _(
        "All files of this workspace together may take {size}, and this file would go beyond that. Cancel transfers "
        "that are no longer needed, or ask an admin to raise the limit."
    )
    return Refused(Limit.QUOTA, sentence, workspace.quota_bytes)
