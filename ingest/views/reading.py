"""How a file is read: encoding, separator, quotation mark, sheet, with the first rows read so."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from ingest.engine.errors import FileProblem
from ingest.forms.reading import ReadingForm, reading_initial
from ingest.models import Batch, Role
from ingest.services.file_words import notes_about
from ingest.services.files import FileGone
from ingest.services.look import look_at, look_at_file_of, sheets_of
from ingest.services.problems import about_file
from ingest.services.reader import reader_of
from ingest.services.start import change_reading
from ingest.views.http import PortalRequest
from ingest.views.kept import submitted
from ingest.views.policies import for_batch
from ingest.views.steps import expected_version, frame, onward, step_url, while_editable
from ingest.views.wide import column_page


@for_batch(Role.MAKER, own=True)
@while_editable
@require_http_methods(["GET", "HEAD", "POST"])
def reading(request: PortalRequest, batch: Batch) -> HttpResponse:
    """Choose how the file is read. "Show" only shows the first rows; "Use this" keeps the choice."""
    if batch.upload is None:
        return redirect(step_url(batch, "step_file"))
    reader = reader_of(batch)
    form = ReadingForm(
        submitted(request), initial=reading_initial(reader), sheets=sheets_of(batch.upload),
        encoding=(reader.encoding or "") if reader else "",
    )  # fmt: skip
    try:
        if request.method == "POST" and form.is_valid() and "use" in request.POST:
            _use(request, batch, form)
            return onward(request, batch, "step_file")
        shown = _shown(request, batch, form)
    except FileProblem as problem:
        shown = {"problems": [{"url": "", "text": about_file(problem)}]}
    except FileGone:
        return onward(request, batch, "step_file")
    context = frame(request, batch, "step_file", back="step_file") | {"form": form} | shown
    return render(request, "ingest/reading.html", context, status=422 if "problems" in shown or form.errors else 200)


def _use(request: PortalRequest, batch: Batch, form: ReadingForm) -> None:
    change_reading(
        batch, form.reader, actor=request.user, now=timezone.now(), expected_version=expected_version(request)
    )


def _shown(request: PortalRequest, batch: Batch, form: ReadingForm) -> dict[str, Any]:
    """The first rows, read as chosen; as before while nothing is."""
    chosen = form.is_bound and form.is_valid() and batch.upload is not None
    look = look_at(batch.upload, form.reader) if chosen and batch.upload else look_at_file_of(batch)
    return {"look": look, "notes": notes_about(look), "column_page": column_page(request, len(look.header))}
