"""What a person sees first: what needs them, and how the last days were."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import chain
from typing import Final, TypeVar

from django.db import DatabaseError
from django.db.models import Count, Sum
from django.utils import timezone

from ingest.lifecycle import BatchState
from ingest.models import Batch, Membership, Role, Workspace
from ingest.models.batch import BatchQuerySet
from ingest.models.moments import LatestOf
from ingest.services.four_eyes import bars_for
from ingest.services.source_months import SourceMonths, months_of

logger = logging.getLogger(__name__)
T = TypeVar("T")

SHOWN: Final = 20
DAYS: Final = 30
_RELATED = ("maker", "destination", "result", "decision__approver")
_SHOWN_OF_EACH = (
    "workspace_id", "number", "name", "is_practice", "state", "state_at", "created_at", "upload_id", "header_sha256",
    "mapping", "maker__name",
    "result__distinct_ids", "destination__changed_by", "destination__changed_at", "decision__reason",
    "decision__approver__name",
)  # fmt: skip
_MAKERS_TURN = (
    BatchState.CHANGES_NEEDED, BatchState.FAILED, BatchState.PARTLY_SENT, BatchState.CHECKED, BatchState.DRAFT,
)  # fmt: skip
_TURN_OF: Final[Mapping[str, int]] = {state: turn for turn, state in enumerate(_MAKERS_TURN)}
_UNDER_WAY = (BatchState.CHECKING, BatchState.WAITING, BatchState.APPROVED, BatchState.SENDING)


@dataclass(frozen=True)
class Day:
    """How many transfers were sent on a day of the person's time zone, and how many people were in them."""

    day: date
    sent: int
    people: int


@dataclass(frozen=True)
class Home:
    """`to_decide` waits for this approver, `to_continue` for this maker, `under_way` for somebody or something else.

    `days` are the last ones up to today, oldest first, those without a transfer as well; `months` those of each data
    source. Either is None where it could not be read: the rest of the page is there all the same.
    """

    to_decide: tuple[Batch, ...]
    to_continue: tuple[Batch, ...]
    under_way: tuple[Batch, ...]
    days: tuple[Day, ...] | None
    months: tuple[SourceMonths, ...] | None
    is_new: bool

    @property
    def needs_you(self) -> int:
        """How many things wait for this person."""
        return len(self.to_decide) + len(self.to_continue)

    @property
    def sent(self) -> int:
        """How many transfers were sent in these days."""
        return sum(day.sent for day in self.days or ())

    @property
    def people(self) -> int:
        """How many people were in them."""
        return sum(day.people for day in self.days or ())

    @property
    def people_a_day(self) -> list[int]:
        """One number a day, oldest first."""
        return [day.people for day in self.days or ()]

    @property
    def busy_days(self) -> list[Day]:
        """Those on which something was sent, the latest first."""
        return [day for day in reversed(self.days or ()) if day.sent]


def home_of(membership: Membership, *, now: datetime) -> Home:
    """The home page of a member."""
    workspace, user, here = membership.workspace, membership.user, Batch.objects.of(membership.workspace)
    keys = (
        _waiting_longest(here) if Role.APPROVER in membership.roles else [],
        here.filter(maker=user).newest_in(_MAKERS_TURN, SHOWN),
        here.newest_in(_UNDER_WAY, SHOWN),
    )
    waiting, mine, others = _shown(*keys)
    bars = bars_for(waiting, user) if waiting else {}
    to_decide = tuple(batch for batch in waiting if bars[batch.pk] is None)
    to_continue = tuple(sorted(mine, key=lambda batch: _TURN_OF.get(batch.state, len(_TURN_OF))))
    under_way = tuple(batch for batch in others if batch not in to_decide)
    is_new = not any(keys) and not here.exists()
    days, months = _or_none(lambda: _days(workspace, now)), _or_none(lambda: months_of(workspace, now))
    return Home(to_decide, to_continue, under_way, days, months, is_new)


def _or_none(read: Callable[[], T]) -> T | None:
    """What is nice to know must not cost people what they have to do."""
    try:
        return read()
    except DatabaseError as error:
        logger.warning("home: figures could not be read (%s)", type(error).__name__)
        return None


def _waiting_longest(here: BatchQuerySet) -> list[int]:
    waiting = here.filter(state=BatchState.WAITING).order_by("state_at", "pk")
    return list(waiting.values_list("pk", flat=True)[:SHOWN])


def _shown(*lists: list[int]) -> list[list[Batch]]:
    """The transfers with these keys, each list in its order. What is shown with them is joined once they are chosen."""
    found = Batch.objects.select_related(*_RELATED).only(*_SHOWN_OF_EACH).in_bulk(set(chain(*lists)))
    return [[found[key] for key in keys if key in found] for keys in lists]


def _days(workspace: Workspace, now: datetime) -> tuple[Day, ...]:
    """The last days of the current time zone, counted by when the transfers were sent."""
    today = timezone.localtime(now).date()
    days = [today - timedelta(days=ago) for ago in range(DAYS)]
    begun = [timezone.make_aware(datetime.combine(day, time())) for day in days]
    sent = Batch.objects.of(workspace).filter(state=BatchState.SENT, state_at__gte=begun[-1])
    counted = sent.values_list(LatestOf("state_at", begun)).annotate(Count("pk"), Sum("result__distinct_ids"))
    found = {number: (count, people or 0) for number, count, people in counted}
    return tuple(Day(day, *found.get(number, (0, 0))) for number, day in reversed([*enumerate(days)]))
