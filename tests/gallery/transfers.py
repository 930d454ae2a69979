"""S12: one transfer, in every state that it can be in."""

from django.utils import timezone

from ingest.lifecycle import BatchState
from ingest.models import Attempt, Batch, Check, DeliveredPart
from tests import factories, openpgp_keys
from tests.gallery.deciding import asked, waiting
from tests.gallery.home import sent
from tests.gallery.managing import resting, sealed
from tests.gallery.state import Build, Shown, page_at, page_of, state
from tests.services import working

PLAIN = (BatchState.APPROVED, BatchState.CANCELLED, BatchState.CHECKED)


def _in(batch: Batch, **fields: object) -> Shown:
    Batch.objects.filter(pk=batch.pk).update(**fields)
    batch.refresh_from_db()
    return page_of(batch, "transfer")


@state("transfer-draft")
def draft() -> Shown:
    return page_of(working.draft(name="Loyalty"), "transfer")


@state("transfer-checking")
def checking() -> Shown:
    return _in(working.draft(name="Loyalty"), state="checking")


@state("transfer-waiting")
def waits() -> Shown:
    return page_at(asked().at, "transfer")


@state("transfer-changes-needed")
def changes_needed() -> Shown:
    batch = waiting()
    working.change(batch, "The trait of the gold tier is last year's. Take 1004.")
    return page_of(batch, "transfer")


@state("transfer-practised")
def practised() -> Shown:
    return _in(working.checked(name="Try-out"), is_practice=True, destination=None, state="practised")


def _plain(name: BatchState) -> Build:
    def build() -> Shown:
        return _in(working.approved(name="Loyalty"), state=name.value, state_at=timezone.now())

    return build


for one in PLAIN:
    state(f"transfer-{one.value.replace('_', '-')}")(_plain(one))


@state("transfer-sending")
def sending() -> Shown:
    delivery = working.sending(*(f"A-{number}\n".encode() for number in range(4)), name="Loyalty")
    working.work(delivery.parts.first())  # type: ignore[arg-type]
    return page_of(delivery.batch, "transfer")


@state("transfer-encrypting")
def encrypting() -> Shown:
    where = factories.workspace()
    place = sealed(where, openpgp_keys.public_key(), name="Production")
    mapping = {**factories.MAPPING, "output": {"compression": "pgp"}}
    parts = (f"A-{number}\n".encode() for number in range(2))
    delivery = working.sending(*parts, name="Loyalty", workspace=where, destination=place, mapping=mapping)
    first = delivery.parts.first()
    assert first is not None
    DeliveredPart.objects.filter(pk=first.pk).update(state="sending", progressed_at=timezone.now())
    Attempt.objects.create(delivered_part=first, number=1, epoch=1, started_at=timezone.now())
    return page_of(delivery.batch, "transfer")


@state("transfer-rests")
def rests() -> Shown:
    where = factories.workspace()
    delivery = working.sending(name="Loyalty", workspace=where, destination=resting(where, name="Rehearsal"))
    return page_of(delivery.batch, "transfer")


@state("transfer-sent")
def arrived() -> Shown:
    walk = asked()
    factories.destination(walk.office.where, "production", name="Production")
    walk.sent()
    return page_at(walk.at, "transfer")


def _ended(state_: str, parts: int) -> Shown:
    delivery = working.sending(name="Loyalty")
    first = delivery.parts.first()
    assert first is not None
    if parts > 1:
        working.work(first)
    unsent = DeliveredPart.objects.filter(delivery=delivery).exclude(state="sent")
    unsent.update(state="failed", problem_code="seal.missing", problem="x")
    return _in(delivery.batch, state=state_, state_at=timezone.now())


@state("transfer-partly-sent")
def partly_sent() -> Shown:
    return _ended("partly_sent", 2)


@state("transfer-failed")
def failed() -> Shown:
    return _ended("failed", 1)


@state("transfer-data-deleted")
def data_deleted() -> Shown:
    batch = sent(factories.workspace(), "Loyalty – June 2026", 1_182_340, 90)
    now = timezone.now()
    Check.objects.filter(batch=batch).update(files_deleted_at=now, parts_deleted_at=now)
    return page_of(batch, "transfer")


@state("transfer-for-others")
def for_others() -> Shown:
    batch = waiting()
    return page_of(batch, "transfer", by=factories.member(batch.workspace, "Vic", roles=()))


@state("transfer-to-production")
def to_production() -> Shown:
    where = factories.workspace()
    factories.destination(where, "production", name="Production")
    return page_of(sent(where, "Loyalty", 1_182_340, 1), "to_production")


@state("transfer-data-to-delete")
def data_to_delete() -> Shown:
    return page_of(sent(factories.workspace(), "Loyalty", 1_182_340, 1), "delete_data")
