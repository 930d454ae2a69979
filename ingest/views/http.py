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


def origin_of(request: HttpRequest) -> str:
    """How the addresses in messages begin."""
    return settings.ADDRESS if settings.ADDRESS_IS_SET else f"{request.scheme}://{request.get_host()}"
