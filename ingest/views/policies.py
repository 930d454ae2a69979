"""Who may see a page: every view carries one of these policies, and a test walks the URLs to see that it does."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, cast
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.http import url_has_allowed_host_and_scheme

from ingest.access import batch_for, membership_for
from ingest.models import Batch, Role
from ingest.views.http import PortalRequest
from ingest.views.kept import keep

P = ParamSpec("P")


@dataclass(frozen=True)
class Policy:
    """Who may use a view: anybody, whoever signed in, or a member with `role`; with `own` only the batch's maker.

    Members with the role `also` may in any case.
    """

    scope: str
    role: Role | None = None
    own: bool = False
    also: Role | None = None


class PolicedView(Protocol):
    """A view that says who may use it."""

    policy: Policy

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer the request."""


def _marked(view: Callable[..., HttpResponseBase], policy: Policy) -> PolicedView:
    marked = cast("PolicedView", view)
    marked.policy = policy
    return marked


def for_anybody(view: Callable[Concatenate[HttpRequest, P], HttpResponse]) -> PolicedView:
    """A page without a person: health, an invitation."""
    return _marked(view, Policy("anybody"))


def for_signed_in(view: Callable[Concatenate[PortalRequest, P], HttpResponse]) -> PolicedView:
    """A page of a person, in no workspace."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _sign_in(request)
        return view(cast("PortalRequest", request), *args, **kwargs)

    return _marked(guarded, Policy("signed_in"))


def for_members(role: Role = Role.VIEWER) -> Callable[[Callable[..., HttpResponseBase]], PolicedView]:
    """A page of a workspace: `view(request, …)`; the URL's `slug` has become `request.membership`."""

    def decorate(view: Callable[..., HttpResponseBase]) -> PolicedView:
        @wraps(view)
        def guarded(request: HttpRequest, slug: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return _sign_in(request)
            portal = cast("PortalRequest", request)
            portal.membership = membership_for(portal.user, slug, role)
            return view(portal, *args, **kwargs)

        return _marked(guarded, Policy("workspace", role))

    return decorate


def for_batch(
    role: Role = Role.VIEWER, *, own: bool = False, also: Role | None = None, related: Sequence[str] = ()
) -> Callable[[Callable[Concatenate[PortalRequest, Batch, P], HttpResponseBase]], PolicedView]:
    """A page of a batch: `view(request, batch, …)`; `own`: only for the maker of this very batch.

    `also`: a role whose members may, too, whoever made it. `related`: what this page shows of what belongs to the
    batch, so that one query finds it.
    """

    def decorate(view: Callable[Concatenate[PortalRequest, Batch, P], HttpResponseBase]) -> PolicedView:
        @wraps(view)
        def guarded(request: HttpRequest, slug: str, number: int, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return _sign_in(request)
            portal = cast("PortalRequest", request)
            portal.membership = membership_for(portal.user, slug, role, also)
            only_own = own and also not in portal.membership.roles
            batch = batch_for(portal.membership, number, own=only_own, related=related)
            return view(portal, batch, *args, **kwargs)

        return _marked(guarded, Policy("batch", role, own, also))

    return decorate


def _sign_in(request: HttpRequest) -> HttpResponse:
    """To the sign-in page and back here with what was typed; a fragment's answer makes the whole page go there."""
    portal = cast("PortalRequest", request)
    # An upload is sent by a program, which would follow a redirect and take the page there for an answer.
    if "Tus-Resumable" in request.headers:
        return HttpResponse(status=401)
    if request.method == "POST":
        keep(request)
    if not portal.htmx:
        return redirect_to_login(_page_of(request))
    answer = HttpResponse(status=204)
    answer["HX-Refresh"] = "true"
    return answer


def _page_of(request: HttpRequest) -> str:
    """Where somebody was: for a form the page that it stands on, because its own address may take nothing but forms."""
    came_from = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure())
    if request.method != "POST" or not came_from or not is_ours:
        return request.get_full_path()
    parts = urlsplit(came_from)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
