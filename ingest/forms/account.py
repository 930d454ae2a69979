"""allauth's forms in the portal's words: labels that say what to enter, no placeholder, browsers judge nothing."""

from typing import Any

from allauth.account.forms import (
    ChangePasswordForm,
    LoginForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
    SetPasswordForm,
)
from django import forms
from django.utils.translation import gettext_lazy as _

_EMAIL = {
    "required": _("Enter your e-mail address"),
    "invalid": _("Enter an e-mail address with one @, such as ana@example.com"),
}
_NEW = _("At least 15 characters. A few words in a row are easy to remember and hard to guess.")
# By field: label, hint, what is said when it is empty.
_WORDS: dict[str, tuple[Any, Any, dict[str, Any]]] = {
    "login": (_("E-mail address"), "", _EMAIL),
    "email": (_("E-mail address"), "", _EMAIL),
    "password": (_("Password"), "", {"required": _("Enter your password")}),
    "oldpassword": (_("Present password"), "", {"required": _("Enter your present password")}),
    "password1": (_("New password"), _NEW, {"required": _("Enter a new password")}),
    "password2": (_("New password once more"), "", {"required": _("Enter the new password once more")}),
}
_AUTOCOMPLETE = {
    "login": "username", "email": "username", "password": "current-password", "oldpassword": "current-password",
    "password1": "new-password", "password2": "new-password",
}  # fmt: skip


class _InOurWords(forms.Form):
    use_required_attribute = False
    hide_optional = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.fields.pop("remember", None)
        for name, field in self.fields.items():
            field.label, field.help_text, told = _WORDS[name]
            field.error_messages.update(told)
            field.widget.attrs = {"autocomplete": _AUTOCOMPLETE[name]}


class SignInForm(_InOurWords, LoginForm):  # type: ignore[misc]  # allauth has no types
    """E-mail address and password."""


class NewPasswordForm(_InOurWords, ChangePasswordForm):  # type: ignore[misc]
    """Another password, by somebody who knows the present one."""


class FirstPasswordForm(_InOurWords, SetPasswordForm):  # type: ignore[misc]
    """A password for an account that has none."""


class ForgottenPasswordForm(_InOurWords, ResetPasswordForm):  # type: ignore[misc]
    """Where to send the link."""


class ReplacePasswordForm(_InOurWords, ResetPasswordKeyForm):  # type: ignore[misc]
    """Another password, by somebody who has the link."""
