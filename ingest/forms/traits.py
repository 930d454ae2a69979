"""A trait, and many of them out of a file."""

from typing import Any, Final

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ingest.aam.traits import TraitType, parse_trait_id
from ingest.forms.base import PortalForm
from ingest.models import DataSource
from ingest.services.traits_file import MOST_BYTES

_TYPES: Final = {
    TraitType.ONBOARDED: _("Onboarded: set by files"),
    TraitType.RULE_BASED: _("Rule-based: set by what people do on your pages"),
    TraitType.ALGORITHMIC: _("Algorithmic: set by a model"),
    TraitType.FOLDER: _("Folder: sums up the traits of a folder"),
    TraitType.DATA_SOURCE_SYNCED: _("Data source synced: set for everybody in a data source"),
}


class TraitForm(PortalForm):
    """A trait by hand."""

    sid = forms.CharField(
        label=_("Number (SID)"), help_text=_("Audience Manager shows it beside the trait's name."), max_length=18,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}), error_messages={"required": _("Enter the number")},
    )  # fmt: skip
    name = forms.CharField(label=_("Name"), max_length=255, error_messages={"required": _("Enter a name")})
    data_source = forms.ChoiceField(
        label=_("Data source"), help_text=_("Only transfers to this data source can set the trait."),
        error_messages={"required": _("Choose a data source")},
    )  # fmt: skip
    type = forms.ChoiceField(
        label=_("Type"), choices=[(kind.value, label) for kind, label in _TYPES.items()],
        help_text=_("Files can set onboarded traits only."),
    )  # fmt: skip
    rule = forms.CharField(
        label=_("Rule"), max_length=2000, required=False,
        help_text=_('As Audience Manager writes it, such as tier == "gold". It helps to match columns.'),
    )  # fmt: skip
    description = forms.CharField(label=_("Description"), max_length=500, required=False)

    def __init__(self, *args: Any, sources: list[DataSource], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._sources = {str(source.pk): source for source in sources}
        field = self.fields["data_source"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(key, str(source)) for key, source in self._sources.items()]

    def clean_sid(self) -> int:
        """A number as Audience Manager writes it."""
        text = self.cleaned_data["sid"].strip()
        try:
            return int(parse_trait_id(text))
        except ValueError as error:
            raise forms.ValidationError(
                gettext("“%(text)s” is no trait number. Enter digits only, without leading zeros."),
                params={"text": text},
            ) from error

    def clean_data_source(self) -> DataSource:
        """The data source itself."""
        return self._sources[self.cleaned_data["data_source"]]


class ImportForm(PortalForm):
    """A file of traits."""

    file = forms.FileField(
        label=_("CSV file"), help_text=_("Smaller than 5 MB; the first row names the columns."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv"}),
        error_messages={
            "required": _("Select a CSV file"),
            "empty": _("The selected file is empty. Upload a CSV with one trait a row."),
        },
    )  # fmt: skip

    def __init__(self, *args: Any, request: HttpRequest | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sent = int(request.META.get("CONTENT_LENGTH") or 0) if request is not None else 0
        if sent > 2 * MOST_BYTES:
            # The server took none of it, so for Django there is no file.
            self.fields["file"].error_messages["required"] = _("The selected file must be smaller than 5 MB")
