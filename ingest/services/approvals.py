"""What an approver looks at: the queue, and for one batch everything that a decision needs on one screen."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from ingest.lifecycle import BatchState
from ingest.models import Batch, Check, Decision, Membership, Part, Role, User, Workspace
from ingest.services import sealing
from ingest.services.approve import UNUSUAL_DROP_PERCENT, Seen, expires_at, seen_in
from ingest.services.changes import Changes, changes_between
from ingest.services.comparison import Comparison, changes_since_last, compare_with_last
from ingest.services.four_eyes import Bar, bar_for, bars_for
from ingest.services.phrases import listed_apart
from ingest.services.results import Report, masked, report_of, sample_lines
from ingest.services.sent_columns import SentColumn, sent_columns
from ingest.services.summary import Summary, summary_of

MOST_SHOWN: Final = 50
MOST_COUNTED: Final = 100


@dataclass(frozen=True)
class Waiting:
    """A batch that waits, and whether this person is barred from deciding on it.

    `change`: how many percent more people than last time; None where there was no last time.
    """

    batch: Batch
    bar: Bar | None
    change: float | None


@dataclass(frozen=True)
class Dossier:
    """Everything about a batch that a decision needs. `seen`: None when it can't be approved as it is."""

    report: Report | None
    summary: Summary
    columns: tuple[SentColumn, ...]
    lines: tuple[str, ...]
    parts: tuple[Part, ...]
    comparison: Comparison | None
    changes: Changes | None
    earlier: tuple[Decision, ...]
    seen: Seen | None
    bar: Bar | None
    may_decide: bool
    expires_at: datetime
    is_late: bool
    place_name: str
    cannot_seal: str
    """Why the files can't be encrypted for their receiver; empty where they can, or are not to be."""

    @property
    def is_unusual(self) -> bool:
        """Far fewer people than last time: the approver has to say that they have seen it."""
        return self.comparison is not None and self.comparison.change_percent < -UNUSUAL_DROP_PERCENT

    @property
    def place_words(self) -> str:
        """Where the files go, for the question before they do."""
        place = self.summary.place
        if len(place) == 1:  # a folder says by itself what it is
            return listed_apart([self.place_name, place[0].value])
        return listed_apart([self.place_name, *(f"{setting.label}: {setting.value}" for setting in place)])

    @property
    def digests(self) -> dict[str, str]:
        """The checksums that the form names."""
        return asdict(self.seen) if self.seen else {}


def waiting_in(workspace: Workspace, user: User, *, environment: str = "") -> list[Waiting]:
    """The batches that wait for a decision, those that have waited longest; not more than people can look at.

    `environment`: only those that go there.
    """
    related = ("maker", "destination", "result", "workspace")
    waiting = Batch.objects.of(workspace).filter(state=BatchState.WAITING).select_related(*related)
    if environment:
        waiting = waiting.filter(destination__environment=environment)
    batches = list(waiting.order_by("state_at", "pk")[:MOST_SHOWN])
    bars = bars_for(batches, user)
    changes = changes_since_last(workspace, batches)
    return [Waiting(batch, bars[batch.pk], changes.get(batch.pk)) for batch in batches]


def count_waiting_for(membership: Membership) -> int:
    """How many batches of others wait for this approver, for the header; 100 stands for many. Others: none."""
    if Role.APPROVER not in membership.roles:
        return 0
    waiting = Batch.objects.of(membership.workspace).filter(state=BatchState.WAITING)
    return len(waiting.exclude(maker=membership.user_id).values_list("pk")[:MOST_COUNTED])


def dossier_of(batch: Batch, membership: Membership, *, now: datetime, bar: Bar | None = None) -> Dossier:
    """The dossier as this member sees it. IDs in sample lines are masked: nobody has to know them to decide."""
    check, ends = batch.result, expires_at(batch)
    comparison = compare_with_last(batch, check) if check else None
    earlier = comparison.earlier.mapping if comparison else None
    columns = sent_columns(check.mapping, earlier, workspace=batch.workspace) if check else ()
    report = report_of(check) if check else None
    return Dossier(
        report=report,
        summary=summary_of(batch),
        columns=columns,
        lines=tuple(map(masked, sample_lines(check, 5))) if check else (),
        parts=tuple(check.parts.all()) if check else (),
        comparison=comparison,
        changes=_changes(batch, check, comparison, columns, report) if check else None,
        earlier=tuple(batch.decisions.select_related("approver").order_by("-created_at", "-pk")),
        seen=seen_in(batch),
        bar=bar or bar_for(batch, membership.user),
        may_decide=Role.APPROVER in membership.roles,
        expires_at=ends,
        is_late=ends < now,
        place_name=batch.destination.name if batch.destination else "",
        cannot_seal=sealing.in_words(sealing.problem_of(batch.mapping, batch.destination, now)),
    )


def _changes(
    batch: Batch, check: Check, comparison: Comparison | None, columns: tuple[SentColumn, ...], report: Report | None
) -> Changes:
    before = comparison.earlier.result if comparison else None
    reports = (report_of(before) if before else None, report)
    return changes_between(batch.workspace, before, check, columns, reports)
