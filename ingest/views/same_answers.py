"""The answers about people of an earlier transfer with the same columns, by one button of the page of the file."""

from django.contrib import messages
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ingest.engine.errors import FileProblem
from ingest.models import Batch, Role
from ingest.services.files import FileGone
from ingest.services.same_answers import same_answers_for, still_fit, take_same_answers
from ingest.views.http import PortalRequest
from ingest.views.policies import for_batch
from ingest.views.steps import expected_version, next_step, onward, while_editable


@for_batch(Role.MAKER, own=True, related=("upload",))
@while_editable
@require_http_methods(["GET", "HEAD", "POST"])
def same_answers(request: PortalRequest, batch: Batch) -> HttpResponse:
    """Take them and go on to the columns; where they don't fit any more, to the questions."""
    earlier = same_answers_for(batch)
    # the page has shown what would be taken from this one
    if request.method != "POST" or earlier is None or request.POST.get("from") != str(earlier.number):
        return onward(request, batch, "step_file")
    try:
        fits = still_fit(batch, earlier)
    except (FileGone, FileProblem):
        return onward(request, batch, "step_file")
    if not fits:
        messages.warning(request, _("A column of IDs holds something else than last time, so answer these questions."))
        return onward(request, batch, "step_people")
    now, version = timezone.now(), expected_version(request)
    take_same_answers(batch, earlier, actor=request.user, now=now, expected_version=version)
    messages.success(request, _("The answers about people are those of %(name)s.") % {"name": earlier.reference})
    return next_step(request, batch, "step_columns")
