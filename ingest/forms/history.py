"""What the history is narrowed by; everything stands in the address."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ingest.forms.base import PortalForm
from ingest.forms.people import choice_field
from ingest.lifecycle import BatchState
from ingest.models import Environment, User
from ingest.services.history import Filters
from ingest.services.sources import Source
from ingest.services.state_words import WORDS

_ANY = [("", _("Any"))]
_DATE = _("Enter a date such as 2026-11-23")


# A day between 1990 and 2200: no transfer is of another one, and every time zone can reckon with it.
_DAY: Final[dict[str, Any]] = {
    "required": False,
    "error_messages": {"invalid": _DATE},
    "validators": [MinValueValidator(date(1990, 1, 1), _DATE), MaxValueValidator(date(2199, 12, 31), _DATE)],
}


def _picker() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class HistoryForm(PortalForm):
    """Filters of the history. One that makes no sense is said, and narrows nothing."""

    hide_optional = True
    q = forms.CharField(
        label=_("Name, file name or reference"), required=False, max_length=200,
        error_messages={"max_length": _("Search for 200 characters or fewer")},
        widget=forms.TextInput(attrs={"type": "search"}),
    )  # fmt: skip
    state = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=[*_ANY, *((state.value, WORDS[state][0]) for state in BatchState)],
        error_messages={"invalid_choice": _("Choose one of the statuses")},
    )
    environment = forms.ChoiceField(
        label=_("Environment"), required=False, choices=[*_ANY, *Environment.choices],
        error_messages={"invalid_choice": _("Choose one of the environments")},
    )  # fmt: skip
    maker = forms.ChoiceField(
        label=_("Made by"), required=False, error_messages={"invalid_choice": _("Choose one of the people")}
    )
    source = forms.ChoiceField(
        label=_("Data source"), required=False, error_messages={"invalid_choice": _("Choose one of the data sources")}
    )
    since = forms.DateField(label=_("From"), widget=_picker(), **_DAY)
    until = forms.DateField(label=_("To"), widget=_picker(), **_DAY)

    def __init__(self, *args: Any, makers: list[User], sources: Iterable[Source], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice_field(self, "maker").choices = [*_ANY, *((str(user.pk), user.name) for user in makers)]
        choice_field(self, "source").choices = [*_ANY, *((str(source.dpid), str(source)) for source in sources)]

    def clean(self) -> dict[str, Any]:
        """A last day before the first one narrows nothing, and says so."""
        given = super().clean() or {}
        since, until = given.get("since"), given.get("until")
        if since and until and until < since:
            self.add_error("until", _("Enter a last day that is not before the first one"))
        return given

    @property
    def filters(self) -> Filters:
        """The filters as far as they make sense; days are those of the person's time zone."""
        self.full_clean()
        given = self.cleaned_data
        until = given.get("until")
        return Filters(
            search=given.get("q", "").strip(),
            states=(given["state"],) if given.get("state") else (),
            environment=given.get("environment", ""),
            maker=int(given["maker"]) if given.get("maker") else None,
            dpid=int(given["source"]) if given.get("source") else None,
            since=_midnight(given.get("since")),
            until=_midnight(until + timedelta(days=1)) if until else None,
        )


def _midnight(day: Any) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time())) if day else None
