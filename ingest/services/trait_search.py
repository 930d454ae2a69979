"""Traits by name or number, as somebody looks for them while matching a column."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from django.db.models import Q
from django.utils.translation import gettext as _

from ingest.aam.traits import TraitType
from ingest.models import Batch, Trait

MOST_FOUND: Final = 20


@dataclass(frozen=True)
class FoundTrait:
    """One trait. `why_not`: why a file of this transfer can't set it; empty when it can."""

    sid: int
    name: str
    why_not: str


@dataclass(frozen=True)
class Search:
    """What a search found. `sentence` says it when there is nothing, or when only the first ones are shown."""

    traits: tuple[FoundTrait, ...]
    sentence: str


def find_traits(batch: Batch, words: str) -> Search:
    """At most 20 traits whose name has every word, or whose number begins with it; those that can be set come first."""
    found = Trait.objects.filter(workspace=batch.workspace)
    for word in words.split()[:8]:
        found = found.filter(Q(name__icontains=word) | Q(sid__startswith=word))
    rows = found.values_list("sid", "name", "type", "data_source__dpid", "data_source__name")[: 5 * MOST_FOUND]
    traits = [FoundTrait(sid, name, _why_not(batch, kind, dpid, source)) for sid, name, kind, dpid, source in rows]
    traits.sort(key=lambda trait: bool(trait.why_not))
    return Search(tuple(traits[:MOST_FOUND]), _sentence(batch, words, len(traits)))


def _sentence(batch: Batch, words: str, count: int) -> str:
    if not count and not Trait.objects.filter(workspace=batch.workspace).exists():
        return _("This workspace has no list of traits yet. Type the numbers of traits into the table.")
    if not count:
        return _("No trait called '%(words)s'. Try fewer letters.") % {"words": words}
    if count > MOST_FOUND:
        return _("Only the first %(count)s traits are shown. Write more of the name.") % {"count": MOST_FOUND}
    return ""


def _why_not(batch: Batch, kind: str, dpid: int, source: str) -> str:
    owner = batch.mapping.get("target_dpid", batch.mapping.get("dpid"))
    if dpid != owner:
        parts = {"source": f"{source} ({dpid})", "owner": owner}
        return _("It belongs to the data source %(source)s; this transfer is for data source %(owner)s.") % parts
    if kind != TraitType.ONBOARDED:
        return _("It is not an onboarded trait, so a file can't set it.")
    return ""


def trait_names(batch: Batch, numbers: Collection[int]) -> dict[int, str]:
    """The names of traits by number, as far as they are known."""
    found = Trait.objects.filter(workspace=batch.workspace, sid__in=set(numbers))
    return dict(found.values_list("sid", "name"))
