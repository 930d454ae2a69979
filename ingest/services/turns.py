"""Whose turn it is: transfers of one data source to one environment are sent one after the other, ID syncs first.

Audience Manager takes files as they come. So a replacement and an addition of the same data source are never under way
together, and a replacement that was made before another one is not sent after it.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from ingest.crm.mapping import Kind, MappingDocument, MappingError, Mode, parse_mapping
from ingest.engine.names import data_sources
from ingest.lifecycle import BatchState, PartState
from ingest.models import Batch, Decision, Delivery, DeliverySource, Workspace


def take(delivery: Delivery, document: MappingDocument) -> None:
    """Write down which data sources a delivery touches; from now on others wait for it."""
    DeliverySource.objects.bulk_create(
        DeliverySource(delivery=delivery, dpid=dpid) for dpid in sorted(data_sources(document))
    )


def hold(workspace: Workspace) -> None:
    """Until the end of the transaction nobody else takes a turn in this workspace."""
    Workspace.objects.select_for_update().get(pk=workspace.pk)


def queue_of(batch: Batch) -> tuple[object, ...]:
    """What two approved batches have in common that stand in the same queue: kind, data sources, environment."""
    if batch.decision is None or batch.destination is None:
        return (batch.pk,)
    try:
        document = parse_mapping(batch.decision.check_run.mapping)
    except MappingError:  # it is not what was approved: whoever begins it finds out
        return (batch.pk,)
    return (batch.workspace_id, batch.destination.environment, document.kind, data_sources(document))


def ahead_of(batch: Batch, decision: Decision, now: datetime) -> Batch | None:
    """The transfer that has to be over before this approved one is sent; None: it may be sent."""
    document = parse_mapping(decision.check_run.mapping)
    dpids, environment = data_sources(document), decision.destination.environment
    under_way = _sharing(batch.workspace, environment, dpids).filter(finished_at=None).exclude(batch=batch)
    first = under_way.select_related("batch").order_by("pk").first()
    if first is not None:
        return first.batch
    return None if document.kind is Kind.ID_SYNC else _sync_ahead(batch.workspace, environment, dpids, now)


def _sharing(workspace: Workspace, environment: str, dpids: Iterable[int]) -> QuerySet[Delivery]:
    touching = DeliverySource.objects.filter(dpid__in=dpids).values("delivery")
    return Delivery.objects.filter(workspace=workspace, environment=environment, pk__in=touching)


def _sync_ahead(workspace: Workspace, environment: str, dpids: frozenset[int], now: datetime) -> Batch | None:
    """An ID sync of one of these data sources that is to be sent by now: IDs are linked before data uses them."""
    due = Q(send_at=None) | Q(send_at__lte=now)
    waiting = Batch.objects.filter(
        due, workspace=workspace, state=BatchState.APPROVED, decision__destination__environment=environment,
        decision__check_run__mapping__kind=Kind.ID_SYNC.value,
    )  # fmt: skip
    for batch in waiting.select_related("decision__check_run").order_by("pk"):
        if batch.decision and dpids & data_sources(parse_mapping(batch.decision.check_run.mapping)):
            return batch
    return None


def replaced_since(delivery: Delivery) -> Batch | None:
    """The newer replacement of the same data source of which something was sent, if this one is a replacement, too."""
    document = parse_mapping(delivery.decision.check_run.mapping)
    if document.mode is not Mode.OVERWRITE:
        return None
    newer = _sharing(delivery.workspace, delivery.environment, data_sources(document)).filter(
        pk__gt=delivery.pk, decision__check_run__mapping__mode=Mode.OVERWRITE.value, parts__state=PartState.SENT
    )
    found = newer.select_related("batch").order_by("pk").first()
    return found.batch if found else None
