"""Every address that the portal answers, found by walking the URLconf, with what fills its parameters."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from ingest.views.policies import Policy

# Django's and allauth's own views: they can't carry a policy of ours, and are for whoever comes.
NOT_OURS = frozenset(
    {
        "account_login", "account_logout", "account_signup", "account_inactive", "account_change_password",
        "account_set_password",
        "account_reset_password", "account_reset_password_done", "account_reset_password_from_key",
        "account_reset_password_from_key_done",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Route:
    """One address: the name of its view, the names of its parameters, and who may use it (None: not declared)."""

    name: str
    parameters: frozenset[str]
    policy: Policy | None
    is_csrf_exempt: bool

    def url(self, values: Mapping[str, Any]) -> str:
        """The address with each parameter filled by its name. KeyError: the test doesn't know such a parameter."""
        return reverse(self.name, kwargs={name: values[name] for name in self.parameters})


def routes(patterns: Sequence[URLPattern | URLResolver] | None = None) -> list[Route]:
    """All routes, those of Django and allauth as well."""
    return list(_walk(get_resolver().url_patterns if patterns is None else patterns, frozenset()))


def our_routes() -> list[Route]:
    """Those that have to declare a policy."""
    return [route for route in routes() if route.name not in NOT_OURS]


def undeclared(found: Sequence[Route]) -> list[str]:
    """The names of routes of ours that don't say who may use them."""
    return [route.name for route in found if route.policy is None and route.name not in NOT_OURS]


def _walk(patterns: Sequence[URLPattern | URLResolver], above: frozenset[str]) -> Iterator[Route]:
    for pattern in patterns:
        names = above | frozenset(pattern.pattern.regex.groupindex)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, names)
        else:
            view = pattern.callback
            policy = getattr(view, "policy", None)
            yield Route(pattern.name or "", names, policy, bool(getattr(view, "csrf_exempt", False)))


# For parameters of which no object has to exist.
ANYTHING: Mapping[str, Any] = {
    "slug": "nowhere", "number": 1, "position": 1, "pk": 1, "upload_id": uuid.UUID(int=1), "token": "a-guess",
    "uidb36": "1", "key": "set-password", "topic": "customers",
}  # fmt: skip
