"""The table of columns as it is sent and shown: which rows are on the page, what is chosen, what is still to say."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, Final

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ingest.crm.mapping import MappingError, parse_mapping
from ingest.forms.columns_line import Line
from ingest.services.column_preview import Mark
from ingest.services.column_words import answer_problem, place_of
from ingest.services.columns import EDIT, NOT_SENT, SENT, Row, RowState, Table
from ingest.services.columns_save import Answers, answers_with, mapping_with
from ingest.services.number_words import grouped
from ingest.services.phrases import listed_with_and

ON_ONE_PAGE: Final = 60
PAGE: Final = 50
MOST_TOLD: Final = 10
SHOWS: Final[Mapping[str, tuple[str | Promise, frozenset[RowState]]]] = {
    "": (gettext_lazy("All"), frozenset(RowState)),
    "open": (gettext_lazy("Needs you"), frozenset({RowState.OPEN})),
    "not_sent": (gettext_lazy("Not sent"), frozenset({RowState.NOT_SENT})),
}
"""The filters: their words, and the states that they let through."""
CHANGED: Final = "changed"
"""One more, where a file has other columns than the last one: those that are not as then. The page begins with it."""
Problem = dict[str, str]


class ColumnsForm:
    """What was chosen on the page (or kept, when `data` is None), by the filter and the page of the address."""

    def __init__(self, table: Table, data: QueryDict | None, *, show: str = "", page: str = "") -> None:
        self.table = table
        self.data = data
        self.show = show if show in SHOWS or (show == CHANGED and table.shows_changes) else ""
        self._page = int(page) if page.isascii() and page.isdigit() and len(page) < 5 else 1
        self.errors: dict[int, str] = {}
        self.whole_problem = ""
        self.marks: Mapping[int, Mark] = {}
        self.focus: int | None = None

    @property
    def act(self) -> str:
        """Which button sent the form."""
        return self.data.get("do", "check") if self.data is not None else ""

    @cached_property
    def chosen(self) -> dict[int, str]:
        """What the form says, by position; values that a column doesn't offer are no answer."""
        if self.data is None:
            return {}
        given = ((row, self.data.get(f"c{row.position}")) for row in self.table.rows)
        return {
            row.position: value
            for row, value in given
            if isinstance(value, str) and (value in {"", EDIT} or row.choice(value))
        }

    @cached_property
    def _filtered(self) -> list[Row]:
        if self.show == CHANGED:
            return [row for row in self.table.rows if row.position in self.table.changed | self.chosen.keys()]
        wanted = SHOWS[self.show][1]
        # What somebody chose on this very page stays in sight, whatever state it has now.
        return [row for row in self.table.rows if row.state in wanted or (self.show and row.position in self.chosen)]

    @property
    def is_paged(self) -> bool:
        """Whether there are more columns than one page shows."""
        return len(self._filtered) > ON_ONE_PAGE

    @property
    def pages(self) -> int:
        """How many pages the filter has."""
        return -(-len(self._filtered) // PAGE) if self.is_paged else 1

    @property
    def page(self) -> int:
        """The page, from 1."""
        return min(max(self._page, 1), self.pages)

    @property
    def rows(self) -> list[Row]:
        """The rows of this page."""
        start = (self.page - 1) * PAGE
        return self._filtered[start : start + PAGE] if self.is_paged else self._filtered

    @property
    def lines(self) -> Iterator[dict[str, Any]]:
        """The same for the page."""
        for row in self.rows:
            at = row.position
            yield self._line(row).as_shown() | {"mark": self.marks.get(at), "has_focus": at == self.focus}

    def line_at(self, position: int) -> dict[str, Any]:
        """One row by itself, whose marks are on the page already."""
        return self._line(self.table.rows[position]).as_shown() | {"keeps_mark": True}

    @property
    def told(self) -> Iterator[dict[str, Any]]:
        """What changes of a page that is open: of the rows that were on it, and can be answered."""
        for row in self._filtered:
            if row.position in self.chosen:
                yield self._line(row).as_told() | {"mark": self.marks.get(row.position)}

    def _line(self, row: Row) -> Line:
        return Line(row, self.chosen.get(row.position, row.chosen), self.errors.get(row.position, ""))

    @property
    def seen(self) -> frozenset[int]:
        """The positions that were on the page."""
        return frozenset({row.position for row in self.rows} | set(self.chosen))

    @property
    def to_edit(self) -> int | None:
        """The first column for which something else is wanted."""
        return next((position for position, value in sorted(self.chosen.items()) if value == EDIT), None)

    def in_bulk(self, act: str) -> dict[int, str]:
        """The choices with an answer for every column that has none: left out, or what stands first."""
        answers = {}
        for row in self.table.rows:
            value = self.chosen.get(row.position, row.chosen)
            if row.is_asked and not row.choice(value):
                answers[row.position] = NOT_SENT if act == "leave_out" else _first(row, value)
        return {**self.chosen, **answers}

    def take_in_bulk(self, act: str) -> Answers:
        """The answers with one for every column that has none; what is only a guess on the page stays a guess."""
        self.chosen = self.in_bulk(act)
        decided = {
            row.position for row in self.table.rows
            if row.is_answered or self.chosen.get(row.position, row.chosen) != row.chosen
        }  # fmt: skip
        return answers_with(self.table, self.chosen, seen=decided)

    @property
    def bulk_words(self) -> str:
        """How many columns got an answer at once, and which still need one."""
        were = [row for row in self.table.rows if row.state is RowState.OPEN]
        still = [row.column for row in were if not row.choice(self.chosen.get(row.position, row.chosen))]
        count = len(were) - len(still)
        said = ngettext("%(count)s column has an answer now.", "%(count)s columns have an answer now.", count)
        told = said % {"count": grouped(count)}
        if not still:
            return told
        rest = ngettext("%(count)s still needs you: %(names)s.", "%(count)s still need you: %(names)s.", len(still))
        names = listed_with_and(still[:MOST_TOLD] + (["…"] if len(still) > MOST_TOLD else []))
        # Translators: two sentences, one after the other
        return _("%(first)s %(second)s") % {
            "first": told, "second": rest % {"count": grouped(len(still)), "names": names},
        }  # fmt: skip

    def answers(self, *, whole: bool) -> Answers:
        """The answers; `whole`: with what is proposed for columns of other pages."""
        return answers_with(self.table, self.chosen, seen=None if whole else self.seen)

    def judge(self, answers: Answers) -> bool:
        """Whether a check can begin with these answers; says what is missing otherwise."""
        for row in answers.open:
            self.errors[row.position] = _("Choose what to do with %(column)s") % {"column": row.column}
        if self.errors:
            return False
        if not answers.columns:
            self.whole_problem = _("Match at least one column")
            return False
        return self._fits(answers)

    def _fits(self, answers: Answers) -> bool:
        try:
            parse_mapping(mapping_with(self.table.batch, answers.columns))
        except MappingError as error:
            positions = {row.column: row.position for row in self.table.rows}
            for problem in error.problems:
                place = place_of(problem)
                if place is not None:
                    column = answers.columns[place[0]]["column"]
                    self.errors[positions[column]] = answer_problem(problem)
            return False
        return True

    @property
    def problems(self) -> list[Problem]:
        """What the summary says, each with a link to its column."""
        if self.whole_problem:
            return [{"url": "#columns", "text": self.whole_problem}]
        on_page = {row.position for row in self.rows}
        found: list[Problem] = []
        for position, text in sorted(self.errors.items()):
            column = self.table.rows[position].column
            named = text if column in text else _("%(column)s: %(problem)s") % {"column": column, "problem": text}
            found.append({"url": f"#c{position}" if position in on_page else f"?show=open#c{position}", "text": named})
        more = len(found) - MOST_TOLD
        if more > 1:
            text = ngettext("%(more)s more column needs you", "%(more)s more columns need you", more) % {"more": more}
            return [*found[:MOST_TOLD], {"url": "?show=open#columns", "text": text}]
        return found

    @property
    def status(self) -> int:
        """The status of the answer."""
        return 422 if self.problems else 200

    @property
    def chips(self) -> list[dict[str, Any]]:
        """The filters with how many columns each lets through, with what is chosen on the page like the tally."""
        counts = {show: sum(state in wanted for state in self._states) for show, (_, wanted) in SHOWS.items()}
        words = {show: label for show, (label, _) in SHOWS.items()}
        if self.table.shows_changes:
            counts[CHANGED], words[CHANGED] = len(self.table.changed), _("New or changed")
        return [
            {"label": words[show], "url": f"?show={show}", "count": count, "current": show == self.show,
             "id": f"chip-{show or 'all'}"}
            for show, count in counts.items()
        ]  # fmt: skip

    @property
    def first(self) -> int:
        """The number of the first column on the page, among those that the filter lets through."""
        return (self.page - 1) * PAGE + 1

    @property
    def last(self) -> int:
        """The number of the last one."""
        return self.first + len(self.rows) - 1

    @property
    def whole(self) -> int:
        """How many the filter lets through."""
        return len(self._filtered)

    @property
    def tally(self) -> dict[str, int]:
        """How many columns are sent, and need an answer, with what is chosen on the page."""
        sent = sum(state in SENT for state in self._states)
        asked = sum(row.is_asked for row in self.table.rows)
        return {"sent": sent, "open": self._states.count(RowState.OPEN), "asked": asked}

    @cached_property
    def _states(self) -> list[RowState]:
        """The state of every column of the file with what is chosen on the page."""
        return [Line(row, self.chosen.get(row.position, row.chosen), "").state for row in self.table.rows]

    @property
    def can_take_first(self) -> bool:
        """Whether there is a column without an answer for which something is proposed."""
        return any(row.state is RowState.OPEN and row.suggested is not None for row in self.table.rows)

    @property
    def names_keys(self) -> bool:
        """Whether a suggestion on the page is nothing but the name of its column."""
        return any(row.state is RowState.OPEN and row.is_named_only for row in self.rows)

    def address(self, page: int) -> str:
        """The query of another page with the same filter."""
        return f"?show={self.show}&page={page}"


def _first(row: Row, value: str) -> str:
    """What is suggested for a column; nothing is taken unseen where people's data may be."""
    return value if row.suggested is None else row.suggested.value
