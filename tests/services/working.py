"""What tests of the worker's side share: batches that are ready for each step, and workers that run at once."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db.models import F

from ingest.lifecycle import BatchState
from ingest.models import Batch, Check, Decision, DeliveredPart, Delivery, Job
from ingest.services import check, deliver
from ingest.services.mapping_digest import mapping_sha256
from tests import factories

NOW = factories.NOW
CUSTOMERS = b"crm_id,tier,city\nA-1,gold,Bristol\nA-2,silver,Lyon\n,gold,Oslo\n"


def draft(content: bytes = CUSTOMERS, **fields: Any) -> Batch:
    """A batch with a file and a complete mapping, of a workspace of its own."""
    where = fields.pop("workspace", None) or factories.workspace()
    maker = factories.member(where)
    values = {"upload": factories.upload(where, maker, content), "mapping": factories.MAPPING, **fields}
    return factories.batch(where, maker, **values)


def checked_by_a_worker(batch: Batch) -> Check:
    """Let a worker check a complete draft, whole; its result."""
    work(check.start(batch, actor=batch.maker, now=NOW))
    batch.refresh_from_db()
    return result_of(batch)


def checked(*parts: bytes, **fields: Any) -> Batch:
    """A checked batch for a local folder, with parts in the store."""
    batch = draft(**fields)
    lines = parts or (b'A-1\t"tier"="gold"\n', b'A-2\t"tier"="silver"\n')
    mapping = batch.mapping
    factories.finished_check(batch, parts=lines, mapping=mapping, mapping_sha256=mapping_sha256(mapping))
    place = batch.destination or factories.destination(batch.workspace)
    Batch.objects.filter(pk=batch.pk).update(destination=place, state=BatchState.CHECKED)
    batch.refresh_from_db()
    return batch


def approved(*parts: bytes, send_at: datetime | None = None, **fields: Any) -> Batch:
    """An approved batch whose sending has not begun."""
    return decide(checked(*parts, **fields), send_at=send_at)


def decide(batch: Batch, **changes: object) -> Batch:
    """Approve a checked batch that has a destination."""
    result, place = batch.result, batch.destination
    assert result is not None
    assert place is not None
    decision = Decision.objects.create(
        batch=batch, check_run=result, verdict="approved", maker=batch.maker, created_at=NOW, destination=place,
        approver=factories.member(batch.workspace, "Wei", roles=["approver"]), parts_sha256=result.parts_sha256,
        mapping_sha256=result.mapping_sha256, destination_sha256=place.config_sha256,
    )  # fmt: skip
    Batch.objects.filter(pk=batch.pk).update(decision=decision, state=BatchState.APPROVED, **changes)
    batch.refresh_from_db()
    return batch


def change(batch: Batch, reason: str) -> None:
    """Somebody else has asked for changes."""
    result, place = result_of(batch), batch.destination
    assert place is not None
    decision = Decision.objects.create(
        batch=batch, check_run=result, verdict="changes_needed", reason=reason, maker=batch.maker, created_at=NOW,
        destination=place, approver=factories.member(batch.workspace, "Ana", roles=["approver"]),
        parts_sha256=result.parts_sha256, mapping_sha256=result.mapping_sha256, destination_sha256=place.config_sha256,
    )  # fmt: skip
    Batch.objects.filter(pk=batch.pk).update(decision=decision, state=BatchState.CHANGES_NEEDED)
    batch.refresh_from_db()


def sending(*parts: bytes, **fields: Any) -> Delivery:
    """A delivery that has begun, with nobody at work on it yet."""
    delivery = deliver.begin(approved(*parts, **fields), actor=None, now=NOW)
    assert delivery is not None
    return delivery


def end(delivery: Delivery) -> None:
    """It is over, so that another one of its data source may be sent."""
    Delivery.objects.filter(pk=delivery.pk).update(finished_at=NOW)


def job_of(subject: Check | DeliveredPart) -> Job:
    """The job of a check or of a part."""
    kind = Job.Kind.CHECK if isinstance(subject, Check) else Job.Kind.DELIVER
    return Job.objects.get(kind=kind, subject_id=subject.pk)


def due(subject: Check | DeliveredPart) -> Job:
    """The job, due now, whatever it waited for."""
    job = job_of(subject)
    Job.objects.filter(pk=job.pk).update(next_attempt_at=NOW)
    return job


def work(subject: Check | DeliveredPart, owner: str = "a worker") -> None:
    """Do the job of a check or of a part here and now."""
    run = check.run if isinstance(subject, Check) else deliver.run
    run(due(subject).pk, owner)


def send_all(delivery: Delivery) -> None:
    """Do the jobs of all parts, in order."""
    for part in delivery.parts.all():
        work(part)


def die(subject: Check | DeliveredPart) -> None:
    """A worker has taken the job and is dead since."""
    Job.objects.filter(pk=job_of(subject).pk).update(
        state=Job.State.RUNNING, epoch=F("epoch") + 1, attempts=F("attempts") + 1, lease_owner="dead",
        lease_until=NOW - timedelta(days=1),
    )  # fmt: skip


def kinds(batch: Batch) -> list[str]:
    """The kinds of a batch's events, in order."""
    return list(batch.events.order_by("pk").values_list("kind", flat=True))


def outbox(delivery: Delivery) -> dict[str, bytes]:
    """What the destination of a delivery holds, by name."""
    folder = Path(delivery.destination.config["folder"])
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def result_of(batch: Batch) -> Check:
    """The check that counts."""
    assert batch.result is not None
    return batch.result


def decision_of(batch: Batch) -> Decision:
    """The decision that counts."""
    assert batch.decision is not None
    return batch.decision


def state_of(batch: Batch) -> str:
    """The state that the database holds."""
    return Batch.objects.values_list("state", flat=True).get(pk=batch.pk)
