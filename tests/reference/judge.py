"""One readable row: its IDs and its cells, judged one after the other."""

import hashlib
import re
from collections.abc import Mapping, Sequence

from tests.reference.characters import clean, has_unsafe, trim
from tests.reference.dates import NotADateError
from tests.reference.document import EmailColumn, IdColumn, MappedColumn, Plan
from tests.reference.identifiers import canonical, id_codes
from tests.reference.personal_data import is_card_number, is_email, looks_like_phone
from tests.reference.pieces import pieces, transformed
from tests.reference.verdict import Item, Verdict

_TRAIT = re.compile(r"[1-9][0-9]*")


def judge_row(verdict: Verdict, cells: Mapping[str, str], plan: Plan, orders: Sequence[str | None]) -> None:
    """Fill the verdict with the row's ID, items and findings; `orders` has the date order of each mapped column."""
    first, *others = plan.ids
    verdict.id_column = first.column
    verdict.user_id = _judge_id(verdict, trim(cells[first.column]), first)
    if plan.kind == "id_sync":
        for column in others:
            value = _judge_id(verdict, trim(cells[column.column]), column)
            verdict.items.append(Item(value, "id", column.column))
        return
    for entry in plan.emails:
        _judge_email(verdict, trim(cells[entry.column]), entry)
    for mapped, order in zip(plan.columns, orders, strict=True):
        _ColumnJudge(verdict, mapped, plan).cell(cells[mapped.column], order)
    if verdict.user_id and not verdict.items:
        verdict.note("record.nothing_to_send", None, verdict.user_id)


def _judge_id(verdict: Verdict, cell: str, column: IdColumn) -> str:
    """The ID in its canonical case; empty when there is none."""
    try:
        text = transformed(cell, column.transforms, None) if cell else ""
    except NotADateError:
        verdict.note("value.not_a_date", column.column, cell)
        return ""
    for code in id_codes(text, column.type):
        verdict.note(code, column.column, cell)
    return canonical(text, column.type)


def _judge_email(verdict: Verdict, cell: str, entry: EmailColumn) -> None:
    if not cell:
        return
    if entry.hashed:
        value = _judge_id(verdict, cell, IdColumn(entry.column, "hashed_email", ()))
    else:
        value = hashlib.sha256(cell.lower().encode()).hexdigest()
    verdict.add(Item(value, "hash", entry.column))


class _ColumnJudge:
    """The pieces of one cell, for one entry of `columns`."""

    def __init__(self, verdict: Verdict, mapped: MappedColumn, plan: Plan) -> None:
        self.verdict = verdict
        self.mapped = mapped
        self.plan = plan

    def note(self, code: str, value: str) -> None:
        self.verdict.note(code, self.mapped.column, value)

    def cell(self, cell: str, order: str | None) -> None:
        """Every piece of the cell in turn."""
        for piece in pieces(cell, self.mapped.split):
            try:
                value = transformed(piece, self.mapped.transforms, order)
            except NotADateError:
                self.note("value.not_a_date", piece)
                continue
            if value:
                self.piece(piece, value)

    def piece(self, piece: str, value: str) -> None:
        """One piece after its transforms: look it up, then do what the action says."""
        values = self.mapped.values
        if values is not None and value not in values:
            if self.mapped.otherwise == "reject":
                self.note("value.not_mapped", piece)
            if self.mapped.otherwise != "keep" or self.mapped.action == "trait_if":
                return
        if values is not None and value in values:
            if self.mapped.action == "trait_if":
                self.trait_if(values[value])
                return
            value = values[value]
        if value:
            self.act(value)

    def trait_if(self, change: Mapping[str, Sequence[int]]) -> None:
        for trait in change.get("add", ()):
            self.trait("d_sid", str(trait))
        for trait in change.get("remove", ()):
            self.trait("d_unsid", str(trait))

    def act(self, value: str) -> None:
        match self.mapped.action:
            case "signal":
                self.signal(value)
            case "ic":
                # Nothing is quoted in `ic=…`, so a kept comma would end the item: it is always unsafe here.
                kept = self.safe(value, keep_commas=False)
                if kept:
                    self.verdict.add(Item(f"ic={kept}", "ic", self.mapped.column))
            case "add_traits" | "remove_traits":
                if _TRAIT.fullmatch(value) is None:
                    self.note("trait.not_a_number", value)
                    return
                self.trait("d_sid" if self.mapped.action == "add_traits" else "d_unsid", value)
            case action:
                raise ValueError(f"unknown action {action}")

    def trait(self, kind: str, trait: str) -> None:
        self.verdict.add(Item(f"{kind}={trait}", kind, self.mapped.column, trait))

    def signal(self, value: str) -> None:
        if is_email(value):
            self.note("value.email", value)
        if looks_like_phone(value):
            self.note("value.phone", value)
        if is_card_number(value):
            self.note("value.card", value)
        kept = self.safe(value, keep_commas=self.plan.keep_commas)
        if kept:
            self.verdict.add(Item(f'"{self.mapped.key}"="{kept}"', "signal", self.mapped.column))

    def safe(self, value: str, *, keep_commas: bool) -> str:
        """The value without unsafe characters; empty when it makes no item."""
        if not has_unsafe(value, keep_commas=keep_commas):
            return value
        self.note("value.unsafe_characters", value)
        return clean(value, keep_commas=keep_commas) if self.plan.unsafe_values == "clean" else ""
