"""The one way in which events are written."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ingest.lifecycle import BatchAction
from ingest.models import Batch, Event, User, Workspace
from ingest.services.mail_outbox import tell


def record(  # noqa: PLR0913 - one argument for each thing that an event tells
    kind: str,
    *,
    workspace: Workspace,
    actor: User | None,
    now: datetime,
    batch: Batch | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    sha256: str = "",
) -> Event:
    """Write one event, and who is told of it, in the transaction of what it tells.

    Never give it a cell, an address or a secret.
    """
    event = Event.objects.create(
        workspace=workspace, batch=batch, kind=kind, actor=actor, at=now,
        before=dict(before or {}), after=dict(after or {}), sha256=sha256,
    )  # fmt: skip
    tell(event)
    return event


def move(
    batch: Batch, action: BatchAction, *, actor: User | None, now: datetime, sha256: str = "",
    after: Mapping[str, Any] | None = None, **changes: object,
) -> bool:  # fmt: skip
    """Move a batch and write the event, or do neither and return False: somebody else was first.

    To be called inside a transaction. `after` is added to the event, `changes` are set on the batch.
    """
    old = batch.state
    if not Batch.objects.all().move(batch, action, now=now, **changes):
        return False
    record(
        f"batch.{action}", workspace=batch.workspace, batch=batch, actor=actor, now=now,
        before={"state": old}, after={"state": batch.state, **(after or {})}, sha256=sha256,
    )  # fmt: skip
    return True
