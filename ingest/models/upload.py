"""Customer files as they arrive, piece by piece, and where they are kept."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from ingest.models.workspace import Workspace


class Upload(models.Model):
    """A customer file. Sizes are in bytes; `sha256` is known once the file is complete.

    `name` is what the person's computer called it, used as text only; `key` is where `STORAGES["files"]` keeps it.
    A file that is still being received is in the spool folder under its ID. `modified_ms`: when the person's computer
    last changed it (milliseconds since 1970), by which a file that is chosen again is recognised. One that comes with a
    form is not `resumable`, and its declared size is at first that of the whole form.
    """

    class State(models.TextChoices):
        """How far it is."""

        RECEIVING = "receiving"
        COMPLETE = "complete"
        DELETED = "deleted"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="uploads")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="uploads")
    state = models.CharField(max_length=16, choices=State.choices, default=State.RECEIVING)
    name = models.CharField(max_length=255)
    declared_bytes = models.BigIntegerField()
    received_bytes = models.BigIntegerField(default=0)
    modified_ms = models.BigIntegerField(null=True, blank=True)
    resumable = models.BooleanField(default=True)
    sha256 = models.CharField(max_length=64, blank=True)
    key = models.CharField(max_length=255, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["workspace", "sha256"]),
            models.Index(fields=["workspace", "name"], name="upload_by_name"),
            models.Index(fields=["owner", "state", "expires_at"], name="upload_by_owner"),
            models.Index(fields=["state", "expires_at"]),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(received_bytes__gte=0) & Q(received_bytes__lte=F("declared_bytes")),
                name="no_more_than_declared",
            ),
            models.CheckConstraint(
                condition=~Q(state="complete") | (Q(received_bytes=F("declared_bytes")) & ~Q(sha256="")),
                name="complete_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["receiving", "complete", "deleted"]), name="upload_state_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"upload {self.id}"
