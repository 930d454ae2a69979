"""How a check begins and ends: each is one transaction that only the holder of the claim can make."""

import errno
import logging
import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce

from ingest.engine.errors import FileProblem
from ingest.lifecycle import BatchAction
from ingest.models import Check, ColumnValues, Job, Part, TraitLines, User
from ingest.services import backoff
from ingest.services.bugs import log_bug
from ingest.services.events import move
from ingest.services.failpoints import failpoint
from ingest.services.mapping_digest import parts_sha256
from ingest.services.problems import english, kept_of_file
from ingest.services.work import Claim

logger = logging.getLogger(__name__)
_OPEN: Final = (Check.State.QUEUED, Check.State.RUNNING)
_NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_COUNTS: Final = ("rows", "accepted", "refused", "changed", "records", "distinct_ids")


def begun(claim: Claim) -> Check | None:
    """The check of a claim, running from now on; None when it is over already, or was stopped."""
    with transaction.atomic():
        claim.hold()
        related = ("batch__workspace", "upload", "corrections")
        check = Check.objects.select_related(*related).filter(pk=claim.subject_id).first()
        if check is None or check.state not in _OPEN:
            claim.finish()
            return None
        if check.stop_requested:
            claim.finish()
            _close(check, Check.State.CANCELLED, now=claim.clock())
            return None
        now = claim.clock()
        Check.objects.filter(pk=check.pk).update(
            state=Check.State.RUNNING, started_at=Coalesce(F("started_at"), now), progressed_at=now, bytes_done=0,
            rows_done=0, stage=Check.Stage.READING,
        )  # fmt: skip
    return check


def finished(  # noqa: PLR0913 - what is to be known of an end
    check: Check, claim: Claim, report: Mapping[str, Any], parts: Sequence[Part], keys: Mapping[str, str],
    *, counted: Sequence[TraitLines], values: ColumnValues | None, mended: int | None, noticed: int,
) -> None:  # fmt: skip
    """Everything is stored: say so. `keys`: `report_key` and `refused_key`. `mended`: corrected rows that are fine now;
    `noticed`: rows that are sent although something was noticed in them. Raises LeaseLost, and nothing is said.
    """
    now, digest = claim.clock(), parts_sha256(part.sha256 for part in parts)
    counts = {name: report[name] for name in _COUNTS}
    with transaction.atomic():
        claim.finish()
        Check.objects.filter(pk=check.pk, state=Check.State.RUNNING).update(
            state=Check.State.FINISHED, finished_at=now, progressed_at=now, rows_done=report["rows"],
            bytes_done=F("bytes_total"), parts_sha256=digest, mended=mended, noticed=noticed, **counts, **keys,
        )  # fmt: skip
        Part.objects.bulk_create(parts)
        TraitLines.objects.bulk_create(counted)
        ColumnValues.objects.bulk_create([values] if values else [])
        told = {"check": check.pk, "parts": len(parts), **counts}
        move(
            check.batch, BatchAction.CHECK_FINISHED, actor=None, now=now, sha256=digest, after=told, result=check
        )  # fmt: skip
        failpoint("check.committing")


def cancelled(check: Check, claim: Claim) -> None:
    """A person has asked for it."""
    with transaction.atomic():
        claim.finish()
        _close(check, Check.State.CANCELLED, now=claim.clock())


def ended(check: Check, claim: Claim, problem: FileProblem) -> None:
    """Nothing can be made of this file: trying again is of no use."""
    with transaction.atomic():
        claim.finish()
        _close(
            check, Check.State.ENDED, now=claim.clock(), code=problem.code, problem=kept_of_file(problem),
            params=problem.params,
        )  # fmt: skip


def held_up(check: Check, claim: Claim, error: OSError) -> None:
    """The disk or the storage failed: try again later, or at last tell a person."""
    code = "disk.full" if error.errno in _NO_ROOM else "storage.failed"
    params = {} if code == "disk.full" else {"reason": _reason(error)}
    logger.warning("check %s: %s (%s)", check.pk, code, _reason(error))
    with transaction.atomic():
        if not claim.is_last:
            claim.again(after=backoff.delay(claim.attempt), code=code)
            Check.objects.filter(pk=check.pk, state=Check.State.RUNNING).update(state=Check.State.QUEUED)
            return
        claim.give_up(code)
        _close(check, Check.State.ENDED, now=claim.clock(), code=code, problem=english(code, params), params=params)


def broken(check: Check, claim: Claim, error: Exception) -> None:
    """The program itself made a mistake: it would make it again, so a person has to look."""
    params = {"reference": f"C-{check.pk}-{claim.epoch}"}
    log_bug(error, params["reference"])
    with transaction.atomic():
        claim.give_up("bug")
        _close(check, Check.State.ENDED, now=claim.clock(), code="bug", problem=english("bug", params), params=params)


def gave_up(check_id: int, *, attempts: int, now: datetime) -> None:
    """Its workers died again and again. To be called in the transaction that takes the job out of work."""
    check = Check.objects.select_related("batch__workspace").filter(pk=check_id).first()
    if check is not None:
        params: dict[str, str | int] = {"attempts": attempts, "reference": f"C-{check_id}"}
        problem = english("worker.died", params)
        _close(check, Check.State.ENDED, now=now, code="worker.died", problem=problem, params=params)


def stopped_unbegun(check_id: int, *, actor: User, now: datetime) -> None:
    """End a check that was asked to stop, if no worker has it just now."""
    with transaction.atomic():
        waiting = Job.objects.filter(kind=Job.Kind.CHECK, subject_id=check_id, state=Job.State.READY)
        if waiting.update(state=Job.State.DONE):
            check = Check.objects.select_related("batch__workspace").get(pk=check_id)
            _close(check, Check.State.CANCELLED, now=now, actor=actor)


def _close(  # noqa: PLR0913 - what is to be known of an end
    check: Check, state: Check.State, *, now: datetime, code: str = "", problem: str = "",
    params: Mapping[str, str | int] | None = None, actor: User | None = None,
) -> None:  # fmt: skip
    """End an open check; its batch is a draft again, with everything that was answered."""
    closed = Check.objects.filter(pk=check.pk, state__in=_OPEN).update(
        state=state, finished_at=now, problem_code=code, problem=problem, problem_params=dict(params or {})
    )
    if closed:
        told = {"check": check.pk, "outcome": state.value, **({"code": code} if code else {})}
        move(check.batch, BatchAction.CHECK_ENDED, actor=actor, now=now, sha256=check.upload_sha256, after=told)


def _reason(error: OSError) -> str:
    """The system's own words, without the path that an OSError carries."""
    return os.strerror(error.errno) if error.errno else type(error).__name__
