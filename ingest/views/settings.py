"""S15: a person's own settings."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django.views.i18n import set_language

from ingest.forms.settings import SettingsForm
from ingest.models import Mail, User
from ingest.services.mail_receivers import kinds_for
from ingest.services.people_settings import change_own, choose_language, choose_theme
from ingest.views.http import PortalRequest
from ingest.views.kept import submitted
from ingest.views.policies import for_anybody, for_signed_in

_YEAR = 365 * 24 * 3600


@for_signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def own_settings(request: PortalRequest) -> HttpResponse:
    """Name, language, time zone, colours, messages."""
    user = request.user
    kinds = kinds_for(user)
    form = SettingsForm(submitted(request), initial=_initial(user, kinds), kinds=kinds)
    if request.method == "POST" and form.is_valid():
        change_own(user, **form.answers)
        messages.success(request, _("Your settings are saved."))
        return with_theme(redirect("own_settings"), user.theme)
    status = 422 if request.method == "POST" else 200
    return render(
        request, "ingest/own_settings.html", {"form": form, "sends_mail": settings.MAILS_LEAVE}, status=status
    )


def _initial(user: User, kinds: Sequence[Mail.Kind]) -> dict[str, Any]:
    return {
        "name": user.name, "language": user.language, "time_zone": user.time_zone or "UTC", "theme": user.theme,
        "request_mails": user.request_mails, "mails": [kind.value for kind in kinds if kind not in user.mails_off],
    }  # fmt: skip


@for_signed_in
@require_POST
def theme(request: PortalRequest) -> HttpResponse:
    """Other colours, from any page, and back to it."""
    choose_theme(request.user, request.POST.get("theme", ""))
    back = request.POST.get("next", "/")
    is_ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    # `redirect` would take a text without a slash for the name of a page
    return with_theme(HttpResponseRedirect(back) if is_ours else redirect("start"), request.user.theme)


@for_anybody
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Another language, from any page, and back to it; whoever is signed in keeps it for next time."""
    if isinstance(request.user, User):
        choose_language(request.user, request.POST.get("language", ""))
    answer: HttpResponse = set_language(request)
    return answer


def with_theme(response: Any, chosen: str) -> HttpResponse:
    """The browser remembers the colours, for the pages before signing in."""
    response.set_cookie(
        "theme", chosen, max_age=_YEAR, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )
    answer: HttpResponse = response
    return answer
