"""What a workspace's catalogue says about the traits in a file."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from ingest.aam.data_sources import DataSourceId
from ingest.aam.traits import Trait, TraitId, TraitType, judge_trait
from ingest.crm.mapping import Action, MappingDocument
from ingest.models import Trait as TraitRow
from ingest.models import Workspace

_IN_CELLS: Final = frozenset({Action.ADD_TRAITS, Action.REMOVE_TRAITS})


def trait_judge(
    workspace: Workspace, document: MappingDocument, now: datetime
) -> Callable[[str], tuple[str, ...]] | None:
    """The notices about a trait number, for the engine; None when no catalogue was ever entered.

    The traits belong to the target data source, or without one to the file's own. Asks the database only now.
    """
    rows = TraitRow.objects.filter(workspace=workspace)
    catalogue = {
        sid: Trait(TraitId(sid), DataSourceId(dpid), TraitType(kind), created)
        for sid, dpid, kind, created in rows.values_list("sid", "data_source__dpid", "type", "aam_created_at")
    }
    owner = document.dpid if document.target_dpid is None else document.target_dpid
    if not catalogue or owner is None:
        return None
    source = DataSourceId(owner)
    return lambda text: judge_trait(int(text), catalogue, source, now)


def counted_traits(workspace: Workspace, document: MappingDocument) -> frozenset[int]:
    """The traits whose lines are counted: those that the mapping names, and where cells name some, the catalogue's.

    A number that stands in a cell only is never kept: nobody knows what it is.
    """
    changes = [change for column in document.columns for change in (column.trait_changes or {}).values()]
    named = {sid for change in changes for sid in (*change.add, *change.remove)}
    if any(column.action in _IN_CELLS for column in document.columns):
        named |= set(TraitRow.objects.filter(workspace=workspace).values_list("sid", flat=True))
    return frozenset(named)


def names_traits(mapping: Mapping[str, Any]) -> bool:
    """Whether a mapping gives or takes traits by their numbers, so that there is something to be counted."""
    return any(entry.get("action") in {*_IN_CELLS, Action.TRAIT_IF} for entry in mapping.get("columns", ()))
