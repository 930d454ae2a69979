"""The rules for a whole row: its record, and what each finding is about."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ingest.aam.limits import MAX_RECORD_BYTES
from ingest.aam.text import trim
from ingest.crm.mapping import Kind
from ingest.engine.exact import ADDED, REMOVED, Answer, Item, Remark
from ingest.engine.merging import LateRefusal
from ingest.engine.plan import Plan

TAB = "\t"


@dataclass(frozen=True)
class ExactRecord:
    """A row as the rules read it. `line` is without its LF; `items` are distinct and in order."""

    identifier: str
    items: tuple[Item, ...]
    line: str
    codes: tuple[str, ...]


class ExactRows:
    """Reads one row of trimmed or untrimmed cells by the rules of a plan."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._between = "," if plan.document.kind is Kind.TRAITS else TAB

    def _answers(self, cells: Sequence[str]) -> list[tuple[str, Answer]]:
        answers = []
        for place, slot in enumerate(self._plan.exact):
            column = self._plan.header.places[slot.column]
            text = trim(cells[column]) if column < len(cells) else ""
            missing = () if place >= self._plan.id_slots else (Remark("id.missing", ""),)
            answers.append((slot.column, slot.answer(text) if text else Answer(remarks=missing)))
        return answers

    def record(self, cells: Sequence[str]) -> ExactRecord:
        """The record of a row that could be read, and the codes that only the whole row shows."""
        answers = [answer for _, answer in self._answers(cells)]
        identifier = answers[0].identifier
        items = tuple(_flat(answers[1:]))
        if self._plan.document.kind is not Kind.ID_SYNC:
            items = tuple(dict.fromkeys(items))
        line = identifier + TAB + self._between.join(item.text for item in items)
        return ExactRecord(identifier, items, line, tuple(self._row_codes(items, line)))

    def _row_codes(self, items: Sequence[Item], line: str) -> Iterable[str]:
        if conflicting_trait(items):
            yield "trait.conflict"
        if not items and line != TAB and self._plan.id_slots == 1:
            yield "record.nothing_to_send"
        elif self._is_too_long(items, line):
            yield "record.too_long"

    def _is_too_long(self, items: Sequence[Item], line: str) -> bool:
        if len(line.encode()) + 1 <= MAX_RECORD_BYTES:
            return False
        start = line.index(TAB) + 1
        around = len(line[:start].encode()) + 1
        return not self._plan.merges or any(around + len(item.text.encode()) > MAX_RECORD_BYTES for item in items)

    def remarks(self, cells: Sequence[str]) -> Iterator[tuple[str, Remark]]:
        """Every finding about a cell of a readable row, with its column; `explain` has the first of each code."""
        for column, answer in self._answers(cells):
            for remark in answer.remarks:
                yield column, remark

    def explain(self, cells: Sequence[str]) -> dict[str, tuple[str | None, str]]:
        """Per finding code of a readable row: the column and the value that show it first."""
        found: dict[str, tuple[str | None, str]] = {}
        answers = self._answers(cells)
        for column, answer in answers:
            for remark in answer.remarks:
                found.setdefault(remark.code, (column, remark.value))
        record = self.record(cells)
        id_column = self._plan.exact[0].column
        for code in ("id.too_many_lines", "id.case_variant"):
            found[code] = (id_column, record.identifier)
        for code in ("record.nothing_to_send", "record.too_long"):
            found[code] = (None, record.identifier)
        conflict = conflicting_trait(record.items)
        if conflict:
            found["trait.conflict"] = (self._column_of_conflict(answers, conflict), conflict)
        return found

    def column_of(self, cells: Sequence[str], refusal: LateRefusal) -> str | None:
        """The first column of a row that shows why other rows of its ID hold it back."""
        if refusal.code != "trait.conflict":
            return self._plan.exact[0].column
        for column, answer in self._answers(cells):
            if any(item.kind in (ADDED, REMOVED) and trait_of(item) == refusal.value for item in answer.items):
                return column
        return None

    def _column_of_conflict(self, answers: Iterable[tuple[str, Answer]], trait: str) -> str | None:
        """The column whose item contradicts an earlier one."""
        seen: list[Item] = []
        for column, answer in answers:
            seen.extend(answer.items)
            if conflicting_trait(seen) == trait:
                return column
        return None


def _flat(answers: Iterable[Answer]) -> Iterable[Item]:
    for answer in answers:
        if answer.identifier:
            yield Item(0, answer.identifier)
        yield from answer.items


def trait_of(item: Item) -> str:
    """The number of a trait item."""
    return item.text.partition("=")[2]


def conflicting_trait(items: Iterable[Item]) -> str | None:
    """The first trait number that is both added and removed."""
    seen: dict[str, int] = {}
    for item in items:
        if item.kind in (ADDED, REMOVED):
            number = trait_of(item)
            if seen.setdefault(number, item.kind) != item.kind:
                return number
    return None
