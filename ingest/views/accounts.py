"""How allauth's signing in fits the portal: accounts are made by invitation only, words and messages are the portal's
own, and forms that come back say so by their status, as all others do.
"""

import logging
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from allauth.account import views as allauth_views
from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.mail import EmailMessage
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from ingest.models import User
from ingest.services.mail_account import new_password, no_account
from ingest.services.people_settings import guess_zone
from ingest.views.http import whole_address

logger = logging.getLogger(__name__)
# What allauth would say after everything: our pages say it themselves.
_SILENT = frozenset({"account/messages/logged_in.txt", "account/messages/logged_out.txt"})


class NotSent(Exception):
    """No message could leave."""


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

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link to a new password, by the name that all messages use."""
        return whole_address(self.request, urlsplit(super().get_reset_password_from_key_url(key)).path)

    def render_mail(
        self, template_prefix: str, email: str, context: dict[str, Any], headers: dict[str, str] | None = None
    ) -> EmailMessage:  # fmt: skip
        """Laid out as all other messages. allauth has more kinds, of which none leaves as long as none has a page."""
        if template_prefix == "account/email/password_reset_key":
            return new_password(context["user"], context["password_reset_url"])
        if template_prefix == "account/email/unknown_account":
            return no_account(email)
        made: EmailMessage = super().render_mail(template_prefix, email, context, headers)
        return made

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a message. Raises NotSent, without the address that a mail server's own words would hold."""
        try:
            super().send_mail(template_prefix, email, context)
        except OSError as error:  # smtplib's own errors are of this kind as well
            logger.warning("%s could not be sent (%s)", template_prefix, type(error).__name__)
            raise NotSent from None


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

    def form_valid(self, form: BaseForm) -> HttpResponse:
        """Send it; that no message leaves is the same for every address, so it may be told."""
        try:
            response: HttpResponse = super().form_valid(form)
        except NotSent:
            form.add_error(None, _("No message can leave at the moment. Try again in some minutes."))
            return self.form_invalid(form)
        return response


class PasswordLinkSent(allauth_views.PasswordResetDoneView):  # type: ignore[misc]
    """What happens next: a message, where messages leave at all."""

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        """With whether they do."""
        context: dict[str, object] = super().get_context_data(**kwargs)
        return context | {"mails_leave": settings.MAILS_LEAVE}


class ReplacePassword(_ComesBack, allauth_views.PasswordResetFromKeyView):  # type: ignore[misc]
    """By somebody who has the link."""
