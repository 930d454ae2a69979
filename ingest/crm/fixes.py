"""What mends all rows with one finding alike: small changes of the mapping, so that the next file is mended as well.

Which fixes a finding may have is data (`FIXES`). Whether one is of use is found out with the cells that show the
finding: nothing is proposed that would mend none of them, or that would spoil cells that are fine.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Final, assert_never

from ingest.aam.findings import FINDINGS, Severity
from ingest.aam.identifiers import ID_RULES, Case, IdType, judge_identifier
from ingest.aam.text import WHITE_SPACE, trim
from ingest.crm.dates import DayOrder
from ingest.crm.mapping import mapping_to_document, parse_mapping
from ingest.crm.mapping_problems import MappingError
from ingest.crm.mapping_types import (
    Action,
    ColumnMapping,
    IdColumn,
    MappingDocument,
    Otherwise,
    RepeatedIds,
    UnsafeValues,
)
from ingest.crm.transforms import Named, NotADate, Replace, Transform, TransformName, compile_transforms


class FixKind(StrEnum):
    """What a fix does to the mapping."""

    REMOVE_BLANKS = "remove_blanks"
    CAPITALS = "capitals"
    SMALL_LETTERS = "small_letters"
    HASH_ADDRESSES = "hash_addresses"
    HASH_COLUMN = "hash_column"
    MERGE_REPEATED = "merge_repeated"
    CLEAN_VALUES = "clean_values"
    REPLACE_VALUE = "replace_value"
    SKIP_VALUES = "skip_values"
    LEAVE_OUT = "leave_out"


K = FixKind
FIXES: Final[Mapping[str, tuple[FixKind, ...]]] = MappingProxyType(
    {
        "id.unsafe_characters": (K.REMOVE_BLANKS,),
        "id.email": (K.HASH_ADDRESSES,),
        "id.case_changed": (K.CAPITALS, K.SMALL_LETTERS),
        "id.too_many_lines": (K.MERGE_REPEATED,),
        "value.unsafe_characters": (K.CLEAN_VALUES,),
        "value.email": (K.HASH_COLUMN, K.LEAVE_OUT),
        "value.phone": (K.LEAVE_OUT,),
        "value.card": (K.LEAVE_OUT,),
        "value.not_mapped": (K.REPLACE_VALUE, K.SKIP_VALUES, K.LEAVE_OUT),
        "value.not_a_date": (K.LEAVE_OUT,),
        "trait.not_a_number": (K.LEAVE_OUT,),
    }
)
"""By code of a finding: the fixes that may be proposed for it, the mildest first."""

_CASES: Final = {K.CAPITALS: (Case.UPPER, TransformName.UPPER), K.SMALL_LETTERS: (Case.LOWER, TransformName.LOWER)}
_HASH: Final = Named(TransformName.EMAIL_SHA256)


@dataclass(frozen=True)
class Evidence:
    """One finding as a check reports it: its code, how many rows have it, the first cells that show it.

    `cells`: column and cell. `filled`: how many cells of each column are not empty. `elsewhere`: rows that have another
    finding about the shape of an ID.
    """

    code: str
    rows: int
    cells: tuple[tuple[str, str], ...]
    filled: Mapping[str, int]
    elsewhere: int = 0

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that show it, each once."""
        return tuple(dict.fromkeys(column for column, _ in self.cells if column))

    def values(self, column: str) -> tuple[str, ...]:
        """The different cells of a column that show it."""
        return tuple(dict.fromkeys(value for name, value in self.cells if name == column))


@dataclass(frozen=True)
class Fix:
    """One change of the mapping because of one finding. `column` is empty where it is about whole rows.

    `value`: the value of the file that is to be sent like `like`, which the column's table lists; for K.REPLACE_VALUE.
    `blanks`: the characters that K.REMOVE_BLANKS takes out.
    """

    code: str
    kind: FixKind
    column: str = ""
    value: str = ""
    like: str = ""
    blanks: str = ""


def fixes_for(document: MappingDocument, evidence: Evidence) -> Iterator[Fix]:
    """Every fix that this mapping can have because of this finding; K.REPLACE_VALUE for each value, without `like`.

    Each gives a mapping that obeys all rules and is another one than before.
    """
    for kind in FIXES.get(evidence.code, ()):
        for fix in _candidates(document, evidence, kind):
            is_open = kind is K.REPLACE_VALUE  # nobody has said yet what the value is like
            if is_open or mended(document, fix) is not None:
                yield fix


def _candidates(document: MappingDocument, evidence: Evidence, kind: FixKind) -> Iterator[Fix]:
    code = evidence.code
    match kind:
        case K.MERGE_REPEATED | K.CLEAN_VALUES:
            yield Fix(code, kind)
        case K.REMOVE_BLANKS | K.CAPITALS | K.SMALL_LETTERS:
            yield from (fix for column in document.ids for fix in _of_id(column, evidence, kind))
        case K.HASH_ADDRESSES:
            hashed = _hashed_columns(document)
            # of several columns nobody knows how many of these rows are about which
            if len(hashed) == 1 and evidence.columns == hashed and _all_wrong(evidence, hashed[0]):
                yield Fix(code, kind, hashed[0])
        case K.HASH_COLUMN:
            # where addresses are few, the column means something else, and hashes of it would be of no use
            most = (column for column in evidence.columns if 2 * evidence.rows >= evidence.filled.get(column, 0))
            yield from (Fix(code, kind, column) for column in most)
        case K.REPLACE_VALUE:
            for entry in _rejecting(document, evidence.columns):
                values = (_looked_up(entry, cell) for cell in evidence.values(entry.column))
                yield from (Fix(code, kind, entry.column, value) for value in dict.fromkeys(filter(None, values)))
        case K.SKIP_VALUES:
            yield from (Fix(code, kind, entry.column) for entry in _rejecting(document, evidence.columns))
        case K.LEAVE_OUT:
            yield from (Fix(code, kind, column) for column in evidence.columns)
        case _:
            assert_never(kind)


def _of_id(column: IdColumn, evidence: Evidence, kind: FixKind) -> Iterator[Fix]:
    """Fixes of IDs whose shape is known. A blank in a key of the customer's own may be a part of it."""
    cells, rule = evidence.values(column.column), ID_RULES[column.type]
    if not cells or column.type is IdType.CUSTOMER_ID:
        return
    if kind is K.REMOVE_BLANKS:
        blanks = "".join(sorted({letter for cell in cells for letter in cell if letter in WHITE_SPACE}))
        after = replace(column, transforms=(*column.transforms, *_without(blanks)))
        if blanks and any(_can_be_sent(cell, after) for cell in cells):
            yield Fix(evidence.code, kind, column.column, blanks=blanks)
    elif rule.case is _CASES[kind][0] and any(_can_be_sent(cell, column) for cell in cells):
        yield Fix(evidence.code, kind, column.column)


def _without(blanks: str) -> tuple[Transform, ...]:
    return tuple(Replace(blank, "") for blank in blanks)


def _can_be_sent(cell: str, column: IdColumn) -> bool:
    try:
        value = trim(compile_transforms(column.transforms, day_order=DayOrder.UNKNOWN)(cell))
    except NotADate:
        return False
    codes = judge_identifier(value, column.type).codes
    return not any(Severity.REFUSED in FINDINGS[code].severities for code in codes)


def _hashed_columns(document: MappingDocument) -> tuple[str, ...]:
    """The columns that are said to hold hashes of e-mail addresses."""
    ids = (one.column for one in document.ids if one.type is IdType.HASHED_EMAIL and _HASH not in one.transforms)
    return (*ids, *(one.column for one in document.emails if one.hashed))


def _all_wrong(evidence: Evidence, column: str) -> bool:
    """Whether no cell of a column is fine as it is: a hash that is there already must not be hashed once more."""
    return evidence.rows + evidence.elsewhere >= evidence.filled.get(column, 0) > 0


def _rejecting(document: MappingDocument, columns: Sequence[str]) -> Iterator[ColumnMapping]:
    """The entries whose table of values leaves out whole rows."""
    for entry in document.columns:
        has_table = bool(entry.values or entry.trait_changes)
        if has_table and entry.column in columns and entry.otherwise is Otherwise.REJECT:
            yield entry


def _looked_up(entry: ColumnMapping, cell: str) -> str:
    """What is looked up in a table for a cell; empty where nothing is."""
    try:
        return trim(compile_transforms(entry.transforms, day_order=DayOrder.UNKNOWN)(cell))
    except NotADate:
        return ""


def known_values(document: MappingDocument, column: str) -> tuple[str, ...]:
    """The values that the table of a column lists."""
    entries = _rejecting(document, (column,))
    return tuple(dict.fromkeys(value for entry in entries for value in (entry.values or entry.trait_changes or ())))


def mended(document: MappingDocument, fix: Fix) -> MappingDocument | None:
    """The mapping with a fix; None where it changes nothing, or would break a rule of the mapping."""
    after = _changed(document, fix)
    if after == document:
        return None
    try:
        return parse_mapping(mapping_to_document(after))
    except MappingError:
        return None


def _changed(document: MappingDocument, fix: Fix) -> MappingDocument:
    match fix.kind:
        case K.MERGE_REPEATED:
            return replace(document, repeated_ids=RepeatedIds.MERGE)
        case K.CLEAN_VALUES:
            return replace(document, unsafe_values=UnsafeValues.CLEAN)
        case K.REMOVE_BLANKS:
            return _with_id_steps(document, fix.column, _without(fix.blanks))
        case K.CAPITALS | K.SMALL_LETTERS:
            return _with_id_steps(document, fix.column, (Named(_CASES[fix.kind][1]),))
        case K.HASH_ADDRESSES:
            emails = (replace(one, hashed=False) if one.column == fix.column else one for one in document.emails)
            return replace(_hashed_ids(document, fix.column), emails=tuple(emails))
        case K.LEAVE_OUT:
            return replace(document, columns=tuple(one for one in document.columns if one.column != fix.column))
        case K.HASH_COLUMN | K.SKIP_VALUES | K.REPLACE_VALUE:
            columns = (_entry(one, fix) if one.column == fix.column else one for one in document.columns)
            return replace(document, columns=tuple(columns))
    assert_never(fix.kind)


def _with_id_steps(document: MappingDocument, column: str, steps: tuple[Transform, ...]) -> MappingDocument:
    ids = (replace(one, transforms=(*one.transforms, *steps)) if one.column == column else one for one in document.ids)
    return replace(document, ids=tuple(ids))


def _hashed_ids(document: MappingDocument, column: str) -> MappingDocument:
    """Hashed here where a column of hashes holds addresses; an address is never an ID of another type."""
    ids = (
        replace(one, transforms=(*one.transforms, _HASH))
        if one.column == column and one.type is IdType.HASHED_EMAIL and _HASH not in one.transforms
        else one
        for one in document.ids
    )
    return replace(document, ids=tuple(ids))


def _entry(entry: ColumnMapping, fix: Fix) -> ColumnMapping:
    if fix.kind is K.HASH_COLUMN:
        is_sent = entry.action is Action.SIGNAL and not entry.values
        return replace(entry, transforms=(*entry.transforms, _HASH)) if is_sent else entry
    if entry.otherwise is not Otherwise.REJECT:
        return entry
    if fix.kind is K.SKIP_VALUES:
        return replace(entry, otherwise=Otherwise.SKIP)
    if entry.trait_changes and fix.like in entry.trait_changes:
        return replace(entry, trait_changes={**entry.trait_changes, fix.value: entry.trait_changes[fix.like]})
    if entry.values and fix.like in entry.values:
        return replace(entry, values={**entry.values, fix.value: entry.values[fix.like]})
    return entry
