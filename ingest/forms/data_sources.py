"""A data source."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ingest.aam.data_sources import AAM_UUID_DPID, ECID_DPID, GLOBAL_DATA_SOURCES, parse_data_source_id
from ingest.aam.identifiers import ID_RULES, IdType
from ingest.forms.base import PortalForm

_ADOBES = {AAM_UUID_DPID: "Audience Manager UUID", ECID_DPID: "Experience Cloud ID"}


class DataSourceForm(PortalForm):
    """Number, name and kind of ID; the number of one that exists is not asked again."""

    name = forms.CharField(
        label=_("Name"), help_text=_("As your colleagues know it, such as CRM customers."), max_length=255,
        error_messages={"required": _("Enter a name")},
    )  # fmt: skip
    dpid = forms.CharField(
        label=_("Number (DPID)"),
        help_text=_("Audience Manager shows it in the list of data sources, in the column ID."),
        max_length=18, widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"required": _("Enter the number of the data source")},
    )  # fmt: skip
    id_type = forms.ChoiceField(
        label=_("Kind of ID"), choices=[(kind.value, ID_RULES[kind].label) for kind in IdType],
        help_text=_("What identifies people in this data source. Customer ID for most CRMs."),
        error_messages={"required": _("Choose the kind of ID"), "invalid_choice": _("Choose the kind of ID")},
    )  # fmt: skip
    is_active = forms.BooleanField(label=_("Offer it for new transfers"), required=False)

    def __init__(self, *args: Any, exists: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if exists:
            del self.fields["dpid"]

    def clean_dpid(self) -> int:
        """A number of the customer's own, as Audience Manager writes it."""
        text = self.cleaned_data["dpid"].strip()
        try:
            dpid = parse_data_source_id(text)
        except ValueError as error:
            raise forms.ValidationError(
                gettext("“%(text)s” is no data source number. Enter digits only, without leading zeros."),
                params={"text": text},
            ) from error
        label = GLOBAL_DATA_SOURCES[dpid].label if dpid in GLOBAL_DATA_SOURCES else _ADOBES.get(dpid)
        if label is not None:
            raise forms.ValidationError(
                gettext(
                    "%(dpid)s is Adobe's own data source (%(label)s). It is offered everywhere without being added."
                ),
                params={"dpid": dpid, "label": label},
            )
        return dpid
