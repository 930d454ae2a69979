"""A file that was sent, for people who want to see its very bytes."""

from datetime import datetime
from typing import TYPE_CHECKING

from ingest.aam.naming import FileSuffix
from ingest.lifecycle import PartState
from ingest.models import Batch, DeliveredPart, User
from ingest.services import files
from ingest.services.events import record

if TYPE_CHECKING:
    from django.core.files import File


def approved_name(sent: DeliveredPart) -> str:
    """What the approved bytes of a part are called: an encrypted one was approved, and is kept, before it was."""
    return sent.name.removesuffix(f".{FileSuffix.GPG}") if sent.sealed_for else sent.name


def take_sent_file(batch: Batch, number: int, *, actor: User, now: datetime) -> "tuple[str, File[bytes]]":
    """The name and the stored bytes of one part that is at the receiver; it is told who took it.

    Of an encrypted part these are the bytes that were approved, under their name without the ending.

    Raises FileGone, also where no such part was sent.
    """
    sent = DeliveredPart.objects.filter(delivery=batch.delivery_id, part__number=number, state=PartState.SENT)
    kept = sent.filter(part__check_run__parts_deleted_at=None, delivery__batch__data_deleted_at=None)
    found = kept.select_related("part").first()
    if found is None:
        raise files.FileGone(f"part {number}")
    stored = files.opened(found.part.key)
    record(
        "part.downloaded", workspace=batch.workspace, batch=batch, actor=actor, now=now, after={"name": found.name},
        sha256=found.part.sha256,
    )  # fmt: skip
    return approved_name(found), stored
