"""One column of the file: everything that it can become."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ingest.engine.errors import FileProblem
from ingest.forms.column_page import ColumnPage, column_page
from ingest.forms.numbers import whole_number
from ingest.models import Batch, Role
from ingest.services import columns_save
from ingest.services.column_preview import Looks, preview_of
from ingest.services.columns import has_columns_to_match
from ingest.services.files import FileGone
from ingest.services.journey import has_people
from ingest.views.columns_undo import Before, offer_undo
from ingest.views.http import PortalRequest
from ingest.views.kept import submitted
from ingest.views.policies import for_batch
from ingest.views.steps import expected_version, frame, onward, step_url, while_editable


@for_batch(Role.MAKER, own=True)
@while_editable
@require_http_methods(["GET", "POST"])
def column(request: PortalRequest, batch: Batch, position: int) -> HttpResponse:
    """The editor of the column at this place of the header, from 0."""
    if not has_people(batch) or not has_columns_to_match(batch):
        return onward(request, batch, "step_columns")
    try:
        page = column_page(batch, position, submitted(request), words=request.GET.get("q", ""))
        if page is None:
            raise Http404
        if request.method == "POST" and page.is_saving and page.form.is_valid():
            return _saved(request, batch, page)
        context = column_context(request, batch, page)
    except (FileGone, FileProblem):
        return onward(request, batch, "step_file")
    return render(request, "ingest/column.html", context, status=422 if page.form.errors else 200)


def _saved(request: PortalRequest, batch: Batch, page: ColumnPage) -> HttpResponse:
    before = Before.of(batch)
    columns_save.save_one(
        batch, page.row.column, page.answer, actor=request.user, now=timezone.now(),
        expected_version=expected_version(request),
    )  # fmt: skip
    offer_undo(request, batch, before, _("Saved: %(column)s") % {"column": page.row.column})
    return redirect(step_url(batch, "step_columns") + page.back)


def column_context(
    request: PortalRequest, batch: Batch, page: ColumnPage, looks: Looks = Looks.LONG_IF_QUICK
) -> dict[str, Any]:  # fmt: skip
    """What the page of a column shows, with the line that would be sent."""
    # With what is only proposed for other columns, as the table shows it: the numbers of both pages agree.
    others = columns_save.answers_with(page.table, {}).columns
    mapping = columns_save.mapping_with(batch, columns_save.with_one(batch, page.row.column, page.entry, others))
    picked = request.POST.get("row", "")
    looks = Looks.LONG if page.act == "errors" else looks
    preview = preview_of(batch, mapping, picked, now=timezone.now(), first=page.row.column, looks=looks)
    return frame(request, batch, "step_columns", back="step_columns") | {
        "form": page.form, "page": page, "preview": preview, "waits_for": "" if page.is_saving else page.waits_for,
    }  # fmt: skip


def editor_preview(request: PortalRequest, batch: Batch, looks: Looks) -> dict[str, Any]:
    """The same for the fragment that follows what is typed. Raises Http404 for a column that isn't there."""
    position = whole_number(request.POST.get("position", ""))
    fields = request.POST.copy()
    fields["do"] = "preview"
    page = column_page(batch, position, fields) if position is not None else None
    if page is None:
        raise Http404
    return column_context(request, batch, page, looks)
