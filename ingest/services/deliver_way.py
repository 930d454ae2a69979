"""How one attempt sends bytes: to which name, under which temporary, with what told to the database meanwhile."""

from dataclasses import dataclass
from datetime import UTC, datetime

from ingest.lifecycle import PartState
from ingest.models import DeliveredPart
from ingest.services.deliver_end import Going
from ingest.services.failpoints import failpoint
from ingest.services.heartbeat import Heartbeat
from ingest.services.work import Claim
from ingest.transfer.base import Destination, Receipt, Source, Target


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


@dataclass(frozen=True)
class Way:
    """An attempt with the place, connected or not."""

    going: Going
    claim: Claim
    destination: Destination
    progress: Progress

    @property
    def target(self) -> Target:
        """The final name. The day is the one in it: a second try after midnight must find the first one's file."""
        part = self.going.part
        return Target(part.name, datetime.fromtimestamp(part.delivery.stamp, UTC).date())

    @property
    def tag(self) -> str:
        """Of this attempt alone."""
        return f"{self.going.part.pk}-{self.claim.epoch}"

    def send(self, source: Source) -> Receipt:
        """Deliver these bytes under the name of the part."""
        return self.destination.deliver(
            source, self.target, temp_tag=self.tag, progress=self.progress.told, fence=self.progress.fence
        )
