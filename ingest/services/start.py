"""A file becomes the file of a transfer: of a new one, or of one that is being prepared."""

from datetime import datetime
from typing import Any, Final

from django.db import transaction

from ingest.crm.mapping_types import ReaderOptions
from ingest.crm.proposals import header_fingerprint
from ingest.engine.errors import FileProblem
from ingest.models import Batch, Upload, User
from ingest.services import answers, look
from ingest.services.events import record
from ingest.services.files import FileGone
from ingest.services.reader import reader_to_json
from ingest.services.sealing import packed_first
from ingest.services.upload_names import title_from

NAME_CHARACTERS: Final = 150
_TRIES: Final = 3


class NotUsable(Exception):
    """The upload is not complete, or it was deleted meanwhile."""


def start_batch(upload: Upload, *, actor: User, now: datetime, is_practice: bool = False) -> Batch:
    """A new draft with this file. A second click with the same upload gives the draft that the first one made.

    `is_practice`: it can go through every step, and nothing of it is ever sent.

    Raises NotUsable. A file that cannot be read still starts a draft: its page says what is wrong, and how to go on.
    """
    found = _answers(upload, packed_first({"version": 1}, upload.workspace))
    with transaction.atomic():
        _lock(upload)
        earlier = Batch.objects.filter(upload=upload, maker=actor).order_by("pk").first()
        if earlier is not None:
            return earlier
        batch = Batch.objects.create(
            workspace=upload.workspace, number=upload.workspace.take_number(), maker=actor, state_at=now,
            upload=upload, name=title_from(upload.name, NAME_CHARACTERS), is_practice=is_practice, **found,
        )  # fmt: skip
        batch.editors.add(actor)
        record(
            "batch.started", workspace=upload.workspace, batch=batch, actor=actor, now=now, sha256=upload.sha256,
            after={"state": batch.state, "upload": str(upload.pk), **({"practice": True} if is_practice else {})},
        )  # fmt: skip
    return batch


def replace_file(batch: Batch, upload: Upload, *, actor: User, now: datetime) -> Batch:
    """Give a batch that is being prepared another file; its other answers stay, also those of another tab.

    Raises NotUsable, answers.NotEditable, and answers.Stale when others keep changing it.
    """
    for _ in range(_TRIES - 1):
        try:
            return _replace(batch, upload, actor, now)
        except answers.Stale as stale:
            batch = stale.batch
    return _replace(batch, upload, actor, now)


def _replace(batch: Batch, upload: Upload, actor: User, now: datetime) -> Batch:
    found = _answers(upload, batch.mapping)
    with transaction.atomic():
        _lock(upload)
        return answers.change(batch, actor=actor, now=now, upload=upload, **found)


def change_reading(
    batch: Batch, reader: ReaderOptions, *, actor: User, now: datetime, expected_version: int | None = None
) -> Batch:
    """Read the batch's file in another way.

    Raises FileProblem when it can't be read so, FileGone, answers.Stale and answers.NotEditable.
    """
    if batch.upload is None:
        raise FileGone("none")
    examined = look.look_at(batch.upload, reader)
    mapping = {**batch.mapping, "reader": reader_to_json(examined.confirmed)}
    header = header_fingerprint(examined.header)
    return answers.change(
        batch, actor=actor, now=now, expected_version=expected_version, mapping=mapping, header_sha256=header
    )


def _answers(upload: Upload, mapping: dict[str, Any]) -> dict[str, Any]:
    """What a file answers by itself: how it is read, and which columns it has."""
    rest = {name: value for name, value in mapping.items() if name != "reader"}
    try:
        examined = look.look_at(upload, None)
    except FileGone as problem:
        raise NotUsable from problem
    except FileProblem:
        return {"mapping": rest, "header_sha256": ""}
    reader = reader_to_json(examined.confirmed)
    return {"mapping": {**rest, "reader": reader}, "header_sha256": header_fingerprint(examined.header)}


def _lock(upload: Upload) -> None:
    """Hold the upload until the commit, so that the sweeper can't take it for unused meanwhile. Raises NotUsable."""
    state = Upload.objects.select_for_update().values_list("state", flat=True).filter(pk=upload.pk).first()
    if state != Upload.State.COMPLETE:
        raise NotUsable
