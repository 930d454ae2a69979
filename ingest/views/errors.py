"""Pages for what goes wrong: each says what happened, what did not, and who can help."""

import sys

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.csrf import requires_csrf_token

from ingest.access import NotYours, RoleMissing, people_who
from ingest.models import Role


@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django hands it over
    """400: a request that no page of ours makes; 413: more than a form may hold."""
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return HttpResponse(render_to_string("413.html"), status=413)
    return HttpResponse(render_to_string("400.html"), status=400)


@requires_csrf_token
def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403, with the names of those who can help where a role is missing."""
    context: dict[str, object] = {}
    if isinstance(exception, RoleMissing | NotYours):
        admins = people_who(exception.membership.workspace, Role.ADMIN)
        context = {"admins": [admin.name for admin in admins], "missing": exception}
    return render(request, "403.html", context, status=403)


@requires_csrf_token
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django hands it over
    """404: nothing there, or nothing for this person; nobody learns which."""
    return render(request, "404.html", status=404)


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 when the database is away: both without a database and without context processors."""
    context = {"reference": getattr(request, "reference", "")}
    # Django calls this while it handles the exception.
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return HttpResponse(render_to_string("503.html", context), status=503)
    return HttpResponse(render_to_string("500.html", context), status=500)


@requires_csrf_token
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django hands it over
    """A form without its token: usually a page that was open for very long, or cookies that are off."""
    return render(request, "403_csrf.html", status=403)
