"""S5: every row is checked by a worker; the page says how far it is, and may be left."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from ingest.lifecycle import BatchState
from ingest.models import Batch, Check, Role
from ingest.services import check as checks
from ingest.services.check_seen import note_seen
from ingest.services.journey import first_open
from ingest.services.mail_receivers import is_told_of_checks
from ingest.services.progress import progress_of
from ingest.services.results import newest_check
from ingest.views.http import PortalRequest
from ingest.views.policies import for_batch
from ingest.views.steps import step_url, while_editable


@for_batch(Role.MAKER, own=True)
@while_editable
@require_POST
def check_start(request: PortalRequest, batch: Batch) -> HttpResponse:
    """Begin to check; a second click leads to the check that is under way."""
    try:
        checks.start(batch, actor=request.user, now=timezone.now())
    except checks.NotReady as missing:
        messages.warning(request, missing.sentence)
        return redirect(step_url(batch, first_open(batch)))
    except checks.NotPossible:
        messages.info(request, _("This transfer is being checked already, or it has gone on meanwhile."))
    return redirect(step_url(batch, "checking"))


@for_batch()
@require_safe
def checking(request: PortalRequest, batch: Batch) -> HttpResponse:
    """The page of a running check; afterwards it leads to the results."""
    check = newest_check(batch)
    if check is None:
        return redirect(step_url(batch, "transfer"))
    note_seen(check, batch, request.user, now=timezone.now())
    if batch.state == BatchState.CHECKED:
        return redirect(step_url(batch, "results"))
    return render(request, "ingest/checking.html", _context(request, batch, check))


@for_batch()
@require_safe
def checking_progress(request: PortalRequest, batch: Batch) -> HttpResponse:
    """How far it is. Asked only while the page is in view, so a finished check goes on to its results.

    They take the place of this page in the browser's history: one step back leads to what was before the check.
    """
    check = newest_check(batch)
    if check is not None:
        note_seen(check, batch, request.user, now=timezone.now())
    if check is None or batch.state == BatchState.CHECKED:
        address = step_url(batch, "results" if check else "transfer")
        return trigger_client_event(HttpResponse(status=204), "go-on", {"address": address})
    return render(request, "ingest/_checking_renewed.html", _context(request, batch, check))


def _context(request: PortalRequest, batch: Batch, check: Check) -> dict[str, Any]:
    is_told = batch.maker_id == request.user.pk and is_told_of_checks(request.user)
    return {"batch": batch, "progress": progress_of(check, now=timezone.now()), "is_told": is_told}


@for_batch(Role.MAKER, own=True)
@require_POST
def check_stop(request: PortalRequest, batch: Batch) -> HttpResponse:
    """Stop it; file and answers stay. One that is over already stays what it is."""
    check = newest_check(batch)
    if check is not None and checks.stop(check, actor=request.user, now=timezone.now()):
        messages.info(request, _("The check is being stopped. Your file and your matching are kept."))
    return redirect(step_url(batch, "checking"))
