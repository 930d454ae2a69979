"""The sample file: to download, and to begin with."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from ingest.models import Role
from ingest.services.practice import NAME, sample_bytes, start_sample
from ingest.services.upload_admission import Refused
from ingest.templatetags.figures import filesize_short
from ingest.views.http import PortalRequest
from ingest.views.policies import for_members
from ingest.views.steps import step_url


@for_members()
@require_safe
def sample_csv(request: PortalRequest) -> HttpResponse:  # noqa: ARG001 - it is the same for everybody
    """The file itself."""
    headers = {"Content-Disposition": f'attachment; filename="{NAME}"'}
    return HttpResponse(sample_bytes(), content_type="text/csv; charset=utf-8", headers=headers)


@for_members(Role.MAKER)
@require_POST
def sample_start(request: PortalRequest) -> HttpResponse:
    """Start a practice run with it."""
    workspace = request.membership.workspace
    try:
        key = request.POST.get("key", "")
        batch = start_sample(workspace, key, actor=request.user, now=timezone.now())
    except Refused as refused:
        messages.warning(request, refused.say(filesize_short))
        return redirect("transfer_new", workspace.slug)
    return redirect(step_url(batch, "step_file"))
