"""A destination's row becomes the place itself, within what the installation allows."""

from django.conf import settings

from ingest.models import Destination
from ingest.services.destination_secrets import secrets_for
from ingest.transfer import base
from ingest.transfer.registry import Limits, build


def opened(destination: Destination) -> base.Destination:
    """The place, not yet connected, with its secrets. Raises Misconfigured, also where one is missing or unreadable."""
    limits = Limits(tuple(settings.LOCAL_ROOTS), tuple(settings.PRIVATE_DESTINATIONS), settings.LEND_CREDENTIALS)
    return build(destination.method, destination.config, secrets=secrets_for(destination), limits=limits)
