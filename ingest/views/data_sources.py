"""Managing data sources."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ingest.access import data_source_for
from ingest.forms.data_sources import DataSourceForm
from ingest.models import Role
from ingest.services import data_sources as sources
from ingest.views.http import PortalRequest
from ingest.views.kept import submitted
from ingest.views.policies import for_members


@for_members(Role.ADMIN)
@require_safe
def data_sources(request: PortalRequest) -> HttpResponse:
    """All of them."""
    found = sources.data_sources_of(request.membership.workspace)
    return render(request, "ingest/data_sources.html", {"sources": found})


@for_members(Role.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def data_source_new(request: PortalRequest) -> HttpResponse:
    """Add one."""
    workspace = request.membership.workspace
    form = DataSourceForm(submitted(request), initial={"is_active": True})
    if request.method == "POST" and form.is_valid():
        try:
            made = sources.add(workspace, actor=request.user, now=timezone.now(), **form.cleaned_data)
        except sources.Taken:
            form.add_error("dpid", _("This number is in the list already. Change that entry instead."))
        else:
            messages.success(request, _("%(name)s is added.") % {"name": made.name})
            return redirect("data_sources", workspace.slug)
    status = 422 if request.method == "POST" else 200
    return render(request, "ingest/data_source.html", {"form": form, "source": None}, status=status)


@for_members(Role.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def data_source(request: PortalRequest, pk: int) -> HttpResponse:
    """Change one. Its number stays: transfers and traits point to it."""
    source = data_source_for(request.membership, pk)
    initial = {"name": source.name, "id_type": source.id_type, "is_active": source.is_active}
    form = DataSourceForm(submitted(request), initial=initial, exists=True)
    if request.method == "POST" and form.is_valid():
        sources.change(source, actor=request.user, now=timezone.now(), **form.cleaned_data)
        messages.success(request, _("%(name)s is saved.") % {"name": source.name})
        return redirect("data_sources", request.membership.workspace.slug)
    status = 422 if request.method == "POST" else 200
    return render(request, "ingest/data_source.html", {"form": form, "source": source}, status=status)
