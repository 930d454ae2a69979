"""What Adobe answered: its e-mails after processing, as figures."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from ingest.models.delivery import DeliveredPart
from ingest.models.destination import Environment
from ingest.models.workspace import Workspace


class AdobeReceipt(models.Model):
    """One e-mail about files that were sent from here; its text is not kept.

    `names`: of the files in it; `counts`: records by the codes of `ingest.aam.receipt`; `parts`: those of the files
    that were sent from here, and `foreign_files` how many were not. `prefix`: how the names of all its files begin, ""
    where they differ. `digest`: SHA-256 over names, counts and times, so that one e-mail is kept once.
    """

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="receipts")
    environment = models.CharField(max_length=16, choices=Environment.choices)
    prefix = models.CharField(max_length=200, blank=True)
    parts = models.ManyToManyField(DeliveredPart, related_name="receipts")
    names = models.JSONField()
    foreign_files = models.PositiveIntegerField(default=0)
    counts = models.JSONField()
    ended_at = models.DateTimeField(null=True, blank=True)
    digest = models.CharField(max_length=64)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["added_at", "pk"]
        indexes: ClassVar = [
            models.Index(fields=["workspace", "environment", "prefix", "-added_at"], name="receipts_of_like_files"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "environment", "digest"], name="a_receipt_is_kept_once"),
            models.CheckConstraint(condition=~Q(digest=""), name="a_receipt_is_known_again"),
        ]

    def __str__(self) -> str:
        return f"receipt {self.pk}"
