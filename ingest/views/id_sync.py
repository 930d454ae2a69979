"""Linking IDs of a data source on a website: what to put there, and whether what is there works."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from ingest.access import data_source_for
from ingest.forms.help import AddressForm, SnippetForm
from ingest.models import Role
from ingest.services.help_tools import explain_address, snippets_for
from ingest.views.http import PortalRequest
from ingest.views.policies import for_members


@for_members(Role.ADMIN)
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def website_id_sync(request: PortalRequest, pk: int) -> HttpResponse:
    """Two forms on one page; a form's own field tells which of them was sent."""
    source = data_source_for(request.membership, pk)
    checks = "pasted_address" in request.POST
    address = AddressForm(request.POST if checks else None)
    form = SnippetForm(request.POST if request.POST and not checks else None)
    given = (form.cleaned_data["pasted_id"], form.cleaned_data["pasted_code"]) if form.is_valid() else ()
    explained = explain_address(address.cleaned_data["pasted_address"], source) if address.is_valid() else None
    wrong = address if address.errors else form
    context = {
        "source": source, "form": wrong, "snippet_form": form, "address_form": address,
        "snippets": snippets_for(source, *given), "explained": explained, "is_own": bool(given),
    }  # fmt: skip
    return render(request, "ingest/website_id_sync.html", context, status=422 if wrong.errors else 200)
