"""What is pasted on pages of the help. None of it is kept, not even for somebody who has to sign in (`views.kept`)."""

from typing import Final

from django import forms
from django.utils.translation import gettext_lazy as _

from ingest.forms.base import PortalForm

PASTED_PREFIX: Final = "pasted_"
"""What the names of such fields begin with."""

MOST_IDS: Final = 20
_MOST_NAME: Final = 500
_MOST_ADDRESS: Final = 4_000
_MOST_ID: Final = 500
_PLAIN: Final = {"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}


class FileNameForm(PortalForm):
    """A name of a file, as it stands: white space at its ends is a mistake that is told."""

    pasted_name = forms.CharField(
        label=_("Name of a file"), help_text=_("Such as ftp_dpm_478_1700000000.sync.gz"), max_length=_MOST_NAME,
        strip=False, widget=forms.TextInput(attrs=_PLAIN), error_messages={"required": _("Paste the name of a file")},
    )  # fmt: skip


class IdsForm(PortalForm):
    """A few IDs, each in a line of its own."""

    pasted_ids = forms.CharField(
        label=_("IDs"), help_text=_("One in a line, 20 at most. They are looked at and forgotten."),
        max_length=MOST_IDS * _MOST_ID, widget=forms.Textarea(attrs=_PLAIN),
        error_messages={"required": _("Paste at least one ID")},
    )  # fmt: skip

    def clean_pasted_ids(self) -> list[str]:
        """The lines that hold something."""
        lines = [line for line in self.cleaned_data["pasted_ids"].splitlines() if line.strip()]
        if len(lines) > MOST_IDS:
            raise forms.ValidationError(
                _("Paste %(most)d lines at most; these are %(found)d"),
                params={"most": MOST_IDS, "found": len(lines)},
            )
        return lines


class AddressForm(PortalForm):
    """An address that links IDs, or the image tag that holds it."""

    pasted_address = forms.CharField(
        label=_("Address"), help_text=_("From https:// on, or the whole image tag. It is looked at, not opened."),
        max_length=_MOST_ADDRESS, widget=forms.Textarea(attrs=_PLAIN),
        error_messages={"required": _("Paste an address")},
    )  # fmt: skip


class SnippetForm(PortalForm):
    """An ID to see how it is written into a website, and by which code the data source is known there."""

    pasted_id = forms.CharField(
        label=_("An ID to try"), help_text=_("Made up, or one of yours. It is looked at and forgotten."),
        max_length=_MOST_ID, widget=forms.TextInput(attrs=_PLAIN),
        error_messages={"required": _("Enter an ID")},
    )  # fmt: skip
    pasted_code = forms.CharField(
        label=_("Integration code"), help_text=_("If Audience Manager shows one for this data source."), max_length=255,
        required=False, widget=forms.TextInput(attrs=_PLAIN),
    )  # fmt: skip
