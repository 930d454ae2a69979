"""What the installation allows, whatever an administrator of a workspace fills in."""

from django.conf import settings

from ingest.transfer.registry import Limits


def installation_limits() -> Limits:
    """Folders, networks and credentials that destinations may use."""
    return Limits(tuple(settings.LOCAL_ROOTS), tuple(settings.PRIVATE_DESTINATIONS), settings.LEND_CREDENTIALS)
