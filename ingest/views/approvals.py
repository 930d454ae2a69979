"""S10 and S11: what waits for a decision, and the dossier on which one person decides."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from ingest.forms.approval import ApproveForm, ChangesForm
from ingest.forms.base import PortalForm
from ingest.models import Batch, Environment, Role
from ingest.services import approve as approving
from ingest.services.approvals import Dossier, dossier_of, waiting_in
from ingest.services.sealing import in_words
from ingest.services.transfer import POLL_SECONDS
from ingest.views.http import PortalRequest
from ingest.views.kept import submitted
from ingest.views.policies import for_batch, for_members


@for_members()
@require_safe
def approvals(request: PortalRequest) -> HttpResponse:
    """Everything that waits, longest first; who can't decide sees it, too."""
    where = request.GET.get("to", "")
    environment = where if where in Environment.values else ""
    context = {
        "waiting": waiting_in(request.membership.workspace, request.user, environment=environment),
        "chips": _chips(environment),
        "environment": environment,
        "may_decide": Role.APPROVER in request.membership.roles,
    }
    return render(request, "ingest/approvals.html", context)


def _chips(chosen: str) -> list[dict[str, Any]]:
    """All, production, beta: what matters most in front."""
    kinds = (Environment.PRODUCTION, Environment.BETA)
    every = {"label": _("All"), "url": "?", "current": not chosen}
    return [every, *({"label": kind.label, "url": f"?to={kind}", "current": kind == chosen} for kind in kinds)]


@for_batch(related=("maker", "upload", "destination", "result"))
@require_safe
def approval(request: PortalRequest, batch: Batch) -> HttpResponse:
    """The dossier. A batch that is decided on shows by whom and when."""
    if batch.state != "waiting":
        return render(request, "ingest/approval_decided.html", _what_became(batch))
    dossier = dossier_of(batch, request.membership, now=timezone.now())
    return _dossier_page(request, batch, dossier, changes=ChangesForm(submitted(request)))


@for_batch(related=("decision__approver",))
@require_safe
def approval_progress(request: PortalRequest, batch: Batch) -> HttpResponse:
    """What has become of it since; one that waits again has a dossier to show."""
    if batch.state == "waiting":
        return HttpResponseClientRefresh()
    return render(request, "ingest/_approval_progress.html", _what_became(batch))


def _what_became(batch: Batch) -> dict[str, Any]:
    return {"batch": batch, "poll_seconds": POLL_SECONDS.get(batch.state)}


@for_batch(Role.APPROVER)
@require_POST
def approve(request: PortalRequest, batch: Batch) -> HttpResponse:
    """Approve exactly what the dossier showed."""
    if batch.state != "waiting":
        return _too_late(request, batch)
    dossier = dossier_of(batch, request.membership, now=timezone.now())
    form = ApproveForm(request.POST, is_unusual=dossier.is_unusual)
    if not form.is_valid():
        return _dossier_page(request, batch, dossier, approve=form, status=422)
    now = timezone.now()
    return _decided(request, batch, lambda: approving.approve(batch, actor=request.user, now=now, seen=form.seen))


@for_batch(Role.APPROVER)
@require_POST
def ask_for_changes(request: PortalRequest, batch: Batch) -> HttpResponse:
    """Hand the batch back with a reason."""
    if batch.state != "waiting":
        return _too_late(request, batch)
    form = ChangesForm(request.POST)
    if not form.is_valid():
        return _dossier_page(
            request, batch, dossier_of(batch, request.membership, now=timezone.now()), changes=form, status=422
        )
    reason = form.cleaned_data["reason"]
    return _decided(
        request, batch,
        lambda: approving.ask_for_changes(batch, actor=request.user, now=timezone.now(), reason=reason),
    )  # fmt: skip


def _decided(request: PortalRequest, batch: Batch, decide: Callable[[], object]) -> HttpResponse:
    """Decide, or say why that was not possible; the page that follows shows how things stand."""
    try:
        decide()
    except approving.NotWaiting:
        return _too_late(request, batch)
    except approving.TooLate:
        messages.warning(request, _("Nothing was changed: nobody decided in time, so the maker has to ask again."))
    except approving.NotWhatWasSeen:
        messages.warning(request, _("Nothing was approved: the transfer has changed since you opened the page."))
    except approving.NotSealable as unsealed:
        messages.warning(request, _("Nothing was approved. %(why)s") % {"why": in_words(unsealed.problem)})
    except approving.NotAllowed as barred:
        return _dossier_page(
            request, batch, dossier_of(batch, request.membership, now=timezone.now(), bar=barred.bar), status=403
        )
    return redirect("approval", request.membership.workspace.slug, batch.number)


def _too_late(request: PortalRequest, batch: Batch) -> HttpResponse:
    """To what became of it; there is no dossier of what does not wait."""
    messages.warning(request, _("Nothing was changed: this transfer does not wait for a decision any more."))
    return redirect("approval", request.membership.workspace.slug, batch.number)


def _dossier_page(
    request: PortalRequest, batch: Batch, dossier: Dossier, *, status: int = 200, **forms: PortalForm
) -> HttpResponse:
    context: dict[str, Any] = {
        "batch": batch,
        "dossier": dossier,
        "approve": forms.get("approve") or ApproveForm(initial=dossier.digests, is_unusual=dossier.is_unusual),
        "changes": forms.get("changes") or ChangesForm(),
        "failed": next((form for form in forms.values() if form.errors), None),
    }
    return render(request, "ingest/approval.html", context, status=status)
