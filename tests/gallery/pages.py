"""What is below /dev/states/: the list of all, each state by its name, and pages for faults that need a fault."""

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join

from tests.gallery.manifest import Made, kept

FAULTS: dict[int, Exception] = {
    400: SuspiciousOperation("made for the gallery"),
    413: RequestDataTooBig("made for the gallery"),
    500: RuntimeError("made for the gallery"),
    503: OperationalError("made for the gallery"),
}


def index(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django hands it over
    """All states, by name."""
    links = format_html_join("", '<li><a href="/dev/states/{}">{}</a> {}</li>', map(_entry, kept(settings.DATA_DIR)))
    return HttpResponse(format_html("<!doctype html><title>States</title><h1>States</h1><ul>{}</ul>", links))


def _entry(made: Made) -> tuple[str, str, str]:
    return made.name, made.name, f"– then press {made.press}" if made.press else ""


def state_page(request: HttpRequest, name: str) -> HttpResponse:  # noqa: ARG001 - Django hands it over
    """Go to the real page, as the person of the state."""
    found = next((made for made in kept(settings.DATA_DIR) if made.name == name), None)
    if found is None:
        raise Http404
    answer = redirect(found.path)
    if found.session:
        answer.set_cookie(settings.SESSION_COOKIE_NAME, found.session, httponly=True)
    else:
        answer.delete_cookie(settings.SESSION_COOKIE_NAME)
    return answer


def fault(request: HttpRequest, status: int) -> HttpResponse:
    """Fail as the server would; too many requests are answered by a template alone."""
    if status in FAULTS:
        raise FAULTS[status]
    return HttpResponse(render_to_string(f"{status}.html", request=request), status=status)
