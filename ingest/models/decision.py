"""What an approver decided, and on exactly what."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from ingest.models.batch import Batch
from ingest.models.check import Check
from ingest.models.destination import Destination


class Decision(models.Model):
    """A decision, bound to the bytes of the parts, the mapping and the destination's configuration.

    Never changed but for `voided_at` and `void_reason`: set when one of them turned out to be another by now.
    """

    class Verdict(models.TextChoices):
        """What was decided."""

        APPROVED = "approved"
        CHANGES_NEEDED = "changes_needed"

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="decisions")
    check_run = models.ForeignKey(Check, models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=16, choices=Verdict.choices)
    reason = models.TextField(max_length=2000, blank=True)
    approver = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    maker = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    parts_sha256 = models.CharField(max_length=64)
    mapping_sha256 = models.CharField(max_length=64)
    destination = models.ForeignKey(Destination, models.PROTECT, related_name="+")
    destination_sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True, blank=True)
    void_reason = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(approver=F("maker")), name="four_eyes"),
            models.CheckConstraint(condition=Q(verdict="approved") | ~Q(reason=""), name="changes_need_a_reason"),
        ]

    def __str__(self) -> str:
        return f"decision {self.pk}"
