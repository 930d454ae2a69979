"""Deciding on a batch."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ingest.forms.base import PortalForm
from ingest.services.approve import Seen


class ApproveForm(PortalForm):
    """The checksums of what the page showed; for an unusual batch the approver says that they have seen it."""

    parts_sha256 = forms.CharField(widget=forms.HiddenInput)
    mapping_sha256 = forms.CharField(widget=forms.HiddenInput)
    destination_sha256 = forms.CharField(widget=forms.HiddenInput)
    unusual_seen = forms.BooleanField(required=False, label=_("I have looked at the drop, and it is right"))

    def __init__(self, *args: object, is_unusual: bool = False, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unusual_seen"].required = is_unusual
        self.fields["unusual_seen"].error_messages["required"] = _(
            "Say that you have looked at the drop, or ask for changes"
        )

    @property
    def seen(self) -> Seen:
        """What the page showed."""
        names = ("parts_sha256", "mapping_sha256", "destination_sha256")
        return Seen(**{name: self.cleaned_data[name] for name in names})


class ChangesForm(PortalForm):
    """Why the batch goes back to its maker."""

    reason = forms.CharField(
        label=_("What has to be changed"),
        help_text=_("The maker reads this. Say which column, trait or file is wrong, without quoting a customer."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
        error_messages={"required": _("Say what has to be changed")},
    )
