"""The third step of the journey: what each column of the file becomes."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from ingest.engine.errors import FileProblem
from ingest.forms.columns import CHANGED, ColumnsForm
from ingest.models import Batch, Role
from ingest.services import columns_save
from ingest.services.check import NotPossible, NotReady, start
from ingest.services.column_preview import Looks, Shown, preview_of
from ingest.services.columns import has_columns_to_match, table_of
from ingest.services.columns_since import lost_ids
from ingest.services.files import FileGone
from ingest.services.journey import first_open, has_people, has_result
from ingest.services.phrases import listed_with_and
from ingest.views.column import editor_preview
from ingest.views.columns_undo import Before, offer_undo, undo_for
from ingest.views.http import PortalRequest
from ingest.views.kept import submitted
from ingest.views.policies import for_batch
from ingest.views.steps import expected_version, frame, next_step, onward, step_url, while_editable


@for_batch(Role.MAKER, own=True)
@while_editable
@require_http_methods(["GET", "POST"])
def step_columns(request: PortalRequest, batch: Batch) -> HttpResponse:
    """All columns of the file and what each becomes."""
    if not has_people(batch):
        return onward(request, batch, "step_people")
    try:
        lost = lost_ids(batch)
        if lost:
            return _without_ids(request, batch, lost)
        if not has_columns_to_match(batch):
            return _nothing_to_match(request, batch)
        form = _form(request, batch)
        answer = _answered(request, batch, form) if request.method == "POST" else None
        if answer is not None:
            return answer
        return whole_page(request, batch, form)
    except (FileGone, FileProblem):
        return onward(request, batch, "step_file")


def whole_page(request: PortalRequest, batch: Batch, form: ColumnsForm) -> HttpResponse:
    """The page with all that was chosen. Raises FileProblem and FileGone."""
    context = frame(request, batch, "step_columns") | _shown(request, batch, form)
    return render(request, "ingest/columns.html", context, status=form.status)


def _without_ids(request: PortalRequest, batch: Batch, lost: Sequence[str]) -> HttpResponse:
    """Back to the question which columns identify people: with another file it has another answer."""
    said = ngettext(
        "The column %(columns)s, which identified people, is not in this file. Choose the column that does.",
        "The columns %(columns)s, which identified people, are not in this file. Choose the columns that do.",
        len(lost),
    )
    messages.warning(request, said % {"columns": listed_with_and(f"“{name}”" for name in lost)})
    return onward(request, batch, "people_ids")


def _form(request: PortalRequest, batch: Batch) -> ColumnsForm:
    data = submitted(request, also=step_url(batch, "columns_preview"))
    show = request.GET.get("show", "" if "page" in request.GET else CHANGED)
    return ColumnsForm(table_of(batch), data, show=show, page=request.GET.get("page", ""))


def _answered(request: PortalRequest, batch: Batch, form: ColumnsForm) -> HttpResponse | None:
    """Do what the button says; None: the page is shown again."""
    if form.act in {"preview", "errors"}:
        return None
    if form.act in {"leave_out", "first"}:
        before = Before.of(batch)
        _keep(request, batch, form.take_in_bulk(form.act))
        offer_undo(request, batch, before, form.bulk_words)
        return redirect(request.get_full_path() + "#columns")
    if form.to_edit is not None:
        _save(request, batch, form, whole=False)
        return redirect("column", batch.workspace.slug, batch.number, form.to_edit)
    if form.act == "page":
        _save(request, batch, form, whole=False)
        return redirect(step_url(batch, "step_columns") + form.address(form.page + 1))
    return _checked(request, batch, form)


def _checked(request: PortalRequest, batch: Batch, form: ColumnsForm) -> HttpResponse | None:
    """Keep everything and check all rows; what is answered is kept as well while something is missing."""
    if not form.judge(form.answers(whole=True)):
        _save(request, batch, form, whole=False)
        return None
    _save(request, batch, form, whole=True)
    return _to_check(request, batch)


def _save(request: PortalRequest, batch: Batch, form: ColumnsForm, *, whole: bool) -> None:
    before = Before.of(batch)
    _keep(request, batch, form.answers(whole=whole))
    offer_undo(request, batch, before)


def _keep(request: PortalRequest, batch: Batch, answers: columns_save.Answers) -> None:
    columns_save.save(
        batch, answers, actor=request.user, now=timezone.now(), expected_version=expected_version(request)
    )


def _to_check(request: PortalRequest, batch: Batch) -> HttpResponse:
    """Begin to check, unless all rows were checked with these very answers."""
    if has_result(batch):
        return next_step(request, batch, "results")
    try:
        start(batch, actor=request.user, now=timezone.now())
    except NotReady as missing:
        messages.warning(request, missing.sentence)
        return redirect(step_url(batch, first_open(batch)))
    except NotPossible:
        messages.info(request, _("This transfer is being checked already, or it has gone on meanwhile."))
    return redirect(step_url(batch, "checking"))


def _shown(
    request: PortalRequest, batch: Batch, form: ColumnsForm, looks: Looks = Looks.LONG_IF_QUICK
) -> dict[str, Any]:  # fmt: skip
    mapping = columns_save.mapping_with(batch, form.answers(whole=True).columns)
    shown = {"form_columns": form, "table": form.table, "problems": form.problems, "undo": undo_for(request, batch)}
    # Somebody who asked for the table is not shown the one sentence that stands for it.
    is_open = form.data is not None or bool({"show", "page"} & set(request.GET))
    found = _preview(request, batch, mapping, Looks.LONG if form.act == "errors" else looks)
    form.marks = found["preview"].marks if found["preview"] else {}
    return shown | {"is_open": is_open} | found


def _preview(
    request: PortalRequest, batch: Batch, mapping: dict[str, Any], looks: Looks = Looks.LONG_IF_QUICK
) -> dict[str, Shown | None]:  # fmt: skip
    picked = request.POST.get("row", "")
    return {"preview": preview_of(batch, mapping, picked, now=timezone.now(), looks=looks)}


def _nothing_to_match(request: PortalRequest, batch: Batch) -> HttpResponse:
    """Linked IDs and hashed addresses: the columns were chosen in the step before."""
    if request.method == "POST":
        return _to_check(request, batch)
    context = frame(request, batch, "step_columns") | _preview(request, batch, batch.mapping)
    return render(request, "ingest/columns_none.html", context)


@for_batch(Role.MAKER, own=True)
@while_editable
@require_POST
def columns_preview(request: PortalRequest, batch: Batch) -> HttpResponse:
    """What would be sent of the first rows with the choices as they stand on the page."""
    return _fragment(request, batch, "ingest/_columns_preview.html", Looks.BRIEFLY)


@for_batch(Role.MAKER, own=True)
@while_editable
@require_POST
def columns_errors(request: PortalRequest, batch: Batch) -> HttpResponse:
    """What the first 1,000 rows show about the columns with the choices as they stand on the page."""
    return _fragment(request, batch, "ingest/_columns_errors.html", Looks.LONG)


def _fragment(request: PortalRequest, batch: Batch, template: str, looks: Looks) -> HttpResponse:
    if not has_people(batch):
        return HttpResponse(status=204)
    try:
        if not has_columns_to_match(batch):
            context = _preview(request, batch, batch.mapping, looks)
        elif "position" in request.POST:
            context = editor_preview(request, batch, looks)
        else:
            context = _shown(request, batch, ColumnsForm(table_of(batch), request.POST), looks)
    except (FileGone, FileProblem):
        return HttpResponse(status=204)
    return render(request, template, context | {"batch": batch, "is_update": True})


@for_batch(Role.MAKER, own=True)
@while_editable
@require_http_methods(["GET", "POST"])
def columns_clear(request: PortalRequest, batch: Batch) -> HttpResponse:
    """Forget every answer about columns. Who was overtaken by another tab is led here once more, and on."""
    if request.method == "GET":
        return onward(request, batch, "step_columns")
    before = Before.of(batch)
    columns_save.clear(batch, actor=request.user, now=timezone.now(), expected_version=expected_version(request))
    offer_undo(request, batch, before, _("All answers about columns were cleared."))
    return redirect(step_url(batch, "step_columns"))
