"""Inviting people, joining, and what members may do."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ingest.forms.base import PortalForm
from ingest.models import User
from ingest.services.members import Roles


class RolesForm(PortalForm):
    """What a member may do. Nobody has to have a role: whoever has none may look."""

    makes = forms.BooleanField(
        label=_("Maker – prepares transfers"), help_text=_("Uploads files, matches columns, asks for approval."),
        required=False,
    )  # fmt: skip
    approves = forms.BooleanField(
        label=_("Approver – decides on transfers"), help_text=_("Approves what others have prepared, never their own."),
        required=False,
    )  # fmt: skip
    administers = forms.BooleanField(
        label=_("Admin – manages the workspace"), help_text=_("People, data sources, traits, destinations, limits."),
        required=False,
    )  # fmt: skip

    @property
    def roles(self) -> Roles:
        """The roles that were ticked."""
        return Roles(*(self.cleaned_data[name] for name in ("makes", "approves", "administers")))


class InviteForm(RolesForm):
    """Whom to invite."""

    email = forms.EmailField(
        label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": _("Enter the e-mail address of the person"),
            "invalid": _("Enter an e-mail address with one @, such as ana@example.com"),
        },
    )  # fmt: skip
    field_order = ("email", "makes", "approves", "administers")


class JoinForm(PortalForm):
    """Name and password of somebody who is new."""

    name = forms.CharField(
        label=_("Your name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Enter your name")},
    )  # fmt: skip
    password = forms.CharField(
        label=_("Password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 15 characters. A few words in a row are easy to remember and hard to guess."),
        error_messages={"required": _("Enter a password")},
    )  # fmt: skip

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._email = email

    def clean(self) -> dict[str, Any]:
        """The password is judged together with name and address."""
        given: dict[str, Any] = super().clean() or {}
        if "password" in given:
            try:
                validate_password(given["password"], User(email=self._email, name=given.get("name", "")))
            except ValidationError as weak:
                self.add_error("password", weak)
        return given
