"""ID sync: two to six columns of IDs, each with its kind and its data source."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ingest.aam.data_sources import GLOBAL_DATA_SOURCES
from ingest.aam.identifiers import IdType
from ingest.crm.mapping import MappingProblem
from ingest.forms.people import HASH, PeopleForm, column_label, is_hashed_here, personal_sentence, source_choices
from ingest.services.id_words import ID_WORDS
from ingest.services.people_guess import Columns
from ingest.services.problems import about_mapping
from ingest.services.sources import Source, likely_source, named

FEWEST: Final = 2
MOST: Final = 6
LONG_LIST: Final = 30
"""Longer lists of columns are one list for all rows, from which one chooses by typing."""


class SyncForm(PeopleForm):
    """Rows of column, kind and data source; what is empty behind the second row is not there."""

    page: ClassVar = "ingest/people_sync.html"
    hide_optional = True
    judges: ClassVar = ("ids", "allow_customer_id_first")

    allow_customer_id_first = forms.BooleanField(
        required=False, label=gettext_lazy("The first column holds customer IDs on purpose"),
        help_text=gettext_lazy(
            "Adobe's page says that device IDs must come first, and shows an example in which they don't. "
            "Try it on beta before you rely on it."
        ),
    )  # fmt: skip

    def __init__(self, *args: Any, columns: Columns, sources: tuple[Source, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.columns, self.sources = columns, sources
        for number in range(1, MOST + 1):
            self.fields.update(_row_fields(number, columns, sources))
        self.order_fields([*(name for name in self.fields if name != "allow_customer_id_first")])

    @property
    def has_long_list(self) -> bool:
        """Whether columns are typed, with one list for all fields."""
        return len(self.columns.names) > LONG_LIST

    @property
    def rows(self) -> Iterator[dict[str, Any]]:
        """The rows, for the page."""
        for number in range(1, MOST + 1):
            names = ("column", "type", "dpid")
            yield {"number": number, **{name: self[f"{name}_{number}"] for name in names}}

    def clean(self) -> dict[str, Any]:
        """Each row by itself, then all together."""
        seen: set[str] = set()
        for number in self._filled():
            self._check_row(number, seen)
        return super().clean()

    def members(self) -> dict[str, Any]:
        """The members `ids` and `allow_customer_id_first`. Transforms of a column that stays are kept."""
        before = {entry["column"]: entry.get("transforms") for entry in self.earlier.get("ids", ())}
        ids = [self._entry(number, before) for number in self._filled()]
        return {"ids": ids, "allow_customer_id_first": self.cleaned_data["allow_customer_id_first"]}

    def said(self, problem: MappingProblem) -> tuple[str | None, Any]:
        """What the judge says of the list is about its first row or about the one that it names."""
        if problem.member == "ids[0]":
            column = self.cleaned_data["column_1"]
            return "column_1", _(
                "The first column must hold device IDs, and %(column)s is not said to. Put a column of device IDs "
                "first, or say below that customer IDs come first on purpose"
            ) % {"column": column}
        return "column_1", about_mapping(problem)

    def _filled(self) -> list[int]:
        return [number for number in range(1, MOST + 1) if number <= FEWEST or self._has_anything(number)]

    def _has_anything(self, number: int) -> bool:
        return any(self.cleaned_data.get(f"{name}_{number}") or f"{name}_{number}" in self.errors for name in _ROW)

    def _entry(self, number: int, before: Mapping[str, Any]) -> dict[str, Any]:
        column, kind, dpid = (self.cleaned_data[f"{name}_{number}"] for name in _ROW)
        transforms = [HASH] if is_hashed_here(self.columns, column, kind) else before.get(column)
        entry = {"column": column, "dpid": int(dpid), "type": kind}
        return {**entry, "transforms": transforms} if transforms else entry

    def _check_row(self, number: int, seen: set[str]) -> None:
        column = self.cleaned_data.get(f"column_{number}", "")
        if f"column_{number}" in self.errors:
            return
        if sentence := self._column_sentence(number, column, seen):
            self.add_error(f"column_{number}", sentence)
            return
        seen.add(column)
        for name, words in _ROW_EMPTY.items():
            if not self.cleaned_data.get(f"{name}_{number}") and f"{name}_{number}" not in self.errors:
                self.add_error(f"{name}_{number}", words % {"column": column})
        if sentence := self._source_sentence(number, column):
            self.add_error(f"dpid_{number}", sentence)

    def _column_sentence(self, number: int, column: str, seen: set[str]) -> str | None:
        if not column:
            return _("Choose the column of ID %(number)s; two IDs at least are linked") % {"number": number}
        if column in seen:
            return _("Column %(column)s is chosen twice. Choose each column once") % {"column": column}
        if is_hashed_here(self.columns, column, self.cleaned_data.get(f"type_{number}")):
            return None
        return personal_sentence(self.columns, column)

    def _source_sentence(self, number: int, column: str) -> str | None:
        kind, dpid = self.cleaned_data.get(f"type_{number}"), self.cleaned_data.get(f"dpid_{number}")
        source = GLOBAL_DATA_SOURCES.get(int(dpid)) if dpid else None
        if source is None or not kind or source.id_type == kind:
            return None
        return _("Data source %(source)s holds %(held)s, and column %(column)s is said to hold %(chosen)s") % {
            "source": named(self.sources, source.dpid), "held": ID_WORDS[source.id_type].plural,
            "column": column, "chosen": ID_WORDS[IdType(kind)].plural,
        }  # fmt: skip


_ROW: Final = ("column", "type", "dpid")
_ROW_EMPTY: Final = {
    "type": gettext_lazy("Say what kind of IDs column %(column)s holds"),
    "dpid": gettext_lazy("Choose the data source that the IDs of column %(column)s come from"),
}


def _row_fields(number: int, columns: Columns, sources: tuple[Source, ...]) -> dict[str, forms.Field]:
    kinds = [("", _("Choose a kind")), *((kind.value, words.label) for kind, words in ID_WORDS.items())]
    messages = {"invalid_choice": _("Choose one of the choices that are offered")}
    return {
        f"column_{number}": ColumnField(columns, label=_("Column"), required=False),
        f"type_{number}": forms.ChoiceField(
            choices=kinds, label=_("Kind of ID"), required=False, error_messages=messages
        ),
        f"dpid_{number}": forms.ChoiceField(
            choices=source_choices(sources, _("Choose a data source")), label=_("Data source"), required=False,
            error_messages=messages,
        ),
    }  # fmt: skip


class ColumnField(forms.ChoiceField):
    """One of the file's columns: a list, or for a wide file a field to type in with one list for all such fields."""

    def __init__(self, columns: Columns, **kwargs: Any) -> None:
        is_long = len(columns.names) > LONG_LIST
        labels = ((name, name if is_long else column_label(columns, name)) for name in columns.names)
        messages = {"invalid_choice": _("The file has no column %(value)s. Choose one of its columns")}
        super().__init__(
            choices=[("", _("Choose a column")), *labels], error_messages=messages,
            widget=forms.TextInput(attrs={"list": "file-columns"}) if is_long else forms.Select, **kwargs,
        )  # fmt: skip


def sync_initial(mapping: Mapping[str, Any], columns: Columns, sources: tuple[Source, ...]) -> dict[str, Any]:
    """What the page is filled in with: the mapping's rows where their columns are in this file, else our guesses."""
    entries = mapping.get("ids", ())
    if entries and all(entry["column"] in columns.looks for entry in entries):
        rows = [(entry["column"], entry["type"], entry["dpid"]) for entry in entries]
    else:
        # addresses are linked to customers in a kind of their own, so they are not proposed here
        likely = [guess for guess in columns.sync_guesses if not guess.transforms]
        rows = [(guess.column, guess.type.value, _dpid(sources, guess.type)) for guess in likely[:MOST]]
    filled = {
        f"{name}_{number}": value
        for number, row in enumerate(rows, 1)
        for name, value in zip(_ROW, row, strict=True)
    }  # fmt: skip
    return {**filled, "allow_customer_id_first": mapping.get("allow_customer_id_first", False)}


def _dpid(sources: tuple[Source, ...], id_type: IdType) -> int | None:
    adobes = (source for source in sources if source.is_adobes and source.id_type is id_type)
    source = likely_source(sources, id_type) or next(adobes, None)
    return None if source is None else source.dpid
