"""What every page needs beside its own content: the workspace, the way around, the look."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from ingest.models import Membership, Role, User
from ingest.services.approvals import count_waiting_for


@dataclass(frozen=True)
class NavItem:
    """One link of the header; `count` is how many things wait behind it."""

    label: str
    url: str
    current: bool
    count: int = 0


def portal(request: HttpRequest) -> dict[str, Any]:
    """For base.html. Pages outside a workspace have no navigation of one."""
    membership: Membership | None = getattr(request, "membership", None)
    user = getattr(request, "user", None)
    theme = user.theme if isinstance(user, User) else request.COOKIES.get("theme", User.Theme.SYSTEM)
    return {
        "workspace": membership.workspace if membership else None,
        "membership": membership,
        "nav": _nav(request, membership) if membership else [],
        "theme": theme if theme in User.Theme.values else User.Theme.SYSTEM,
        "version": settings.VERSION,
        "contact": settings.CONTACT,
    }


def _nav(request: HttpRequest, membership: Membership) -> list[NavItem]:
    slug = membership.workspace.slug
    waiting = count_waiting_for(membership)
    links = [(_("Home"), "home", 0), (_("Approvals"), "approvals", waiting), (_("History"), "history", 0)]
    if Role.ADMIN in membership.roles:
        links.append((_("Manage"), "manage", 0))
    return [_item(request, label, reverse(name, args=[slug]), count) for label, name, count in links]


def _item(request: HttpRequest, label: str, url: str, count: int) -> NavItem:
    is_home = url.count("/") == 3
    return NavItem(label, url, request.path == url if is_home else request.path.startswith(url), count)
