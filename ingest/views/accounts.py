"""How allauth's signing in fits the portal: accounts are made by invitation only, words and messages are the portal's
own, and forms that come back say so by their status, as all others do.
"""

from types import MappingProxyType
from typing import Any

from allauth.account import views as allauth_views
from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ingest.models import User
from ingest.services.mail_account import write_new_password, write_no_account
from ingest.services.people_settings import guess_zone
from ingest.views.http import origin_of

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

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write a message down; a worker sends it, with a link that is made then. allauth has more kinds, of which none
        leaves as long as none has a page.
        """
        origin, now = origin_of(self.request), timezone.now()
        if template_prefix == "account/email/password_reset_key":
            write_new_password(context["user"], origin, now=now)
        elif template_prefix == "account/email/unknown_account":
            write_no_account(email, origin, now=now)
        else:
            super().send_mail(template_prefix, email, context)


class _ComesBack:
    """A form that comes back with what is wrong has the status of one."""

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        """Show it again."""
        response: HttpResponse = super().form_invalid(form)  # type: ignore[misc]
        response.status_code = 422
        return response


class SignIn(_ComesBack, allauth_views.LoginView):  # type: ignore[misc]
    """With e-mail address and password."""


class ChangePassword(_ComesBack, allauth_views.PasswordChangeView):  # type: ignore[misc]
    """By somebody who knows the present one."""


class FirstPassword(_ComesBack, allauth_views.PasswordSetView):  # type: ignore[misc]
    """For an account that has none."""


class ForgottenPassword(_ComesBack, allauth_views.PasswordResetView):  # type: ignore[misc]
    """Ask for a link to a new one."""


class PasswordLinkSent(allauth_views.PasswordResetDoneView):  # type: ignore[misc]
    """What happens next: a message, where messages leave at all."""

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        """With whether they do."""
        context: dict[str, object] = super().get_context_data(**kwargs)
        return context | {"mails_leave": settings.MAILS_LEAVE}


class ReplacePassword(_ComesBack, allauth_views.PasswordResetFromKeyView):  # type: ignore[misc]
    """By somebody who has the link."""
