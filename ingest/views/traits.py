"""Managing the catalogue of traits."""

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ingest.access import trait_for
from ingest.forms.numbers import whole_number
from ingest.forms.traits import ImportForm, TraitForm
from ingest.models import Role, Trait
from ingest.services import traits as catalogue
from ingest.services import traits_import as importing
from ingest.services.export import csv_line
from ingest.templatetags.figures import number
from ingest.views.http import PortalRequest
from ingest.views.kept import submitted
from ingest.views.policies import for_members

_TAKEN = "sid"


@for_members(Role.ADMIN)
@require_safe
def traits(request: PortalRequest) -> HttpResponse:
    """A page of the catalogue, to be searched."""
    search, after = request.GET.get("q", "").strip(), request.GET.get("after", "")
    found = catalogue.traits_of(request.membership.workspace, search=search, after=whole_number(after) or 0)
    template = "ingest/_traits.html" if request.htmx else "ingest/traits.html"
    return render(request, template, {"page": found, "search": search})


@for_members(Role.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def trait_new(request: PortalRequest) -> HttpResponse:
    """Add one by hand."""
    workspace = request.membership.workspace
    form = TraitForm(submitted(request), sources=catalogue.sources_for_traits(workspace))
    if request.method == "POST" and form.is_valid():
        try:
            made = catalogue.add(workspace, actor=request.user, now=timezone.now(), **form.cleaned_data)
        except catalogue.Taken:
            form.add_error(_TAKEN, _("This number is in the catalogue already. Change that trait instead."))
        else:
            messages.success(request, _("%(name)s is added.") % {"name": made.name})
            return redirect("traits", workspace.slug)
    return _form_page(request, form, None)


@for_members(Role.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def trait(request: PortalRequest, pk: int) -> HttpResponse:
    """Change one."""
    chosen = trait_for(request.membership, pk)
    initial = {
        name: getattr(chosen, name) for name in ("sid", "name", "type", "rule", "description")
    } | {"data_source": str(chosen.data_source_id)}  # fmt: skip
    sources = catalogue.sources_for_traits(request.membership.workspace)
    form = TraitForm(submitted(request), initial=initial, sources=sources)
    if request.method == "POST" and form.is_valid():
        try:
            catalogue.change(chosen, actor=request.user, now=timezone.now(), **form.cleaned_data)
        except catalogue.Taken:
            form.add_error(_TAKEN, _("Another trait has this number."))
        else:
            messages.success(request, _("%(name)s is saved.") % {"name": chosen.name})
            return redirect("traits", request.membership.workspace.slug)
    return _form_page(request, form, chosen)


def _form_page(request: PortalRequest, form: TraitForm, chosen: Trait | None) -> HttpResponse:
    status = 422 if request.method == "POST" else 200
    return render(request, "ingest/trait.html", {"form": form, "chosen": chosen}, status=status)


@for_members(Role.ADMIN)
@require_POST
def trait_delete(request: PortalRequest, pk: int) -> HttpResponse:
    """Take one out of the catalogue."""
    chosen = trait_for(request.membership, pk)
    catalogue.delete(chosen, actor=request.user, now=timezone.now())
    messages.success(request, _("%(name)s is no longer in the catalogue.") % {"name": chosen.name})
    return redirect("traits", request.membership.workspace.slug)


@for_members(Role.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def traits_import(request: PortalRequest) -> HttpResponse:
    """A file of traits: first what it would do, then, confirmed, done."""
    if request.method == "POST" and "kept" in request.POST:
        return _confirmed(request)
    form = ImportForm(request.POST, request.FILES, request=request) if request.method == "POST" else ImportForm()
    if request.method == "POST" and form.is_valid():
        workspace, data = request.membership.workspace, form.cleaned_data["file"].read(importing.MOST_BYTES + 1)
        try:
            plan = importing.plan_import(workspace, data, now=timezone.now())
        except importing.NotReadable as unreadable:
            form.add_error("file", unreadable.sentence)
        else:
            kept = importing.keep_file(workspace, request.user, data)
            return render(request, "ingest/traits_plan.html", {"plan": plan, "kept": kept})
    status = 422 if request.method == "POST" else 200
    return render(request, "ingest/traits_import.html", {"form": form, "columns": importing.COLUMNS}, status=status)


def _confirmed(request: PortalRequest) -> HttpResponse:
    workspace, now = request.membership.workspace, timezone.now()
    data = importing.kept_file(workspace, request.user, request.POST["kept"])
    if data is None:
        messages.warning(request, _("Nothing was imported: the file was uploaded too long ago. Upload it again."))
        return redirect("traits_import", workspace.slug)
    plan = importing.plan_import(workspace, data, now=now)
    importing.apply_import(workspace, plan, actor=request.user, now=now)
    added = ngettext("%(count)s trait was added.", "%(count)s traits were added.", len(plan.added))
    changed = ngettext("%(count)s trait was changed.", "%(count)s traits were changed.", len(plan.changed))
    messages.success(
        request, f"{added % {'count': number(len(plan.added))}} {changed % {'count': number(len(plan.changed))}}"
    )
    return redirect("traits", workspace.slug)


@for_members(Role.ADMIN)
@require_safe
def traits_csv(request: PortalRequest) -> StreamingHttpResponse:
    """The catalogue as the file that an import takes; `?empty=1`: only its first row."""
    found = () if request.GET.get("empty") else catalogue.all_traits(request.membership.workspace)
    lines = (csv_line(_cells(trait)) for trait in found)
    content = (line for part in (["\ufeff" + csv_line(importing.COLUMNS)], lines) for line in part)
    response = StreamingHttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="traits.csv"'
    return response


def _cells(trait: Trait) -> list[object]:
    created = trait.aam_created_at.isoformat(sep=" ") if trait.aam_created_at else ""
    return [trait.sid, trait.name, trait.data_source.dpid, trait.rule, trait.description, trait.type, created]
