"""The customer data of a transfer: the files that were sent, and deleting everything but the figures."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ingest.models import Batch, Role
from ingest.services import delete_data as deleting
from ingest.services import files
from ingest.services.sent_file import take_sent_file
from ingest.views.http import PortalRequest
from ingest.views.policies import for_batch


@for_batch(Role.MAKER, also=Role.APPROVER)
@require_POST
def sent_file(request: PortalRequest, batch: Batch, position: int) -> HttpResponseBase:
    """One file as it was sent. Not by a link: it is written down who took it."""
    try:
        name, stored = take_sent_file(batch, position, actor=request.user, now=timezone.now())
    except files.FileGone as gone:
        raise Http404(_("This file was not sent, or it was deleted at the end of its time.")) from gone
    return to_be_saved(FileResponse(stored), name, "application/octet-stream")


@for_batch(Role.MAKER, own=True, also=Role.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def delete_data(request: PortalRequest, batch: Batch) -> HttpResponse:
    """Ask once more, then delete the files of a transfer that is over."""
    if not deleting.may_delete(batch):
        messages.warning(request, _("Nothing was deleted: this transfer is not over, or its files are gone already."))
    elif request.method == "POST":
        deleting.delete_data(batch, actor=request.user, now=timezone.now())
        messages.success(request, _("The files of this transfer are deleted. Its figures and its history stay."))
    else:
        return render(request, "ingest/delete_data.html", {"batch": batch})
    return redirect("transfer", request.membership.workspace.slug, batch.number)


def to_be_saved(response: HttpResponseBase, name: str, kind: str) -> HttpResponseBase:
    """A file to be saved, never shown: whatever it holds, it is no page of ours."""
    response["Content-Type"] = kind
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "no-store"
    return response
