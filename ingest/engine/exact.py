"""The rules themselves, one cell at a time: what the kernels ask when they are not sure, and what explains a sample."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple, Protocol, assert_never

from ingest.aam.identifiers import IdType, judge_identifier
from ingest.aam.personal_data import is_card_number, is_email, looks_like_phone
from ingest.aam.records import TRAIT_PATTERN, added_trait_item, ic_item, removed_trait_item, signal_item
from ingest.aam.text import clean, has_unsafe, trim
from ingest.crm.dates import reads_two_ways
from ingest.crm.mapping import Action, ColumnMapping, Otherwise, TraitChange, UnsafeValues
from ingest.crm.transforms import NotADate

Transformation = Callable[[str], str]
TraitJudge = Callable[[str], tuple[str, ...]]

SIGNAL, ADDED, REMOVED, CODE = 0, 1, 2, 3


class Item(NamedTuple):
    """One thing said about a user: its kind (the order of `items` in the report) and its text in the record."""

    kind: int
    text: str


class Remark(NamedTuple):
    """A finding about one piece of a cell, with the value that shows it."""

    code: str
    value: str


@dataclass(frozen=True)
class Answer:
    """What one cell gives: items (or, for an ID, its canonical text) and findings."""

    items: tuple[Item, ...] = ()
    remarks: tuple[Remark, ...] = ()
    identifier: str = ""


class ExactSlot(Protocol):
    """One use that the mapping makes of one column."""

    @property
    def column(self) -> str:
        """The column's name in the file."""

    def answer(self, text: str) -> Answer:
        """What a trimmed cell that is not empty gives."""


class UndecidedDate(Exception):
    """A date that can be read in two ways, in a plan made before the whole column was looked at."""


def refused_date(error: NotADate, *, orders_known: bool) -> None:
    """Nothing when a text is no date for sure; raises UndecidedDate when the rest of its column may still decide."""
    if not orders_known and reads_two_ways(error.value):
        raise UndecidedDate from None


@dataclass(frozen=True)
class IdSlot:
    """A user ID, an ID of an ID sync, or (`optional`) a hashed e-mail address."""

    column: str
    type: IdType
    transformation: Transformation
    orders_known: bool
    optional: bool = False

    def answer(self, text: str) -> Answer:
        """The canonical ID and what is wrong with it (section 5, `id.*`)."""
        try:
            value = trim(self.transformation(text))
        except NotADate as error:
            refused_date(error, orders_known=self.orders_known)
            return Answer(remarks=(Remark("value.not_a_date", text),))
        if not value:
            return Answer(remarks=() if self.optional else (Remark("id.missing", text),))
        judged = judge_identifier(value, self.type)
        return Answer(remarks=tuple(Remark(code, text) for code in judged.codes), identifier=judged.value)


@dataclass(frozen=True)
class ItemSlot:
    """A column that gives items: signals, traits or `ic` codes."""

    mapping: ColumnMapping
    transformation: Transformation
    orders_known: bool
    unsafe_values: UnsafeValues
    keep_commas: bool
    judge_trait: TraitJudge

    @property
    def column(self) -> str:
        """The column's name in the file."""
        return self.mapping.column

    def answer(self, text: str) -> Answer:
        """The items of a cell, each once, and every finding about its pieces (sections 4.5 and 4.6)."""
        items: dict[Item, None] = {}
        remarks: list[Remark] = []
        for piece in self._pieces(text):
            items.update(dict.fromkeys(self._items_of_piece(piece, remarks)))
        return Answer(items=tuple(items), remarks=tuple(remarks))

    def _pieces(self, text: str) -> Iterator[str]:
        if self.mapping.split is None:
            yield text
            return
        yield from filter(None, map(trim, text.split(self.mapping.split)))

    def _items_of_piece(self, piece: str, remarks: list[Remark]) -> Iterator[Item]:
        try:
            value = trim(self.transformation(piece))
        except NotADate as error:
            refused_date(error, orders_known=self.orders_known)
            remarks.append(Remark("value.not_a_date", piece))
            return
        if not value:
            return
        if self.mapping.trait_changes is not None:
            yield from self._looked_up(self.mapping.trait_changes.get(value), piece, remarks)
            return
        mapped = self._mapped(value)
        if mapped is None:
            remarks.append(Remark("value.not_mapped", piece))
        elif mapped:
            yield from self._item(mapped, remarks)

    def _mapped(self, value: str) -> str | None:
        """The value of the value map; empty: no item; None: the row is refused."""
        values = self.mapping.values
        if values is None:
            return value
        if value in values:
            return values[value]
        return {Otherwise.KEEP: value, Otherwise.SKIP: "", Otherwise.REJECT: None}[self.mapping.otherwise]

    def _looked_up(self, change: TraitChange | None, piece: str, remarks: list[Remark]) -> Iterator[Item]:
        if change is None:
            if self.mapping.otherwise is Otherwise.REJECT:
                remarks.append(Remark("value.not_mapped", piece))
            return
        for trait in change.add:
            yield from self._trait(str(trait), ADDED, remarks)
        for trait in change.remove:
            yield from self._trait(str(trait), REMOVED, remarks)

    def _item(self, value: str, remarks: list[Remark]) -> Iterator[Item]:
        match self.mapping.action:
            case Action.SIGNAL:
                yield from self._signal(value, remarks)
            case Action.IC:
                cleaned = self._cleaned(value, remarks, keep_commas=False)
                if cleaned:
                    yield Item(CODE, ic_item(cleaned))
            case Action.ADD_TRAITS:
                yield from self._trait(value, ADDED, remarks)
            case Action.REMOVE_TRAITS:
                yield from self._trait(value, REMOVED, remarks)
            case Action.TRAIT_IF:
                raise ValueError("trait_if names its traits in its table; its values are looked up, never sent")
            case _:
                assert_never(self.mapping.action)

    def _signal(self, value: str, remarks: list[Remark]) -> Iterator[Item]:
        remarks.extend(Remark(code, value) for code in personal_data_codes(value))
        cleaned = self._cleaned(value, remarks, keep_commas=self.keep_commas)
        if cleaned:
            yield Item(SIGNAL, signal_item(self.mapping.key or "", cleaned))

    def _cleaned(self, value: str, remarks: list[Remark], *, keep_commas: bool) -> str:
        if not has_unsafe(value, keep_commas=keep_commas):
            return value
        remarks.append(Remark("value.unsafe_characters", value))
        return clean(value, keep_commas=keep_commas) if self.unsafe_values is UnsafeValues.CLEAN else ""

    def _trait(self, value: str, kind: int, remarks: list[Remark]) -> Iterator[Item]:
        if not TRAIT_PATTERN.fullmatch(value):
            remarks.append(Remark("trait.not_a_number", value))
            return
        remarks.extend(Remark(code, value) for code in self.judge_trait(value))
        yield Item(kind, added_trait_item(value) if kind == ADDED else removed_trait_item(value))


def personal_data_codes(value: str) -> Iterator[str]:
    """The `value.*` findings about personal data in a signal value."""
    if is_email(value):
        yield "value.email"
    encoded = value.encode()
    if looks_like_phone(encoded, 0, len(encoded)):
        yield "value.phone"
    if is_card_number(encoded, 0, len(encoded)):
        yield "value.card"
