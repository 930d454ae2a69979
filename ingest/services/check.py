"""Checking a batch: all rows of its customer file are judged and its parts are built, by a worker."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ingest import queue
from ingest.crm.mapping import MappingError
from ingest.lifecycle import BatchAction
from ingest.models import Batch, Check, Job, Upload, User
from ingest.services import files
from ingest.services.events import move
from ingest.services.mapping_digest import mapping_sha256


class NotReady(Exception):
    """The batch cannot be checked as it is; `sentence` says why and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NotPossible(Exception):
    """The batch is in a state in which no check can begin: one is running, or it was submitted. `batch` says which."""

    def __init__(self, batch: Batch) -> None:
        super().__init__(f"no check can begin in the state {batch.state}")
        self.batch = batch


def start(
    batch: Batch, *, actor: User, now: datetime, corrections: Upload | None = None,
    fix: Mapping[str, Any] | None = None, before: Check | None = None,
) -> Check:  # fmt: skip
    """Begin to check a batch; raises NotReady and NotPossible, and nothing has changed then.

    `corrections`: a refused.csv that came back; its rows are put in their places first. `fix`: what has just been
    changed in the mapping to mend the rows of the result `before`.
    """
    with transaction.atomic():
        fresh = Batch.objects.select_for_update(of=("self",)).select_related("workspace", "upload").get(pk=batch.pk)
        upload = _usable(fresh)
        check = Check(
            batch=fresh, started_by=actor, upload=upload, upload_sha256=upload.sha256, mapping=fresh.mapping,
            mapping_sha256=_complete(fresh), bytes_total=upload.received_bytes, corrections=corrections,
            fix=dict(fix or {}), before=before,
        )  # fmt: skip
        told = {"mapping_sha256": check.mapping_sha256, "upload": str(upload.pk)}
        if not move(fresh, BatchAction.CHECK, actor=actor, now=now, sha256=upload.sha256, after=told):
            raise NotPossible(fresh)
        check.save()
        queue.put(Job.Kind.CHECK, check.pk, now=now)
    batch.state, batch.state_at = fresh.state, fresh.state_at
    return check


def _usable(batch: Batch) -> Upload:
    upload = batch.upload
    if upload is None:
        raise NotReady(_("There is no customer file yet. Upload one first."))
    if upload.state != Upload.State.COMPLETE or not files.exists(upload.key):
        raise NotReady(_("The customer file is no longer in the portal's storage. Upload it again."))
    return upload


def _complete(batch: Batch) -> str:
    try:
        return mapping_sha256(batch.mapping)
    except MappingError as error:
        raise NotReady(_("Some questions are not answered yet. Answer them, then start the check.")) from error


def stop(check: Check, *, actor: User, now: datetime) -> bool:
    """Ask a check to stop; its worker does so within seconds. False: it was over already.

    One that no worker has begun is over at once.
    """
    from ingest.services.check_end import stopped_unbegun  # noqa: PLC0415 - which knows this module

    open_states = [Check.State.QUEUED, Check.State.RUNNING]
    asked = Check.objects.filter(pk=check.pk, state__in=open_states).update(stop_requested=True)
    if asked:
        stopped_unbegun(check.pk, actor=actor, now=now)
        check.refresh_from_db()
    return bool(asked)


def run(job_id: int, owner: str) -> None:
    """Do the check of a job; nothing happens when the job is not to be had. Never raises."""
    from ingest.services import check_run  # noqa: PLC0415 - loads all of the engine, and a web server checks nothing

    check_run.run(job_id, owner)
