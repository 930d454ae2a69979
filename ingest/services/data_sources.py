"""An admin's data sources."""

from datetime import datetime

from django.db import IntegrityError, transaction

from ingest.models import DataSource, User, Workspace
from ingest.services.events import record


class Taken(Exception):
    """The number is in the list already."""


def data_sources_of(workspace: Workspace) -> list[DataSource]:
    """All of them, those that are offered first."""
    return list(workspace.data_sources.order_by("-is_active", "name", "dpid"))


def add(workspace: Workspace, *, actor: User, now: datetime, **fields: object) -> DataSource:
    """A new one. Raises Taken."""
    try:
        with transaction.atomic():
            made = DataSource.objects.create(workspace=workspace, **fields)
            record("data_source.added", workspace=workspace, actor=actor, now=now, after=_told(made))
    except IntegrityError as error:
        raise Taken from error
    return made


def change(source: DataSource, *, actor: User, now: datetime, **fields: object) -> None:
    """Change name, kind of ID, or whether it is offered; its number stays what it is."""
    before = _told(source)
    for name, value in fields.items():
        setattr(source, name, value)
    with transaction.atomic():
        source.save(update_fields=list(fields))
        record(
            "data_source.changed", workspace=source.workspace, actor=actor, now=now, before=before, after=_told(source)
        )


def _told(source: DataSource) -> dict[str, object]:
    return {
        "dpid": source.dpid, "name": source.name, "id_type": source.id_type, "is_active": source.is_active,
    }  # fmt: skip
