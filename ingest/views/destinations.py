"""Managing destinations."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ingest.access import destination_for
from ingest.forms.destinations import ENVIRONMENT_STAYS, DestinationForm
from ingest.models import Destination, Role
from ingest.services import destinations as places
from ingest.views.http import PortalRequest
from ingest.views.kept import submitted
from ingest.views.policies import for_members

_ONLY_METHOD = "local"


@for_members(Role.ADMIN)
@require_safe
def destinations(request: PortalRequest) -> HttpResponse:
    """All of them."""
    found = places.destinations_of(request.membership.workspace)
    return render(request, "ingest/destinations.html", {"destinations": found})


@for_members(Role.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def destination_new(request: PortalRequest) -> HttpResponse:
    """Add one."""
    workspace = request.membership.workspace
    initial = {"is_active": True, "environment": "beta"}
    form = DestinationForm(submitted(request), method=_ONLY_METHOD, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = places.add(workspace, actor=request.user, now=timezone.now(), **form.values)
        except (places.Taken, places.Unusable) as wrong:
            _tell(form, wrong)
        else:
            messages.success(request, _("%(name)s is added. Test the connection now.") % {"name": made.name})
            return redirect("destination", workspace.slug, made.pk)
    return _page(request, form, None)


@for_members(Role.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def destination(request: PortalRequest, pk: int) -> HttpResponse:
    """Look at one, test it, change it. Another place voids what was approved for the old one."""
    chosen = destination_for(request.membership, pk)
    used_for = chosen.environment if places.is_used(chosen) else ""
    form = DestinationForm(submitted(request), method=chosen.method, used_for=used_for, initial=_initial(chosen))
    if request.method == "POST" and form.is_valid():
        try:
            lost = places.requests_lost(chosen, **form.values)
            if lost and "confirmed" not in request.POST:
                return render(
                    request, "ingest/destination_confirm.html", {"form": form, "chosen": chosen, "lost": lost}
                )
            voided = places.change(chosen, actor=request.user, now=timezone.now(), **form.values)
        except (places.Taken, places.Unusable, places.Used) as wrong:
            _tell(form, wrong)
        else:
            messages.success(request, _saved(form.values["name"], voided))
            return redirect("destination", request.membership.workspace.slug, chosen.pk)
    return _page(request, form, chosen)


def _initial(chosen: Destination) -> dict[str, object]:
    config = {f"config_{name}": value for name, value in chosen.config.items()}
    return {"name": chosen.name, "environment": chosen.environment, "is_active": chosen.is_active, **config}


@for_members(Role.ADMIN)
@require_POST
def destination_test(request: PortalRequest, pk: int) -> HttpResponse:
    """Test the connection, step by step."""
    chosen = destination_for(request.membership, pk)
    context = {"chosen": chosen, "steps": places.test(chosen)}
    template = "ingest/_destination_steps.html" if request.htmx else "ingest/destination_tested.html"
    return render(request, template, context)


def _page(request: PortalRequest, form: DestinationForm, chosen: Destination | None) -> HttpResponse:
    context = {"form": form, "chosen": chosen, "open": places.open_batches(chosen) if chosen else []}
    status = 422 if request.method == "POST" else 200
    return render(request, "ingest/destination.html", context, status=status)


def _tell(form: DestinationForm, wrong: places.Taken | places.Unusable | places.Used) -> None:
    if isinstance(wrong, places.Taken):
        form.add_error("name", _("Another destination has this name. Choose another one."))
        return
    if isinstance(wrong, places.Used):
        form.add_error("environment", ENVIRONMENT_STAYS)
        return
    for name, sentence in wrong.problems.items():
        form.add_error(f"config_{name}", sentence)


def _saved(name: str, voided: int) -> str:
    if not voided:
        return _("%(name)s is saved.") % {"name": name}
    return ngettext(
        "%(name)s is saved. %(count)s open request lost its approval and has to be sent for approval again.",
        "%(name)s is saved. %(count)s open requests lost their approval and have to be sent for approval again.",
        voided,
    ) % {"name": name, "count": voided}
