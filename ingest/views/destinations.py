"""Managing destinations: the list, a new one, one of them."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from ingest.access import destination_for
from ingest.forms.destinations import ENVIRONMENT_STAYS, DestinationForm
from ingest.models import Destination, Role
from ingest.services import destination_pause
from ingest.services import destinations as places
from ingest.services.destination_secrets import kept_of
from ingest.services.destination_words import KnownPreset, preset_named, proposals, row_of, rows_of
from ingest.views.http import PortalRequest
from ingest.views.kept import submitted
from ingest.views.policies import for_members


@for_members(Role.ADMIN)
@require_safe
def destinations(request: PortalRequest) -> HttpResponse:
    """All of them."""
    found = places.destinations_of(request.membership.workspace)
    return render(request, "ingest/destinations.html", {"rows": rows_of(found)})


@for_members(Role.ADMIN)
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def destination_new(request: PortalRequest) -> HttpResponse:
    """Where files go: first which way, then a form that is filled in with what is known of it."""
    preset = preset_named(request.GET.get("preset", ""))
    if preset is None:
        return render(request, "ingest/destination_choose.html", {"groups": proposals()})
    form = DestinationForm(submitted(request), method=preset.method, initial=_proposed(preset))
    if request.method == "POST" and form.is_valid():
        try:
            workspace, now = request.membership.workspace, timezone.now()
            made = places.add(workspace, actor=request.user, now=now, secrets=form.secrets, **form.values)
        except (places.Taken, places.Unusable) as wrong:
            _tell(form, wrong)
        else:
            messages.success(request, _("%(name)s is added. Test the connection now.") % {"name": made.name})
            return redirect("destination", workspace.slug, made.pk)
    return _page(request, form, {"preset": preset})


def _proposed(preset: KnownPreset) -> dict[str, object]:
    config = {f"config_{name}": value for name, value in preset.settings.items()}
    return {"is_active": True, "environment": preset.environment, "most_at_once": 4, **config}


@for_members(Role.ADMIN)
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def destination(request: PortalRequest, pk: int) -> HttpResponse:
    """Look at one, test it, change it. Another place voids what was approved for the old one."""
    chosen = destination_for(request.membership, pk)
    if not places.is_known(chosen):
        return render(request, "ingest/destination_unknown.html", {"chosen": chosen}, status=409)
    form = _form_of(request, chosen)
    if request.method == "POST" and form.is_valid():
        try:
            lost = places.requests_lost(chosen, secrets=form.secrets, **form.values)
            if lost and "confirmed" not in request.POST:
                context = {"form": form, "chosen": chosen, "lost": lost}
                return render(request, "ingest/destination_confirm.html", context)
            return _saved(request, chosen, form)
        except (places.Taken, places.Unusable, places.Used) as wrong:
            _tell(form, wrong)
    return _page(request, form, _state_of(chosen))


def _form_of(request: PortalRequest, chosen: Destination) -> DestinationForm:
    return DestinationForm(
        submitted(request), method=chosen.method, initial=_initial(chosen), kept=kept_of(chosen),
        is_paused=chosen.paused_at is not None, used_for=chosen.environment if places.is_used(chosen) else "",
    )  # fmt: skip


def _initial(chosen: Destination) -> dict[str, object]:
    config = {f"config_{name}": value for name, value in chosen.config.items()}
    own = ("name", "environment", "is_active", "pickup", "most_at_once")
    return {**{name: getattr(chosen, name) for name in own}, **config}


def _state_of(chosen: Destination) -> dict[str, object]:
    why = destination_pause.reason(chosen) if chosen.paused_at else ""
    return {"chosen": chosen, "row": row_of(chosen), "open": places.open_batches(chosen), "why_paused": why}


def _saved(request: PortalRequest, chosen: Destination, form: DestinationForm) -> HttpResponse:
    voided = places.change(chosen, actor=request.user, now=timezone.now(), secrets=form.secrets, **form.values)
    messages.success(request, saved_words(form.values["name"], voided))
    return redirect("destination", request.membership.workspace.slug, chosen.pk)


def _page(request: PortalRequest, form: DestinationForm, context: dict[str, object]) -> HttpResponse:
    is_wrong = request.method == "POST"
    if is_wrong:
        form.ask_again()
    return render(request, "ingest/destination.html", {"form": form, **context}, status=422 if is_wrong else 200)


def _tell(form: DestinationForm, wrong: places.Taken | places.Unusable | places.Used) -> None:
    if isinstance(wrong, places.Taken):
        form.add_error("name", _("Another destination has this name. Choose another one."))
    elif isinstance(wrong, places.Used):
        form.add_error("environment", ENVIRONMENT_STAYS)
    else:
        form.tell(wrong.problems)


def saved_words(name: str, voided: int) -> str:
    """What was saved, and what it did to open requests."""
    if not voided:
        return _("%(name)s is saved.") % {"name": name}
    return ngettext(
        "%(name)s is saved. %(count)s open request lost its approval and has to be sent for approval again.",
        "%(name)s is saved. %(count)s open requests lost their approval and have to be sent for approval again.",
        voided,
    ) % {"name": name, "count": voided}
