"""What happened: one row for each change of state or setting, written once and never changed."""

from typing import Any, ClassVar, NoReturn

from django.conf import settings
from django.db import models

from ingest.models.batch import Batch
from ingest.models.workspace import Workspace


class EventQuerySet(models.QuerySet["Event"]):
    """Events are added and read; there is no other way to touch them."""

    def update(self, **_fields: Any) -> NoReturn:
        """Refused."""
        raise TypeError("Events are never changed.")

    def delete(self) -> NoReturn:
        """Refused."""
        raise TypeError("Events are never deleted.")


class Event(models.Model):
    """Who did what to what, and when; `before` and `after` hold states, numbers, names of settings and checksums.

    No cell of a customer file and no secret ever stands here. `actor` is None when a worker acted. `sha256` is the
    checksum of what the event is about (the parts, the customer file), empty where there is none.
    """

    workspace = models.ForeignKey(Workspace, models.PROTECT, related_name="events")
    batch = models.ForeignKey(Batch, models.PROTECT, null=True, blank=True, related_name="events")
    kind = models.CharField(max_length=64)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    sha256 = models.CharField(max_length=64, blank=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["at", "id"]
        indexes: ClassVar = [models.Index(fields=["workspace", "-at"]), models.Index(fields=["batch", "at"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Only new events can be saved."""
        if not self._state.adding:
            raise TypeError("Events are never changed.")
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Refused."""
        raise TypeError("Events are never deleted.")
