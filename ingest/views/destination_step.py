"""The fifth step of the journey: name, environment, time."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ingest.access import people_who
from ingest.forms.destination import DestinationForm, destination_initial
from ingest.models import Batch, Role
from ingest.services import answers
from ingest.services.destination_choice import (
    active_destinations,
    paused_destinations,
    proposed_name,
    under_way_to_same,
)
from ingest.services.file_names import planned_names
from ingest.services.journey import has_result
from ingest.services.sealing import packed_for, seals
from ingest.services.submit import approvers_for
from ingest.services.time_words import zone_of
from ingest.views.http import PortalRequest
from ingest.views.kept import submitted
from ingest.views.policies import for_batch
from ingest.views.steps import expected_version, frame, next_step, while_editable


def _keep(request: PortalRequest, batch: Batch, form: DestinationForm) -> None:
    """The answers, and files that are packed as the destination takes them: other ones have to be made by a check."""
    given, was_checked = form.answers, has_result(batch)
    chosen = given.get("destination")  # a practice run goes nowhere
    packed = {} if chosen is None else {"mapping": packed_for(batch.mapping, chosen)}
    answers.change(
        batch, actor=request.user, now=timezone.now(), expected_version=expected_version(request), **given, **packed
    )
    if chosen is not None and was_checked and not has_result(batch):
        sentence = (
            _("Files for %(name)s are encrypted, so they have to be made anew: check the rows once more.")
            if seals(chosen)
            else _("Files for %(name)s are not encrypted, so they have to be made anew: check the rows once more.")
        )
        messages.info(request, sentence % {"name": chosen.name})


@for_batch(Role.MAKER, own=True)
@while_editable
@require_http_methods(["GET", "POST"])
def step_destination(request: PortalRequest, batch: Batch) -> HttpResponse:
    """What the transfer is called, where it goes, and when."""
    now = timezone.now()
    form = DestinationForm(
        submitted(request), batch=batch, destinations=active_destinations(batch.workspace), now=now,
        zone=zone_of(now), initial=destination_initial(batch, proposed_name(batch, now)),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        _keep(request, batch, form)
        return next_step(request, batch, "submit")
    context = frame(request, batch, "step_destination") | {
        "form": form,
        "names": planned_names(batch, batch.result.parts.count() if batch.result else 0),
        "approvers": approvers_for(batch),
        "paused": paused_destinations(batch.workspace),
        "others": under_way_to_same(batch),
        "admins": people_who(batch.workspace, Role.ADMIN),
        "is_admin": Role.ADMIN in request.membership.roles,
    }
    return render(request, "ingest/step_destination.html", context, status=422 if form.errors else 200)
