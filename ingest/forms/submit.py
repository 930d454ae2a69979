"""Asking for approval."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ingest.forms.base import PortalForm


class SubmitForm(PortalForm):
    """One tick, and only where traits are replaced."""

    hide_optional = True
    replaces_confirmed = forms.BooleanField(
        required=False,
        error_messages={
            "required": _("Tick that you understand that traits are replaced, or change to “Add and keep”"),
        },
    )

    def __init__(self, *args: Any, replaces: bool, label: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["replaces_confirmed"].required = replaces
        self.fields["replaces_confirmed"].label = label
