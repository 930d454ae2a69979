"""How allauth's signing in fits the portal: accounts are made by invitation only, and words are the portal's own."""

from types import MappingProxyType
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from ingest.models import User
from ingest.services.people_settings import guess_zone

# What allauth would say after everything: our pages say it themselves.
_SILENT = frozenset({"account/messages/logged_in.txt", "account/messages/logged_out.txt"})


class PortalAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Nobody signs up by themselves."""

    error_messages = MappingProxyType(
        {
            **DefaultAccountAdapter.error_messages,
            "account_inactive": _("This account is closed. Ask an admin of your workspace if you need it again."),
            "email_password_mismatch": _("There is no account with this e-mail address and password. Check both."),
            "enter_current_password": _("This is not your present password."),
            "too_many_login_attempts": _("There were too many wrong passwords from here. Wait a minute."),
        }
    )

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's signature
        """Closed: an invitation makes the account."""
        return False

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any
    ) -> None:  # fmt: skip
        """Say what is worth a message."""
        if message_template not in _SILENT:
            super().add_message(request, level, message_template, *args, **kwargs)

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any) -> HttpResponse:
        """The browser told its time zone: take it for somebody who has none yet."""
        if isinstance(user, User):
            guess_zone(user, request.POST.get("zone", ""))
        response: HttpResponse = super().post_login(request, user, **kwargs)
        return response
