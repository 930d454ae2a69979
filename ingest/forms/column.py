"""One column: everything that it can become, judged by the judge of mappings."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy

from ingest.crm.mapping import Action, MappingError, Mode, Otherwise, parse_column
from ingest.crm.proposals import Personal
from ingest.forms.base import PortalForm
from ingest.forms.column_changes import change_fields, how_many, initial_of, transforms_of
from ingest.forms.column_problems import field_of, sentence_of
from ingest.forms.column_values import kept_values, map_of, sent_values, traits_of, value_fields, written
from ingest.forms.widgets import RadioCards
from ingest.services.column_values import changed_by
from ingest.services.columns import Row, is_forbidden

LEAVE_OUT: Final = "none"
CUSTOM: Final = "custom"
SEPARATORS: Final = (
    ("", gettext_lazy("One value in a cell")),
    ("|", gettext_lazy("| (upright bar)")),
    (";", gettext_lazy("; (semicolon)")),
    (",", gettext_lazy(", (comma)")),
    ("/", gettext_lazy("/ (slash)")),
    (" ", gettext_lazy("blank")),
    (CUSTOM, gettext_lazy("another one")),
)
ACTIONS: Final = {
    Action.SIGNAL.value: (
        gettext_lazy("A fact about the person"),
        gettext_lazy("Sends key = value, such as tier = gold. Trait rules in Audience Manager ask for it."),
    ),
    Action.TRAIT_IF.value: (
        gettext_lazy("A trait for certain values"),
        gettext_lazy("Whoever has gold gets the trait of your choice, whoever has silver another one."),
    ),
    Action.ADD_TRAITS.value: (
        gettext_lazy("Traits by their numbers"),
        gettext_lazy("The cells hold numbers of traits, and the person gets these traits."),
    ),
    Action.REMOVE_TRAITS.value: (
        gettext_lazy("Take traits away by number"),
        gettext_lazy("The cells hold numbers of traits, and the person loses these traits."),
    ),
    Action.IC.value: (
        gettext_lazy("Integration codes"),
        gettext_lazy("The cells hold the codes that traits have in another system."),
    ),
    LEAVE_OUT: (gettext_lazy("Do not send"), gettext_lazy("The column stays here.")),
}
_OTHERWISE: Final = (
    (Otherwise.KEEP.value, gettext_lazy("Send them as they are")),
    (Otherwise.SKIP.value, gettext_lazy("Don't send them, but send the rest of the row")),
    (Otherwise.REJECT.value, gettext_lazy("Leave the whole row out, and say so in the results")),
)
_HASH_IT: Final = gettext_lazy(
    "This column holds e-mail addresses, which must not be sent. Hash them with “Hash e-mail addresses” below, or "
    "don't send the column"
)
_LEAVE_IT_OUT: Final = gettext_lazy("This column holds personal data, which must not be sent. Choose “Do not send”")
_LOOK: Final = gettext_lazy(
    "Look whether people can be recognised by this column. Tick the box if not, or choose “Do not send”"
)


class ColumnForm(PortalForm):
    """Action, key, separator, changes and tables of values of one column. Its answer is an entry of `columns`.

    `entry`: what the mapping says about the column, or what is proposed; empty when it says nothing. `is_judged` false:
    what was sent is only shown again, as after a search.
    """

    hide_optional = True

    action = forms.ChoiceField(
        label=gettext_lazy("What does this column become?"),
        choices=[(value, label) for value, (label, _hint) in ACTIONS.items()],
        widget=RadioCards(hints={value: hint for value, (_label, hint) in ACTIONS.items()}),
        error_messages={
            "required": gettext_lazy("Choose what this column becomes"),
            "invalid_choice": gettext_lazy("Choose one of the things that a column can become"),
        },
    )
    not_personal = forms.BooleanField(
        label=gettext_lazy("I have looked: nobody can be recognised by what stands in this column"), required=False
    )
    key = forms.CharField(
        label=gettext_lazy("Key"),
        help_text=gettext_lazy("The name of the fact as trait rules write it: letters, digits, - and _."),
        required=False,
        max_length=250,
        widget=forms.TextInput(attrs={"list": "keys", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"max_length": gettext_lazy("The key is too long: it may have 250 characters")},
    )
    split = forms.ChoiceField(
        label=gettext_lazy("What stands between two values in a cell?"),
        choices=SEPARATORS,
        required=False,
        error_messages={"invalid_choice": gettext_lazy("Choose one of the separators, or write another one")},
    )
    split_custom = forms.CharField(
        label=gettext_lazy("The other separator"),
        required=False,
        strip=False,
        max_length=20,
        widget=forms.TextInput(attrs={"class": "short", "autocomplete": "off"}),
        error_messages={"max_length": gettext_lazy("The separator is too long: it may have 20 characters")},
    )
    rejects = forms.BooleanField(
        label=gettext_lazy("Leave out rows with any other value, and say so in the results"), required=False
    )
    otherwise = forms.ChoiceField(
        label=gettext_lazy("All values without an answer in the table"),
        choices=_OTHERWISE,
        required=False,
        error_messages={"invalid_choice": gettext_lazy("Choose what becomes of all other values")},
    )

    def __init__(
        self,
        data: QueryDict | None,
        *,
        row: Row,
        mode: Mode,
        entry: Mapping[str, Any],
        is_left_out: bool = False,
        is_judged: bool = True,
    ) -> None:
        self.row = row
        self.values = kept_values(row, entry) if data is None else sent_values(row, data, _separator(data))
        initial = _initial(entry, is_left_out=is_left_out)
        if data is not None:
            data = written(data, self.values)
            initial = data.dict() if not is_judged else initial
        super().__init__(data if is_judged else None, initial=initial)
        self.fields |= change_fields(how_many(data, entry.get("transforms", ())))
        self.fields |= value_fields(self.values)
        self.mode = mode
        if mode is Mode.OVERWRITE:
            self._without_removing()
        if row.proposals.personal is None or row.proposals.proven:
            del self.fields["not_personal"]
        self.entry: dict[str, Any] | None = None

    def _without_removing(self) -> None:
        actions: Any = self.fields["action"]
        actions.choices = [choice for choice in actions.choices if choice[0] != Action.REMOVE_TRAITS]
        for place in range(len(self.values)):
            del self.fields[f"v{place}_remove"]

    @property
    def changes(self) -> Iterator[dict[str, Any]]:
        """The fields of every change that there is room for."""
        for place in range(sum(name.endswith("_what") for name in self.fields)):
            fields = {name: self[f"t{place}_{name}"] for name in ("what", "a", "b")}
            yield {**fields, "fields": list(fields.values())}

    @property
    def has_changes(self) -> bool:
        """Whether the changes have to be in sight."""
        return any(change["what"].value() or change["what"].errors for change in self.changes)

    @property
    def lines(self) -> Iterator[dict[str, Any]]:
        """The lines of the table with their fields."""
        for place, value in enumerate(self.values):
            names = [name for name in ("to", "add", "remove") if f"v{place}_{name}" in self.fields]
            fields = {name: self[f"v{place}_{name}"] for name in names}
            name = f"v{place}"
            yield {"name": name, "from": f"{name}_from", "text": value.text, "rows": value.rows, "fields": fields}

    @property
    def numbers(self) -> set[int]:
        """The numbers of traits that stand in the table."""
        texts = (str(field.value() or "") for line in self.lines for field in line["fields"].values())
        pieces = " ".join(texts).replace(",", " ").split()
        return {int(piece) for piece in pieces if piece.isascii() and piece.isdigit() and len(piece) < 16}

    def clean(self) -> dict[str, Any]:
        """Make the entry, hand it to the judge, and bring what it says to the fields in a marketer's words."""
        cleaned = super().clean() or self.cleaned_data
        if self.errors or cleaned.get("action") == LEAVE_OUT:
            return cleaned
        entry = self._entry(cleaned)
        if not self.errors:
            self._judge(entry)
        self._judge_people(entry)
        if not self.errors:
            self.entry = entry
        return cleaned

    def _entry(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        action = cleaned["action"]
        entry: dict[str, Any] = {"column": self.row.column, "action": action}
        if action == Action.SIGNAL:
            entry["key"] = cleaned["key"]
        transforms = transforms_of(self)
        if transforms:
            entry["transforms"] = transforms
        if cleaned["split"]:
            entry["split"] = cleaned["split_custom"] if cleaned["split"] == CUSTOM else cleaned["split"]
        return entry | self._tables(action, transforms)

    def _tables(self, action: str, transforms: list[Any]) -> dict[str, Any]:
        """The members `values` and `otherwise`."""
        changed, otherwise = changed_by(transforms), Otherwise.KEEP.value
        if action == Action.SIGNAL:
            values: dict[str, Any] = map_of(self, self.values, changed)
            otherwise = self.cleaned_data["otherwise"] or otherwise
        elif action == Action.TRAIT_IF:
            values = traits_of(self, self.values, changed)
            otherwise = Otherwise.REJECT.value if self.cleaned_data["rejects"] else otherwise
        else:
            return {}
        has_other = bool(values) and otherwise != Otherwise.KEEP
        return ({"values": values} if values else {}) | ({"otherwise": otherwise} if has_other else {})

    def _judge(self, entry: Mapping[str, Any]) -> None:
        try:
            parse_column(dict(entry), self.mode)
        except MappingError as error:
            for problem in error.problems:
                self.add_error(field_of(problem, self.fields), sentence_of(problem, entry))

    def _judge_people(self, entry: Mapping[str, Any]) -> None:
        """What the values prove to be personal data can only be hashed; what they suggest has to be looked at."""
        found = self.row.proposals
        if is_forbidden(found, entry):
            self.add_error("action", _HASH_IT if found.personal is Personal.EMAIL else _LEAVE_IT_OUT)
        elif "not_personal" in self.fields and not self.cleaned_data.get("not_personal"):
            self.add_error("not_personal", _LOOK)


def _separator(data: Mapping[str, Any]) -> str:
    split = str(data.get("split", ""))
    return str(data.get("split_custom", "")) if split == CUSTOM else split


def _initial(entry: Mapping[str, Any], *, is_left_out: bool) -> dict[str, Any]:
    split = entry.get("split", "")
    is_offered = split in {value for value, _label in SEPARATORS}
    action = LEAVE_OUT if is_left_out else entry.get("action", "")
    return {
        "action": action,
        "key": entry.get("key", ""),
        "split": split if is_offered else CUSTOM,
        "split_custom": "" if is_offered else split,
        "otherwise": entry.get("otherwise", Otherwise.KEEP.value),
        "rejects": entry.get("otherwise") == Otherwise.REJECT,
        **initial_of(entry.get("transforms", ())),
    }
