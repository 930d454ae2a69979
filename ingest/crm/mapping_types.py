"""What a mapping document says, as frozen values: the words, the columns, the whole document."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ingest.aam.identifiers import IdType
from ingest.crm.transforms import Transform


class Kind(StrEnum):
    """What the batch is: traits and signals of users, links between IDs, or hashed e-mail addresses of IDs."""

    TRAITS = "traits"
    ID_SYNC = "id_sync"
    HASHED_EMAILS = "hashed_emails"


class Mode(StrEnum):
    """Whether the file adds to what Audience Manager knows about a user or replaces it."""

    SYNC = "sync"
    OVERWRITE = "overwrite"


class Action(StrEnum):
    """What the cells of one column become."""

    SIGNAL = "signal"
    ADD_TRAITS = "add_traits"
    REMOVE_TRAITS = "remove_traits"
    IC = "ic"
    TRAIT_IF = "trait_if"


class Otherwise(StrEnum):
    """What becomes of a value that the value map doesn't list."""

    KEEP = "keep"
    SKIP = "skip"
    REJECT = "reject"


class UnsafeValues(StrEnum):
    """What becomes of a value with characters that a record cannot carry."""

    CLEAN = "clean"
    SKIP = "skip"
    REJECT = "reject"


class CommasInValues(StrEnum):
    """Whether a comma inside a value counts as an unsafe character."""

    CLEAN = "clean"
    KEEP = "keep"


class RepeatedIds(StrEnum):
    """One record per row, or all items of one ID gathered in one record."""

    KEEP = "keep"
    MERGE = "merge"


class Compression(StrEnum):
    """How the parts are packed."""

    GZIP = "gzip"
    NONE = "none"
    PGP = "pgp"


class ShortRows(StrEnum):
    """What becomes of a row with fewer fields than the header."""

    REFUSE = "refuse"
    PAD = "pad"


@dataclass(frozen=True)
class IdColumn:
    """A column of user IDs. `dpid` is set in an ID sync only, where every column has a data source of its own."""

    column: str
    type: IdType
    transforms: tuple[Transform, ...] = ()
    dpid: int | None = None


@dataclass(frozen=True)
class TraitChange:
    """The traits that one value of a `trait_if` column adds and removes."""

    add: tuple[int, ...] = ()
    remove: tuple[int, ...] = ()


@dataclass(frozen=True)
class EmailColumn:
    """A column of e-mail addresses (`hashed` false) or of their SHA-256 hashes (`hashed` true)."""

    column: str
    hashed: bool


@dataclass(frozen=True)
class ColumnMapping:
    """What one column of the customer file becomes.

    `values` is the value map; the action `trait_if` has `trait_changes` instead. `key` is for signals only.
    """

    column: str
    action: Action
    key: str | None = None
    transforms: tuple[Transform, ...] = ()
    values: Mapping[str, str] | None = field(default=None, hash=False)
    trait_changes: Mapping[str, TraitChange] | None = field(default=None, hash=False)
    otherwise: Otherwise = Otherwise.KEEP
    split: str | None = None


@dataclass(frozen=True)
class ReaderOptions:
    """What was confirmed about the customer file; None means: detect it.

    `quote` and `escape` may be the empty text: the file is known to have no such character.
    """

    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    escape: str | None = None
    sheet: str | None = None
    short_rows: ShortRows = ShortRows.REFUSE


@dataclass(frozen=True)
class OutputOptions:
    """How the parts are packed, and the most uncompressed bytes of one part."""

    compression: Compression
    max_part_bytes: int


@dataclass(frozen=True, kw_only=True)
class MappingDocument:
    """A whole mapping that obeys every rule of the contract's section 3; only the parser should make one.

    `ids` holds one column, in an ID sync several; what the kind has no use for is None, empty or false.
    """

    version: int
    kind: Kind
    mode: Mode
    dpid: int | None = None
    target_dpid: int | None = None
    ids: tuple[IdColumn, ...] = ()
    columns: tuple[ColumnMapping, ...] = ()
    emails: tuple[EmailColumn, ...] = ()
    email_dpid: int | None = None
    unsafe_values: UnsafeValues
    commas_in_values: CommasInValues
    repeated_ids: RepeatedIds
    reader: ReaderOptions
    output: OutputOptions
    allow_customer_id_first: bool = False

    @property
    def named_columns(self) -> tuple[str, ...]:
        """Every column of the customer file that the mapping uses: trimmed, IDs first, in order, without repeats."""
        return tuple(dict.fromkeys(self._columns()))

    def _columns(self) -> Iterator[str]:
        yield from (id_column.column for id_column in self.ids)
        yield from (column.column for column in self.columns)
        yield from (email.column for email in self.emails)


def default_repeated_ids(mode: Mode) -> RepeatedIds:
    """Adobe does not say what several lines of one user do to each other in an overwrite, so they are merged there."""
    return RepeatedIds.MERGE if mode is Mode.OVERWRITE else RepeatedIds.KEEP
