"""What a workspace has, and what it still lacks before a first transfer can be sent."""

from dataclasses import dataclass

from django.db.models import Q

from ingest.models import Environment, Workspace


@dataclass(frozen=True)
class Overview:
    """Counts, and whether anything stands in the way."""

    members: int
    makers: int
    approvers: int
    data_sources: int
    traits: int
    beta: int
    production: int

    @property
    def lacks(self) -> tuple[str, ...]:
        """The names of what is missing: data_sources, destinations, approvers."""
        missing = {
            "data_sources": not self.data_sources,
            "destinations": not self.beta + self.production,
            "approvers": not self.approvers,
        }
        return tuple(name for name, is_missing in missing.items() if is_missing)


def overview_of(workspace: Workspace) -> Overview:
    """The overview of one workspace."""
    places = workspace.destinations.filter(Q(is_active=True) | Q(paused_at__isnull=False))
    return Overview(
        members=workspace.memberships.count(),
        makers=workspace.memberships.filter(makes=True).count(),
        approvers=workspace.memberships.filter(approves=True).count(),
        data_sources=workspace.data_sources.filter(is_active=True).count(),
        traits=workspace.traits.count(),
        beta=places.filter(environment=Environment.BETA).count(),
        production=places.filter(environment=Environment.PRODUCTION).count(),
    )
