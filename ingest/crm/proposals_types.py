"""Proposals as frozen values: how a column looks, what it could become, and why that is proposed."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from ingest.aam.identifiers import IdType
from ingest.crm.mapping_document import column_to_document
from ingest.crm.mapping_types import ColumnMapping, EmailColumn, IdColumn
from ingest.crm.transforms import Transform
from ingest.crm.words import gettext_noop


@dataclass(frozen=True)
class ColumnLook:
    """A column over the first rows of its file.

    `name` is trimmed and may be empty or stand in the header twice; `position` counts the file's own columns from 0.
    `rows` could be read, `filled` of them have a cell that is not empty. `distinct` and `samples` are about those cells
    without the white space around them: how many different ones, and the most frequent ones with their rows, the
    longest among them cut off. `longest` is the length of the longest cell in characters.
    """

    name: str
    position: int
    filled: int
    rows: int
    distinct: int
    samples: tuple[tuple[str, int], ...]
    longest: int


class LooksLike(StrEnum):
    """What the cells of a column look like; each value is a word for people, to be translated where it is shown."""

    EMPTY = gettext_noop("empty")
    ONE_VALUE = gettext_noop("one value")
    YES_NO = gettext_noop("yes/no")
    TRAIT_NUMBERS = gettext_noop("trait numbers")
    DATES = gettext_noop("dates")
    NUMBERS = gettext_noop("numbers")
    FEW_VALUES = gettext_noop("few values")
    MANY_VALUES = gettext_noop("many values")
    LISTS = gettext_noop("several values in a cell")
    IDS = gettext_noop("IDs")
    EMAILS = gettext_noop("e-mail addresses")
    HASHED_EMAILS = gettext_noop("hashed e-mail addresses")
    PHONES = gettext_noop("phone numbers")
    CARDS = gettext_noop("payment card numbers")
    FREE_TEXT = gettext_noop("free text")


class Confidence(StrEnum):
    """How much speaks for a proposal; each value is a word for people."""

    SURE = gettext_noop("sure")
    LIKELY = gettext_noop("likely")
    GUESS = gettext_noop("guess")


class Source(StrEnum):
    """Where a proposal comes from, in the order in which they are offered."""

    OWN = "own"
    WORKSPACE = "workspace"
    LOOKS = "looks"


class Personal(StrEnum):
    """Personal data that must not reach Audience Manager; each value is a word for people."""

    EMAIL = gettext_noop("e-mail addresses")
    PHONE = gettext_noop("phone numbers")
    CARD = gettext_noop("payment card numbers")
    NAME = gettext_noop("names of people")
    ADDRESS = gettext_noop("postal addresses")
    BIRTH_DATE = gettext_noop("dates of birth")
    OFFICIAL_NUMBER = gettext_noop("numbers of official documents")
    BANK_ACCOUNT = gettext_noop("bank accounts")


class WayOut(StrEnum):
    """What can be done with a column of personal data.

    `hash`: e-mail addresses as an ID (transform `email_sha256`) or as the hashed e-mails of an ID.
    """

    HASH = "hash"
    LEAVE_OUT = "leave_out"


Parameter = str | int | float


@dataclass(frozen=True)
class Reason:
    """A sentence for people: a template in English with named places, and what stands in them.

    No parameter holds a cell of the customer file: names of columns, keys and traits, and numbers only.
    """

    template: str
    parameters: Mapping[str, Parameter] = field(default_factory=dict, hash=False)

    def say(self, translate: Callable[[str], str] = str) -> str:
        """The sentence in the language of `translate`, such as Django's `gettext`."""
        return translate(self.template) % self.parameters


@dataclass(frozen=True)
class IdGuess:
    """A column that may identify people, and the kind of its IDs.

    `fit`: share (0..1) of the filled rows whose ID would be accepted, after `transforms`. `filled`: share of all rows.
    `unique`: different values per filled row. `problems`: rows per `id.*` code that would be refused. `dpid`: the data
    source where the type has only one, as for device IDs.
    """

    column: str
    position: int
    type: IdType
    transforms: tuple[Transform, ...]
    dpid: int | None
    fit: float
    filled: float
    unique: float
    problems: tuple[tuple[str, int], ...]
    confidence: Confidence
    reason: Reason

    @property
    def id_column(self) -> IdColumn:
        """The column as a mapping of traits or hashed e-mails has it, without a data source of its own."""
        return IdColumn(self.column, self.type, self.transforms)


@dataclass(frozen=True)
class EmailGuess:
    """A column of e-mail addresses, or of their hashes, for a batch of hashed e-mails."""

    email: EmailColumn
    position: int
    fit: float
    confidence: Confidence
    reason: Reason


@dataclass(frozen=True)
class Proposal:
    """One thing that a column could become. `mapping` None: it is not sent.

    `weak`: the key of the signal says nothing about the column (`column_7`), since its name has no letters that a key
    may hold; people should write their own.
    """

    mapping: ColumnMapping | None
    confidence: Confidence
    source: Source
    reason: Reason
    weak: bool = False

    @cached_property
    def entry(self) -> Mapping[str, object] | None:
        """What the mapping document would say; None: not sent."""
        return None if self.mapping is None else column_to_document(self.mapping)

    @cached_property
    def name(self) -> str:
        """A short name that stays the same as long as the same is proposed; empty: not sent."""
        return "" if self.entry is None else name_of_entry(self.entry)


def name_of_entry(entry: Mapping[str, object]) -> str:
    """A short name of an entry of `columns`, the same for equal ones."""
    return hashlib.sha256(json.dumps(entry, sort_keys=True).encode()).hexdigest()[:12]


@dataclass(frozen=True)
class ColumnProposals:
    """What one column could become, the best proposal first; there is at least one.

    `personal`: the column holds personal data. Then the first proposal is not to send it, unless people who used it
    before decided otherwise about a column that only its name or a resemblance gives away; `ways_out` says what else
    can be done. `proven`: its values give it away, not only its name; then nobody may decide otherwise. `partly`: only
    some of its values look like it.
    `taken`: the column identifies people already. `usable` is false where a mapping can't name it: it has no name, or
    another column has the same.
    """

    column: str
    position: int
    looks_like: LooksLike
    proposals: tuple[Proposal, ...]
    personal: Personal | None = None
    ways_out: tuple[WayOut, ...] = ()
    taken: bool = False
    proven: bool = False
    partly: bool = False
    usable: bool = True

    @property
    def best(self) -> Proposal:
        """The one to preselect."""
        return self.proposals[0]
