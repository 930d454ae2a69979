"""S1 and S12: what needs somebody, and everything about one transfer."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from ingest.forms.transfer import ProductionForm
from ingest.lifecycle import BatchState
from ingest.models import Batch, Role
from ingest.services import again, deliver
from ingest.services.home import home_of
from ingest.services.receipts import answer_to
from ingest.services.timeline import events_of, log_of, timeline_of
from ingest.services.transfer import transfer_of
from ingest.views.http import PortalRequest
from ingest.views.kept import submitted
from ingest.views.policies import for_batch, for_members


@for_members()
@require_safe
def home(request: PortalRequest) -> HttpResponse:
    """What waits for this person, what is under way, how the last days were."""
    context = {
        "home": home_of(request.membership, now=timezone.now()),
        "may_start": Role.MAKER in request.membership.roles,
    }
    return render(request, "ingest/home.html", context)


@for_batch(related=("result", "decision", "delivery", "destination"))
@require_safe
def transfer(request: PortalRequest, batch: Batch) -> HttpResponse:
    """One transfer: where it is, what it holds, what can be done now."""
    events = events_of(batch)
    shown = transfer_of(batch, request.membership)
    context = {
        "batch": batch,
        "transfer": shown,
        "answer": answer_to(batch, shown.sending),
        "timeline": timeline_of(batch, events),
        "log": log_of(events),
    }
    return render(request, "ingest/transfer.html", context)


@for_batch(related=("result", "delivery__destination", "destination"))
@require_safe
def transfer_progress(request: PortalRequest, batch: Batch) -> HttpResponse:
    """How far it is. In another state than the page shows other things can be done, so the page is asked for anew."""
    if batch.state != request.GET.get("state", BatchState.SENDING):
        return HttpResponseClientRefresh()
    if batch.state != BatchState.SENDING:
        return HttpResponse(status=204)
    context = {"batch": batch, "transfer": transfer_of(batch, request.membership)}
    return render(request, "ingest/_transfer_progress.html", context)


@for_batch(Role.MAKER, own=True)
@require_POST
def transfer_cancel(request: PortalRequest, batch: Batch) -> HttpResponse:
    """End it for good."""
    try:
        again.cancel(batch, actor=request.user, now=timezone.now())
    except again.NotPossible:
        messages.warning(request, _("Nothing was changed: this transfer can't be cancelled any more."))
    else:
        messages.success(request, _("This transfer is cancelled. Nothing more of it will be sent."))
    return redirect("transfer", request.membership.workspace.slug, batch.number)


@for_batch(Role.MAKER, own=True)
@require_POST
def transfer_stop(request: PortalRequest, batch: Batch) -> HttpResponse:
    """Send nothing more of it; what is sent stays sent."""
    try:
        held = deliver.stop(batch, actor=request.user, now=timezone.now())
    except deliver.NotPossible as past:
        messages.warning(request, past.sentence)
    else:
        said = ngettext("%(count)s file is held back.", "%(count)s files are held back.", held) % {"count": held}
        messages.success(request, said)
    return redirect("transfer", request.membership.workspace.slug, batch.number)


@for_batch(Role.MAKER)
@require_POST
def transfer_retry(request: PortalRequest, batch: Batch) -> HttpResponse:
    """Go on with the parts that were not sent."""
    try:
        deliver.retry(batch, actor=request.user, now=timezone.now())
    except deliver.NotPossible as refused:
        messages.warning(request, refused.sentence)
    return redirect("transfer", request.membership.workspace.slug, batch.number)


@for_batch(Role.MAKER)
@require_POST
def use_again(request: PortalRequest, batch: Batch) -> HttpResponse:
    """A new transfer with the same answers; it needs a file."""
    copy = again.use_again(batch, actor=request.user, now=timezone.now())
    return redirect("step_file", request.membership.workspace.slug, copy.number)


@for_batch(Role.MAKER)
@require_http_methods(["GET", "HEAD", "POST"])
def to_production(request: PortalRequest, batch: Batch) -> HttpResponse:
    """The very same bytes to production, after they were sent to beta; another approval is needed."""
    form = ProductionForm(submitted(request), destinations=again.production_destinations(batch))
    if not again.may_go_to_production(batch):
        return _not_to_production(request, batch)
    if request.method == "POST" and form.is_valid():
        try:
            copy = again.to_production(batch, form.chosen, actor=request.user, now=timezone.now())
        except again.NotPossible:
            return _not_to_production(request, batch)
        page = "submit" if copy.maker_id == request.user.pk else "transfer"
        return redirect(page, request.membership.workspace.slug, copy.number)
    status = 422 if request.method == "POST" else 200
    return render(request, "ingest/to_production.html", {"batch": batch, "form": form}, status=status)


def _not_to_production(request: PortalRequest, batch: Batch) -> HttpResponse:
    messages.warning(request, _("Nothing was changed: these files can't be sent to production."))
    return redirect("transfer", request.membership.workspace.slug, batch.number)


@for_batch(Role.MAKER)
@require_POST
def take_over(request: PortalRequest, batch: Batch) -> HttpResponse:
    """Go on with a colleague's transfer."""
    try:
        again.take_over(batch, actor=request.user, now=timezone.now())
    except again.NotPossible:
        messages.warning(request, _("Nothing was changed: this transfer can't be taken over now."))
    else:
        messages.success(request, _("This transfer is yours now."))
    return redirect("transfer", request.membership.workspace.slug, batch.number)
