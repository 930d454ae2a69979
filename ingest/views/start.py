"""Where a person begins: in their only workspace, or by choosing one."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from ingest.access import memberships_of
from ingest.views.http import PortalRequest
from ingest.views.policies import for_signed_in


@for_signed_in
@require_safe
def start(request: PortalRequest) -> HttpResponse:
    """To the only workspace, or the list of them."""
    memberships = memberships_of(request.user)
    if len(memberships) == 1:
        return redirect("home", memberships[0].workspace.slug)
    return render(request, "ingest/start.html", {"memberships": memberships})
