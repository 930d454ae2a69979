"""Many traits at once, out of a CSV file: compared with the catalogue, shown, and only then kept."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NoReturn

from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext as _

from ingest.models import Trait, User, Workspace
from ingest.services.events import record
from ingest.services.traits_file import COLUMNS, MOST_BYTES, NotReadable, read_table
from ingest.services.traits_rows import Wrong, read_row

__all__ = ["COLUMNS", "MOST_BYTES", "NotReadable", "Plan", "apply_import", "keep_file", "kept_file", "plan_import"]

_KEPT_SECONDS: Final = 2 * 3600
_FIELDS: Final = ("data_source", "name", "description", "type", "rule", "aam_created_at")


@dataclass(frozen=True)
class RowProblem:
    """A row that is left alone: its spreadsheet number and the sentence that says why."""

    row: int
    sentence: str


@dataclass(frozen=True)
class Change:
    """A trait of the catalogue that the file tells otherwise: what each of its fields was, and what it will be."""

    trait: Trait
    fields: dict[str, tuple[Any, Any]]


@dataclass
class Plan:
    """What an import would do; nothing of it is done yet."""

    added: list[Trait] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    same: int = 0
    problems: list[RowProblem] = field(default_factory=list)
    unknown: tuple[str, ...] = ()


def plan_import(workspace: Workspace, data: bytes, *, now: datetime) -> Plan:
    """What the file would add and change. Raises NotReadable; a wrong row is told and leaves the others alone."""
    table = read_table(data)
    sources = {source.dpid: source for source in workspace.data_sources.all()}
    known = {trait.sid: trait for trait in workspace.traits.select_related("data_source")}
    plan, seen = Plan(unknown=table.unknown), dict[int, int]()
    for number, cells, has_too_many in table.rows:
        try:
            fields = _too_many() if has_too_many else read_row(cells, sources, now)
            _once(fields["sid"], number, seen)
        except Wrong as wrong:
            plan.problems.append(RowProblem(number, str(wrong)))
        else:
            _compare(plan, workspace, fields, known.get(fields["sid"]))
    return plan


def apply_import(workspace: Workspace, plan: Plan, *, actor: User, now: datetime) -> None:
    """Keep what a plan says. Traits that are not in the file stay as they are."""
    for change in plan.changed:
        for name, (_before, after) in change.fields.items():
            setattr(change.trait, name, after)
    with transaction.atomic():
        # Whoever added the same number meanwhile: the file has the last word, as it has about those that it changes.
        Trait.objects.bulk_create(
            plan.added, batch_size=500, update_conflicts=True, unique_fields=["workspace", "sid"],
            update_fields=list(_FIELDS),
        )  # fmt: skip
        Trait.objects.bulk_update([change.trait for change in plan.changed], list(_FIELDS), batch_size=500)
        record(
            "trait.imported", workspace=workspace, actor=actor, now=now,
            after={"added": len(plan.added), "changed": len(plan.changed)},
        )  # fmt: skip


def keep_file(workspace: Workspace, user: User, data: bytes) -> str:
    """Keep a file of traits between the page that shows its plan and the one that carries it out; the key to it."""
    key = secrets.token_urlsafe(16)
    cache.set(_cache_key(workspace, user, key), data, _KEPT_SECONDS)
    return key


def kept_file(workspace: Workspace, user: User, key: str) -> bytes | None:
    """The file again, for the person who uploaded it; None when it is gone."""
    found = cache.get(_cache_key(workspace, user, key[:64]))
    return found if isinstance(found, bytes) else None


def _cache_key(workspace: Workspace, user: User, key: str) -> str:
    return f"traits-import:{workspace.pk}:{user.pk}:{key if key.isascii() and key.isprintable() else ''}"


def _too_many() -> NoReturn:
    raise Wrong(_("The row has more cells than the first row has names. Put texts with commas in quotes."))


def _once(sid: int, row: int, seen: dict[int, int]) -> None:
    if sid in seen:
        raise Wrong(
            _("The number %(sid)s stands in row %(first)s already. Keep one of the rows.")
            % {"sid": sid, "first": seen[sid]}
        )
    seen[sid] = row


def _compare(plan: Plan, workspace: Workspace, fields: dict[str, Any], present: Trait | None) -> None:
    if present is None:
        plan.added.append(Trait(workspace=workspace, **fields))
        return
    changed = {
        name: (getattr(present, name), value) for name, value in fields.items() if getattr(present, name) != value
    }
    if changed:
        plan.changed.append(Change(present, changed))
    else:
        plan.same += 1
