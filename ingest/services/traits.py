"""The catalogue of traits: found, added, changed, taken out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Q

from ingest.models import DataSource, Trait, User, Workspace
from ingest.services.events import record

PAGE: Final = 50


class Taken(Exception):
    """The number is in the catalogue already."""


@dataclass(frozen=True)
class TraitPage:
    """Some traits by number; `after`: the number behind which the next page begins, None at the end."""

    traits: list[Trait]
    after: int | None


def traits_of(workspace: Workspace, *, search: str = "", after: int = 0) -> TraitPage:
    """A page of the catalogue, by number; `search` looks into names and numbers."""
    chosen = workspace.traits.select_related("data_source").filter(sid__gt=after)
    if search:
        by_number = Q(sid=int(search)) if search.isascii() and search.isdigit() and len(search) < 19 else Q()
        chosen = chosen.filter(Q(name__icontains=search) | by_number if by_number else Q(name__icontains=search))
    found = list(chosen.order_by("sid")[: PAGE + 1])
    return TraitPage(found[:PAGE], found[PAGE - 1].sid if len(found) > PAGE else None)


def all_traits(workspace: Workspace) -> Iterator[Trait]:
    """Every trait, by number."""
    return workspace.traits.select_related("data_source").order_by("sid").iterator(chunk_size=1000)


def sources_for_traits(workspace: Workspace) -> list[DataSource]:
    """The data sources that a trait can belong to."""
    return list(workspace.data_sources.order_by("name", "dpid"))


def add(workspace: Workspace, *, actor: User, now: datetime, **fields: object) -> Trait:
    """A new trait. Raises Taken."""
    try:
        with transaction.atomic():
            made = Trait.objects.create(workspace=workspace, **fields)
            record("trait.added", workspace=workspace, actor=actor, now=now, after={"sid": made.sid, "name": made.name})
    except IntegrityError as error:
        raise Taken from error
    return made


def change(trait: Trait, *, actor: User, now: datetime, **fields: object) -> None:
    """Change a trait. Raises Taken when it would get another one's number."""
    before = {"sid": trait.sid, "name": trait.name}
    for name, value in fields.items():
        setattr(trait, name, value)
    try:
        with transaction.atomic():
            trait.save(update_fields=list(fields))
            record(
                "trait.changed", workspace=trait.workspace, actor=actor, now=now, before=before,
                after={"sid": trait.sid, "name": trait.name},
            )  # fmt: skip
    except IntegrityError as error:
        raise Taken from error


def delete(trait: Trait, *, actor: User, now: datetime) -> None:
    """Take a trait out of the catalogue; in Audience Manager nothing happens."""
    with transaction.atomic():
        record(
            "trait.deleted", workspace=trait.workspace, actor=actor, now=now,
            before={"sid": trait.sid, "name": trait.name},
        )  # fmt: skip
        trait.delete()
