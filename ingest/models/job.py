"""Work to be done, in the database: the broker only rings."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone


class JobQuerySet(models.QuerySet["Job"]):
    """Questions about jobs."""

    def ready(self, now: datetime) -> Self:
        """Jobs that can be claimed: due, or running with nobody's lease left on them."""
        return self.filter(claimable(now))


def claimable(now: datetime) -> Q:
    """The condition under which a worker may take a job. No lease at all counts as an expired one."""
    due = Q(state=Job.State.READY, next_attempt_at__lte=now)
    abandoned = Q(state=Job.State.RUNNING) & (Q(lease_until__isnull=True) | Q(lease_until__lt=now))
    return due | abandoned


class Job(models.Model):
    """One piece of work. It is inserted in the transaction that causes it, which makes this table the outbox.

    `kind` and `subject_id` say what to do, `epoch` counts the claims: whoever holds an older one has lost the job.
    """

    class Kind(models.TextChoices):
        """The names of the tasks, without `ingest.`."""

        CHECK = "check"
        DELIVER = "deliver"
        WATCH = "watch"
        MAIL = "mail"

    class State(models.TextChoices):
        """NEEDS_ATTENTION: tried too often; a person has to look."""

        READY = "ready"
        RUNNING = "running"
        DONE = "done"
        NEEDS_ATTENTION = "needs_attention"

    kind = models.CharField(max_length=16, choices=Kind.choices)
    subject_id = models.BigIntegerField()
    state = models.CharField(max_length=16, choices=State.choices, default=State.READY)
    epoch = models.PositiveIntegerField(default=0)
    attempts = models.PositiveIntegerField(default=0)
    max_attempts = models.PositiveIntegerField()
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_owner = models.CharField(max_length=100, blank=True)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    rung_at = models.DateTimeField(null=True, blank=True)
    last_error_code = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["state", "next_attempt_at"], name="job_due"),
            models.Index(fields=["state", "lease_until"], name="job_leased"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "subject_id"], name="a_job_once"),
            models.CheckConstraint(
                condition=Q(state__in=["ready", "running", "done", "needs_attention"]), name="job_state_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id}"


class Leader(models.Model):
    """Which of several processes of one role does its work now; the others wait until its lease has ended."""

    role = models.CharField(max_length=32, primary_key=True)
    owner = models.CharField(max_length=100)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return self.role
