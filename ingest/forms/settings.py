"""A person's own settings."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from ingest.forms.base import PortalForm
from ingest.forms.widgets import RadioCards
from ingest.forms.zones import ZoneInput, zone_called
from ingest.models import Mail, User
from ingest.services.people_settings import MailWishes


class SettingsForm(PortalForm):
    """Name, language, time zone, colours, messages."""

    name = forms.CharField(
        label=pgettext_lazy("of a person", "Name"),
        help_text=_("Your colleagues see it beside what you do."), max_length=150,
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

    request_mails = forms.ChoiceField(
        label=_("Tell me what waits for my decision"), choices=User.Requests.choices, widget=RadioCards(
            hints={User.Requests.DAILY: _("From 8 o'clock on, when something waits")}
        ),
        error_messages={
            "required": _("Choose when you are told"), "invalid_choice": _("Choose when you are told from the list"),
        },
    )  # fmt: skip
    mails = forms.MultipleChoiceField(
        label=_("Tell me when"), required=False, widget=forms.CheckboxSelectMultiple(),
        error_messages={"invalid_choice": _("Choose messages from the list")},
    )  # fmt: skip

    hide_optional = True

    def __init__(self, *args: Any, kinds: Sequence[Mail.Kind], **kwargs: Any) -> None:
        """`kinds`: the messages that the person can get; what they can't is not asked."""
        super().__init__(*args, **kwargs)
        self._offer(kinds)
        languages = self.fields["language"]
        if isinstance(languages, forms.ChoiceField):
            languages.choices = [("", _("As my browser")), *settings.LANGUAGES]

    def _offer(self, kinds: Sequence[Mail.Kind]) -> None:
        others = [(kind.value, kind.label) for kind in kinds if kind != Mail.Kind.REQUEST]
        mails = self.fields["mails"]
        if isinstance(mails, forms.MultipleChoiceField):
            mails.choices = others
        if not others:
            del self.fields["mails"]
        if Mail.Kind.REQUEST not in kinds:
            del self.fields["request_mails"]
        self._offered = frozenset(value for value, _label in others)

    @property
    def answers(self) -> dict[str, Any]:
        """What `change_own` keeps."""
        given = dict(self.cleaned_data)
        wanted, requests = given.pop("mails", ()), given.pop("request_mails", None)
        return given | {"mails": MailWishes(self._offered, frozenset(wanted), requests)}

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
