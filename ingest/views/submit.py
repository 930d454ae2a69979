"""The sixth step of the journey: look at everything once more, ask for approval, take it back."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ingest.access import people_who
from ingest.forms.submit import SubmitForm
from ingest.models import Batch, Role
from ingest.services import sealing
from ingest.services import submit as asking
from ingest.services.approve import expires_at
from ingest.services.journey import first_open
from ingest.services.sent_columns import sent_columns
from ingest.services.submit import NotReady, NotWaiting, approvers_for, obstacles_of, replaces
from ingest.services.summary import Summary, summary_of, usable_by
from ingest.templatetags.figures import number
from ingest.views.http import PortalRequest
from ingest.views.kept import submitted as typed
from ingest.views.policies import for_batch
from ingest.views.steps import expected_version, frame, step_url, while_editable


@for_batch(Role.MAKER, own=True, related=("upload", "destination", "result"))
@while_editable
@require_http_methods(["GET", "POST"])
def submit(request: PortalRequest, batch: Batch) -> HttpResponse:
    """Everything that will be sent; the button asks for approval, or ends a practice run."""
    summary, approvers = summary_of(batch), approvers_for(batch)
    form = SubmitForm(typed(request), replaces=replaces(batch), label=_tick(summary))
    obstacles = obstacles_of(batch, replaces_confirmed=True, approvers=approvers)
    if request.method == "POST" and form.is_valid():
        try:
            return _ask(request, batch, ticked=form.cleaned_data["replaces_confirmed"])
        except NotReady as problem:
            obstacles = problem.obstacles
    is_wrong = request.method == "POST"
    context = frame(request, batch, "submit") | _context(request, batch, summary, form)
    context |= {"approvers": approvers, "obstacles": obstacles, "is_wrong": is_wrong and bool(obstacles)}
    return render(request, "ingest/submit.html", context, status=422 if is_wrong else 200)


def _ask(request: PortalRequest, batch: Batch, *, ticked: bool) -> HttpResponse:
    if batch.is_practice:
        asking.finish_practice(
            batch, actor=request.user, now=timezone.now(), expected_version=expected_version(request)
        )
        return redirect(step_url(batch, "transfer"))
    asking.submit(
        batch, actor=request.user, now=timezone.now(), replaces_confirmed=ticked,
        expected_version=expected_version(request),
    )  # fmt: skip
    return redirect(step_url(batch, "submitted"))


def _context(request: PortalRequest, batch: Batch, summary: Summary, form: SubmitForm) -> dict[str, Any]:
    return {
        "form": form,
        "summary": summary,
        "columns": sent_columns(batch.mapping, workspace=batch.workspace),
        "replaces": replaces(batch),
        "sealed_place": sealing.seals(batch.destination),
        "key_problem": sealing.in_words(sealing.problem_of(batch.mapping, batch.destination, timezone.now())),
        "open_url": step_url(batch, first_open(batch)),
        "admins": people_who(batch.workspace, Role.ADMIN),
        "is_admin": Role.ADMIN in request.membership.roles,
    }


def _tick(summary: Summary) -> str:
    return ngettext(
        "I understand that all traits of %(people)s person in “%(source)s” are replaced",
        "I understand that all traits of %(people)s people in “%(source)s” are replaced",
        summary.people,
    ) % {"people": number(summary.people), "source": summary.source_name}


@for_batch()
@require_safe
def submitted(request: PortalRequest, batch: Batch) -> HttpResponse:
    """What happens next while it waits, and afterwards what became of it."""
    context = {
        "batch": batch,
        "is_mine": batch.maker_id == request.user.pk,
        "approvers": approvers_for(batch),
        "expires_at": expires_at(batch),
        "usable_by": usable_by(batch, timezone.now()),
    }
    return render(request, "ingest/submitted.html", context)


@for_batch(Role.MAKER, own=True)
@require_POST
def withdraw(request: PortalRequest, batch: Batch) -> HttpResponse:
    """Take the request for approval back."""
    try:
        asking.withdraw(batch, actor=request.user, now=timezone.now())
    except NotWaiting:
        messages.warning(request, _("This transfer doesn't wait for approval any more, so nothing was withdrawn."))
        return redirect(step_url(batch, "submitted"))
    messages.success(request, _("Withdrawn. Nothing was sent. You can change your answers and ask again."))
    return redirect(step_url(batch, "submit"))
