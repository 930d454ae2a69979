"""The one way in which answers of the journey are changed, so that no tab and no person overwrites another's."""

from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import F

from ingest.lifecycle import EDITABLE, BatchAction, BatchState
from ingest.models import Batch, User
from ingest.services.events import move, record

ANSWERS: Final = frozenset(
    {
        "copied_from", "destination", "header_sha256", "mapping", "name", "not_sent", "note", "replaces_confirmed",
        "send_at", "upload",
    }
)  # fmt: skip
"""What `change` may set. Everything else of a batch is moved by the services of its life cycle."""

_MAKES_STALE: Final = frozenset({"mapping", "upload"})
_MAKES_EDITOR: Final = frozenset({"destination", "mapping", "upload"})


class Stale(Exception):
    """The answers were changed since they were shown, as in a second tab; `batch` has the newer ones."""

    def __init__(self, batch: Batch) -> None:
        super().__init__("the answers have changed since")
        self.batch = batch


class NotEditable(Exception):
    """The batch is in a state in which its answers are fixed; `batch` says which."""

    def __init__(self, batch: Batch) -> None:
        super().__init__(f"answers cannot change in the state {batch.state}")
        self.batch = batch


def change(
    batch: Batch, *, actor: User, now: datetime, expected_version: int | None = None, **fields: Any
) -> Batch:  # fmt: skip
    """Set answers of a batch and return it with them; the same answers once more change nothing.

    `expected_version`: the version that the page was made from; without it the one of `batch` itself, so what was
    read for a new value and what is overwritten are the same. Another file or mapping makes a draft of a batch that
    was checked; whoever changes these or the destination becomes an editor and can't approve. Raises Stale when the
    version has moved, NotEditable when the batch is past changing.
    """
    _refuse_unknown(fields)
    seen = batch.version if expected_version is None else expected_version
    with transaction.atomic():
        current = _current(batch)
        changed = sorted(name for name, value in fields.items() if getattr(current, name) != value)
        if not changed:
            return _brought_up(batch, current)
        if BatchState(current.state) not in EDITABLE:
            raise NotEditable(current)
        if current.version != seen:
            raise Stale(current)
        _write(current, {name: fields[name] for name in changed}, actor=actor, now=now)
    return _brought_up(batch, current)


def _refuse_unknown(fields: dict[str, Any]) -> None:
    if unknown := fields.keys() - ANSWERS:
        raise TypeError(f"no answers of the journey: {', '.join(sorted(unknown))}")


def _current(batch: Batch) -> Batch:
    return Batch.objects.select_for_update(of=("self",)).select_related("workspace").get(pk=batch.pk)


def _write(current: Batch, values: dict[str, Any], *, actor: User, now: datetime) -> None:
    """Write new values over the version that was read, and tell it."""
    changed = sorted(values)
    if _MAKES_EDITOR.intersection(changed):
        # the tick was about what would have been sent before
        values = {"replaces_confirmed": False, **values}
    same = Batch.objects.filter(pk=current.pk, version=current.version, state=current.state)
    if not same.update(version=F("version") + 1, **values):
        raise Stale(_current(current))
    for name, value in values.items():
        setattr(current, name, value)
    current.version += 1
    record(
        "batch.answers", workspace=current.workspace, batch=current, actor=actor, now=now,
        after={"changed": changed}, sha256=current.upload.sha256 if "upload" in changed and current.upload else "",
    )  # fmt: skip
    if _MAKES_STALE.intersection(changed) and current.state != BatchState.DRAFT:
        move(current, BatchAction.EDIT, actor=actor, now=now)
    if _MAKES_EDITOR.intersection(changed):
        current.editors.add(actor)


def _brought_up(batch: Batch, current: Batch) -> Batch:
    """The caller's batch with the answers, the state and the version that are true now."""
    for name in (*ANSWERS, "state", "state_at", "version"):
        setattr(batch, name, getattr(current, name))
    return batch
