"""What the pages of the journey share: the way back and on, their place in the order, what changed meanwhile."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect, HttpResponseClientRefresh

from ingest.lifecycle import EDITABLE, BatchState
from ingest.models import Batch
from ingest.services.answers import NotEditable, Stale
from ingest.services.journey import STEP_OF, STEPS
from ingest.views.http import PortalRequest

P = ParamSpec("P")
StepView = Callable[Concatenate[PortalRequest, Batch, P], HttpResponse]

# The only page that a step may be told to come back to: an address in a link is never followed as it stands.
_COMES_BACK: Final = "submit"


def step_url(batch: Batch, page: str) -> str:
    """The address of a page of this batch."""
    return reverse(page, args=[batch.workspace.slug, batch.number])


def comes_back(request: PortalRequest) -> bool:
    """Whether the person came from the check page (`?next=submit`) and goes back there after this one."""
    return (request.POST.get("next") or request.GET.get("next")) == _COMES_BACK


def next_step(request: PortalRequest, batch: Batch, default: str) -> HttpResponse:
    """After an answer was kept: to the page `default`, or back to the check page that sent the person here."""
    return redirect(step_url(batch, _COMES_BACK if comes_back(request) else default))


def onward(request: PortalRequest, batch: Batch, page: str) -> HttpResponse:
    """To another page of the same step, which knows as well whether it came from the check page."""
    query = f"?next={_COMES_BACK}" if comes_back(request) else ""
    return redirect(step_url(batch, page) + query)


def frame(request: PortalRequest, batch: Batch, page: str, *, back: str = "") -> dict[str, Any]:
    """The context of base_step.html for the step `page`. `back`: the page before, where that is not a step's first."""
    step = STEP_OF[page]
    before = back or (STEPS[step.number - 2].page if step.number > 1 else "")
    if comes_back(request) and not back:
        before = _COMES_BACK
    return {
        "batch": batch,
        "step": step.number,
        "back_url": step_url(batch, before) if before else reverse("home", args=[batch.workspace.slug]),
        "next": _COMES_BACK if comes_back(request) else "",
        "later_url": reverse("home", args=[batch.workspace.slug]),
    }


def expected_version(request: PortalRequest) -> int | None:
    """The version of the answers that the page was made from, for `answers.change`; None when it doesn't say."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def while_editable(view: StepView[P]) -> Callable[Concatenate[PortalRequest, Batch, P], HttpResponse]:
    """For pages that change answers. A batch that is past changing leads to where it is; a page that was overtaken by
    another tab says so and is shown with the newer answers.
    """

    @wraps(view)
    def guarded(request: PortalRequest, batch: Batch, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if BatchState(batch.state) not in EDITABLE:
            return _to_where_it_is(request, batch)
        try:
            return view(request, batch, *args, **kwargs)
        except Stale:
            messages.warning(
                request,
                _(
                    "This transfer was changed since you opened this page, in another tab perhaps. "
                    "What you entered here was not saved. Here are the newest answers."
                ),
            )
            return HttpResponseClientRefresh() if request.htmx else redirect(request.get_full_path())
        except NotEditable as past:
            return _to_where_it_is(request, past.batch)

    return guarded


def _to_where_it_is(request: PortalRequest, batch: Batch) -> HttpResponse:
    match BatchState(batch.state):
        case BatchState.CHECKING:
            page, why = "checking", _("Rows are being checked. Stop the check if you want to change your answers.")
        case BatchState.WAITING:
            page, why = "submitted", _("This transfer waits for approval. Withdraw it if you want to change it.")
        case _:
            page, why = "transfer", _("This transfer can't be changed any more. Nothing was changed.")
    messages.info(request, why)
    url = step_url(batch, page)
    # a fragment's answer makes the whole page go there
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)
