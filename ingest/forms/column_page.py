"""The page of one column: its form, the traits that were looked for, and where they go."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from django.http import QueryDict
from django.utils.translation import gettext as _

from ingest.crm.mapping import Mode
from ingest.forms.column import LEAVE_OUT, ColumnForm
from ingest.forms.columns import CHANGED, ON_ONE_PAGE, PAGE
from ingest.forms.numbers import whole_number
from ingest.models import Batch
from ingest.services.columns import Row, Table, table_of
from ingest.services.columns_save import Answer, answer_of
from ingest.services.look import look_at_column
from ingest.services.phrases import listed
from ingest.services.remembered import known_keys
from ingest.services.trait_search import FoundTrait, Search, find_traits, trait_names

SAVING: Final = frozenset({"", "save"})
LONGEST_SEARCH: Final = 100


@dataclass(frozen=True)
class ColumnPage:
    """One column of a table with its form; `words` is what was searched among traits.

    `judged`: what was sent, judged, for the preview; None when the page is shown for the first time.
    """

    table: Table
    row: Row
    form: ColumnForm
    judged: ColumnForm | None
    kept: Answer
    words: str
    act: str

    @property
    def is_saving(self) -> bool:
        """Whether the form was sent to be kept, rather than to look for a trait or at the preview."""
        return self.act in SAVING

    @property
    def answer(self) -> Answer:
        """The answer of a valid form."""
        return Answer(self.form.entry, self.form.cleaned_data["action"] == LEAVE_OUT)

    @property
    def entry(self) -> dict[str, Any] | None:
        """What the preview shows: the answer of the form where it can be used, else what is kept or proposed."""
        if self.judged is None:
            return self.kept.entry or (None if self.kept.is_left_out else _proposed(self.row) or None)
        return self.judged.entry if self.judged.is_valid() else self.kept.entry

    @property
    def waits_for(self) -> str:
        """What is wrong with what was sent, so that the preview can't show it."""
        errors = self.judged.errors if self.judged is not None else {}
        return next((str(texts[0]) for texts in errors.values()), "")

    @property
    def back(self) -> str:
        """The query of the table that shows this column, with its place there."""
        position = self.row.position
        few = self.table.changed if self.table.shows_changes else ()
        if position in few and len(few) <= ON_ONE_PAGE:
            return f"?show={CHANGED}#c{position}"
        page = position // PAGE + 1 if len(self.table.looks) > ON_ONE_PAGE else 1
        return f"?show=&page={page}#c{position}" if page > 1 else f"?show=#c{position}"

    @cached_property
    def search(self) -> Search | None:
        """What the search found; None when nothing was looked for."""
        return find_traits(self.table.batch, self.words) if self.words else None

    @cached_property
    def traits(self) -> list[FoundTrait]:
        """Some traits to choose from while a number is typed."""
        return [trait for trait in find_traits(self.table.batch, "").traits if not trait.why_not]

    @cached_property
    def keys(self) -> list[str]:
        """The keys that this workspace has sent."""
        return known_keys(self.table.batch)

    @cached_property
    def lines(self) -> list[dict[str, Any]]:
        """The table of values, with the names of the traits in it."""
        names = trait_names(self.table.batch, self.form.numbers)
        return [line | {"names": _names(line["fields"], names)} for line in self.form.lines]

    @property
    def is_cut(self) -> bool:
        """Whether the column has more different values than the table shows."""
        return self.row.look.distinct > len(self.row.look.samples) or len(self.form.values) < self.row.look.distinct


def _names(fields: Mapping[str, Any], names: Mapping[int, str]) -> str:
    texts = " ".join(str(fields[name].value() or "") for name in ("add", "remove") if name in fields)
    numbers = (whole_number(piece) for piece in texts.replace(",", " ").split())
    return listed(
        _("%(number)s is %(name)s") % {"number": number, "name": names[number]}
        for number in numbers
        if number is not None and number in names
    )


def column_page(batch: Batch, position: int, data: QueryDict | None, *, words: str = "") -> ColumnPage | None:
    """The page of the column at this place; None when none could be sent. Raises FileProblem and FileGone."""
    table = table_of(batch)
    if not 0 <= position < len(table.looks):
        return None
    row = table.row(look_at_column(batch, position))
    if not row.is_asked:
        return None
    kept = answer_of(batch, row.column)
    act = data.get("do", "") if data is not None else ""
    if data is not None and act in {"add", "remove"}:
        data = _with_trait(data, act)
    mode, entry = Mode(batch.mapping.get("mode", Mode.SYNC)), kept.entry or _proposed(row)
    is_saving = act in SAVING
    form = ColumnForm(data, row=row, mode=mode, entry=entry, is_left_out=kept.is_left_out, is_judged=is_saving)
    judged = form if is_saving else ColumnForm(data, row=row, mode=mode, entry=entry)
    words = (data.get("q", "") if data is not None else words).strip()[:LONGEST_SEARCH]
    return ColumnPage(table, row, form, judged if data is not None else None, kept, words, act)


def _proposed(row: Row) -> dict[str, Any]:
    """What the form is filled in with where nobody has decided: what stands first, if that is anything."""
    choice = row.choices[0]
    return choice.mapping or {}


def _with_trait(data: QueryDict, act: str) -> QueryDict:
    """The fields with the trait that was found put behind the value that was chosen."""
    copy = data.copy()
    name = f"{data.get('found_for', '')}_{act}"
    found = data.get("found", "")
    if found.isascii() and found.isdigit() and name.removesuffix(f"_{act}") + "_from" in data:
        before = data.get(name, "")
        copy[name] = f"{before}, {found}" if before.strip() else found
        copy["action"] = "trait_if"
    return copy
