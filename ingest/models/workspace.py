"""Workspaces: who works together, and what each of them may do there."""

import hashlib
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

GB = 1_000_000_000


class Role(StrEnum):
    """What a member may do. Every member may look; the others are given one by one."""

    VIEWER = "viewer"
    MAKER = "maker"
    APPROVER = "approver"
    ADMIN = "admin"


class Workspace(models.Model):
    """A company, or a department with its own data: nothing is shared between workspaces.

    Limits: `max_left_out_percent` of the rows may be left out before a batch can't be sent; a receipt of Adobe's whose
    figures are off by more than `receipt_differs_percent` is told of; sizes are in bytes. Days say how long files are
    kept after they are no longer needed; counts and events stay.
    """

    slug = models.SlugField(unique=True)
    name = models.CharField(_("name"), max_length=100)
    last_number = models.PositiveIntegerField(default=0)
    max_left_out_percent = models.PositiveSmallIntegerField(default=20)
    receipt_differs_percent = models.PositiveSmallIntegerField(default=5)
    max_upload_bytes = models.BigIntegerField(default=5 * GB)
    max_open_uploads = models.PositiveSmallIntegerField(default=5)
    quota_bytes = models.BigIntegerField(default=200 * GB)
    approval_hours = models.PositiveSmallIntegerField(default=72)
    keep_uploads_days = models.PositiveSmallIntegerField(default=7)
    keep_parts_days = models.PositiveSmallIntegerField(default=30)
    keep_reports_days = models.PositiveSmallIntegerField(default=14)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(max_left_out_percent__lte=100), name="left_out_is_a_percentage"),
            models.CheckConstraint(condition=Q(max_upload_bytes__gt=0), name="uploads_may_hold_something"),
        ]

    def __str__(self) -> str:
        return self.name

    def take_number(self) -> int:
        """The next number of a batch; numbers are never used twice. To be called in the batch's own transaction."""
        Workspace.objects.filter(pk=self.pk).update(last_number=F("last_number") + 1)
        self.refresh_from_db(fields=["last_number"])
        return self.last_number


class Membership(models.Model):
    """One person in one workspace."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    makes = models.BooleanField(_("prepares transfers"), default=False)
    approves = models.BooleanField(_("decides on transfers"), default=False)
    administers = models.BooleanField(_("manages the workspace"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["workspace", "user"], name="one_membership_each")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.workspace_id}"

    @property
    def roles(self) -> frozenset[Role]:
        """What this person may do here."""
        given = {Role.MAKER: self.makes, Role.APPROVER: self.approves, Role.ADMIN: self.administers}
        return frozenset({Role.VIEWER, *(role for role, has in given.items() if has)})


class Invitation(models.Model):
    """A link by which a person joins a workspace. Only the SHA-256 of its token is kept."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail address"))
    makes = models.BooleanField(_("prepares transfers"), default=False)
    approves = models.BooleanField(_("decides on transfers"), default=False)
    administers = models.BooleanField(_("manages the workspace"), default=False)
    token_sha256 = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"invitation {self.pk}"

    def is_open(self, now: datetime) -> bool:
        """Whether it can still be accepted."""
        return self.accepted_at is None and self.revoked_at is None and now < self.expires_at


def token_digest(token: str) -> str:
    """What is kept of a secret token."""
    return hashlib.sha256(token.encode()).hexdigest()
