"""Managing people: who is here, what they may do, who is invited."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ingest.access import member_for
from ingest.forms.members import InviteForm, RolesForm
from ingest.models import Invitation, Role
from ingest.services import members as people
from ingest.views.http import PortalRequest, origin_of
from ingest.views.kept import submitted
from ingest.views.policies import for_members


@for_members(Role.ADMIN)
@require_safe
def members(request: PortalRequest) -> HttpResponse:
    """Everybody, and the invitations that are open."""
    workspace = request.membership.workspace
    context = {
        "members": people.members_of(workspace),
        "invitations": people.open_invitations(workspace, now=timezone.now()),
        "mails_leave": settings.MAILS_LEAVE,
    }
    return render(request, "ingest/members.html", context)


@for_members(Role.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: PortalRequest) -> HttpResponse:
    """Invite a person; the link is sent, and shown once for those without e-mail."""
    workspace = request.membership.workspace
    form = InviteForm(submitted(request), initial={"makes": True})
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        if people.is_member(workspace, email):
            form.add_error("email", _("This person works here already. Change their roles in the list instead."))
        else:
            made, token = people.invite(
                workspace, email, form.roles, actor=request.user, now=timezone.now(), origin=origin_of(request)
            )  # fmt: skip
            return _invited(request, made, token)
    status = 422 if request.method == "POST" else 200
    return render(request, "ingest/invite.html", {"form": form}, status=status)


def _invited(request: PortalRequest, made: Invitation, token: str) -> HttpResponse:
    """The one page on which the link can be read."""
    link = origin_of(request) + reverse("invitation", args=[token])
    context = {"invitation": made, "link": link, "mails_leave": settings.MAILS_LEAVE}
    return render(request, "ingest/invited.html", context)


@for_members(Role.ADMIN)
@require_POST
def renew(request: PortalRequest, pk: int) -> HttpResponse:
    """Another link for somebody whose invitation is still open; the older one is void."""
    workspace = request.membership.workspace
    try:
        made, token = people.renew(workspace, pk, actor=request.user, now=timezone.now(), origin=origin_of(request))
    except people.NotOpen:
        messages.info(request, _("Nothing was changed: this invitation is not open any more."))
        return redirect("members", workspace.slug)
    return _invited(request, made, token)


@for_members(Role.ADMIN)
@require_POST
def revoke(request: PortalRequest, pk: int) -> HttpResponse:
    """Make an invitation void."""
    if people.revoke(request.membership.workspace, pk, actor=request.user, now=timezone.now()):
        messages.success(request, _("The invitation is void; its link no longer works."))
    else:
        messages.info(request, _("Nothing was changed: this invitation is not open any more."))
    return redirect("members", request.membership.workspace.slug)


@for_members(Role.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def member(request: PortalRequest, pk: int) -> HttpResponse:
    """Change what somebody may do."""
    chosen = member_for(request.membership, pk)
    form = RolesForm(
        submitted(request), initial={name: getattr(chosen, name) for name in ("makes", "approves", "administers")}
    )
    if request.method == "POST" and form.is_valid():
        try:
            people.change_roles(chosen, form.roles, actor=request.user, now=timezone.now())
        except people.LastAdmin:
            form.add_error("administers", _("This is the last admin. Make somebody else an admin first."))
        else:
            messages.success(request, _("The roles of %(name)s are saved.") % {"name": chosen.user.name})
            return redirect("members", request.membership.workspace.slug)
    status = 422 if request.method == "POST" else 200
    return render(request, "ingest/member.html", {"form": form, "chosen": chosen}, status=status)


@for_members(Role.ADMIN)
@require_POST
def remove(request: PortalRequest, pk: int) -> HttpResponse:
    """Take somebody out of the workspace."""
    chosen = member_for(request.membership, pk)
    try:
        people.remove(chosen, actor=request.user, now=timezone.now())
    except people.LastAdmin:
        messages.warning(request, _("Nothing was changed: this is the last admin of the workspace."))
    else:
        messages.success(request, _("%(name)s no longer belongs to this workspace.") % {"name": chosen.user.name})
    return redirect("members", request.membership.workspace.slug)
