"""A destination's row becomes the place itself, within what the installation allows."""

from ingest.models import Destination
from ingest.services.destination_limits import installation_limits
from ingest.services.destination_secrets import secrets_for
from ingest.transfer import base
from ingest.transfer.registry import build


def opened(destination: Destination) -> base.Destination:
    """The place, not yet connected, with its secrets. Raises Misconfigured, also where one is missing or unreadable."""
    secrets = secrets_for(destination)
    return build(destination.method, destination.config, secrets=secrets, limits=installation_limits())
