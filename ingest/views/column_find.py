"""Looking for a trait in the row of a column. Without scripts the column's own page is there for it."""

from urllib.parse import urlsplit

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import reselect, reswap, retarget

from ingest.engine.errors import FileProblem
from ingest.forms.column_find import ColumnFind
from ingest.forms.columns import CHANGED, ColumnsForm
from ingest.models import Batch, Role
from ingest.services import columns_save
from ingest.services.columns import has_columns_to_match, table_of
from ingest.services.columns_save import Answers
from ingest.services.files import FileGone
from ingest.services.journey import has_people
from ingest.views.columns import whole_page
from ingest.views.columns_undo import Before, offer_undo
from ingest.views.http import PortalRequest
from ingest.views.policies import for_batch
from ingest.views.steps import expected_version, while_editable


@for_batch(Role.MAKER, own=True)
@while_editable
@require_POST
def columns_find(request: PortalRequest, batch: Batch) -> HttpResponse:
    """Open the search in a row, look, give the trait that was found, or leave the row as it was."""
    if not has_people(batch) or not has_columns_to_match(batch):
        return HttpResponse(status=204)
    try:
        find = ColumnFind.of(batch, _sent(request))
        if find is None:
            raise Http404
        if request.GET.get("do") == "cancel":
            return _row(request, batch, find)
        answers = find.used() if find.is_use else None
        return _given(request, batch, find, answers) if answers else _search(request, batch, find)
    except (FileGone, FileProblem):
        return HttpResponse(status=204)


def _sent(request: PortalRequest) -> QueryDict:
    data = request.POST.copy()
    if "at" in request.GET:
        data["at"] = request.GET["at"]
    return data


def _row(request: PortalRequest, batch: Batch, find: ColumnFind) -> HttpResponse:
    line = find.table.line_at(find.row.position) | {"has_focus": True}
    return render(request, "ingest/_columns_row_again.html", {"batch": batch, "line": line})


def _search(request: PortalRequest, batch: Batch, find: ColumnFind) -> HttpResponse:
    """One row at a time: another one that is open goes back to what it was."""
    others = [find.table.line_at(other) | {"goes_back": True} for other in find.others_open]
    context = {"batch": batch, "find": find, "line": find.table.line_at(find.row.position), "others": others}
    return render(request, "ingest/_columns_find.html", context, status=422 if find.problem else 200)


def _given(request: PortalRequest, batch: Batch, find: ColumnFind, answers: Answers) -> HttpResponse:
    """The page as it is afterwards: what else was chosen on it is kept, too, and stays in sight."""
    before = Before.of(batch)
    columns_save.save(
        batch, answers, actor=request.user, now=timezone.now(), expected_version=expected_version(request)
    )  # fmt: skip
    offer_undo(request, batch, before, _("Saved: %(column)s") % {"column": find.row.column})
    query, table = QueryDict(urlsplit(request.htmx.current_url or "").query), table_of(batch)
    kept = QueryDict(mutable=True)
    kept.update({f"c{position}": table.rows[position].chosen for position in find.table.chosen} | {"do": "preview"})
    form = ColumnsForm(
        table, kept, show=query.get("show", "" if "page" in query else CHANGED), page=query.get("page", "")
    )
    form.focus = find.row.position
    answer = whole_page(request, batch, form)
    return reswap(retarget(reselect(answer, "#main"), "#main"), "outerHTML")
