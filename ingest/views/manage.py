"""The way to everything that an admin looks after."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ingest.models import Role
from ingest.services.manage import overview_of
from ingest.views.http import PortalRequest
from ingest.views.policies import for_members


@for_members(Role.ADMIN)
@require_safe
def manage(request: PortalRequest) -> HttpResponse:
    """One card for each, with what is missing."""
    return render(request, "ingest/manage.html", {"overview": overview_of(request.membership.workspace)})
