"""Claims on jobs: one conditional UPDATE to take one, a lease that must be renewed, an epoch that fences the past."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from ingest.models import Job
from ingest.models.job import claimable

Clock = Callable[[], datetime]


class LeaseLost(Exception):
    """Somebody else has the job by now: write nothing more, and remove what only this claim knows of."""


@dataclass(frozen=True)
class Claim:
    """The right to do a job until the lease ends. Every write of a worker asks for it again.

    `attempt` counts the claims since the job was put, from 1; `is_last`: there is no further one.
    """

    job_id: int
    subject_id: int
    epoch: int
    attempt: int
    is_last: bool = False
    clock: Clock = timezone.now

    def renew(self) -> None:
        """Prolong the lease; raises LeaseLost. Called from the progress of the work itself, never by a side thread."""
        self._update(lease_until=self.clock() + settings.LEASE)

    def hold(self) -> None:
        """Make sure inside a transaction that the job is still ours, and lock it until the commit; raises LeaseLost."""
        self.renew()

    def finish(self) -> None:
        """The job is done; raises LeaseLost."""
        self._update(state=Job.State.DONE, lease_until=None)

    def again(self, *, after: timedelta, code: str) -> None:
        """Let go and try again later; raises LeaseLost."""
        self._update(
            state=Job.State.READY, lease_until=None, next_attempt_at=self.clock() + after, last_error_code=code,
            rung_at=None,
        )  # fmt: skip

    def postpone(self, *, after: timedelta) -> None:
        """Let go of a job that was not begun, and try later; that was no try. Raises LeaseLost."""
        self._update(
            state=Job.State.READY, lease_until=None, next_attempt_at=self.clock() + after, rung_at=None,
            attempts=F("attempts") - 1,
        )  # fmt: skip

    def give_up(self, code: str) -> None:
        """A person has to look; raises LeaseLost."""
        self._update(state=Job.State.NEEDS_ATTENTION, lease_until=None, last_error_code=code)

    def _update(self, **changes: object) -> None:
        mine = Job.objects.filter(pk=self.job_id, epoch=self.epoch, state=Job.State.RUNNING)
        if not mine.update(**changes):
            raise LeaseLost


def claim(job_id: int, owner: str, *, kind: Job.Kind, clock: Clock = timezone.now) -> Claim | None:
    """Take a job, or None when there is nothing to take: done, waiting for its time, or somebody else's.

    `kind`: what the caller can do; a message that names a job of another kind takes nothing.
    """
    now = clock()
    taken = Job.objects.filter(claimable(now), pk=job_id, kind=kind, attempts__lt=F("max_attempts")).update(
        state=Job.State.RUNNING,
        epoch=F("epoch") + 1,
        attempts=F("attempts") + 1,
        lease_until=now + settings.LEASE,
        lease_owner=owner,
    )
    if not taken:
        return None
    job = Job.objects.get(pk=job_id)
    # Only whoever reads back its own name holds this epoch; the UPDATE and this SELECT are not one statement.
    if job.lease_owner != owner or job.state != Job.State.RUNNING:
        return None
    return Claim(job.pk, job.subject_id, job.epoch, job.attempts, job.attempts >= job.max_attempts, clock)
