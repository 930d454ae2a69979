"""How many people were sent for each data source, month by month."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from django.core.cache import cache
from django.db.models import Count, Sum
from django.utils import timezone

from ingest.lifecycle import BatchState
from ingest.models import Batch, Workspace
from ingest.models.batch import BatchQuerySet
from ingest.models.moments import LatestOf
from ingest.services.id_words import Text
from ingest.services.sources import ever_used, named

MONTHS: Final = 12
MOST_SOURCES: Final = 8
_KEPT_SECONDS: Final = 24 * 60 * 60

_Counts = dict[tuple[int, int | None], tuple[int, int]]
"""Transfers and people, by how many months ago and by data source."""


@dataclass(frozen=True)
class Month:
    """What was sent in a month of the person's time zone; `first` is its first day."""

    first: date
    sent: int
    people: int


@dataclass(frozen=True)
class SourceMonths:
    """One data source and its months, oldest first, those without a transfer as well."""

    dpid: int
    name: Text
    months: tuple[Month, ...]

    @property
    def people(self) -> int:
        """How many people in all these months."""
        return sum(month.people for month in self.months)

    @property
    def sent(self) -> int:
        """How many transfers in all these months."""
        return sum(month.sent for month in self.months)

    @property
    def people_a_month(self) -> list[int]:
        """One number a month, oldest first."""
        return [month.people for month in self.months]

    @property
    def busy_months(self) -> list[Month]:
        """Those in which something was sent, the latest first."""
        return [month for month in reversed(self.months) if month.sent]


def months_of(workspace: Workspace, now: datetime) -> tuple[SourceMonths, ...]:
    """The data sources for which something was sent in the last months up to now, those with most people first."""
    firsts = _firsts(timezone.localtime(now).date())
    begun = [timezone.make_aware(datetime.combine(first, time())) for first in firsts]
    counts = {**_closed(workspace, begun), **_counted(_sent(workspace).filter(state_at__gte=begun[0]), begun)}
    of_source: dict[int, dict[int, tuple[int, int]]] = defaultdict(dict)
    for (ago, dpid), found in counts.items():
        if dpid is not None:
            of_source[dpid][ago] = found
    sources = ever_used(workspace)
    told = [
        SourceMonths(
            dpid,
            source.name if (source := named(sources, dpid)) else str(dpid),
            tuple(Month(first, *months.get(ago, (0, 0))) for ago, first in reversed([*enumerate(firsts)])),
        )
        for dpid, months in of_source.items()
    ]
    return tuple(sorted(told, key=lambda one: (-one.people, one.dpid))[:MOST_SOURCES])


def _firsts(today: date) -> list[date]:
    """The first days of this month and of those before, the latest first."""
    firsts = [today.replace(day=1)]
    while len(firsts) < MONTHS:
        firsts.append((firsts[-1] - timedelta(days=1)).replace(day=1))
    return firsts


def _sent(workspace: Workspace) -> BatchQuerySet:
    return Batch.objects.of(workspace).filter(state=BatchState.SENT)


def _closed(workspace: Workspace, begun: list[datetime]) -> _Counts:
    """The months that are over. Nothing changes in them any more, so they are counted once a day and time zone."""
    key = f"source-months-{workspace.pk}-{begun[0].timestamp():.0f}"
    found: _Counts | None = cache.get(key)
    if found is None:
        found = _counted(_sent(workspace).filter(state_at__gte=begun[-1], state_at__lt=begun[0]), begun)
        cache.set(key, found, _KEPT_SECONDS)
    return found


def _counted(sent: BatchQuerySet, begun: list[datetime]) -> _Counts:
    counted = sent.values_list(LatestOf("state_at", begun), "dpid").annotate(Count("pk"), Sum("result__distinct_ids"))
    return {(ago, dpid): (count, people or 0) for ago, dpid, count, people in counted}
