"""The checksum of where files go, to which an approval is bound."""

import hashlib

from ingest.models import Destination
from ingest.transfer.registry import canonical_settings


def destination_sha256(destination: Destination) -> str:
    """Over environment, method and settings with their defaults: what belongs into `Destination.config_sha256`.

    Raises Misconfigured where the settings are none of the method's.
    """
    text = f"{destination.environment}\n{canonical_settings(destination.method, destination.config)}"
    return hashlib.sha256(text.encode()).hexdigest()
