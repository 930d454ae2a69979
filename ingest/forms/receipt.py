"""Adobe's e-mail after processing, pasted or as a file. Its text is read and forgotten (see `ingest.forms.help`)."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ingest.aam.receipt_mail import ReceiptMail, ReceiptProblem, read_receipt
from ingest.forms.base import PortalForm
from ingest.services.receipt_file import OutlookFile, text_of

MOST_BYTES: Final = 1_000_000
_MOST_CHARACTERS: Final = 400_000
_NOTHING: Final = _("Paste the e-mail, or select it as a file")


class ReceiptForm(PortalForm):
    """One e-mail; a file wins over what is pasted. `cleaned_data["mail"]` is what it says."""

    hide_optional = True

    pasted_receipt = forms.CharField(
        label=_("Text of the e-mail"), required=False, max_length=_MOST_CHARACTERS,
        help_text=_("All of it, from the names of the files to the last time. The text is read and forgotten."),
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false", "autocomplete": "off"}),
    )  # fmt: skip
    file = forms.FileField(
        label=_("Or the e-mail as a file"), required=False,
        help_text=_("As your mail program saves it: .eml or .txt, smaller than 1 MB."),
        widget=forms.FileInput(attrs={"accept": ".eml,.txt,message/rfc822,text/plain"}),
        error_messages={"empty": _("The selected file is empty. Save the e-mail again, or paste its text.")},
    )  # fmt: skip

    def clean_file(self) -> str:
        """The text of the e-mail; "" without a file."""
        file = self.cleaned_data["file"]
        if file is None:
            return ""
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("The selected file must be smaller than 1 MB"))
        try:
            return text_of(file.read())
        except OutlookFile as error:
            message = _("A .msg file can be read by Outlook only. Open it there and paste its text here.")
            raise forms.ValidationError(message) from error

    def clean(self) -> dict[str, Any]:
        """Read it; the sentence stands at the field that it came from."""
        given = super().clean() or {}
        if self.errors:
            return given
        if not given[self.source].strip():
            self.add_error(self.source, _NOTHING)
            return given
        try:
            given["mail"] = read_receipt(given[self.source])
        except ReceiptProblem as problem:
            self.add_error(self.source, problem.say(gettext))
        return given

    @property
    def source(self) -> str:
        """The field that counts."""
        return "file" if self.cleaned_data.get("file") else "pasted_receipt"

    @property
    def mail(self) -> ReceiptMail:
        """What the e-mail says."""
        mail: ReceiptMail = self.cleaned_data["mail"]
        return mail
