"""Transfers of a workspace, newest first: filtered, page by page, however many there are."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from ingest.lifecycle import BatchState
from ingest.models import Batch, DeliveredPart, Destination, Upload, User, Workspace

PAGE: Final = 25
EXPORT_CHUNK: Final = 500
FEW: Final = 500
MOST_COUNTED: Final = 1_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_REFERENCE: Final = re.compile(r"[Tt]-?([1-9][0-9]{0,9})")
# The sorted query is of one table only, so that no planner, with whatever statistics, begins at another one and sorts.
# What is shown is joined once it is known what is shown.
_SHOWN: Final = (
    "number", "name", "is_practice", "state", "state_at", "created_at", "maker__name", "destination__name",
    "destination__environment", "upload__name", "result__rows", "result__accepted", "result__refused",
    "result__distinct_ids",
)  # fmt: skip


@dataclass(frozen=True)
class Filters:
    """What is looked for. Empty members don't narrow anything; `until` is not included."""

    search: str = ""
    states: tuple[str, ...] = ()
    environment: str = ""
    maker: int | None = None
    dpid: int | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def narrows(self) -> bool:
        """Whether anything is left out."""
        return self != Filters()


@dataclass(frozen=True)
class Totals:
    """How many transfers were sent this month, wait, and failed; MOST_COUNTED stands for as many or more."""

    sent: int
    waiting: int
    failed: int


@dataclass(frozen=True)
class Cursor:
    """A place between two transfers: `created_at` and ID of the one beside it."""

    created_at: datetime
    pk: int

    def __str__(self) -> str:
        """As it stands in an address."""
        since = self.created_at - _EPOCH
        return f"{since // timedelta(seconds=1)}.{since.microseconds:06d}-{self.pk}"


@dataclass(frozen=True)
class Page:
    """Some transfers, and where the older and the newer ones begin (None: there are none)."""

    batches: list[Batch] = field(default_factory=list)
    older: Cursor | None = None
    newer: Cursor | None = None


def parse_cursor(text: str) -> Cursor | None:
    """Read a cursor; None for anything that is none."""
    found = re.fullmatch(r"([0-9]{1,10})\.([0-9]{6})-([0-9]{1,18})", text)
    if found is None:
        return None
    moment = _EPOCH + timedelta(seconds=int(found[1]), microseconds=int(found[2]))
    return Cursor(moment, int(found[3]))


def page(workspace: Workspace, filters: Filters, *, before: Cursor | None, after: Cursor | None) -> Page:
    """One page: the transfers older than `before`, or those newer than `after`, or the newest.

    Two places in an index are read, whatever the number of transfers: no offset, no count. Past either end, or less
    than a page from the newest one, the newest page is shown.
    """
    chosen = _chosen(workspace, filters)
    if after is not None:
        found = _places(_newer(chosen, after).order_by("created_at", "id"), PAGE + 1)
        if len(found) > PAGE:
            found = found[PAGE - 1 :: -1]
            return Page(_at(found), found[-1], found[0])
    elif before is not None:
        found = _places(_older(chosen, before).order_by("-created_at", "-id"), PAGE + 1)
        if found:
            return Page(_at(found[:PAGE]), _rest(found), found[0])
    found = _places(chosen.order_by("-created_at", "-id"), PAGE + 1)
    return Page(_at(found[:PAGE]), _rest(found), None)


def totals(workspace: Workspace, now: datetime) -> Totals:
    """The totals in the time zone of the page. Stretches of an index are read, never more than MOST_COUNTED of each."""
    here = Batch.objects.of(workspace)
    month = timezone.localtime(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    sent = here.filter(state=BatchState.SENT, state_at__gte=month)
    waiting, failed = here.filter(state=BatchState.WAITING), here.filter(state=BatchState.FAILED)
    return Totals(*(len(chosen.values_list("pk")[:MOST_COUNTED]) for chosen in (sent, waiting, failed)))


def export(workspace: Workspace, filters: Filters) -> Iterator[Batch]:
    """Every transfer that the filters leave, newest first, read in chunks."""
    chosen = _chosen(workspace, filters).order_by("-created_at", "-id")
    cursor: Cursor | None = None
    while chunk := _places(chosen if cursor is None else _older(chosen, cursor), EXPORT_CHUNK):
        yield from _at(chunk)
        cursor = chunk[-1]


def makers_in(workspace: Workspace) -> list[User]:
    """Everybody who has made a transfer here, by name; also those who make none any more, or have left."""
    theirs = Batch.objects.of(workspace).filter(maker=OuterRef("pk"))
    return list(User.objects.filter(Exists(theirs)).only("name").order_by("name", "pk"))


def _chosen(workspace: Workspace, filters: Filters) -> QuerySet[Batch]:
    chosen = Batch.objects.of(workspace)
    if filters.states:
        chosen = chosen.filter(state__in=filters.states)
    if filters.environment:
        places = Destination.objects.filter(workspace=workspace, environment=filters.environment)
        chosen = chosen.filter(destination_id__in=list(places.values_list("pk", flat=True)))
    if filters.maker is not None:
        chosen = chosen.filter(maker_id=filters.maker)
    if filters.dpid is not None:
        chosen = chosen.filter(dpid=filters.dpid)
    if filters.since is not None:
        chosen = chosen.filter(created_at__gte=filters.since)
    if filters.until is not None:
        chosen = chosen.filter(created_at__lt=filters.until)
    return chosen.filter(_matching(workspace, filters.search)) if filters.search else chosen


def _matching(workspace: Workspace, search: str) -> Q:
    """A reference finds its transfer; anything else is looked for in names and file names.

    What few have is found in indexes of names, without reading a transfer. What very many have is looked for from the
    newest one on, since a page is soon full.
    """
    found = _REFERENCE.fullmatch(search)
    if found:
        return Q(number=int(found[1]))
    named = Batch.objects.of(workspace).filter(name__icontains=search).values_list("pk", flat=True)
    files = Upload.objects.filter(workspace=workspace, name__icontains=search).values_list("pk", flat=True)
    sent = DeliveredPart.objects.filter(delivery__workspace=workspace, name=search).values_list("delivery", flat=True)
    sets = [list(keys[: FEW + 1]) for keys in (named, files, sent)]
    if max(map(len, sets)) > FEW:
        return Q(name__icontains=search) | Q(upload__name__icontains=search) | Q(delivery__in=sets[2])
    return Q(pk__in=sets[0]) | Q(upload__in=sets[1]) | Q(delivery__in=sets[2])


def _older(chosen: QuerySet[Batch], than: Cursor) -> QuerySet[Batch]:
    return chosen.filter(Q(created_at__lte=than.created_at) & (Q(created_at__lt=than.created_at) | Q(pk__lt=than.pk)))


def _newer(chosen: QuerySet[Batch], than: Cursor) -> QuerySet[Batch]:
    return chosen.filter(Q(created_at__gte=than.created_at) & (Q(created_at__gt=than.created_at) | Q(pk__gt=than.pk)))


def _rest(found: list[Cursor]) -> Cursor | None:
    """Where the next page begins, of one place more than a page."""
    return found[PAGE - 1] if len(found) > PAGE else None


def _places(ordered: QuerySet[Batch], most: int) -> list[Cursor]:
    return [Cursor(created_at, pk) for created_at, pk in ordered.values_list("created_at", "pk")[:most]]


def _at(places: list[Cursor]) -> list[Batch]:
    """The transfers at these places with what is shown of them, in one query."""
    shown = Batch.objects.select_related("maker", "destination", "upload", "result").only(*_SHOWN)
    found = shown.in_bulk([place.pk for place in places])
    return [found[place.pk] for place in places]
