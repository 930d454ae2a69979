"""One plan from a mapping and the columns of a file: the exact rules per slot, and their compiled form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ingest.aam.identifiers import IdType
from ingest.aam.limits import MAX_RECORD_BYTES
from ingest.crm.dates import DayOrder
from ingest.crm.dialect import Dialect
from ingest.crm.mapping import (
    Action,
    ColumnMapping,
    CommasInValues,
    EmailColumn,
    IdColumn,
    Kind,
    MappingDocument,
    RepeatedIds,
    ShortRows,
    Transform,
)
from ingest.crm.transforms import Named, TransformName, compile_transforms
from ingest.engine.compile import compile_slots
from ingest.engine.exact import ExactSlot, IdSlot, ItemSlot, TraitJudge, Transformation
from ingest.engine.findings import kernel_bits
from ingest.engine.header import Header
from ingest.engine.kernels.scan import DialectBytes, make_dialect
from ingest.engine.kernels.tables import Bits, Layout, Slots

COMMA, TAB = 44, 9


@dataclass(frozen=True)
class Plan:
    """What is done with every row: the same for a preview of some rows and for all of them."""

    document: MappingDocument
    header: Header
    dialect: DialectBytes
    exact: tuple[ExactSlot, ...]
    transforms: tuple[tuple[Transform, ...], ...]
    slots: Slots
    layout: Layout
    bits: Bits

    @property
    def id_slots(self) -> int:
        """How many of the slots are IDs that every record needs."""
        return len(self.document.ids)

    @property
    def merges(self) -> bool:
        """Whether all rows of one ID become one record."""
        return self.document.repeated_ids is RepeatedIds.MERGE


def dialect_bytes(dialect: Dialect) -> DialectBytes:
    """The dialect as the row scanner takes it."""
    return make_dialect(
        ord(dialect.delimiter),
        ord(dialect.quote) if dialect.quote else -1,
        ord(dialect.escape) if dialect.escape else -1,
        skip_blanks=dialect.skip_blanks_before_quote,
    )


def no_trait_notices(_trait: str) -> tuple[str, ...]:
    """Without a trait catalogue nothing is known about a trait."""
    return ()


def make_plan(
    document: MappingDocument,
    header: Header,
    dialect: Dialect,
    *,
    day_orders: Mapping[str, DayOrder] | None,
    judge_trait: TraitJudge | None = None,
) -> Plan:
    """Compile a mapping for a file with this header and dialect.

    `day_orders`: whether a `date_iso` column (by name) writes the day or the month first; None while nobody has looked:
    then a date for which it matters raises `exact.UndecidedDate`. `judge_trait`: the notices about a trait number, when
    there is a trait catalogue.
    """
    maker = _SlotMaker(document, day_orders, judge_trait or no_trait_notices)
    exact, transforms = maker.slots()
    raw = dialect_bytes(dialect)
    return Plan(
        document=document,
        header=header,
        dialect=raw,
        exact=exact,
        transforms=transforms,
        slots=compile_slots(exact, transforms, header.places, asks_about_traits=judge_trait is not None),
        layout=_layout(document, header, raw, exact),
        bits=kernel_bits(document.unsafe_values),
    )


def _layout(document: MappingDocument, header: Header, dialect: DialectBytes, exact: Sequence[ExactSlot]) -> Layout:
    actions = {column.action for column in document.columns}
    first = exact[0]
    return Layout(
        columns=len(header.names),
        leading=header.leading,
        id_slots=len(document.ids),
        pad_short_rows=document.reader.short_rows is ShortRows.PAD,
        quote=dialect.quote,
        escape=dialect.escape,
        between_items=COMMA if document.kind is Kind.TRAITS else TAB,
        checks_conflicts=bool(actions & {Action.REMOVE_TRAITS, Action.TRAIT_IF}),
        folds_ids=isinstance(first, IdSlot) and first.type is IdType.CUSTOMER_ID,
        longest_record=MAX_RECORD_BYTES,
        wraps=document.repeated_ids is RepeatedIds.MERGE,
    )


class _SlotMaker:
    """Turns the columns of a mapping into exact slots, IDs first."""

    def __init__(
        self, document: MappingDocument, day_orders: Mapping[str, DayOrder] | None, judge_trait: TraitJudge
    ) -> None:
        self._document = document
        self._day_orders = day_orders or {}
        self._orders_known = day_orders is not None
        self._judge_trait = judge_trait

    def slots(self) -> tuple[tuple[ExactSlot, ...], tuple[tuple[Transform, ...], ...]]:
        made: list[tuple[ExactSlot, tuple[Transform, ...]]] = [self._id(column) for column in self._document.ids]
        made.extend(self._item(column) for column in self._document.columns)
        made.extend(self._hash(column) for column in self._document.emails)
        return tuple(slot for slot, _ in made), tuple(transforms for _, transforms in made)

    def _transformation(self, column: str, transforms: tuple[Transform, ...]) -> Transformation:
        return compile_transforms(transforms, day_order=self._day_orders.get(column, DayOrder.UNKNOWN))

    def _id(self, column: IdColumn) -> tuple[ExactSlot, tuple[Transform, ...]]:
        transformation = self._transformation(column.column, column.transforms)
        return IdSlot(column.column, column.type, transformation, self._orders_known), column.transforms

    def _hash(self, column: EmailColumn) -> tuple[ExactSlot, tuple[Transform, ...]]:
        transforms: tuple[Transform, ...] = () if column.hashed else (Named(TransformName.EMAIL_SHA256),)
        transformation = self._transformation(column.column, transforms)
        return IdSlot(column.column, IdType.HASHED_EMAIL, transformation, self._orders_known, optional=True), transforms

    def _item(self, column: ColumnMapping) -> tuple[ExactSlot, tuple[Transform, ...]]:
        slot = ItemSlot(
            mapping=column,
            transformation=self._transformation(column.column, column.transforms),
            orders_known=self._orders_known,
            unsafe_values=self._document.unsafe_values,
            keep_commas=self._document.commas_in_values is CommasInValues.KEEP,
            judge_trait=self._judge_trait,
        )
        return slot, column.transforms
