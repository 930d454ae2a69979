"""A result beside the last one that was sent to the same place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from ingest.models import Batch, Check, Workspace
from ingest.services.number_words import grouped

_MOST_COMPARED: Final = 50
_MOST_LOOKED_AT: Final = 200
_PLACE: Final = ("kind", "dpid", "email_dpid", "target_dpid", "ids")


@dataclass(frozen=True)
class Comparison:
    """This result beside the last one that was sent for the same data source to the same environment."""

    earlier: Batch
    people: int
    people_before: int

    @property
    def change_percent(self) -> float:
        """How many percent more people than last time; negative: fewer."""
        return 100 * (self.people - self.people_before) / self.people_before if self.people_before else 0.0

    @property
    def words(self) -> str:
        """The change in words: whole per cent, or how many times as many from twice as many on."""
        if self.people >= 2 * self.people_before > 0:
            times = round(self.people / self.people_before, 1)
            template = _("%(times)s times as many people as last time")
            digits = 0 if times >= 10 or times == int(times) else 1
            return template % {"times": grouped(times, digits)}
        percent = round(abs(self.change_percent))
        if not percent:
            return _("as many people as last time")
        template = _("%(percent)s %% more people than last time")
        if self.change_percent < 0:
            template = _("%(percent)s %% fewer people than last time")
        return template % {"percent": grouped(percent)}


def compare_with_last(batch: Batch, check: Check) -> Comparison | None:
    """The last transfer of this kind and data source that was sent to the environment where this one goes.

    A rehearsal says nothing about what production has, nor the other way round. None where nothing like it was sent
    lately.
    """
    sent = Batch.objects.of(batch.workspace).filter(state="sent").exclude(pk=batch.pk)
    newest = sent.order_by("-created_at", "-id").values_list("pk", "delivery__environment")[:_MOST_LOOKED_AT]
    wanted = batch.destination.environment if batch.destination else None
    keys = [pk for pk, environment in newest if wanted in (None, environment)][:_MOST_COMPARED]
    for some in (keys[:1], keys[1:]):  # mostly the last one is of this kind
        found = Batch.objects.select_related("result").defer("result__mapping").in_bulk(some) if some else {}
        for earlier in filter(None, map(found.get, some)):
            if _place(earlier.mapping) == _place(batch.mapping) and earlier.result is not None:
                return Comparison(earlier, check.distinct_ids, earlier.result.distinct_ids)
    return None


def changes_since_last(workspace: Workspace, batches: Sequence[Batch]) -> dict[int, float]:
    """How many percent more people each of these checked batches has than `compare_with_last` finds, in one query.

    Batches with nothing to compare are left out.
    """
    if not batches:
        return {}
    sent = Batch.objects.of(workspace).filter(state="sent").order_by("-created_at", "-id")
    mappings = [f"mapping__{name}" for name in _PLACE]
    before: dict[tuple[Any, ...], int] = {}
    for environment, people, *place in sent.values_list("delivery__environment", "result__distinct_ids", *mappings)[
        :_MOST_LOOKED_AT
    ]:
        before.setdefault((environment, *_place(dict(zip(_PLACE, place, strict=True)))), people)
    return {
        batch.pk: 100 * (batch.result.distinct_ids - people) / people
        for batch in batches
        if batch.result is not None
        and batch.destination is not None
        and (people := before.get((batch.destination.environment, *_place(batch.mapping))))
    }


def _place(mapping: Mapping[str, Any]) -> tuple[Any, ...]:
    """Kind and data sources. Where IDs are linked, each column of them has a data source of its own."""
    linked = tuple(entry.get("dpid") for entry in mapping.get("ids") or ())
    target = mapping.get("target_dpid") or mapping.get("dpid")
    return (mapping.get("kind"), mapping.get("dpid"), mapping.get("email_dpid"), target, linked)
