"""Joining by invitation: as somebody new, or with the account that one has."""

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ingest.forms.members import JoinForm
from ingest.models import Invitation, User
from ingest.services import members as people
from ingest.services.people_settings import guess_zone
from ingest.views.policies import for_anybody

_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@for_anybody
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The link of an invitation."""
    try:
        found = people.invitation_of(token, now=timezone.now())
        return _answer(request, found)
    except people.NotOpen:
        return render(request, "ingest/invitation_closed.html", status=404)


def _answer(request: HttpRequest, found: Invitation) -> HttpResponse:
    if isinstance(request.user, User):
        return _join(request, found, request.user)
    if people.has_account(found):
        return redirect_to_login(request.get_full_path())
    try:
        return _make_account(request, found)
    except people.AccountExists:
        return redirect_to_login(request.get_full_path())


def _join(request: HttpRequest, found: Invitation, user: User) -> HttpResponse:
    if user.email != found.email:
        return render(request, "ingest/invitation_other.html", {"invitation": found}, status=403)
    if request.method != "POST":
        return render(request, "ingest/invitation.html", {"invitation": found})
    people.accept(found, user, now=timezone.now())
    messages.success(request, _("Welcome to %(workspace)s.") % {"workspace": found.workspace.name})
    return redirect("home", found.workspace.slug)


def _make_account(request: HttpRequest, found: Invitation) -> HttpResponse:
    form = JoinForm(request.POST if request.method == "POST" else None, email=found.email)
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "ingest/invitation.html", {"invitation": found, "form": form}, status=status)
    given = form.cleaned_data
    user = people.accept_as_new(found, name=given["name"], password=given["password"], now=timezone.now())
    guess_zone(user, request.POST.get("zone", ""))
    login(request, user, backend=_BACKEND)
    return redirect("home", found.workspace.slug)
