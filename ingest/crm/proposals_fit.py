"""How well a column fits a kind of ID, and which kinds are worth asking."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ingest.aam.identifiers import ID_RULES, IdType
from ingest.crm.dates import DayOrder
from ingest.crm.proposals_looks import Seen, have_shape, refusals
from ingest.crm.proposals_personal import personal_data_in
from ingest.crm.proposals_types import ColumnLook, LooksLike
from ingest.crm.proposals_values import Counted, Values, share
from ingest.crm.proposals_words import Concept
from ingest.crm.transforms import Named, Transform, TransformName, compile_transforms

HASH: Final[tuple[Transform, ...]] = (Named(TransformName.EMAIL_SHA256),)
DAMAGE: Final = "id.spreadsheet_damage"
_SOME: Final = 0.5
_MOST: Final = 0.9
_LOOKED_AT: Final = 8
_LONGEST_AMOUNT: Final = 15  # digits; a spreadsheet keeps no more of any number
_UUID_SHAPE: Final = ID_RULES[IdType.GAID].template
_LONG_SHAPE: Final = ID_RULES[IdType.AAM_UUID].template
_TYPES: Final = frozenset(id_type.value for id_type in IdType)
_NAMED: Final = {concept: IdType(concept.value) for concept in Concept if concept.value in _TYPES}
# Nobody is identified by these, whatever the name of the column says.
_NO_IDS: Final = frozenset(
    {LooksLike.EMPTY, LooksLike.YES_NO, LooksLike.DATES, LooksLike.LISTS, LooksLike.FREE_TEXT, LooksLike.CARDS}
)


@dataclass(frozen=True)
class Fit:
    """The share (0..1) of a column's filled rows whose ID would be accepted, and the rows per `id.*` code otherwise."""

    share: float
    problems: tuple[tuple[str, int], ...]


def fit_of(look: ColumnLook, id_type: IdType, transforms: tuple[Transform, ...] = ()) -> Fit:
    """How well a column fits a kind of ID, over all its samples, after the transforms.

    NotADate for a list of transforms with `date_iso`, which no ID has.
    """
    return fit_of_values(look.samples, id_type, transforms)


def fit_of_values(counted: Counted, id_type: IdType, transforms: tuple[Transform, ...] = ()) -> Fit:
    """How well counted values fit a kind of ID."""
    change = compile_transforms(transforms, day_order=DayOrder.UNKNOWN)
    problems: Counter[str] = Counter()
    total = refused = 0
    for value, rows in counted:
        total += rows
        if codes := refusals(change(value), id_type):
            refused += rows
            problems.update(dict.fromkeys(codes, rows))
    return Fit(1 - refused / total if total else 0.0, tuple(problems.most_common()))


def named_types(values: Values) -> frozenset[IdType]:
    """The kinds of ID that the name of a column speaks of."""
    return frozenset(_NAMED[concept] for concept in values.concepts & _NAMED.keys())


def are_rounded(look: ColumnLook) -> bool:
    """Whether a spreadsheet has rounded the numbers of a column of IDs, as its name or their size says.

    `1.23457E+37` stands for many IDs, so none of them is left.
    """
    values = Values(look)
    counted = values.judged[:_LOOKED_AT]
    if not counted or share(counted, _is_rounded, at_least=_MOST) < _MOST:
        return False
    is_named = Concept.ANY_ID in values.concepts or bool(named_types(values))
    return is_named or share(counted, _is_too_long_for_an_amount) >= _MOST


def _is_rounded(value: str) -> bool:
    return DAMAGE in refusals(value, IdType.CUSTOMER_ID)


def _is_too_long_for_an_amount(value: str) -> bool:
    return int(value.lower().rpartition("e")[2]) >= _LONGEST_AMOUNT if _is_rounded(value) else False


def upper_case_share(values: Values) -> float | None:
    """The share of IDs with letters that are all capitals; None where no ID has a letter."""
    with_letters = tuple((value, rows) for value, rows in values.judged if value.lower() != value.upper())
    return share(with_letters, str.isupper) if with_letters else None


def candidate_types(seen: Seen) -> Iterator[IdType]:
    """The kinds of ID that a column's shape or name speaks for. E-mail addresses and other personal data have none."""
    if seen.looks_like in _NO_IDS or personal_data_in(seen.values, seen.looks_like) is not None:
        return
    named = named_types(seen.values)
    shape = _shape_of(seen.values)
    if shape == _LONG_SHAPE:
        yield from (IdType.AAM_UUID, IdType.ECID)
    elif shape == _UUID_SHAPE:
        yield from {IdType.GAID: None, IdType.IDFA: None} | dict.fromkeys(_of_shape(named, _UUID_SHAPE))
    elif shape is not None:
        yield IdType.HASHED_EMAIL
    else:
        yield from sorted(id_type for id_type in named - {IdType.CUSTOMER_ID} if _is_possible(seen, id_type))
    if _may_be_customer_id(seen, shape, named):
        yield IdType.CUSTOMER_ID


def _shape_of(values: Values) -> str | None:
    """The fixed shape that at least half of the values have."""
    for id_type in (IdType.AAM_UUID, IdType.GAID, IdType.HASHED_EMAIL):
        if have_shape(values, id_type, _SOME):
            return ID_RULES[id_type].template
    return None


def _of_shape(types: frozenset[IdType], shape: str | None) -> list[IdType]:
    return sorted(id_type for id_type in types if ID_RULES[id_type].template == shape)


def _is_possible(seen: Seen, id_type: IdType) -> bool:
    """Whether a kind that only the name speaks of has at least some IDs, if damaged ones, to show."""
    if ID_RULES[id_type].template is None and share(seen.values.judged, _has_digit) < _SOME:
        return False
    fit = fit_of_values(seen.values.judged, id_type)
    return fit.share > 0 or any(code == DAMAGE for code, _ in fit.problems)


def _may_be_customer_id(seen: Seen, shape: str | None, named: frozenset[IdType]) -> bool:
    values = seen.values
    if IdType.CUSTOMER_ID in named:
        says_id = Concept.ANY_ID in values.concepts or share(values.judged, _has_digit) >= _SOME
        return says_id and share(values.judged, _has_no_blank) >= _SOME
    if shape is not None:
        return shape != _LONG_SHAPE and not named
    return seen.looks_like is LooksLike.IDS and not named and values.unique >= _MOST


def _has_digit(value: str) -> bool:
    return any(character.isdigit() for character in value)


def _has_no_blank(value: str) -> bool:
    return not any(character.isspace() for character in value)
