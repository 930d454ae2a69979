"""Sending: one delivery for a batch, one row for each part of it, one row for each attempt."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from ingest.lifecycle import PartState
from ingest.models.batch import Batch
from ingest.models.check import Part
from ingest.models.decision import Decision
from ingest.models.destination import Destination, Environment
from ingest.models.workspace import Workspace


class Delivery(models.Model):
    """The sending of one batch to one destination.

    `prefix` is the file names' beginning up to the time, `stamp` the time in them: seconds, UTC, given when sending
    begins and never used twice for a prefix in an environment (contract, section 2).
    """

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="deliveries")
    batch = models.ForeignKey(Batch, models.CASCADE, related_name="deliveries")
    decision = models.OneToOneField(Decision, models.PROTECT, related_name="delivery")
    destination = models.ForeignKey(Destination, models.PROTECT, related_name="deliveries")
    environment = models.CharField(max_length=16, choices=Environment.choices)
    prefix = models.CharField(max_length=200)
    stamp = models.BigIntegerField()
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "deliveries"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "environment", "prefix", "stamp"], name="a_file_name_once"),
        ]

    def __str__(self) -> str:
        return f"delivery {self.pk}"


class DeliverySource(models.Model):
    """A data source whose IDs or traits a delivery touches: two that share one are sent one after the other."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="sources")
    dpid = models.PositiveBigIntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["dpid", "delivery"], name="deliveries_of_data_source")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["delivery", "dpid"], name="a_delivery_touches_a_data_source_once"),
        ]

    def __str__(self) -> str:
        return f"data source {self.dpid} of delivery {self.delivery_id}"


class DeliveredPart(models.Model):
    """One part on its way. `verify_level` is how far the receiver's copy was verified, in `ingest.transfer`'s words.

    Where parts are encrypted, `sealed_for` is the fingerprint of the receiver's key, and `sealed_bytes` and
    `sealed_sha256` are of the encrypted file that the receiver has, or is being sent: no two encryptions are equal.
    """

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="parts")
    part = models.ForeignKey(Part, models.PROTECT, related_name="+")
    name = models.CharField(max_length=255)
    state = models.CharField(max_length=16, choices=[(s.value, s.value) for s in PartState], default="waiting")
    sent_bytes = models.BigIntegerField(default=0)
    progressed_at = models.DateTimeField(null=True, blank=True)
    verify_level = models.CharField(max_length=32, blank=True)
    remote_name = models.CharField(max_length=1024, blank=True)
    remote_bytes = models.BigIntegerField(null=True, blank=True)
    sealed_for = models.CharField(max_length=64, blank=True)
    sealed_bytes = models.BigIntegerField(null=True, blank=True)
    sealed_sha256 = models.CharField(max_length=64, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    picked_up_at = models.DateTimeField(null=True, blank=True)
    problem_code = models.CharField(max_length=64, blank=True)
    problem = models.TextField(blank=True)
    problem_params = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering: ClassVar = ["part__number"]
        indexes: ClassVar = [models.Index(fields=["name"], name="delivered_by_name")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["delivery", "part"], name="a_part_is_delivered_once"),
            models.UniqueConstraint(fields=["delivery", "name"], name="a_name_is_delivered_once"),
            models.CheckConstraint(condition=~Q(state="sent") | ~Q(verify_level=""), name="sent_is_verified"),
            models.CheckConstraint(condition=Q(state__in=[s.value for s in PartState]), name="part_state_is_known"),
            models.CheckConstraint(
                condition=Q(sealed_for="", sealed_sha256="", sealed_bytes=None)
                | (~Q(sealed_for="") & ~Q(sealed_sha256="") & Q(sealed_bytes__gt=0)),
                name="a_sealed_part_is_known_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def whole_bytes(self) -> int:
        """How many bytes leave the house, as far as that is known: encrypted ones once there are any."""
        return self.sealed_bytes or self.part.stored_bytes


class Attempt(models.Model):
    """One try to send one part: the row is there before the connection is opened, its outcome comes after.

    Of an encrypted part it holds which bytes it sends, before the first one leaves: nobody could make them again, and
    what an attempt without an end has left at the receiver is known by them.
    """

    class Outcome(models.TextChoices):
        """How it ended; OPEN with a dead worker means: nobody knows, look first."""

        OPEN = "open"
        SENT = "sent"
        ALREADY_THERE = "already_there"
        FAILED = "failed"
        LOST = "lost"

    delivered_part = models.ForeignKey(DeliveredPart, models.CASCADE, related_name="attempts")
    number = models.PositiveIntegerField()
    epoch = models.PositiveIntegerField()
    sealed_bytes = models.BigIntegerField(null=True, blank=True)
    sealed_sha256 = models.CharField(max_length=64, blank=True)
    outcome = models.CharField(max_length=16, choices=Outcome.choices, default=Outcome.OPEN)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    problem_code = models.CharField(max_length=64, blank=True)
    problem = models.TextField(blank=True)
    problem_params = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["delivered_part", "number"], name="an_attempt_number_once"),
        ]

    def __str__(self) -> str:
        return f"attempt {self.number} of part {self.delivered_part_id}"
