"""Columns that become traits: numbers of traits, values that are called like traits, columns that are one trait."""

from typing import Final

from ingest.crm.mapping_types import Action, ColumnMapping, Mode, TraitChange
from ingest.crm.proposals_index import Index, NameMatch
from ingest.crm.proposals_looks import MOST_FEW_VALUES, Seen, TraitNumbers
from ingest.crm.proposals_types import Confidence, LooksLike, Proposal, Reason, Source
from ingest.crm.proposals_values import percent
from ingest.crm.proposals_words import Concept, is_yes
from ingest.crm.words import gettext_noop

_ALL: Final = 0.95
_MOST: Final = 0.8
_FULL_LIKENESS: Final = 90.0
_SHORTEST_VALUE: Final = 2

_NUMBERS = gettext_noop("%(percent)s %% of the values are numbers of traits.")
_NUMBERS_OF_OTHERS = gettext_noop(
    "The values are numbers of traits, but most of these belong to another data source or cannot be set by a file."
)
_NUMBERS_BY_NAME = gettext_noop("Its name says that these numbers are traits, but the list of traits has few of them.")
_TABLE = gettext_noop("%(matched)s of %(total)s different values are called like traits.")
_TABLE_WITH_COLUMN = gettext_noop(
    "%(matched)s of %(total)s different values, together with the name of the column, are called like traits."
)
_FLAG = gettext_noop("Its name is like that of the trait %(trait)s; whoever has a yes here gets it.")

# What may stand in the cells of a table: whatever is no date, text or ID of its own.
_TABLES: Final = frozenset(
    {LooksLike.FEW_VALUES, LooksLike.MANY_VALUES, LooksLike.LISTS, LooksLike.NUMBERS, LooksLike.ONE_VALUE}
)


def trait_numbers(seen: Seen, mode: Mode) -> list[Proposal]:
    """The column as a list of traits to add, or to remove where its name says so."""
    numbers = seen.trait_numbers if seen.looks_like is LooksLike.TRAIT_NUMBERS else None
    if numbers is None:
        return []
    confidence, reason = _how_sure(seen, numbers)
    split = numbers.cells.separator if numbers.cells else None
    actions = [Action.ADD_TRAITS] if mode is Mode.OVERWRITE else [Action.ADD_TRAITS, Action.REMOVE_TRAITS]
    if Concept.REMOVED in seen.values.concepts:
        # In an overwrite nothing can be removed, and adding what left would be wrong.
        actions = [] if mode is Mode.OVERWRITE else [Action.REMOVE_TRAITS, Action.ADD_TRAITS]
    return [
        Proposal(
            ColumnMapping(seen.look.name, action, split=split),
            confidence if place == 0 else Confidence.GUESS,
            Source.LOOKS,
            reason,
        )
        for place, action in enumerate(actions)
    ]


def _how_sure(seen: Seen, numbers: TraitNumbers) -> tuple[Confidence, Reason]:
    named = not {Concept.TRAITS, Concept.REMOVED}.isdisjoint(seen.values.concepts)
    if numbers.settable >= _MOST:
        confidence = Confidence.SURE if numbers.settable >= _ALL and named else Confidence.LIKELY
        return confidence, Reason(_NUMBERS, {"percent": percent(numbers.settable)})
    if numbers.known >= _MOST:
        return Confidence.GUESS, Reason(_NUMBERS_OF_OTHERS)
    if numbers.settable:
        return Confidence.GUESS, Reason(_NUMBERS, {"percent": percent(numbers.settable)})
    return Confidence.GUESS, Reason(_NUMBERS_BY_NAME)


def named_traits(seen: Seen, index: Index) -> list[Proposal]:
    """The column as a table from values to the traits that are called like them, or as one trait for every yes."""
    if seen.looks_like is LooksLike.YES_NO:
        return _flag(seen, index)
    if seen.looks_like in _TABLES and len(seen.pieces) <= MOST_FEW_VALUES and seen.values.is_complete:
        return _table(seen, index)
    return []


def _flag(seen: Seen, index: Index) -> list[Proposal]:
    match = index.trait_named(seen.look.name, "")
    yes = [value for value, _ in seen.values.counted if is_yes(value)]
    if match is None or not yes:
        return []
    changes = {value: TraitChange(add=(match.trait.sid,)) for value in yes}
    confidence = Confidence.LIKELY if match.likeness >= _FULL_LIKENESS else Confidence.GUESS
    mapping = ColumnMapping(seen.look.name, Action.TRAIT_IF, trait_changes=changes)
    return [Proposal(mapping, confidence, Source.LOOKS, Reason(_FLAG, {"trait": match.trait.name}))]


def _table(seen: Seen, index: Index) -> list[Proposal]:
    matches = _matches(seen, index)
    total = len(seen.pieces)
    # Half of the values: one that is called like a trait by chance makes no table.
    if not matches or 2 * len(matches) < total:
        return []
    with_column = all(match.with_column for match in matches.values())
    whole = with_column and all(match.likeness >= _FULL_LIKENESS for match in matches.values())
    if seen.looks_like is LooksLike.NUMBERS and not with_column:
        return []
    confidence = Confidence.LIKELY if whole and len(matches) == total else Confidence.GUESS
    changes = {value: TraitChange(add=(match.trait.sid,)) for value, match in matches.items()}
    split = seen.cells.separator if seen.looks_like is LooksLike.LISTS and seen.cells else None
    mapping = ColumnMapping(seen.look.name, Action.TRAIT_IF, trait_changes=changes, split=split)
    reason = Reason(_TABLE_WITH_COLUMN if with_column else _TABLE, {"matched": len(matches), "total": total})
    return [Proposal(mapping, confidence, Source.LOOKS, reason)]


def _matches(seen: Seen, index: Index) -> dict[str, NameMatch]:
    """Value → trait. A trait that two values of different meaning would share is taken by the better one."""
    found: dict[str, NameMatch] = {}
    for value, _ in seen.pieces:
        match = index.trait_named(value, seen.look.name) if len(value) >= _shortest(value) else None
        if match is not None:
            found[value] = match
    best: dict[int, float] = {}
    for match in found.values():
        best[match.trait.sid] = max(best.get(match.trait.sid, 0.0), match.likeness)
    return {value: match for value, match in found.items() if match.likeness == best[match.trait.sid]}


def _shortest(value: str) -> int:
    """Single letters match anything; single digits and characters of Chinese say something."""
    return _SHORTEST_VALUE if value.isascii() and value.isalpha() else 1
