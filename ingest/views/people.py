"""The second step of the journey: what to do, what identifies people, and under which data source."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from ingest.access import people_who
from ingest.crm.mapping import Kind
from ingest.engine.errors import FileProblem
from ingest.forms.people import KindForm, PeopleForm
from ingest.forms.people_pages import earlier_answers, found_sources, ids_form, source_form
from ingest.models import Batch, Role
from ingest.services.files import FileGone
from ingest.services.people import choose_kind, choose_members
from ingest.services.people_guess import warning_about_id
from ingest.services.sources import own_sources
from ingest.views.http import PortalRequest
from ingest.views.kept import submitted
from ingest.views.policies import for_batch
from ingest.views.steps import expected_version, frame, next_step, onward, while_editable


@for_batch(Role.MAKER, own=True)
@while_editable
@require_http_methods(["GET", "POST"])
def step_people(request: PortalRequest, batch: Batch) -> HttpResponse:
    """What the transfer does: traits, linked IDs, hashed e-mail addresses."""
    earlier = earlier_answers(batch, "kind")
    form = KindForm(submitted(request), initial={"kind": earlier.mapping.get("kind")})
    if request.method == "POST" and form.is_valid():
        choose_kind(
            batch, form.chosen, actor=request.user, now=timezone.now(), expected_version=expected_version(request)
        )
        return onward(request, batch, "people_ids")
    context = frame(request, batch, "step_people") | {"form": form, "earlier": earlier.batch}
    return render(request, "ingest/people.html", context, status=_status(form))


@for_batch(Role.MAKER, own=True)
@while_editable
@require_http_methods(["GET", "POST"])
def people_ids(request: PortalRequest, batch: Batch) -> HttpResponse:
    """Which columns identify people, and how."""
    if not batch.mapping.get("kind"):
        return onward(request, batch, "step_people")
    try:
        form = ids_form(batch, submitted(request), hashed=request.GET.get("hashed", ""))
        if request.method == "POST" and form.is_valid():
            _keep(request, batch, form)
            if batch.mapping["kind"] == Kind.ID_SYNC:
                return next_step(request, batch, "step_columns")
            return onward(request, batch, "people_source")
    except (FileGone, FileProblem):
        # the page of the file says what is wrong with it, and takes another
        return onward(request, batch, "step_file")
    context = frame(request, batch, "step_people", back="step_people") | {"form": form, **_sources(request)}
    return render(request, form.page, context, status=_status(form))


@for_batch(Role.MAKER, own=True)
@while_editable
@require_http_methods(["GET", "POST"])
def people_source(request: PortalRequest, batch: Batch) -> HttpResponse:
    """Under which data sources, and whether traits are added or replaced."""
    if "id" not in batch.mapping:
        return onward(request, batch, "people_ids")
    form = source_form(batch, submitted(request))
    if request.method == "POST" and form.is_valid():
        _keep(request, batch, form)
        return next_step(request, batch, "step_columns")
    context = frame(request, batch, "step_people", back="people_ids")
    context |= {"form": form, "warning": warning_about_id(batch), **_sources(request)}
    return render(request, form.page, context, status=_status(form))


@for_batch(Role.MAKER, own=True)
@while_editable
@require_safe
def people_sources(request: PortalRequest, batch: Batch) -> HttpResponse:
    """The data sources that a search finds, for a list of the page that has very many."""
    if "id" not in batch.mapping:
        return HttpResponse(status=204)
    choices = found_sources(batch, request.GET.get("field", ""), request.GET.get("find", ""))
    return render(request, "ingest/_source_options.html", {"choices": choices})


def _keep(request: PortalRequest, batch: Batch, form: PeopleForm) -> None:
    choose_members(
        batch, form.members(), actor=request.user, now=timezone.now(), expected_version=expected_version(request)
    )


def _sources(request: PortalRequest) -> dict[str, object]:
    """Whether there is a data source to choose, and who can add one."""
    workspace = request.membership.workspace
    return {
        "has_sources": bool(own_sources(workspace)),
        "admins": people_who(workspace, Role.ADMIN),
        "is_admin": Role.ADMIN in request.membership.roles,
    }


def _status(form: KindForm | PeopleForm) -> int:
    return 422 if form.errors else 200
