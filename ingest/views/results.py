"""S6: what the check found, in words and numbers, with the rows that are left out and a way to mend them."""

from typing import Any

from django.http import FileResponse, Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ingest.aam.findings import FINDINGS
from ingest.models import Batch, Role
from ingest.services import corrections as mending
from ingest.services import files
from ingest.services.check_seen import note_seen
from ingest.services.check_values import frequent_values
from ingest.services.column_figures import column_figures
from ingest.services.comparison import compare_with_last
from ingest.services.fixed_file import fixed_file, is_to_be_had
from ingest.services.fixes import done_for, offers_for
from ingest.services.forecast import forecast_of
from ingest.services.receipts import shares_like
from ingest.services.refused import is_kept_as_wanted, refused_rows, refused_with
from ingest.services.results import Results, results_of
from ingest.services.upload_sweep import delete_unused
from ingest.views.data import to_be_saved
from ingest.views.form_file import Received, takes_file
from ingest.views.http import PortalRequest
from ingest.views.policies import for_batch
from ingest.views.steps import frame, step_url
from ingest.views.wide import column_page


@for_batch(related=("result__upload",))
@require_safe
def results(request: PortalRequest, batch: Batch) -> HttpResponse:
    """The headline is the answer."""
    found = results_of(batch, request.membership)
    if found is None:
        return redirect(step_url(batch, "transfer"))
    note_seen(found.check, batch, request.user, now=timezone.now())
    back = "" if found.may_change else "transfer"
    return render(request, "ingest/results.html", _context(request, batch, found, back=back))


@for_batch(Role.MAKER)
@require_safe
def results_rows(request: PortalRequest, batch: Batch) -> HttpResponse:
    """Rows that are left out, with the spreadsheet's row numbers; `?code=` chooses a reason."""
    found = results_of(batch, request.membership)
    code = request.GET.get("code", "")
    if found is None or (code and code not in FINDINGS):
        raise Http404
    context: dict[str, Any] = frame(request, batch, "results", back="results") | {
        "results": found, "code": code, "rows": refused_rows(found.check, code, faults=found.faults),
    }  # fmt: skip
    return render(request, "ingest/_results_rows.html" if request.htmx else "ingest/results_rows.html", context)


@for_batch(Role.MAKER)
@require_safe
def refused_csv(request: PortalRequest, batch: Batch) -> HttpResponseBase:
    """refused.csv, whole or with the rows of one reason; corrected, it can be uploaded again as it is."""
    found = results_of(batch, request.membership)
    code = request.GET.get("code", "")
    if found is None or found.report is None or (code and code not in FINDINGS):
        raise Http404
    name = f"{batch.reference}-left-out.csv"
    if is_kept_as_wanted(found.check, code):
        return _stored(found.check.refused_key, name, "text/csv; charset=utf-8")
    try:
        rows = refused_with(found.check, code)
    except files.FileGone as gone:
        raise Http404(_("This file was deleted at the end of its time.")) from gone
    return to_be_saved(StreamingHttpResponse(rows), name, "text/csv; charset=utf-8")


@for_batch(Role.MAKER, related=("result__upload",))
@require_safe
def fixed_csv(request: PortalRequest, batch: Batch) -> HttpResponseBase:
    """The customer file without the rows that are left out, tidied; it gives the same when it is taken in again."""
    found = results_of(batch, request.membership)
    if found is None or not is_to_be_had(found.check):
        raise Http404(_("This file was deleted at the end of its time."))
    try:
        rows = fixed_file(found.check)
    except files.FileGone as gone:
        raise Http404(_("This file was deleted at the end of its time.")) from gone
    name = f"{batch.reference}-fixed.csv"
    return to_be_saved(StreamingHttpResponse(rows), name, "text/csv; charset=utf-8")


@for_batch(Role.MAKER)
@require_safe
def report_json(request: PortalRequest, batch: Batch) -> HttpResponseBase:
    """The report for machines."""
    found = results_of(batch, request.membership)
    if found is None or found.report is None:
        raise Http404
    return _stored(found.check.report_key, f"{batch.reference}-report.json", "application/json")


@for_batch(Role.MAKER, own=True)
@require_POST
@takes_file
def corrections(request: PortalRequest, received: Received, batch: Batch) -> HttpResponse:
    """Take the corrected rows back; they are put in their places, and everything is checked again."""
    problem = received.problem
    if received.upload is not None:
        try:
            mending.take(batch, received.upload, actor=request.user, now=timezone.now())
        except mending.NotTaken as refused:
            problem = refused.sentence
            delete_unused(received.upload.pk, timezone.now())  # it is of no use for anything else
        else:
            return redirect(step_url(batch, "checking"))
    found = results_of(batch, request.membership)
    if found is None:
        return redirect(step_url(batch, "transfer"))
    problems = [{"url": "#id_file" if found.may_correct else "", "text": problem}]
    context = _context(request, batch, found) | {"problems": problems, "problem": problem}
    return render(request, "ingest/results.html", context, status=422)


def _context(request: PortalRequest, batch: Batch, found: Results, *, back: str = "") -> dict[str, Any]:
    report, check = found.report, found.check
    shown: dict[str, Any] = {"results": found, "has_fixed_file": is_to_be_had(check)}
    shown["forecast"] = forecast_of(check, shares_like(batch.workspace, found.names))
    shown["column_page"] = column_page(request, len(report.columns) if report else 0)
    shown["comparison"] = compare_with_last(batch, check)
    if report:
        values = frequent_values(check) if found.may_see_values else {}
        shown["columns"] = column_figures(batch, report, shown["comparison"], values)
    if found.may_change:
        shown |= {"mended": done_for(batch), "offers": offers_for(batch, report) if report else {}}
    return frame(request, batch, "results", back=back) | shown


def _stored(key: str, name: str, kind: str) -> HttpResponseBase:
    try:
        stored = files.opened(key)
    except files.FileGone as gone:
        raise Http404(_("This file was deleted at the end of its time.")) from gone
    return to_be_saved(FileResponse(stored), name, kind)
