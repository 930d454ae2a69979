"""What is known before a file comes: the traits of a workspace, their rules, and the signal keys that were used."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ingest.aam.records import KEY_PATTERN
from ingest.aam.traits import TraitType
from ingest.crm.mapping_columns import RESERVED_KEYS

# `tier == "gold"`: the only comparison of a rule that names one key and one whole value. Keys may stand in quotes;
# inside a value a backslash keeps the next character (Adobe: trait-comparison-operators).
_TERM: Final = re.compile(
    rf"""(?<![\w".-]) (?: "(?P<quoted>{KEY_PATTERN.pattern})" | (?P<plain>{KEY_PATTERN.pattern}) )
    \s* == \s* "(?P<value>(?:[^"\\]|\\.)*)" """,
    re.VERBOSE,
)
_ESCAPED: Final = re.compile(r"\\(.)")


@dataclass(frozen=True)
class TraitEntry:
    """A trait as it is offered to people: number (SID), name, data source (DPID), type, and its rule if it has one."""

    sid: int
    name: str
    dpid: int
    type: TraitType = TraitType.ONBOARDED
    rule: str | None = None


@dataclass(frozen=True)
class KnownKey:
    """A signal key that mappings of the workspace have used, and how many of them."""

    key: str
    uses: int = 1


@dataclass(frozen=True)
class Catalogue:
    """Everything that proposals may point to.

    `dpid` is the data source whose traits the file may set (its target, or without one its own); None: not chosen yet,
    so that traits of every data source may be proposed.
    """

    traits: tuple[TraitEntry, ...] = ()
    keys: tuple[KnownKey, ...] = ()
    dpid: int | None = None

    def may_set(self, trait: TraitEntry) -> bool:
        """Whether data for this trait will count: an onboarded trait of the data source."""
        return trait.type is TraitType.ONBOARDED and self.dpid in (None, trait.dpid)


@dataclass(frozen=True)
class RuleTerm:
    """One comparison of a rule, `key == "value"`."""

    key: str
    value: str


def rule_terms(rule: str | None) -> Iterator[RuleTerm]:
    """The comparisons of a rule that ask for one whole value of one key, in order; other operators are passed over.

    Keys that a signal can't have (`d_sid`) are passed over as well: no column can become what the rule asks for.
    """
    for match in _TERM.finditer(rule or ""):
        key = match["quoted"] or match["plain"]
        if key not in RESERVED_KEYS:
            yield RuleTerm(key, _ESCAPED.sub(r"\1", match["value"]))
