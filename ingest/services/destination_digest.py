"""The checksum of where files go, to which an approval is bound."""

import hashlib

from ingest.models import Destination
from ingest.transfer.registry import canonical_settings


def destination_sha256(destination: Destination) -> str:
    """Over environment, method, settings with their defaults, and the revisions of the secrets as they are kept now.

    It belongs into `Destination.config_sha256`. Nothing of a secret is in it, only which change was the last one.
    Raises Misconfigured where the settings are none of the method's.
    """
    text = f"{destination.environment}\n{canonical_settings(destination.method, destination.config)}"
    rows = destination.secrets.order_by("field").values_list("field", "revision") if destination.pk else ()
    text += "".join(f"\n{field}={revision}" for field, revision in rows)
    return hashlib.sha256(text.encode()).hexdigest()
