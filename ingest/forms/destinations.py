"""A destination: name, environment, method, and the fields that the method asks for."""

from typing import Any, Final

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from ingest.forms.base import PortalForm
from ingest.forms.widgets import RadioCards
from ingest.models import Environment
from ingest.services.destinations import said
from ingest.transfer.presets import ENVIRONMENT_NOTES
from ingest.transfer.presets import Environment as Place
from ingest.transfer.registry import METHODS, Field, FieldKind

ENVIRONMENT_STAYS: Final = _(
    "Files were sent or decided on under this environment. Make a new destination for the other one."
)


class DestinationForm(PortalForm):
    """The method's own fields are named `config_…`; what is wrong with them the registry says."""

    name = forms.CharField(
        label=_("Name"), help_text=_("As people choose it, such as Beta folder."), max_length=100,
        error_messages={"required": _("Enter a name")},
    )  # fmt: skip
    environment = forms.ChoiceField(
        label=_("Environment"), choices=Environment.choices, error_messages={"required": _("Choose an environment")}
    )
    is_active = forms.BooleanField(label=_("Offer it for new transfers"), required=False)

    hide_optional = True  # the registry says what is missing, and in better words

    def __init__(self, *args: Any, method: str, used_for: str = "", **kwargs: Any) -> None:
        """`used_for`: the environment under which files were sent already, which stays what it is."""
        super().__init__(*args, **kwargs)
        self.method = METHODS[method]
        fixed = {place.value: ENVIRONMENT_STAYS for place in Place if used_for and place.value != used_for}
        hints = {place.value: said(ENVIRONMENT_NOTES[place]) for place in Place}
        self.fields["environment"] = forms.ChoiceField(
            label=_("Environment"), choices=Environment.choices, widget=RadioCards(hints=hints, disabled=fixed),
            error_messages={"required": _("Choose an environment")},
        )  # fmt: skip
        for field in self.method.fields:
            self.fields[f"config_{field.name}"] = _form_field(field)
        self.order_fields(["name", "environment", *(f"config_{field.name}" for field in self.method.fields)])

    @property
    def values(self) -> dict[str, Any]:
        """The fields of a destination."""
        given = self.cleaned_data
        config = {field.name: given[f"config_{field.name}"] for field in self.method.fields}
        kept = {name: given[name] for name in ("name", "environment", "is_active")}
        return {**kept, "method": self.method.name, "config": config}


def _hint(field: Field) -> str:
    if field.kind is not FieldKind.FOLDER:
        return said(field.help)
    roots = ", ".join(str(root) for root in settings.LOCAL_ROOTS)
    return _now("%(hint)s Here that is below %(roots)s.") % {"hint": said(field.help), "roots": roots}


def _form_field(field: Field) -> forms.Field:
    words: dict[str, Any] = {"label": said(field.label), "help_text": _hint(field), "required": False}
    match field.kind:
        case FieldKind.NUMBER:
            return forms.IntegerField(**words)
        case FieldKind.TICK:
            return forms.BooleanField(**words)
        case FieldKind.CHOICE:
            return forms.ChoiceField(choices=[(key, said(label)) for key, label in field.choices.items()], **words)
        case FieldKind.SECRET:
            return forms.CharField(widget=forms.PasswordInput(render_value=False), strip=False, **words)
        case FieldKind.TEXT | FieldKind.FOLDER | FieldKind.HOST:
            return forms.CharField(max_length=1000, **words)
