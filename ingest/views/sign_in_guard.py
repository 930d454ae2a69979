"""Who tries to sign in, for django-axes: the address they type, and the one they come from."""

from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest

from ingest.models.user import normal_email

_FIELD: Final = "login"


def name_tried(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """The e-mail address, spelled as accounts are: neither a capital nor a blank makes five more tries."""
    given = (credentials or {}).get("email") or request.POST.get(_FIELD, "")
    return normal_email(str(given))[:254]


def client_address(request: HttpRequest) -> str:
    """The address behind the proxies of ours that are known to be there; what a browser claims counts for nothing.

    Each proxy adds at the end of `X-Forwarded-For` whom it heard from, so with n of them the n-th from the end was
    written by the outermost of ours, and all before it by whoever came.
    """
    direct = str(request.META.get("REMOTE_ADDR", ""))
    trusted = int(settings.TRUSTED_PROXIES)
    told = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    return told[-trusted] if 0 < trusted <= len(told) else direct


def anonymous(*_who: object) -> str:
    """What axes writes to the log of somebody who tries to sign in: nothing that tells who it was."""
    return "somebody (logs hold no addresses)"
