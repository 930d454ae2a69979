"""What each column of a file becomes: remembered decisions first, then what names and values say."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

from ingest.crm.catalogue import Catalogue
from ingest.crm.mapping_types import Action, ColumnMapping, Mode, TraitChange
from ingest.crm.proposals_index import Index
from ingest.crm.proposals_looks import Seen
from ingest.crm.proposals_memory import Remembered
from ingest.crm.proposals_personal import PersonalData, personal_data_in, phones_among
from ingest.crm.proposals_signals import not_worth_sending, own_signals, rule_signals
from ingest.crm.proposals_tokens import joined, slug_key
from ingest.crm.proposals_traits import named_traits, trait_numbers
from ingest.crm.proposals_types import (
    ColumnLook,
    ColumnProposals,
    Confidence,
    LooksLike,
    Personal,
    Proposal,
    Reason,
    Source,
)
from ingest.crm.transforms import HASHES
from ingest.crm.words import gettext_noop

NOTHING: Final = Remembered()
MOST_PROPOSALS: Final = 6
_RANKS: Final = {Confidence.SURE: 0, Confidence.LIKELY: 1, Confidence.GUESS: 2}

_TAKEN = gettext_noop("It identifies people.")
_NAMELESS = gettext_noop("It has no name. Give it one in the first row of the file to use it.")
_REPEATED = gettext_noop("Several columns are called %(column)s. Give each a name of its own to use it.")
_YOURS = gettext_noop("You sent this column like this before.")
_YOURS_ALIKE = gettext_noop("You sent the column %(column)s like this before.")
_YOURS_NOT = gettext_noop("You did not send this column before.")
_THEIRS = gettext_noop("This workspace sent this column like this before.")
_THEIRS_ALIKE = gettext_noop("This workspace sent the column %(column)s like this before.")
_THEIRS_NOT = gettext_noop("This workspace did not send this column before.")
_WORDS: Final = {
    Source.OWN: (_YOURS, _YOURS_ALIKE, _YOURS_NOT),
    Source.WORKSPACE: (_THEIRS, _THEIRS_ALIKE, _THEIRS_NOT),
}


@dataclass(frozen=True)
class _Desk:
    """What all columns of a file share."""

    index: Index
    names: Counter[str]
    taken: frozenset[str]
    mode: Mode
    remembered: tuple[tuple[Source, Remembered], ...]


def propose_columns(
    looks: Sequence[ColumnLook],
    catalogue: Catalogue,
    *,
    taken: Collection[str] = (),
    mode: Mode = Mode.SYNC,
    own: Remembered = NOTHING,
    workspace: Remembered = NOTHING,
) -> tuple[ColumnProposals, ...]:
    """What each column of a file for traits could become, in the order of `looks`; one answer for each look.

    `looks` should hold all values of the first rows (`examine(..., samples=limit)`). `taken`: the columns that
    identify people. In the mode `overwrite` nothing that removes traits is proposed. `own`: what this user decided
    about columns of these names before, `workspace`: what anybody there did. Every mapping passes `parse_mapping`.
    """
    desk = _Desk(
        index=Index(catalogue),
        names=Counter(look.name for look in looks),
        taken=frozenset(taken),
        mode=mode,
        remembered=((Source.OWN, own), (Source.WORKSPACE, workspace)),
    )
    return _with_distinct_keys([_propose(look, desk) for look in looks], desk.index)


def _propose(look: ColumnLook, desk: _Desk) -> ColumnProposals:
    seen = Seen(look, desk.index)
    unusable = _unusable(look, desk)
    if unusable is not None:
        only = Proposal(None, Confidence.SURE, Source.LOOKS, unusable)
        is_nameable = bool(look.name) and desk.names[look.name] == 1
        return ColumnProposals(
            look.name, look.position, seen.looks_like, (only,),
            taken=is_nameable and look.name in desk.taken, usable=is_nameable,
        )  # fmt: skip
    personal = personal_data_in(seen.values, seen.looks_like) or phones_among(seen.pieces, seen.looks_like)
    remembered = [proposal for source, memory in desk.remembered for proposal in _remembered(look.name, source, memory)]
    remembered = [proposal for proposal in remembered if _may_be_used(proposal, desk.mode, personal)]
    looked = _by_looks(seen, desk) if personal is None else [_blocked(personal)]
    return ColumnProposals(
        column=look.name,
        position=look.position,
        looks_like=seen.looks_like,
        proposals=_without_repeats([*remembered, *looked]),
        personal=personal.what if personal else None,
        ways_out=personal.ways_out if personal else (),
        proven=personal is not None and personal.proven,
        partly=personal is not None and personal.partly,
    )


def _unusable(look: ColumnLook, desk: _Desk) -> Reason | None:
    """Why a mapping cannot name a column here."""
    if not look.name:
        return Reason(_NAMELESS)
    if desk.names[look.name] > 1:
        return Reason(_REPEATED, {"column": look.name})
    return Reason(_TAKEN) if look.name in desk.taken else None


def _blocked(personal: PersonalData) -> Proposal:
    confidence = Confidence.SURE if personal.proven else Confidence.LIKELY
    return Proposal(None, confidence, Source.LOOKS, personal.reason)


def _remembered(name: str, source: Source, memory: Remembered) -> list[Proposal]:
    """What was decided about a column of this name, or of the same name in another spelling."""
    same, alike, not_sent = _WORDS[source]
    if name in memory.by_name:
        return [Proposal(memory.by_name[name], Confidence.SURE, source, Reason(same))]
    if name in memory.not_sent:
        return [Proposal(None, Confidence.SURE, source, Reason(not_sent))]
    earlier = memory.by_spelling.get(joined(name))
    if earlier is None:
        return []
    reason = Reason(alike, {"column": earlier.column})
    return [Proposal(replace(earlier, column=name), Confidence.LIKELY, source, reason)]


def _may_be_used(proposal: Proposal, mode: Mode, personal: PersonalData | None) -> bool:
    """Whether an earlier decision holds for this file: nothing is removed in an overwrite, no address sent as it is."""
    mapping = proposal.mapping
    if mapping is None:
        return True
    if mode is Mode.OVERWRITE and _removes(mapping):
        return False
    if personal is None or not personal.proven:
        return True
    return personal.what is Personal.EMAIL and not HASHES.isdisjoint(mapping.transforms)


def _removes(mapping: ColumnMapping) -> bool:
    changes: Collection[TraitChange] = (mapping.trait_changes or {}).values()
    return mapping.action is Action.REMOVE_TRAITS or any(change.remove for change in changes)


def _by_looks(seen: Seen, desk: _Desk) -> list[Proposal]:
    """What names and values say, the surest first; of equally sure ones traits before signals."""
    nothing = not_worth_sending(seen)
    if seen.looks_like is LooksLike.EMPTY:
        return [nothing] if nothing else []
    found = [
        *trait_numbers(seen, desk.mode),
        *rule_signals(seen, desk.index),
        *named_traits(seen, desk.index),
    ]
    signals = own_signals(seen, desk.index, f"column_{seen.look.position + 1}")
    found.sort(key=lambda proposal: _RANKS[proposal.confidence])
    # Numbers of traits are no values of a signal, and what says nothing is left out before it becomes one.
    return [*found, *([nothing] if nothing else []), *signals]


def _without_repeats(proposals: Sequence[Proposal]) -> tuple[Proposal, ...]:
    kept: list[Proposal] = []
    for proposal in proposals:
        if all(proposal.mapping != other.mapping for other in kept):
            kept.append(proposal)
    return tuple(kept[:MOST_PROPOSALS])


def _with_distinct_keys(columns: Sequence[ColumnProposals], index: Index) -> tuple[ColumnProposals, ...]:
    """Columns whose names make the same key get a number, so that their values don't mix unnoticed."""
    slugs = Counter(slug_key(column.column) for column in columns if not column.taken)
    clashing = {slug for slug, count in slugs.items() if slug and count > 1 and not index.is_known_key(slug)}
    if not clashing:
        return tuple(columns)
    used = set(slugs)
    return tuple(_with_own_key(column, clashing, used) for column in columns)


def _with_own_key(column: ColumnProposals, clashing: set[str], used: set[str | None]) -> ColumnProposals:
    slug = slug_key(column.column)
    if slug not in clashing or column.taken:
        return column
    number = 1
    key: str | None = f"{slug}_{number}"
    while key in used:
        number += 1
        key = f"{slug}_{number}"
    used.add(key)
    return replace(column, proposals=tuple(_rekeyed(proposal, slug, key) for proposal in column.proposals))


def _rekeyed(proposal: Proposal, slug: str | None, key: str | None) -> Proposal:
    mapping = proposal.mapping
    if proposal.source is not Source.LOOKS or mapping is None or mapping.key != slug:
        return proposal
    return replace(proposal, mapping=replace(mapping, key=key))
