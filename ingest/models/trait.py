"""The catalogue: traits that a workspace's files may set."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ingest.aam.traits import TraitType
from ingest.models.data_source import DataSource
from ingest.models.workspace import Workspace


class Trait(models.Model):
    """One trait as Audience Manager lists it.

    `sid` is its number. `rule` is its expression as Audience Manager writes it (`tier == "gold"`), empty when unknown.
    `aam_created_at`: when it was created in Audience Manager; data for a trait younger than four hours is lost.
    """

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="traits")
    data_source = models.ForeignKey(DataSource, models.PROTECT, related_name="traits")
    sid = models.BigIntegerField(_("number (SID)"))
    name = models.CharField(_("name"), max_length=255)
    description = models.CharField(_("description"), max_length=500, blank=True)
    type = models.CharField(
        _("type"), max_length=32, choices=[(kind.value, kind.value) for kind in TraitType],
        default=TraitType.ONBOARDED.value,
    )  # fmt: skip
    rule = models.CharField(_("trait rule"), max_length=2000, blank=True)
    aam_created_at = models.DateTimeField(_("created in Audience Manager"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["name", "sid"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "sid"], name="a_trait_once"),
            models.CheckConstraint(condition=Q(sid__gt=0), name="trait_numbers_are_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.sid})"
