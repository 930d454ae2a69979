"""The data sources that can be chosen: the workspace's own, and Adobe's, which belong to all its customers."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_lazy as _

from ingest.aam.data_sources import AAM_UUID_DPID, ECID_DPID, GLOBAL_DATA_SOURCES
from ingest.aam.identifiers import IdType
from ingest.models import DataSource, Workspace
from ingest.services.id_words import Text

MANY: Final = 10
"""From how many on a list gets a field to search it."""


@dataclass(frozen=True)
class Source:
    """One data source: its number, its name, the kind of its IDs, and whether it is Adobe's."""

    dpid: int
    name: Text
    id_type: IdType
    is_adobes: bool = False

    def __str__(self) -> str:
        return f"{self.name} ({self.dpid})"


ADOBES: Final = (
    *(Source(source.dpid, source.label, source.id_type, is_adobes=True) for source in GLOBAL_DATA_SOURCES.values()),
    Source(AAM_UUID_DPID, _("Audience Manager IDs"), IdType.AAM_UUID, is_adobes=True),
    Source(ECID_DPID, _("Experience Cloud IDs"), IdType.ECID, is_adobes=True),
)


def own_sources(workspace: Workspace) -> tuple[Source, ...]:
    """The workspace's data sources that are offered for new transfers, by name."""
    active = DataSource.objects.filter(workspace=workspace, is_active=True)
    return tuple(Source(source.dpid, source.name, IdType(source.id_type)) for source in active)


def ever_used(workspace: Workspace) -> tuple[Source, ...]:
    """Every data source that a transfer may have been for: those no longer offered as well, and Adobe's."""
    own = DataSource.objects.filter(workspace=workspace)
    return (*(Source(source.dpid, source.name, IdType(source.id_type)) for source in own), *ADOBES)


def fitting_first(sources: Iterable[Source], id_type: IdType) -> tuple[Source, ...]:
    """The same, those of this kind of IDs in front."""
    return tuple(sorted(sources, key=lambda source: source.id_type is not id_type))


def sources_for(workspace: Workspace, id_type: IdType) -> tuple[Source, ...]:
    """Where IDs of this kind can come from: the workspace's own, and Adobe's of this very kind."""
    adobes = [source for source in ADOBES if source.id_type is id_type]
    return fitting_first((*own_sources(workspace), *adobes), id_type)


def all_sources(workspace: Workspace) -> tuple[Source, ...]:
    """Every data source that a column of an ID sync can have."""
    return (*own_sources(workspace), *ADOBES)


def likely_source(sources: Iterable[Source], id_type: IdType) -> Source | None:
    """The one to propose: Adobe's for devices, else the only one of the workspace of this kind, else the only one."""
    fitting = [source for source in sources if source.id_type is id_type]
    adobes = [source for source in fitting if source.is_adobes and source.dpid in GLOBAL_DATA_SOURCES]
    if adobes:
        return adobes[0]
    own = [source for source in fitting if not source.is_adobes]
    if len(own) == 1:
        return own[0]
    return fitting[0] if len(fitting) == 1 else None


def named(sources: Iterable[Source], dpid: object) -> Source | None:
    """The data source with this number."""
    return next((source for source in sources if source.dpid == dpid), None)
