"""One part, sent: compared with the approval, put under its final name once, and only then told to the database."""

import logging
from datetime import UTC, datetime

from django.db import InterfaceError, OperationalError

from ingest.crm.mapping import Compression, parse_mapping
from ingest.lifecycle import PartState
from ingest.models import DeliveredPart, Job
from ingest.services import approved, deliver_end, files, work
from ingest.services.deliver_end import Going
from ingest.services.destination_open import opened
from ingest.services.failpoints import failpoint
from ingest.services.heartbeat import Heartbeat
from ingest.services.problems import PROBLEMS
from ingest.services.work import Claim, LeaseLost
from ingest.transfer.base import Destination, Present, Receipt, Source, Target
from ingest.transfer.errors import Misconfigured, TransferFailure
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
    # The day is the one in the name: a second try after midnight must find the first one's file.
    target = Target(going.part.name, datetime.fromtimestamp(delivery.stamp, UTC).date())
    if not going.is_unsettled:
        _verify(going, progress)
    with opened(chosen) as destination:
        if not going.is_unsettled:
            # The secrets were read after the look at the rows; what was read must be what was approved.
            approved.verify_destination(delivery)
        elif not _is_there(destination, target, going):
            _verify(going, progress)
        with files.local_copy(part.key, told=progress.beat) as path:
            return destination.deliver(
                Source(path, part.stored_bytes, part.sha256), target, temp_tag=f"{going.part.pk}-{claim.epoch}",
                progress=progress.told, fence=progress.fence,
            )  # fmt: skip


def _is_there(destination: Destination, target: Target, going: Going) -> bool:
    """Nobody knows what became of an earlier attempt: the receiver is asked before anything else.

    What it holds was compared with the approval before that attempt sent its first byte.
    """
    part = going.part.part
    return destination.look(target) == Present(part.stored_bytes, part.sha256)


def _verify(going: Going, progress: "Progress") -> None:
    """Nothing leaves that is not as approved, nor anything plain that is to be encrypted."""
    approved.verify(going.part.delivery, going.part.part, told=progress.beat)
    if parse_mapping(going.part.delivery.decision.check_run.mapping).output.compression is Compression.PGP:
        raise Misconfigured(PROBLEMS["seal.missing"], code="seal.missing")
    failpoint("deliver.verified")


class Progress:
    """How far a part is, kept in its row."""

    def __init__(self, part: DeliveredPart, claim: Claim) -> None:
        self._part = part
        self._claim = claim
        self._bytes = 0
        self._heart = Heartbeat(claim, self._write)

    def told(self, sent: int) -> None:
        """The destination's `progress`."""
        self._bytes = sent
        failpoint("deliver.sending")
        self._heart.beat()

    def beat(self) -> None:
        """Something was done that sends nothing."""
        self._heart.beat()

    def fence(self) -> None:
        """The destination's `fence`: the final name is given only by whoever still has the job."""
        failpoint("deliver.fence")
        self._claim.renew()
        failpoint("deliver.fenced")

    def _write(self) -> None:
        mine = DeliveredPart.objects.filter(pk=self._part.pk, state=PartState.SENDING)
        mine.update(sent_bytes=self._bytes, progressed_at=self._claim.clock())
