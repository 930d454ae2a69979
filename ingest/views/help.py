"""S14: the help. Pages to read, and tools for something that is pasted: looked at, answered, forgotten."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from ingest.access import memberships_of
from ingest.forms.help import AddressForm, FileNameForm, IdsForm
from ingest.services.glossary import words
from ingest.services.help_search import MOST_CHARACTERS, PAGES, found_by
from ingest.services.help_tools import explain_address, explain_ids, explain_name
from ingest.services.how_tos import HOW_TOS
from ingest.services.samples import SAMPLES
from ingest.views.http import PortalRequest
from ingest.views.policies import PolicedView, for_signed_in

P = ParamSpec("P")


def _help(view: Callable[Concatenate[PortalRequest, P], HttpResponse]) -> PolicedView:
    """For whoever is signed in. Who works in one workspace keeps its navigation."""

    @wraps(view)
    def framed(request: PortalRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        memberships = memberships_of(request.user)
        if len(memberships) == 1:
            request.membership = memberships[0]
        return view(request, *args, **kwargs)

    return for_signed_in(framed)


@_help
@require_safe
def help_home(request: PortalRequest) -> HttpResponse:
    """What there is, and what of it holds certain words."""
    asked = request.GET.get("q", "").strip()[:MOST_CHARACTERS]
    context = {"asked": asked, "entries": found_by(asked), "how_tos": HOW_TOS.values(), "pages": PAGES}
    return render(request, "ingest/help.html", context)


@_help
@require_safe
def glossary(request: PortalRequest) -> HttpResponse:
    """All words."""
    return render(request, "ingest/help_glossary.html", {"words": words()})


@_help
@require_safe
def how_to(request: PortalRequest, topic: str) -> HttpResponse:
    """One thing step by step."""
    if topic not in HOW_TOS:
        raise Http404
    others = [other for other in HOW_TOS.values() if other.topic != topic]
    return render(request, "ingest/help_how_to.html", {"how_to": HOW_TOS[topic], "others": others})


@_help
@require_safe
def samples(request: PortalRequest) -> HttpResponse:
    """Files of every kind."""
    return render(request, "ingest/help_samples.html", {"samples": SAMPLES.values()})


@_help
@require_safe
def sample_file(request: PortalRequest, topic: str) -> HttpResponse:  # noqa: ARG001 - it is the same for everybody
    """One of them."""
    if topic not in SAMPLES:
        raise Http404
    sample = SAMPLES[topic]
    headers = {"Content-Disposition": f'attachment; filename="{sample.file_name}"'}
    return HttpResponse(sample.content(), content_type="text/csv; charset=utf-8", headers=headers)


@_help
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def explain_file_name(request: PortalRequest) -> HttpResponse:
    """A name, part by part, or its mistake."""
    form = FileNameForm(request.POST or None)
    explained = None
    if form.is_valid():
        explained = explain_name(form.cleaned_data["pasted_name"], memberships_of(request.user))
    context = {"form": form, "explained": explained}
    return render(request, "ingest/help_file_name.html", context, status=422 if form.errors else 200)


@_help
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def recognise_ids(request: PortalRequest) -> HttpResponse:
    """Some IDs, and the kinds that each can be."""
    form = IdsForm(request.POST or None)
    explained = explain_ids(form.cleaned_data["pasted_ids"]) if form.is_valid() else None
    context = {"form": form, "explained": explained}
    return render(request, "ingest/help_ids.html", context, status=422 if form.errors else 200)


@_help
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def check_address(request: PortalRequest) -> HttpResponse:
    """An address that links IDs, of whichever data source."""
    form = AddressForm(request.POST or None)
    explained = explain_address(form.cleaned_data["pasted_address"]) if form.is_valid() else None
    context = {"form": form, "explained": explained}
    return render(request, "ingest/help_address.html", context, status=422 if form.errors else 200)
