"""Data sources of a workspace: the numbers (DPID) under which Audience Manager knows where IDs and traits come from."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ingest.aam.identifiers import ID_RULES, IdType
from ingest.models.workspace import Workspace


class DataSource(models.Model):
    """A data source that an admin has entered. Adobe's global ones are in `ingest.aam.data_sources`, not here."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="data_sources")
    dpid = models.BigIntegerField(_("number (DPID)"))
    name = models.CharField(_("name"), max_length=255)
    id_type = models.CharField(
        _("kind of ID"), max_length=16, choices=[(kind.value, ID_RULES[kind].label) for kind in IdType],
        default=IdType.CUSTOMER_ID.value,
    )  # fmt: skip
    is_active = models.BooleanField(_("offered for new transfers"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["name", "dpid"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "dpid"], name="a_data_source_once"),
            models.CheckConstraint(condition=Q(dpid__gte=0), name="dpids_are_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.dpid})"
