"""What a view is handed: a request with the person, their membership, and whether a fragment is wanted."""

from django.conf import settings
from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from ingest.models import Membership, User


class PortalRequest(HttpRequest):
    """A request of a member who has signed in; the policy of the view has set `membership`."""

    user: User
    htmx: HtmxDetails
    membership: Membership


def whole_address(request: HttpRequest, path: str) -> str:
    """An address for a message: by the name that the installation was given, else by the one that was asked for."""
    return settings.ADDRESS + path if settings.ADDRESS_IS_SET else request.build_absolute_uri(path)
