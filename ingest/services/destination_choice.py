"""What a transfer is called, where it can go, and what else is on its way there."""

from datetime import datetime, timedelta

from django.utils import formats, timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from ingest.lifecycle import BatchState
from ingest.models import Batch, Destination, Workspace
from ingest.services.upload_names import title_from

NAME_CHARACTERS = 150
MOST_LOOKED_AT = 200
_UNDER_WAY = (BatchState.WAITING, BatchState.APPROVED, BatchState.SENDING)


def active_destinations(workspace: Workspace) -> tuple[Destination, ...]:
    """Where files can go, beta first: it is the rehearsal."""
    return tuple(Destination.objects.filter(workspace=workspace, is_active=True).order_by("environment", "name"))


def paused_destinations(workspace: Workspace) -> tuple[Destination, ...]:
    """Where files could go if an admin looked at it."""
    return tuple(Destination.objects.filter(workspace=workspace, paused_at__isnull=False).order_by("name"))


def proposed_name(batch: Batch, now: datetime) -> str:
    """The name that people gave, or one made of the file's name and the month in which it is made."""
    raw = title_from(batch.upload.name, NAME_CHARACTERS) if batch.upload else ""
    if batch.name and batch.name != raw:
        return batch.name
    title = (raw[:1].upper() + raw[1:]) or _("Transfer")
    return free_name(batch, _dated(Truncator(title).chars(100), timezone.localtime(now)))


def _dated(title: str, today: datetime) -> str:
    """The title with the month and the year, as far as it does not say them itself."""
    words = [form for form in ("F", "Y") if formats.date_format(today, form).casefold() not in title.casefold()]
    if not words:
        return title
    month = formats.date_format(today, words[0] if len(words) == 1 else "YEAR_MONTH_FORMAT")
    return _("%(title)s – %(month)s") % {"title": title, "month": month}


def is_taken(batch: Batch, name: str) -> bool:
    """Whether another transfer of the workspace, one that was not cancelled, has this name."""
    others = Batch.objects.of(batch.workspace).exclude(pk=batch.pk).exclude(state=BatchState.CANCELLED)
    return others.filter(name=name).exists()


def free_name(batch: Batch, name: str) -> str:
    """The name itself, or with the first number that no other transfer has: Loyalty (2)."""
    number, free = 1, name
    while is_taken(batch, free):
        number += 1
        ending = f" ({number})"
        free = name[: NAME_CHARACTERS - len(ending)] + ending
    return free


def latest_sending(workspace: Workspace, now: datetime) -> datetime:
    """Until when sending can be put off: checked files are kept no longer."""
    return now + timedelta(days=workspace.keep_parts_days)


def under_way_to_same(batch: Batch) -> list[Batch]:
    """Other transfers to the same data sources that wait or are being sent: nobody knows which arrives first."""
    keys = Batch.objects.of(batch.workspace).exclude(pk=batch.pk).newest_in(_UNDER_WAY, MOST_LOOKED_AT)
    others = Batch.objects.filter(pk__in=keys).only("number", "name", "mapping")
    return sorted((other for other in others if _sources(other) == _sources(batch)), key=lambda other: other.number)


def _sources(batch: Batch) -> tuple[object, ...]:
    mapping = batch.mapping
    linked = tuple(entry.get("dpid") for entry in mapping.get("ids", ()))
    return (mapping.get("kind"), mapping.get("target_dpid") or mapping.get("dpid"), linked)
