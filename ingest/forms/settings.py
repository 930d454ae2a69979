"""A person's own settings."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ingest.forms.base import PortalForm
from ingest.forms.widgets import RadioCards
from ingest.forms.zones import ZoneInput, zone_called
from ingest.models import User


class SettingsForm(PortalForm):
    """Name, language, time zone, colours."""

    name = forms.CharField(
        label=_("Name"), help_text=_("Your colleagues see it beside what you do."), max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={
            "required": _("Enter your name"),
            "max_length": _("Your name must have %(limit_value)d characters or fewer"),
        },
    )  # fmt: skip
    language = forms.ChoiceField(
        label=_("Language"), required=False, error_messages={"invalid_choice": _("Choose a language from the list")}
    )
    time_zone = forms.CharField(
        label=_("Time zone"), help_text=_("Times are shown in it. Type a few letters of the nearest big city."),
        max_length=64, widget=ZoneInput(), error_messages={"required": _("Enter a time zone, such as Europe/Paris")},
    )  # fmt: skip
    theme = forms.ChoiceField(
        label=_("Colours"), choices=User.Theme.choices, widget=RadioCards(),
        error_messages={"required": _("Choose the colours"), "invalid_choice": _("Choose the colours from the list")},
    )  # fmt: skip

    hide_optional = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        languages = self.fields["language"]
        if isinstance(languages, forms.ChoiceField):
            languages.choices = [("", _("As my browser")), *settings.LANGUAGES]

    def clean_time_zone(self) -> str:
        """A zone by its name, or by its city alone."""
        text = self.cleaned_data["time_zone"]
        found = zone_called(text)
        if found is None:
            raise forms.ValidationError(
                gettext("There is no time zone called “%(text)s”. Write it as Europe/Paris, or choose one of the list"),
                params={"text": text},
            )
        return found
