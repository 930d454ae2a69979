"""Looking for a trait in the row of a column, without leaving the table: what is found, and what is still missing."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

from django.http import QueryDict
from django.utils.translation import gettext as _

from ingest.crm.mapping import MappingError, Mode
from ingest.forms.column_page import LONGEST_SEARCH
from ingest.forms.columns import ColumnsForm
from ingest.forms.numbers import whole_number
from ingest.models import Batch
from ingest.services.column_given import values_to_give, with_trait
from ingest.services.columns import EDIT, Row, table_of
from ingest.services.columns_save import Answers, answer_of, with_one
from ingest.services.look import look_at_column
from ingest.services.trait_search import Search, find_traits


@dataclass
class ColumnFind:
    """The search in one row. `table` is all that was chosen on the page, `row` the column with all its values."""

    table: ColumnsForm
    row: Row
    data: QueryDict
    problem: str = ""
    at_fault: str = ""

    @classmethod
    def of(cls, batch: Batch, data: QueryDict) -> Self | None:
        """What was sent; None where there is no such column to answer. Raises FileProblem and FileGone."""
        table, at = table_of(batch), whole_number(data.get("at", ""))
        if at is None or not at < len(table.looks) or not table.rows[at].is_asked:
            return None
        return cls(ColumnsForm(table, data), table.row(look_at_column(batch, at)), data)

    @property
    def words(self) -> str:
        """What is looked for."""
        return self.data.get("q", "").strip()[:LONGEST_SEARCH]

    @property
    def is_use(self) -> bool:
        """Whether a trait is to be used: Enter looks for other words, and takes what was chosen among those found."""
        act = self.data.get("do", "")
        return act == "use" or (not act and bool(self.found) and self.words == self.data.get("was", ""))

    @property
    def was_searched(self) -> bool:
        """Whether anything was looked for yet; the row begins with an empty field."""
        return "q" in self.data

    @property
    def found(self) -> str:
        """The number of the trait that was chosen among those found."""
        return self.data.get("found", "")

    @cached_property
    def search(self) -> Search | None:
        """What the search found."""
        return find_traits(self.table.table.batch, self.words) if self.was_searched else None

    @property
    def chosen(self) -> str:
        """What was chosen in the row before it was looked for something else."""
        position = self.row.position
        given = self.table.chosen.get(position, self.row.chosen)
        return self.row.chosen if given == EDIT else given

    @property
    def others_open(self) -> list[int]:
        """Another row in which something is looked for already."""
        other = whole_number(self.data.get("finding", ""))
        rows = self.table.table.rows
        return [other] if other not in {None, self.row.position} and other < len(rows) and rows[other].is_asked else []

    @cached_property
    def values(self) -> list[dict[str, Any]]:
        """The values that can give a trait; one that was looked for by its name is chosen."""
        texts = [text for text, _rows in values_to_give(self.row, self._entry)]
        chosen = self.data.get("value", "")
        if chosen not in texts:
            chosen = next((text for text in texts if text.casefold() in self.words.casefold().split()), "")
        chosen = texts[0] if len(texts) == 1 else chosen
        return [{"text": text, "is_chosen": text == chosen} for text in texts]

    @cached_property
    def _entry(self) -> dict[str, Any]:
        choice = self.row.choice(self.chosen)
        return (choice.mapping if choice else None) or answer_of(self.table.table.batch, self.row.column).entry or {}

    def used(self) -> Answers | None:
        """The answers of the page, with the trait in those of this column; None: something is missing, and is said."""
        value = next((line["text"] for line in self.values if line["is_chosen"]), "")
        self.problem, self.at_fault = self._missing(value)
        if self.problem:
            return None
        batch = self.table.table.batch
        try:
            entry = with_trait(self.row, self._entry, value, int(self.found), Mode(batch.mapping["mode"]))
        except MappingError:
            said = _("This does not go with the other answers of the column. Open its own page.")
            self.problem, self.at_fault = said, "words"
            return None
        others = self.table.answers(whole=False)
        columns = with_one(batch, self.row.column, entry, others.columns)
        return Answers(columns, [name for name in others.not_sent if name != self.row.column], ())

    def _missing(self, value: str) -> tuple[str, str]:
        """What has to be said or chosen first, and where."""
        if self.row.proposals.personal is not None and not self.row.is_answered:
            return _("This column may hold personal data, so decide about it on its own page."), "words"
        if not self.search or self.found not in {str(one.sid) for one in self.search.traits if not one.why_not}:
            return _("Choose one of the traits"), "found"
        return ("", "") if value else (_("Choose who gets this trait"), "value")
