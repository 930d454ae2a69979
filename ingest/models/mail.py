"""Messages to people: a row for each person who is told of an event, or of what waits for them, and for each message
about an account. No word, link or token is kept: they are made when a message leaves.
"""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ingest.models.event import Event
from ingest.models.workspace import Invitation, Workspace


class Outgoing(models.Model):
    """What every message has. `key` is its name for ever: one that had to be sent twice is folded by mail readers.
    `outcome` says why one was dropped, or waits.
    """

    class State(models.TextChoices):
        """DROPPED: it is not sent any more."""

        WAITING = "waiting"
        SENT = "sent"
        DROPPED = "dropped"

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField(max_length=16, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    outcome = models.CharField(max_length=32, blank=True)
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"mail {self.pk}"


class Mail(Outgoing):
    """One message. It is inserted in the transaction of its event, so this table is the outbox; words are made when it
    is sent, and no word or address is kept here.

    `event` is None in a daily digest, which has a `digest_day` (of the person's own time zone).
    """

    class Kind(models.TextChoices):
        """What people can choose to be told of."""

        CHECK = "check", _("a check has ended and its page is closed")
        REQUEST = "request", _("a transfer waits for my decision")
        DECISION = "decision", _("my transfer was approved, or changes are needed")
        VOID = "void", _("a request was withdrawn, or an approval no longer counts")
        SENT = "sent", _("a transfer was sent, or could not be sent")
        PICKED_UP = "picked_up", _("my files were picked up, or were not after three days")
        RECEIPT = "receipt", _("Adobe's receipt for my transfer differs from what was expected")
        DESTINATION = "destination", _("a destination is paused, or rests after failures")

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="mails")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="mails")
    event = models.ForeignKey(Event, models.PROTECT, null=True, blank=True, related_name="mails")
    digest_day = models.DateField(null=True, blank=True)
    kind = models.CharField(max_length=16, choices=Kind.choices)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["state", "next_attempt_at"], name="mail_due")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event", "person"], name="an_event_is_told_once"),
            models.UniqueConstraint(fields=["workspace", "person", "digest_day"], name="a_digest_a_day"),
            models.CheckConstraint(
                condition=Q(event=None, digest_day__isnull=False) | Q(event__isnull=False, digest_day=None),
                name="a_mail_is_of_an_event_or_a_day",
            ),
            models.CheckConstraint(condition=Q(state__in=["waiting", "sent", "dropped"]), name="mail_state_is_known"),
        ]


class AccountMail(Outgoing):
    """A message about an account: an invitation, the way to a new password, or that there is no account.

    Their links are secrets; only what they are made of is kept: the invitation or the person, and `origin`, with which
    the address begins. `address` is that of somebody without an account, until the message has left or was dropped.
    `language`: of the page on which it was asked for.
    """

    class Kind(models.TextChoices):
        """Nobody chooses whether they get them."""

        INVITATION = "invitation"
        NEW_PASSWORD = "new_password"  # noqa: S105 - the name of a kind
        NO_ACCOUNT = "no_account"

    kind = models.CharField(max_length=16, choices=Kind.choices)
    invitation = models.OneToOneField(Invitation, models.CASCADE, null=True, blank=True, related_name="letter")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+")
    address = models.EmailField(blank=True)
    language = models.CharField(max_length=16, blank=True)
    origin = models.CharField(max_length=300)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["state", "next_attempt_at"], name="account_mail_due")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind="invitation", invitation__isnull=False, person=None, address="")
                | Q(kind="new_password", invitation=None, person__isnull=False, address="")
                | Q(kind="no_account", invitation=None, person=None),
                name="an_account_mail_is_for_one",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "sent", "dropped"]), name="account_mail_state_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"account mail {self.pk}"
