"""One part, sent: compared with the approval, put under its final name once, and only then told to the database."""

import logging

from django.db import InterfaceError, OperationalError
from django.utils import timezone

from ingest.models import Job
from ingest.services import approved, deliver_end, deliver_sealed, files, sealing, work
from ingest.services.deliver_end import Going
from ingest.services.deliver_way import Progress, Way
from ingest.services.destination_open import opened
from ingest.services.failpoints import failpoint
from ingest.services.work import Claim, LeaseLost
from ingest.transfer.base import Destination, Present, Receipt, Source, Target
from ingest.transfer.errors import TransferFailure
from ingest.transfer.failures import failure

logger = logging.getLogger(__name__)
_NOT_APPROVED = frozenset({"artifact.changed", "artifact.missing"})


def run(job_id: int, owner: str) -> None:
    """Send the part of a job; nothing happens when the job is not to be had. Never raises."""
    claim = work.claim(job_id, owner, kind=Job.Kind.DELIVER)
    if claim is None:
        return
    failpoint("deliver.claimed")
    try:
        _attempt(claim)
    except LeaseLost:
        logger.info("job %s: another worker has it", job_id)
    except (OperationalError, InterfaceError) as error:
        logger.warning("job %s: left to its lease, the database failed (%s)", job_id, type(error).__name__)


def _attempt(claim: Claim) -> None:
    going = deliver_end.begun(claim)
    if going is None:
        return
    failpoint("deliver.begun")
    try:
        receipt = _delivered(going, claim)
    except (LeaseLost, OperationalError, InterfaceError):
        raise
    except approved.Changed as change:
        deliver_end.changed(going, claim, change.what)
    except TransferFailure as problem:
        _failed(going, claim, problem)
    except files.FileGone:
        deliver_end.changed(going, claim, "parts")
    except OSError as error:
        deliver_end.failed(going, claim, failure("artifact.unreadable", reason=error.strerror or type(error).__name__))
    except Exception as error:  # noqa: BLE001 - logged by type and place; a person is told its number
        deliver_end.broken(going, claim, error)
    else:
        failpoint("deliver.delivered")
        deliver_end.sent(going, claim, receipt)
        failpoint("deliver.committed")


def _failed(going: Going, claim: Claim, problem: TransferFailure) -> None:
    if problem.code in _NOT_APPROVED:
        deliver_end.changed(going, claim, "parts")
    else:
        deliver_end.failed(going, claim, problem)


def _delivered(going: Going, claim: Claim) -> Receipt:
    part, delivery = going.part.part, going.part.delivery
    chosen = delivery.decision.destination
    progress = Progress(going.part, claim)
    if not going.is_unsettled:
        _verify(going, progress)
    with opened(chosen) as destination:
        if not going.is_unsettled:
            # The secrets were read after the look at the rows; what was read must be what was approved.
            approved.verify_destination(delivery)
        way = Way(going, claim, destination, progress)
        if sealing.seals(chosen):
            return deliver_sealed.delivered(way, verify=lambda: _verify(going, progress))
        if going.is_unsettled and not _is_there(destination, way.target, going):
            _verify(going, progress)
        with files.local_copy(part.key, told=progress.beat) as path:
            return way.send(Source(path, part.stored_bytes, part.sha256))


def _is_there(destination: Destination, target: Target, going: Going) -> bool:
    """Nobody knows what became of an earlier attempt: the receiver is asked before anything else.

    What it holds was compared with the approval before that attempt sent its first byte.
    """
    part = going.part.part
    return destination.look(target) == Present(part.stored_bytes, part.sha256)


def _verify(going: Going, progress: Progress) -> None:
    """Nothing leaves that is not as approved, nor anything plain that is to be encrypted."""
    delivery = going.part.delivery
    approved.verify(delivery, going.part.part, told=progress.beat)
    decision = delivery.decision
    problem = sealing.problem_of(decision.check_run.mapping, decision.destination, timezone.now())
    if problem is not None:
        raise problem
    failpoint("deliver.verified")
