"""How a file is read, for when its text looks wrong."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ingest.crm.encoding_choices import ENCODING_CHOICES
from ingest.crm.mapping_types import ReaderOptions, ShortRows
from ingest.forms.base import PortalForm

# A tab by itself would be trimmed away on its way through a form.
SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|", "caret": "^", "tilde": "~"}
QUOTES = {"double": '"', "single": "'", "none": ""}
DETECT = ("", _("Find out"))


class ReadingForm(PortalForm):
    """Empty answers: find out. A workbook has only sheets to choose from."""

    hide_optional = True

    encoding = forms.ChoiceField(label=_("Encoding"), required=False, help_text=_("Change it when letters are wrong."))
    delimiter = forms.ChoiceField(
        label=_("Separator"), required=False, help_text=_("The character between two columns."),
        choices=[
            DETECT, ("comma", _("Comma (,)")), ("semicolon", _("Semicolon (;)")), ("tab", _("Tab")),
            ("bar", _("Vertical bar (|)")), ("caret", _("Caret (^)")), ("tilde", _("Tilde (~)")),
        ],
    )  # fmt: skip
    quote = forms.ChoiceField(
        label=_("Quotation mark"), required=False, help_text=_("Stands around values that hold the separator."),
        choices=[
            DETECT, ("double", _('Double (")')), ("single", _("Single (')")), ("none", _("None")),
        ],
    )  # fmt: skip
    sheet = forms.ChoiceField(label=_("Sheet"), required=False)
    pad = forms.BooleanField(
        label=_("Take rows that are too short, as if empty cells followed"), required=False,
        help_text=_("Otherwise such rows are left out."),
    )  # fmt: skip

    def __init__(self, *args: Any, sheets: Sequence[str] = (), encoding: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if sheets:
            self._choices("sheet", [(name, name) for name in sheets])
            for name in ("encoding", "delimiter", "quote"):
                del self.fields[name]
            return
        del self.fields["sheet"]
        known = [(choice.name, _(choice.label)) for choice in ENCODING_CHOICES]
        other = [(encoding, encoding)] if encoding and encoding not in dict(known) else []
        self._choices("encoding", [DETECT, *known, *other])

    def _choices(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    @property
    def reader(self) -> ReaderOptions:
        """What was chosen."""
        data = self.cleaned_data
        return ReaderOptions(
            encoding=data.get("encoding") or None,
            delimiter=SEPARATORS.get(data.get("delimiter", "")),
            quote=QUOTES.get(data.get("quote", "")),
            sheet=data.get("sheet") or None,
            short_rows=ShortRows.PAD if data["pad"] else ShortRows.REFUSE,
        )


def reading_initial(reader: ReaderOptions | None) -> dict[str, Any]:
    """What the form shows for the way in which a file is read now."""
    if reader is None:
        return {}
    named = {character: name for name, character in (SEPARATORS | QUOTES).items()}
    return {
        "encoding": reader.encoding or "",
        "delimiter": named.get(reader.delimiter or "?", ""),
        "quote": named.get("?" if reader.quote is None else reader.quote, ""),
        "sheet": reader.sheet or "",
        "pad": reader.short_rows is ShortRows.PAD,
    }
