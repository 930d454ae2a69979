"""What a workspace allows, and how long it keeps files."""

from datetime import datetime

from django.db import transaction

from ingest.models import User, Workspace
from ingest.services.events import record


def change(workspace: Workspace, *, actor: User, now: datetime, **limits: int) -> None:
    """Set limits, and tell what they were."""
    before = {name: getattr(workspace, name) for name in limits}
    for name, value in limits.items():
        setattr(workspace, name, value)
    with transaction.atomic():
        workspace.save(update_fields=list(limits))
        record("workspace.limits", workspace=workspace, actor=actor, now=now, before=before, after=limits)
