"""Managing limits and retention."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ingest.forms.limits import LimitsForm
from ingest.models import Role
from ingest.services.limits import change
from ingest.views.http import PortalRequest
from ingest.views.kept import submitted
from ingest.views.policies import for_members


@for_members(Role.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def limits(request: PortalRequest) -> HttpResponse:
    """What this workspace allows, and how long it keeps files."""
    workspace = request.membership.workspace
    form = LimitsForm(submitted(request), initial=LimitsForm.initial_of(workspace))
    if request.method == "POST" and form.is_valid():
        change(workspace, actor=request.user, now=timezone.now(), **form.limits)
        messages.success(request, _("The limits are saved."))
        return redirect("limits", workspace.slug)
    return render(request, "ingest/limits.html", {"form": form}, status=422 if request.method == "POST" else 200)
