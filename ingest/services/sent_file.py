"""A file that was sent, or that a practice run made, for people who want to see its very bytes."""

from datetime import datetime
from typing import TYPE_CHECKING

from ingest.aam.naming import FileSuffix
from ingest.crm.mapping import parse_mapping
from ingest.engine.names import part_names
from ingest.lifecycle import BatchState, PartState
from ingest.models import Batch, DeliveredPart, Part, User
from ingest.services import files
from ingest.services.events import record

if TYPE_CHECKING:
    from django.core.files import File


def approved_name(sent: DeliveredPart) -> str:
    """What the approved bytes of a part are called: an encrypted one was approved, and is kept, before it was."""
    return sent.name.removesuffix(f".{FileSuffix.GPG}") if sent.sealed_for else sent.name


def take_sent_file(batch: Batch, number: int, *, actor: User, now: datetime) -> "tuple[str, File[bytes]]":
    """The name and the stored bytes of one part that is at the receiver; it is told who took it.

    Of an encrypted part these are the bytes that were approved, under their name without the ending. Of a practice run
    a part that was made, under a name that no receiver takes. Raises FileGone, also where there is no such part.
    """
    found = _practised(batch, number) if batch.is_practice else _sent(batch, number)
    if found is None:
        raise files.FileGone(f"part {number}")
    name, part = found
    stored = files.opened(part.key)
    record(
        "part.downloaded", workspace=batch.workspace, batch=batch, actor=actor, now=now, after={"name": name},
        sha256=part.sha256,
    )  # fmt: skip
    return name, stored


def _sent(batch: Batch, number: int) -> tuple[str, Part] | None:
    sent = DeliveredPart.objects.filter(delivery=batch.delivery_id, part__number=number, state=PartState.SENT)
    kept = sent.filter(part__check_run__parts_deleted_at=None, delivery__batch__data_deleted_at=None)
    found = kept.select_related("part").first()
    return None if found is None else (approved_name(found), found.part)


def _practised(batch: Batch, number: int) -> tuple[str, Part] | None:
    check = batch.result
    if check is None or batch.state != BatchState.PRACTISED or batch.data_deleted_at is not None:
        return None
    parts = list(check.parts.all()) if check.parts_deleted_at is None else []
    part = next((part for part in parts if part.number == number), None)
    if part is None:
        return None
    names = part_names(parse_mapping(check.mapping), int(batch.state_at.timestamp()), len(parts), is_sealed=False)
    return f"practice-{names[parts.index(part)]}", part
