"""Trait data: the kind of ID, its column, how it is tidied."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ingest.aam.identifiers import IdType
from ingest.crm.mapping import TransformName
from ingest.forms.people import (
    HASH,
    Choices,
    PeopleForm,
    choice_field,
    column_choices,
    is_hashed_here,
    personal_sentence,
)
from ingest.forms.widgets import CheckboxCards, RadioCards
from ingest.services.id_words import COMMON, ID_WORDS
from ingest.services.people_guess import Columns

TIDYING: Final = {
    TransformName.LOWER: gettext_lazy("Small letters: ABC becomes abc"),
    TransformName.UPPER: gettext_lazy("Capital letters: abc becomes ABC"),
    TransformName.DIGITS: gettext_lazy("Digits only: A-100 23 becomes 10023"),
    TransformName.STRIP_LEADING_ZEROS: gettext_lazy("Without zeros in front: 0042 becomes 42"),
}
_NO_CHOICE = gettext_lazy("Choose a column of this file")


class IdsForm(PeopleForm):
    """Which kind of ID identifies people, in which column. What was said about its transforms elsewhere is kept."""

    page: ClassVar = "ingest/people_ids.html"
    judges: ClassVar = ("id",)
    fields_of: ClassVar = {"id.type": "id_type", "id.transforms": "transforms", "id": "id_column"}

    id_type = forms.ChoiceField(
        label=gettext_lazy("What identifies people in this file?"),
        choices=[(kind.value, words.label) for kind, words in ID_WORDS.items()],
        widget=RadioCards,
        error_messages={
            "required": gettext_lazy("Choose the kind of ID that identifies people"),
            "invalid_choice": gettext_lazy("Choose one of the kinds of ID that are offered"),
        },
    )
    id_column = forms.ChoiceField(
        label=gettext_lazy("Which column holds these IDs?"),
        error_messages={
            "required": gettext_lazy("Choose the column that holds the IDs"), "invalid_choice": _NO_CHOICE,
        },
    )  # fmt: skip
    transforms = forms.MultipleChoiceField(
        label=gettext_lazy("Change every ID before it is sent"),
        help_text=gettext_lazy("Only where your website writes the same IDs in another way."),
        required=False,
        widget=CheckboxCards,
        error_messages={"invalid_choice": gettext_lazy("Choose one of the changes that are offered")},
    )

    def __init__(self, *args: Any, columns: Columns, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.columns = columns
        choice_field(self, "id_column").choices = column_choices(columns)
        choice_field(self, "transforms").choices = _transform_choices(self.initial.get("transforms", ()))

    @property
    def cards(self) -> Iterator[dict[str, Any]]:
        """The kinds of ID for the page: each with its words, and our guess where the file has a column like that."""
        for option in self["id_type"]:
            kind = IdType(option.data["value"])
            guess = self.columns.guess_of_type(kind)
            yield {
                "option": option, "words": ID_WORDS[kind], "guess": guess, "is_common": kind in COMMON,
                "is_best": guess is not None and guess is self.columns.id_guesses[0],
            }  # fmt: skip

    @property
    def rare_is_chosen(self) -> bool:
        """Whether the kinds that are shown on demand have to be shown at once."""
        return self["id_type"].value() in {kind.value for kind in ID_WORDS if kind not in COMMON}

    def clean_id_column(self) -> str:
        """A column of personal data identifies nobody unless its addresses are hashed."""
        name: str = self.cleaned_data["id_column"]
        sentence = personal_sentence(self.columns, name)
        if sentence and not self._is_hashed_here(name):
            raise forms.ValidationError(sentence)
        return name

    def clean_transforms(self) -> list[str]:
        """Two that undo each other are no answer."""
        chosen: list[str] = self.cleaned_data["transforms"]
        if {TransformName.LOWER, TransformName.UPPER} <= set(chosen):
            raise forms.ValidationError(_("Choose small letters or capital letters, not both"))
        return chosen

    def members(self) -> dict[str, Any]:
        """The member `id`."""
        name = self.cleaned_data["id_column"]
        chosen = [_transform_of(value) for value in self.cleaned_data["transforms"]]
        transforms = [*chosen, HASH] if self._is_hashed_here(name) else chosen
        entry = {"column": name, "type": self.cleaned_data["id_type"]}
        return {"id": {**entry, "transforms": transforms} if transforms else entry}

    def _is_hashed_here(self, name: str) -> bool:
        return is_hashed_here(self.columns, name, self.cleaned_data.get("id_type"))


def _transform_choices(present: Iterable[str]) -> Choices:
    """What is offered, and what this mapping has besides: such as a prefix, written as in the mapping document."""
    offered: Choices = [(name.value, label) for name, label in TIDYING.items()]
    others = [value for value in present if value not in set(TIDYING)]
    return [*offered, *((value, _("As in the mapping: %(transform)s") % {"transform": value}) for value in others)]


def _transform_of(value: str) -> Any:
    return value if value in set(TIDYING) else json.loads(value)


def _value_of(transform: Any) -> str:
    """The inverse of `_transform_of`."""
    is_offered = isinstance(transform, str) and transform in set(TIDYING)
    return transform if is_offered else json.dumps(transform, sort_keys=True)


def ids_initial(mapping: Mapping[str, Any], columns: Columns) -> dict[str, Any]:
    """What the page is filled in with: the mapping's answer where its column is in this file, else our best guess."""
    entry = mapping.get("id")
    if isinstance(entry, dict) and entry["column"] in columns.looks:
        kept = [_value_of(item) for item in entry.get("transforms", ()) if item != HASH]
        return {"id_type": entry["type"], "id_column": entry["column"], "transforms": kept}
    best = next(iter(columns.id_guesses), None)
    return {"id_type": best.type.value, "id_column": best.column} if best else {}


def hashed_initial(columns: Columns, place: str) -> dict[str, Any]:
    """The answer that addresses of the column in this place of the file are hashed here; empty where it holds none."""
    name = next((name for name, look in columns.looks.items() if str(look.position) == place), "")
    if not name or not is_hashed_here(columns, name, IdType.HASHED_EMAIL):
        return {}
    return {"id_type": IdType.HASHED_EMAIL.value, "id_column": name, "is_proposed": True}
