"""What a column looks like, in one word, with whatever was learned on the way."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from ingest.aam.findings import FINDINGS, Severity
from ingest.aam.identifiers import ID_RULES, IdType, judge_identifier
from ingest.aam.records import TRAIT_PATTERN
from ingest.crm.proposals_dates import Dates, dates_in
from ingest.crm.proposals_index import Index
from ingest.crm.proposals_lists import CellList, find_number_separator, find_separator
from ingest.crm.proposals_personal import look_of_personal_data
from ingest.crm.proposals_types import ColumnLook, LooksLike
from ingest.crm.proposals_values import Counted, Values, only_ascii_digits, share
from ingest.crm.proposals_words import Concept, are_yes_or_no

MOST_FEW_VALUES: Final = 30
_FEWEST_ROWS_OF_A_CONSTANT: Final = 3
_FEWEST_IDS: Final = 5
_LONGEST_ID: Final = 64
_SHORTEST_NUMBER_ID: Final = 6
_MOST: Final = 0.9
_KNOWN_TRAITS: Final = 0.5
_FREE_TEXT_WORDS: Final = 4
_FREE_TEXT_LENGTH: Final = 60
# Shapes that only IDs have; whatever their data source, no trait rule asks for one.
_ID_SHAPES: Final = tuple({rule.template: rule.type for rule in ID_RULES.values() if rule.template}.values())


@dataclass(frozen=True)
class TraitNumbers:
    """Whole numbers that may be traits: how many rows have those of the list, and of the list's settable ones."""

    known: float
    settable: float
    cells: CellList | None


class Seen:
    """A column with everything that its values tell; each thing is looked at once, when it is asked for."""

    def __init__(self, look: ColumnLook, index: Index) -> None:
        self.look = look
        self.values = Values(look)
        self._index = index

    @cached_property
    def looks_like(self) -> LooksLike:
        """The word for the column: personal data first, then the narrower word before the wider one."""
        if not self.look.filled or not self.values.counted:
            return LooksLike.EMPTY
        personal = look_of_personal_data(self.values)
        if personal is not None:
            return personal
        return next((word for word, test in self._tests() if test()), LooksLike.MANY_VALUES)

    def _tests(self) -> tuple[tuple[LooksLike, Callable[[], bool]], ...]:
        return (
            (LooksLike.HASHED_EMAILS, self._are_email_hashes),
            (LooksLike.ONE_VALUE, self._is_constant),
            (LooksLike.YES_NO, lambda: are_yes_or_no(self.values.different) and self.values.is_complete),
            (LooksLike.TRAIT_NUMBERS, lambda: self.trait_numbers is not None),
            (LooksLike.DATES, lambda: self.dates is not None),
            (LooksLike.IDS, self._are_ids),
            (LooksLike.NUMBERS, lambda: self.values.numbers >= _MOST),
            (LooksLike.LISTS, lambda: self.cells is not None),
            (LooksLike.FREE_TEXT, self._is_free_text),
            (LooksLike.FEW_VALUES, self._are_few),
        )

    @cached_property
    def dates(self) -> Dates | None:
        """What there is to say about dates."""
        return dates_in(self.values)

    @cached_property
    def cells(self) -> CellList | None:
        """The separator and the pieces, where cells hold several values."""
        return find_separator(self.values.counted)

    @cached_property
    def trait_numbers(self) -> TraitNumbers | None:
        """What there is to say about trait numbers, where the list of traits or the column's name speaks for them."""
        cells = None if only_ascii_digits(self.values.different) else find_number_separator(self.values.counted)
        pieces = self.values.judged if cells is None else cells.pieces
        if share(pieces, _is_trait_number, at_least=_MOST) < _MOST:
            return None
        known = share(pieces, lambda piece: piece in self._index.by_number)
        settable = share(pieces, lambda piece: piece in self._index.settable_numbers) if known else 0.0
        speaks = Concept.TRAITS in self.values.concepts or (Concept.REMOVED in self.values.concepts and bool(known))
        return TraitNumbers(known, settable, cells) if known >= _KNOWN_TRAITS or speaks else None

    @cached_property
    def pieces(self) -> Counted:
        """The single values: those of the cells, or of their pieces where they hold several."""
        return self.values.counted if self.cells is None else self.cells.pieces

    def _is_constant(self) -> bool:
        look = self.look
        return look.distinct == 1 and look.filled == look.rows and look.rows >= _FEWEST_ROWS_OF_A_CONSTANT

    def _are_email_hashes(self) -> bool:
        return have_shape(self.values, IdType.HASHED_EMAIL, _MOST)

    def _are_ids(self) -> bool:
        judged = self.values.judged
        if any(have_shape(self.values, id_type, _MOST) for id_type in _ID_SHAPES):
            return True
        if self.look.distinct < _FEWEST_IDS or self.values.unique < _MOST or self.look.longest > _LONGEST_ID:
            return False
        return share(judged, _is_id, at_least=_MOST) >= _MOST and (
            self.values.numbers < _MOST or self._are_number_ids(judged)
        )

    def _are_number_ids(self, judged: Counted) -> bool:
        if not only_ascii_digits(value for value, _ in judged):
            return False
        same_length = len({len(value) for value, _ in judged}) == 1
        named = bool({Concept.CUSTOMER_ID, Concept.ANY_ID} & self.values.concepts)
        return named or (same_length and self.look.longest >= _SHORTEST_NUMBER_ID)

    def _is_free_text(self) -> bool:
        few_repeats = self.values.unique > 0.5
        return few_repeats and share(self.values.judged, _is_sentence) > 0.3

    def _are_few(self) -> bool:
        look = self.look
        return look.distinct <= MOST_FEW_VALUES and (look.filled < 10 or look.distinct <= 0.7 * look.filled)


def refusals(value: str, id_type: IdType) -> tuple[str, ...]:
    """The `id.*` codes for which the row of this ID would be refused; changes of case and notices don't count."""
    codes = judge_identifier(value, id_type).codes
    return tuple(code for code in codes if Severity.REFUSED in FINDINGS[code].severities)


def have_shape(values: Values, id_type: IdType, at_least: float) -> bool:
    """Whether so many values would be accepted as IDs of a type with a fixed shape."""
    length = len(ID_RULES[id_type].template or "")
    # The length tells nearly all columns apart, long before each value is judged.
    if share(values.judged, lambda value: len(value) == length, at_least=at_least) < at_least:
        return False
    return share(values.judged, accepts(id_type), at_least=at_least) >= at_least


def accepts(id_type: IdType) -> Callable[[str], bool]:
    """A test whether an ID of this kind would be accepted."""
    return lambda value: not refusals(value, id_type)


def _is_trait_number(piece: str) -> bool:
    return TRAIT_PATTERN.fullmatch(piece) is not None


def _is_id(value: str) -> bool:
    return not any(character.isspace() for character in value) and any(character.isdigit() for character in value)


def _is_sentence(value: str) -> bool:
    return len(value) > _FREE_TEXT_LENGTH or len(value.split()) >= _FREE_TEXT_WORDS
