"""Destinations: where files go, beta or production, and the secrets that they are reached with."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ingest.models.workspace import Workspace


class Environment(models.TextChoices):
    """Beta is a rehearsal that realises no traits; production reaches real audiences."""

    BETA = "beta", _("Beta")
    PRODUCTION = "production", _("Production")


class Destination(models.Model):
    """One place that files are put. `method` and `config` are those of `ingest.transfer.registry`.

    `config_sha256` is of method, environment, configuration and the revisions of the secrets together, as
    `services.destination_digest` works it out; an approval is bound to it, and the worker works it out anew before it
    sends. `paused_at`: nothing is sent there until an admin has looked at what `paused_code` says. The last connection
    test is kept without words of the receiver: `tested_step` is the label of the step that failed, as it is written in
    the code (empty: all passed), `tested_sha256` what `config_sha256` was then. `most_at_once`: files that
    are sent to it at the same time. A destination that has failed often in a row rests until `rests_until`.
    """

    class Pickup(models.TextChoices):
        """How the receiver shows that it has picked a file up."""

        NOT_WATCHED = "not_watched", _("It does not show that")
        PROCESSED = "processed", _("A file of the same name with .processed at its end appears")
        DISAPPEARS = "disappears", _("The file disappears")

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="destinations")
    name = models.CharField(_("name"), max_length=100)
    environment = models.CharField(_("environment"), max_length=16, choices=Environment.choices)
    method = models.CharField(_("method"), max_length=16)
    config = models.JSONField(default=dict)
    config_sha256 = models.CharField(max_length=64)
    is_active = models.BooleanField(_("offered for new transfers"), default=True)
    pickup = models.CharField(
        _("how the receiver shows that it has picked a file up"),
        max_length=16, choices=Pickup.choices, default=Pickup.NOT_WATCHED,
    )  # fmt: skip
    most_at_once = models.PositiveSmallIntegerField(_("files at once"), default=4)
    failures_in_a_row = models.PositiveIntegerField(default=0, editable=False)
    rests_until = models.DateTimeField(null=True, blank=True, editable=False)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    changed_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True, blank=True)
    offered_before_pause = models.BooleanField(default=False)
    paused_code = models.CharField(max_length=64, blank=True)
    paused_problem = models.TextField(blank=True)
    paused_params = models.JSONField(default=dict, blank=True)
    tested_at = models.DateTimeField(null=True, blank=True)
    tested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    tested_step = models.CharField(max_length=200, blank=True)
    tested_sha256 = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["environment", "name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "name"], name="a_destination_name_once"),
            models.CheckConstraint(condition=Q(most_at_once__range=(1, 16)), name="a_few_files_at_once"),
            models.CheckConstraint(condition=Q(environment__in=["beta", "production"]), name="environment_is_known"),
            models.CheckConstraint(
                condition=Q(paused_at=None) | Q(is_active=False), name="a_paused_destination_is_not_offered"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DestinationSecret(models.Model):
    """One password, key or passphrase of a destination, encrypted; read and written by `services.destination_secrets`.

    `revision` is another random one after each change, and part of what an approval is bound to; encrypting the same
    secret under a newer key leaves it as it is.
    """

    destination = models.ForeignKey(Destination, models.CASCADE, related_name="secrets")
    field = models.CharField(max_length=64)
    ciphertext = models.TextField()
    revision = models.UUIDField(default=uuid.uuid4)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)

    class Meta:
        ordering: ClassVar = ["field"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["destination", "field"], name="a_secret_of_a_destination_once"),
        ]

    def __str__(self) -> str:
        return f"secret {self.pk}"
