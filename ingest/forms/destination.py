"""What a transfer is called, where it goes, and when."""

import unicodedata
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ingest.forms.base import PortalForm
from ingest.forms.people import Choices, choice_field
from ingest.forms.widgets import RadioCards
from ingest.models import Batch, Destination, Environment
from ingest.services.destination_choice import NAME_CHARACTERS, free_name, is_taken, latest_sending
from ingest.services.phrases import in_a_row
from ingest.services.sealing import in_words, key_problem, seals

ENVIRONMENT_WORDS = {
    Environment.BETA: (
        gettext_lazy("Beta – rehearsal"),
        gettext_lazy("Shows that the files arrive and can be read. Nobody gets a trait and no audience changes."),
    ),
    Environment.PRODUCTION: (
        gettext_lazy("Production – real audiences"),
        gettext_lazy("What you send counts for real people and their audiences."),
    ),
}
AFTER, AT = "after", "at"


class MomentField(forms.DateTimeField):
    """A date and a time in the reader's zone. An hour that the clocks skip or have twice is none."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def to_python(self, value: Any) -> datetime | None:
        """The moment, with its zone."""
        try:
            return super().to_python(value.strip() if isinstance(value, str) else value)
        except ValidationError as problem:
            if problem.code == "ambiguous_timezone":
                sentence = _("On that day the clocks change at this time. Choose an hour earlier or later")
                raise ValidationError(sentence, code="ambiguous_timezone") from problem
            raise


class DestinationForm(PortalForm):
    """Name, note, destination, time; of a practice run, which goes nowhere, only the name."""

    hide_optional = True
    name = forms.CharField(
        label=gettext_lazy("What do you call this transfer?"),
        help_text=gettext_lazy("You and your colleagues find it by this name."),
        max_length=NAME_CHARACTERS,
        error_messages={
            "required": gettext_lazy("Enter a name for this transfer"),
            "max_length": gettext_lazy("The name has %(show_value)d characters; %(limit_value)d fit"),
        },
    )
    note = forms.CharField(
        label=gettext_lazy("Note for the approver (optional)"),
        help_text=gettext_lazy("What is new or unusual. Don't name customers."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": gettext_lazy("The note has %(show_value)d characters; %(limit_value)d fit")},
    )
    destination = forms.ChoiceField(
        label=gettext_lazy("Where does it go?"),
        widget=RadioCards,
        error_messages={
            "required": gettext_lazy("Choose where the files go"),
            "invalid_choice": gettext_lazy("Choose one of the destinations that are offered"),
        },
    )
    when = forms.ChoiceField(
        label=gettext_lazy("When is it sent?"),
        choices=[(AFTER, gettext_lazy("Right after approval")), (AT, gettext_lazy("At a time that I choose"))],
        widget=RadioCards(
            hints={AT: gettext_lazy("If it is approved later than that, it is sent right after approval.")}
        ),
        error_messages={
            "required": gettext_lazy("Choose when the files are sent"),
            "invalid_choice": gettext_lazy("Choose one of the two"),
        },
    )
    send_at = MomentField(
        label=gettext_lazy("Date and time of sending"),
        required=False,
        error_messages={"invalid": gettext_lazy("Enter date and time like 2026-11-30 09:30")},
    )

    def __init__(
        self, *args: Any, batch: Batch, destinations: tuple[Destination, ...], now: datetime, zone: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.batch, self.now = batch, now
        self.destinations = {str(destination.pk): destination for destination in destinations}
        if batch.is_practice:
            for name in ("note", "destination", "when", "send_at"):
                del self.fields[name]
            return
        self.fields["send_at"].help_text = _("In your time zone: %(zone)s.") % {"zone": zone}
        self._offer_destinations()

    def clean_name(self) -> str:
        """Without characters that cannot be seen; another transfer with this name would be taken for this one."""
        shown = "".join(one for one in self.cleaned_data["name"] if unicodedata.category(one) not in {"Cc", "Cf"})
        name = " ".join(shown.split())
        if not name:
            raise ValidationError(_("Enter a name for this transfer"))
        if is_taken(self.batch, name):
            sentence = _("Another transfer is called that. Choose another name, such as “%(name)s”")
            raise ValidationError(sentence % {"name": free_name(self.batch, name)})
        return name

    def clean(self) -> dict[str, Any]:
        """A time belongs to the choice of one, lies in the future, and within the days that files are kept."""
        cleaned = super().clean() or self.cleaned_data
        if self.batch.is_practice:
            return cleaned
        if cleaned.get("when") != AT:
            self.errors.pop("send_at", None)
            return {**cleaned, "send_at": None}
        if "send_at" not in self.errors and (sentence := self._time_sentence(cleaned.get("send_at"))):
            self.add_error("send_at", sentence)
        return cleaned

    @property
    def answers(self) -> dict[str, Any]:
        """The answers as a batch keeps them."""
        if self.batch.is_practice:
            return {"name": self.cleaned_data["name"]}
        names = ("name", "note", "send_at")
        chosen = self.destinations[self.cleaned_data["destination"]]
        return {**{name: self.cleaned_data[name] for name in names}, "destination": chosen}

    def _time_sentence(self, moment: datetime | None) -> str | None:
        if moment is None:
            return _("Enter the date and time of sending")
        shown = formats.date_format(timezone.localtime(moment), "DATETIME_FORMAT")
        if moment <= self.now:
            return _("%(moment)s is in the past. Choose a later time, or send right after approval") % {"moment": shown}
        if moment > latest_sending(self.batch.workspace, self.now):
            days = self.batch.workspace.keep_parts_days
            return _("Choose a time within %(days)s days: checked files are kept no longer than that") % {"days": days}
        return None

    def _offer_destinations(self) -> None:
        """One card for each destination; an environment that has none is shown with the reason."""
        choices: Choices = []
        hints: dict[str, str] = {}
        disabled: dict[str, str] = {}
        for environment, (label, consequence) in ENVIRONMENT_WORDS.items():
            here = [one for one in self.destinations.values() if one.environment == environment]
            if not here:
                choices.append((environment.value, label))
                disabled[environment.value] = _("This workspace has no destination for it. An admin can add one.")
            for one in here:
                choices.append((str(one.pk), label if len(here) == 1 else f"{label}{_(': ')}{one.name}"))
                hints[str(one.pk)] = _hint(one, consequence)
                if problem := in_words(key_problem(one, self.now)):
                    disabled[str(one.pk)] = problem
        field = choice_field(self, "destination")
        field.choices = choices
        field.widget.hints, field.widget.disabled = hints, disabled

    def clean_destination(self) -> str:
        """What is shown as out of reach can't be chosen by other means."""
        value: str = self.cleaned_data["destination"]
        if value not in self.destinations or key_problem(self.destinations[value], self.now):
            raise ValidationError(self.fields["destination"].error_messages["invalid_choice"])
        return value


def _hint(destination: Destination, consequence: object) -> str:
    if destination.method == "local":
        place = _("Files go to a folder (%(name)s); your company's own program takes them from there.")
    else:
        place = _("Files go to: %(name)s.")
    sentences = [consequence, place % {"name": destination.name}]
    if seals(destination):
        sentences.append(_("They are encrypted for their receiver (OpenPGP); their names end in .gpg."))
    return in_a_row(map(str, sentences))


def destination_initial(batch: Batch, name: str) -> dict[str, Any]:
    """What the page is filled in with. Nobody reaches real audiences by not looking: nothing is chosen in advance."""
    place = batch.destination
    is_offered = place is not None and place.is_active and not key_problem(place, timezone.now())
    return {
        "name": name, "note": batch.note, "destination": batch.destination_id if is_offered else None,
        "when": AT if batch.send_at else AFTER, "send_at": batch.send_at,
    }  # fmt: skip
