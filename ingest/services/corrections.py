"""Corrected rows that come back: taken in, put in their places by a worker, and checked with everything else."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from ingest.crm.mapping import mapping_to_document, parse_mapping
from ingest.engine.errors import FileProblem
from ingest.models import Batch, Check, Upload, User
from ingest.services import check as checks
from ingest.services import files, look
from ingest.services.events import record
from ingest.services.mapping_digest import mapping_sha256
from ingest.services.problems import about_file
from ingest.services.reader import reader_to_json
from ingest.services.work import Claim


class NotTaken(Exception):
    """The file is none that can be merged; `sentence` says what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def take(batch: Batch, corrected: Upload, *, actor: User, now: datetime) -> Check:
    """Begin a check in which the rows of `corrected` stand in for the batch's own. Raises NotTaken.

    Rows are known by their numbers, so they belong only to the file that the result is of.
    """
    if batch.result is None or batch.result.upload_id != batch.upload_id:
        raise NotTaken(
            _("The customer file is another one than the one whose rows were left out. Start the check of it first.")
        )
    try:
        examined = look.look_at(corrected, None)
    except FileProblem as problem:
        raise NotTaken(about_file(problem)) from problem
    except files.FileGone as gone:
        raise NotTaken(_("The file is no longer in the portal's storage. Upload it again.")) from gone
    if not examined.is_refused_file:
        raise NotTaken(
            _(
                "This file does not begin with the columns “row”, “codes” and “what to do”. Download the rows that "
                "were left out, correct them there and upload that file."
            )
        )
    try:
        return checks.start(batch, actor=actor, now=now, corrections=corrected)
    except checks.NotReady as missing:
        raise NotTaken(missing.sentence) from missing
    except checks.NotPossible as busy:
        raise NotTaken(_("This transfer is being checked or has gone on meanwhile. Nothing was changed.")) from busy


def put_in_place(check: Check, claim: Claim, folder: Path, *, now: datetime, stop: Callable[[], bool]) -> Check:
    """Before a check runs: merge its corrections into the customer file, which is from then on the batch's file.

    A check without corrections is handed back as it is, and so is one whose corrections are in place already, so this
    may run twice. Raises FileProblem (a file that cannot be merged), FileGone, LeaseLost, Cancelled, OSError.
    """
    from ingest.engine.corrections import merge_corrections  # noqa: PLC0415 - few processes ever merge

    if check.corrections is None or check.corrected is not None:
        return check
    document = parse_mapping(check.mapping)
    target = folder / "corrected.csv"
    target.unlink(missing_ok=True)
    with files.local_copy(check.upload.key) as original, files.local_copy(check.corrections.key) as corrected:
        merged = merge_corrections(original, document.reader, corrected, target, stop=stop)
    mapping = {**mapping_to_document(document), "reader": reader_to_json(merged.reader)}
    upload = _stored(check, target, now)
    _use(check, upload, mapping, claim, now, replaced=merged.replaced, unknown=len(merged.unknown))
    return check


def mended_rows(check: Check, refused: Path, *, left_out: int, stop: Callable[[], bool]) -> int | None:
    """How many of the rows that were put in their places are fine now; None for a check without corrections.

    `refused`: the rows that the check leaves out, `left_out` of them. Raises FileProblem, FileGone, Cancelled, OSError.
    """
    from ingest.engine.corrections import rows_in_both  # noqa: PLC0415 - few processes ever merge

    if check.corrections is None or check.corrected is None:
        return None
    if not left_out:  # a file without rows is none that can be read
        return check.corrected
    with files.local_copy(check.corrections.key) as corrected:
        return check.corrected - rows_in_both(corrected, refused, stop=stop)


def _stored(check: Check, path: Path, now: datetime) -> Upload:
    """The merged file as an upload of its own; the one that it was made from stays as it is."""
    size, digest = path.stat().st_size, files.sha256_of(path)
    upload = Upload(
        workspace=check.upload.workspace, owner=check.started_by, state=Upload.State.COMPLETE, sha256=digest,
        name=check.upload.name, declared_bytes=size, received_bytes=size, completed_at=now,
        expires_at=check.upload.expires_at,
    )  # fmt: skip
    upload.key = files.upload_key(upload.pk)
    files.put_away(path, upload.key)
    upload.save()
    return upload


def _use(check: Check, upload: Upload, mapping: dict[str, object], claim: Claim, now: datetime, **counts: int) -> None:
    with transaction.atomic():
        claim.hold()
        check.upload, check.upload_sha256 = upload, upload.sha256
        check.mapping, check.mapping_sha256 = mapping, mapping_sha256(mapping)
        check.bytes_total, check.corrected = upload.received_bytes, counts["replaced"]
        check.save(update_fields=["upload", "upload_sha256", "mapping", "mapping_sha256", "bytes_total", "corrected"])
        batch = check.batch
        Batch.objects.filter(pk=batch.pk).update(upload=upload, mapping=mapping, version=F("version") + 1)
        batch.editors.add(check.started_by)
        record(
            "batch.corrections", workspace=batch.workspace, batch=batch, actor=check.started_by, now=now,
            after=counts, sha256=upload.sha256,
        )  # fmt: skip
