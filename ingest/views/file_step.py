"""The first step of the journey: the file."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ingest.access import batch_for, upload_for
from ingest.forms.numbers import whole_number
from ingest.models import Batch, Role, Upload
from ingest.services.once import first_with
from ingest.services.start import NotUsable, replace_file, start_batch
from ingest.services.upload import cancel
from ingest.services.upload_spool import Busy
from ingest.services.upload_sweep import settle
from ingest.views.file_page import file_page, new_page
from ingest.views.form_file import Received, takes_file
from ingest.views.http import PortalRequest
from ingest.views.policies import for_batch, for_members
from ingest.views.steps import onward, step_url, while_editable


@for_members(Role.MAKER)
@takes_file
@require_http_methods(["GET", "HEAD", "POST"])
def transfer_new(request: PortalRequest, received: Received) -> HttpResponse:
    """Start a transfer with a file."""
    if received.upload is None:
        return new_page(request, received.problem)
    key = request.POST.get("key", "")
    return _start(request, first_with(received.upload, key, actor=request.user, now=timezone.now()))


@for_batch(Role.MAKER, own=True, related=("upload",))
@while_editable
@takes_file
@require_http_methods(["GET", "HEAD", "POST"])
def step_file(request: PortalRequest, received: Received, batch: Batch) -> HttpResponse:
    """What the file looks like; another one can replace it."""
    if received.upload is None:
        return file_page(request, batch, received.problem)
    return _replace(request, batch, received.upload)


@for_members(Role.MAKER)
@require_POST
def upload_use(request: PortalRequest, upload_id: UUID) -> HttpResponse:
    """A finished upload becomes the file of a new transfer, or of one that is being prepared; or it is cancelled."""
    upload = upload_for(request.membership, upload_id)
    number = whole_number(request.POST.get("transfer", ""))
    batch = batch_for(request.membership, number, own=True) if number is not None else None
    try:
        if "cancel" in request.POST:
            cancel(upload, actor=request.user, now=timezone.now())
            return _back(request, batch)
        settle(upload, now=timezone.now())
    except Busy:
        messages.warning(request, _("This file is still arriving. Try again in a moment."))
        return _back(request, batch)
    return _start(request, upload) if batch is None else _replace_while_editable(request, batch, upload)


def _start(request: PortalRequest, upload: Upload) -> HttpResponse:
    try:
        return redirect(step_url(start_batch(upload, actor=request.user, now=timezone.now()), "step_file"))
    except NotUsable:
        return _gone(request, None)


def _replace(request: PortalRequest, batch: Batch, upload: Upload) -> HttpResponse:
    try:
        replace_file(batch, upload, actor=request.user, now=timezone.now())
    except NotUsable:
        return _gone(request, batch)
    return onward(request, batch, "step_file")


_replace_while_editable = while_editable(_replace)


def _gone(request: PortalRequest, batch: Batch | None) -> HttpResponse:
    messages.warning(
        request, _("This upload is no longer there: it was cancelled or had expired. Choose the file again.")
    )
    return _back(request, batch)


def _back(request: PortalRequest, batch: Batch | None) -> HttpResponse:
    if batch is not None:
        return onward(request, batch, "step_file")
    return redirect("transfer_new", request.membership.workspace.slug)
