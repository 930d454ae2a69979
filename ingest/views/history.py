"""S13: every transfer of the workspace, to be searched, filtered and taken along as a table."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ingest.forms.history import HistoryForm
from ingest.models import Batch
from ingest.services import history as past
from ingest.services.export import csv_line
from ingest.services.source_months import months_of
from ingest.services.sources import ever_used
from ingest.services.state_words import WORDS
from ingest.views.http import PortalRequest
from ingest.views.policies import for_members


@for_members()
@require_safe
def history(request: PortalRequest) -> HttpResponse:
    """One page of it; a fragment when only the table is asked for."""
    form = _form(request)
    before, after = (past.parse_cursor(request.GET.get(name, "")) for name in ("before", "after"))
    filters = form.filters
    found = past.page(request.membership.workspace, filters, before=before, after=after)
    context: dict[str, Any] = {
        "form": form, "page": found, "filters": filters, "query": _query(request.GET),
        "older_url": _url(request, before=found.older), "newer_url": _url(request, after=found.newer),
    }  # fmt: skip
    if request.htmx:
        return render(request, "ingest/_history_table.html", context)
    totals = past.totals(request.membership.workspace, timezone.now())
    context |= {"totals": totals, "most_counted": past.MOST_COUNTED}
    return render(request, "ingest/history.html", context)


@for_members()
@require_safe
def history_sources(request: PortalRequest) -> HttpResponse:
    """People sent for each data source, month by month: a page, or what the history puts in the place of its link.

    The history itself costs the same however many transfers there are; these sums do not.
    """
    context = {"months": months_of(request.membership.workspace, timezone.now()), "has_come": bool(request.htmx)}
    page = "ingest/_source_months.html" if request.htmx else "ingest/history_sources.html"
    return render(request, page, context)


def _form(request: PortalRequest) -> HistoryForm:
    workspace = request.membership.workspace
    return HistoryForm(request.GET, makers=past.makers_in(workspace), sources=ever_used(workspace))


@for_members()
@require_safe
def history_csv(request: PortalRequest) -> StreamingHttpResponse:
    """The same transfers as a table for spreadsheets; no customer value is in it."""
    form = _form(request)
    rows = _rows(past.export(request.membership.workspace, form.filters))
    response = StreamingHttpResponse(rows, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="transfers.csv"'
    return response


def _rows(batches: Iterator[Batch]) -> Iterator[str]:
    yield "\ufeff" + csv_line(
        [_("Reference"), _("Name"), _("Status"), _("Environment"), _("Destination"), _("Made by"), _("Customer file"),
         _("Rows"), _("Rows sent"), _("Left out"), _("People"), _("Started (UTC)"), _("Last change (UTC)")]
    )  # fmt: skip
    for batch in batches:
        yield csv_line(_cells(batch))


def _cells(batch: Batch) -> list[object]:
    place, check = batch.destination, batch.result
    counts = [check.rows, check.accepted, check.refused, check.distinct_ids] if check else ["", "", "", ""]
    environment = _("Practice") if batch.is_practice else place.get_environment_display() if place else ""
    return [
        batch.reference, batch.name, WORDS[batch.state][0], environment,
        place.name if place else "", batch.maker.name, batch.upload.name if batch.upload else "", *counts,
        batch.created_at.strftime("%Y-%m-%d %H:%M:%S"), batch.state_at.strftime("%Y-%m-%d %H:%M:%S"),
    ]  # fmt: skip


def _query(given: QueryDict) -> str:
    """The filters without a place, for links."""
    kept = given.copy()
    for name in ("before", "after"):
        kept.pop(name, None)
    return kept.urlencode()


def _url(request: PortalRequest, **place: past.Cursor | None) -> str:
    """This page with its filters, from another place on; empty when there is nothing there."""
    ((name, cursor),) = place.items()
    if cursor is None:
        return ""
    query = _query(request.GET)
    return f"{request.path}?{query + '&' if query else ''}{name}={cursor}"
