"""Hashed e-mail addresses: the customer ID, and one to ten columns of addresses or of their hashes."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ingest.aam.identifiers import IdType
from ingest.aam.limits import MAX_HASHES_PER_ID
from ingest.crm.proposals import LooksLike
from ingest.forms.people import PeopleForm, choice_field, column_choices, personal_sentence
from ingest.forms.people_sync import LONG_LIST, ColumnField
from ingest.services.people_guess import Columns

SHOWN: Final = 2
"""Rows that are there at once; the others are shown on demand."""
_HASHED: Final = (
    ("no", gettext_lazy("Addresses, hashed here")),
    ("yes", gettext_lazy("Hashes (SHA-256)")),
)


class EmailsForm(PeopleForm):
    """Whose addresses, and where they stand."""

    page: ClassVar = "ingest/people_emails.html"
    hide_optional = True
    judges: ClassVar = ("id", "emails")
    fields_of: ClassVar = {"id": "id_column", "emails": "column_1"}

    id_column = forms.ChoiceField(
        label=gettext_lazy("Which column holds your customer IDs?"),
        help_text=gettext_lazy("The number or key by which your CRM knows a person."),
        error_messages={
            "required": gettext_lazy("Choose the column that holds your customer IDs"),
            "invalid_choice": gettext_lazy("Choose a column of this file"),
        },
    )

    def __init__(self, *args: Any, columns: Columns, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.columns = columns
        choice_field(self, "id_column").choices = column_choices(columns)
        messages = {"invalid_choice": _("Choose one of the choices that are offered")}
        for number in range(1, MAX_HASHES_PER_ID + 1):
            self.fields[f"column_{number}"] = ColumnField(columns, label=_("Column"), required=False)
            self.fields[f"hashed_{number}"] = forms.ChoiceField(
                choices=_HASHED, label=_("It holds"), required=False, error_messages=messages
            )

    @property
    def has_long_list(self) -> bool:
        """Whether columns are typed, with one list for all fields."""
        return len(self.columns.names) > LONG_LIST

    @property
    def rows(self) -> Iterator[dict[str, Any]]:
        """The rows of e-mail columns, for the page."""
        for number in range(1, MAX_HASHES_PER_ID + 1):
            yield {"number": number, "column": self[f"column_{number}"], "hashed": self[f"hashed_{number}"]}

    def clean_id_column(self) -> str:
        """A customer ID is no personal data."""
        name: str = self.cleaned_data["id_column"]
        found = self.columns.personal(name)
        if found is not None and found.can_be_hashed:
            raise forms.ValidationError(
                _("Column %(column)s holds e-mail addresses. Choose it below, and here the column of customer IDs")
                % {"column": name}
            )
        if sentence := personal_sentence(self.columns, name):
            raise forms.ValidationError(sentence)
        return name

    def clean(self) -> dict[str, Any]:
        """Each row by itself, then all together."""
        seen = {self.cleaned_data.get("id_column"): _("Column %(column)s holds the customer IDs already")}
        numbers = range(1, MAX_HASHES_PER_ID + 1)
        if not any(
            self.cleaned_data.get(f"column_{number}") or f"column_{number}" in self.errors for number in numbers
        ):
            self.add_error("column_1", _("Choose a column with e-mail addresses or their hashes"))
        for number in self._filled():
            name = self.cleaned_data[f"column_{number}"]
            if sentence := seen.get(name) or self._content_sentence(name, is_hashed=self._is_hashed(number)):
                self.add_error(f"column_{number}", sentence % {"column": name})
            seen[name] = _("Column %(column)s is chosen twice. Choose each column once")
        return super().clean()

    def members(self) -> dict[str, Any]:
        """The members `id` and `emails`."""
        name = self.cleaned_data["id_column"]
        before = self.earlier.get("id", {})
        kept = before.get("transforms") if before.get("column") == name else None
        entry = {"column": name, "type": IdType.CUSTOMER_ID.value, **({"transforms": kept} if kept else {})}
        emails = [
            {"column": self.cleaned_data[f"column_{number}"], "hashed": self._is_hashed(number)}
            for number in self._filled()
        ]
        return {"id": entry, "emails": emails}

    def _filled(self) -> list[int]:
        return [
            number for number in range(1, MAX_HASHES_PER_ID + 1) if self.cleaned_data.get(f"column_{number}")
        ]  # fmt: skip

    def _is_hashed(self, number: int) -> bool:
        return bool(self.cleaned_data.get(f"hashed_{number}") == "yes")

    def _content_sentence(self, name: str, *, is_hashed: bool) -> str | None:
        """A hash of a hash and an address called a hash are both worthless, and neither can be seen afterwards."""
        if not is_hashed and self.columns.holds(name, LooksLike.HASHED_EMAILS):
            return _("Column %(column)s holds hashes already. Choose “Hashes (SHA-256)” beside it")
        if is_hashed and self.columns.holds(name, LooksLike.EMAILS):
            return _("Column %(column)s holds addresses that can be read. Choose “Addresses, hashed here” beside it")
        return None


def emails_initial(mapping: Mapping[str, Any], columns: Columns) -> dict[str, Any]:
    """What the page is filled in with: the mapping's answers where their columns are in this file, else our guesses."""
    entry, emails = mapping.get("id"), mapping.get("emails", ())
    if entry and entry["column"] in columns.looks:
        name = entry["column"]
    else:
        name = next((guess.column for guess in columns.customer_guesses), "")
    if emails and all(email["column"] in columns.looks for email in emails):
        rows = [(email["column"], email["hashed"]) for email in emails]
    else:
        rows = [(guess.email.column, guess.email.hashed) for guess in columns.email_guesses[:MAX_HASHES_PER_ID]]
    filled: dict[str, Any] = {"id_column": name}
    for number, (column, is_hashed) in enumerate(rows, 1):
        filled |= {f"column_{number}": column, f"hashed_{number}": "yes" if is_hashed else "no"}
    return filled
