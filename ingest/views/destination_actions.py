"""What is done to a destination by one button: test it, accept its server's key, send there again."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ingest.access import destination_for
from ingest.forms.destinations import HostKeyForm
from ingest.models import Destination, Role
from ingest.services import destination_pause, restraint
from ingest.services import destinations as places
from ingest.services.destination_test import keeps_host_key, key_found, run_test
from ingest.views.destinations import saved_words
from ingest.views.http import PortalRequest
from ingest.views.policies import for_members


@for_members(Role.ADMIN)
@require_POST
def destination_test(request: PortalRequest, pk: int) -> HttpResponse:
    """Test the connection, step by step."""
    chosen = destination_for(request.membership, pk)
    tested = run_test(chosen, actor=request.user, now=timezone.now())
    key = key_found(chosen, tested.steps)
    lost = len(places.open_batches(chosen)) if key else 0
    context = {"chosen": chosen, "steps": tested.steps, "key": key, "lost": lost, "rest_ended": tested.has_ended_rest}
    template = "ingest/_destination_steps.html" if request.htmx else "ingest/destination_tested.html"
    return render(request, template, context)


@for_members(Role.ADMIN)
@require_POST
def destination_accept_key(request: PortalRequest, pk: int) -> HttpResponse:
    """Take the key that the server showed for its own, as an admin has compared it."""
    chosen = destination_for(request.membership, pk)
    try:
        voided = _accept(request, chosen)
    except places.Unusable:
        messages.warning(request, _("Nothing was changed: this key can't be used. Test the connection again."))
    else:
        messages.success(request, saved_words(chosen.name, voided))
    return redirect("destination", request.membership.workspace.slug, chosen.pk)


def _accept(request: PortalRequest, chosen: Destination) -> int:
    form = HostKeyForm(request.POST)
    if not keeps_host_key(chosen) or not form.is_valid():
        raise places.Unusable({})
    fingerprint = form.cleaned_data["fingerprint"]
    return destination_pause.accept_key(chosen, fingerprint, actor=request.user, now=timezone.now())


@for_members(Role.ADMIN)
@require_POST
def destination_resume(request: PortalRequest, pk: int) -> HttpResponse:
    """Send to a paused destination again."""
    chosen = destination_for(request.membership, pk)
    if destination_pause.resume(chosen, actor=request.user, now=timezone.now()):
        messages.success(
            request, _("%(name)s is in use again. What waited for it is sent now.") % {"name": chosen.name}
        )
    return redirect("destination", request.membership.workspace.slug, chosen.pk)


@for_members(Role.ADMIN)
@require_POST
def destination_try(request: PortalRequest, pk: int) -> HttpResponse:
    """Try a destination that rests at once: one file goes, the others follow when it arrives."""
    chosen = destination_for(request.membership, pk)
    if restraint.try_now(chosen, actor=request.user, now=timezone.now()):
        messages.success(
            request, _("%(name)s is tried now with one file. If it arrives, the others follow.") % {"name": chosen.name}
        )
    else:
        messages.success(request, _("%(name)s does not rest any more.") % {"name": chosen.name})
    return redirect("destination", request.membership.workspace.slug, chosen.pk)
