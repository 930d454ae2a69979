"""How far a check is, and how long it may still take."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q

from ingest.models import Check, Job
from ingest.services.problems import told

_EARLIEST: Final = timedelta(seconds=5)
_LEAST_DONE: Final = 0.05
# Workers tell once a second.
_QUIET: Final = timedelta(seconds=10)
_SILENT: Final = timedelta(seconds=30)
_POLLS: Final = ((timedelta(seconds=10), 1), (timedelta(minutes=1), 2))
_POLL_LATER: Final = 5


@dataclass(frozen=True)
class Progress:
    """`share` is 0..1. `left` and `about` (so many rows there will be): None while they can't be told.

    `ahead`: checks that were asked for before this one.
    """

    check: Check
    share: float
    left: timedelta | None
    about: int | None
    is_slow: bool
    ahead: int
    poll_seconds: int

    @property
    def percent(self) -> int:
        """Whole per cent, 100 only at the end."""
        return min(99, int(100 * self.share))

    @property
    def problem(self) -> str:
        """Why the check ended without a result, in the reader's language."""
        return told(self.check.problem_code, self.check.problem, self.check.problem_params)

    @property
    def needs_another_file(self) -> bool:
        """Whether it ended because of the file: checking the same one again would end the same way."""
        return self.check.problem_code.startswith(("file.", "upload."))

    @property
    def is_open(self) -> bool:
        """Whether there is still something to wait for."""
        return self.check.state in {Check.State.QUEUED, Check.State.RUNNING}


def progress_of(check: Check, *, now: datetime) -> Progress:
    """How far a check is. Time left is told after 5 seconds and 5 per cent, from the speed so far, and the number of
    rows from the part of the file that they take. While nothing is heard a guess would only grow, so there is none.
    """
    share = min(1.0, check.bytes_done / check.bytes_total) if check.bytes_total else 0.0
    heard = check.progressed_at or check.started_at or check.created_at
    is_slow = check.state == Check.State.RUNNING and now - heard > _SILENT
    about = _rounded(check.rows_done / share) if share >= _LEAST_DONE else None
    return Progress(
        check, share, _left(check, share, now), about, is_slow, _ahead(check), _poll(now - check.created_at)
    )


def _left(check: Check, share: float, now: datetime) -> timedelta | None:
    if check.stage in {Check.Stage.WRITING, Check.Stage.STORING} or share < _LEAST_DONE:
        return None
    begun = check.started_at or now
    heard = check.progressed_at or now
    if now - heard > _QUIET or heard - begun < _EARLIEST:
        return None
    return (heard - begun) * (1 - share) / share


def _rounded(rows: float) -> int:
    """Two digits, which is what a guess deserves."""
    return int(float(f"{rows:.1e}"))


def _ahead(check: Check) -> int:
    if check.state != Check.State.QUEUED:
        return 0
    waiting = Job.objects.filter(kind=Job.Kind.CHECK, subject_id__lt=check.pk)
    return waiting.filter(Q(state=Job.State.READY) | Q(state=Job.State.RUNNING)).count()


def _poll(age: timedelta) -> int:
    return next((seconds for until, seconds in _POLLS if age < until), _POLL_LATER)
