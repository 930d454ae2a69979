"""Columns that become signals: which key, which form of the value, and whether it is worth sending at all."""

from collections.abc import Mapping
from typing import Final

from ingest.crm.mapping_types import Action, ColumnMapping
from ingest.crm.proposals_index import Index
from ingest.crm.proposals_looks import Seen
from ingest.crm.proposals_tokens import slug_key
from ingest.crm.proposals_types import Confidence, LooksLike, Proposal, Reason, Source
from ingest.crm.proposals_values import percent
from ingest.crm.transforms import Named, Transform, TransformName
from ingest.crm.words import gettext_noop

_DATE_ISO: Final[tuple[Transform, ...]] = (Named(TransformName.DATE_ISO),)

_RULE_ALL = gettext_noop(
    "Your traits ask for the key %(key)s and for %(matched)s of the %(total)s different values of this column."
)
_RULE_ONE = gettext_noop(
    "One of your traits is for %(key)s = %(wanted)s. The value is written like that; "
    "the other values of this column (%(others)s) stay as they are."
)
_KNOWN = gettext_noop("The workspace uses the key %(key)s, which is the name of this column.")
_ALIKE = gettext_noop("The workspace uses the key %(key)s, which is nearly the name of this column.")
OWN_NAME = gettext_noop("No known key or trait matches, so the key is made from the name of the column.")
_WEAK = gettext_noop("No known key or trait matches, and the name has no letters for a key. Write a key of your own.")
_DATES = gettext_noop("%(percent)s %% of the values are dates; they are sent as year-month-day under the key %(key)s.")
_TWO_WAYS = gettext_noop(
    "These dates don't show whether the day or the month comes first, "
    "so they are sent as they are under the key %(key)s."
)
_TWO_WAYS_ISO = gettext_noop(
    "Sends the dates as year-month-day. Rows are refused as long as day and month can be mistaken for each other."
)

_EMPTY = gettext_noop("None of the %(rows)s rows that could be looked at has a value here.")
_CONSTANT = gettext_noop(
    "All of the %(rows)s rows that could be looked at have the same value, which says nothing about people."
)
_IDS = gettext_noop("Its values are IDs or differ in nearly every row; no trait rule asks for such values.")
_FREE_TEXT = gettext_noop("Its values are texts that differ from row to row; no trait rule asks for such values.")
# More different values than anybody writes rules for.
MOST_RULE_VALUES: Final = 300
_NO_RULE_VALUES: Final = frozenset(
    {LooksLike.TRAIT_NUMBERS, LooksLike.DATES, LooksLike.IDS, LooksLike.HASHED_EMAILS, LooksLike.FREE_TEXT}
)
_REASONS_NOT_TO_SEND: Final[Mapping[LooksLike, str]] = {
    LooksLike.EMPTY: _EMPTY,
    LooksLike.ONE_VALUE: _CONSTANT,
    LooksLike.IDS: _IDS,
    LooksLike.HASHED_EMAILS: _IDS,
    LooksLike.FREE_TEXT: _FREE_TEXT,
}


def not_worth_sending(seen: Seen) -> Proposal | None:
    """Not to send a column that says nothing about people; None for others."""
    template = _REASONS_NOT_TO_SEND.get(seen.looks_like)
    if template is None:
        return None
    parameters = {"rows": seen.look.rows} if seen.looks_like in (LooksLike.EMPTY, LooksLike.ONE_VALUE) else {}
    confidence = Confidence.GUESS if seen.looks_like is LooksLike.FREE_TEXT else Confidence.LIKELY
    return Proposal(None, confidence, Source.LOOKS, Reason(template, parameters))


def rule_signals(seen: Seen, index: Index) -> list[Proposal]:
    """Signals whose values the rules of traits ask for, the key with the most of them first."""
    if seen.looks_like in _NO_RULE_VALUES:
        return []
    different = [value for value, _ in seen.pieces]
    if len(different) > MOST_RULE_VALUES:
        return []
    matches: dict[str, int] = {}
    for value in different:
        for key in index.keys_by_value.get(value.casefold(), ()):
            matches[key] = matches.get(key, 0) + 1
    named = index.key_like(seen.look.name)
    name = named[0] if named else None
    enough = [key for key, matched in matches.items() if key == name or 2 * matched >= max(len(different), 2)]
    order = sorted(enough, key=lambda key: (key != name, -matches[key], key))
    return [_rule_signal(seen, index, key, matches[key], is_named=key == name) for key in order]


def _rule_signal(seen: Seen, index: Index, key: str, matched: int, *, is_named: bool) -> Proposal:
    total = len(seen.pieces)
    confidence = Confidence.LIKELY
    if is_named:
        confidence = Confidence.SURE if 2 * matched >= total else Confidence.LIKELY
    elif matched < 2 or matched < total:
        confidence = Confidence.GUESS
    reason = Reason(_RULE_ALL, {"key": key, "matched": matched, "total": total})
    if matched == 1 < total:
        wanted = next(index.rules[key][value].value for value in _folded(seen) if value in index.rules[key])
        reason = Reason(_RULE_ONE, {"key": key, "wanted": wanted, "others": total - 1})
    if key == "ic":
        mapping = ColumnMapping(seen.look.name, Action.IC, split=_separator(seen))
    else:
        values = _spelled_as_the_rules(seen, index, key)
        mapping = ColumnMapping(seen.look.name, Action.SIGNAL, key=key, values=values, split=_separator(seen))
    return Proposal(mapping, confidence, Source.LOOKS, reason)


def _folded(seen: Seen) -> list[str]:
    return [value.casefold() for value, _ in seen.pieces]


def _spelled_as_the_rules(seen: Seen, index: Index, key: str) -> dict[str, str] | None:
    """A value map for values that rules write in other case, since rules may be read literally."""
    rules = index.rules[key]
    wanted = {value: rules[value.casefold()].value for value, _ in seen.pieces if value.casefold() in rules}
    different = {value: spelled for value, spelled in wanted.items() if value != spelled}
    return different or None


def own_signals(seen: Seen, index: Index, fallback_key: str) -> list[Proposal]:
    """The column as a signal of a known key, or of one made from its name; `fallback_key` where that has no letters."""
    known = index.key_like(seen.look.name)
    slug = slug_key(seen.look.name)
    if known is not None:
        key, exact = known
        confidence = Confidence.LIKELY if exact else Confidence.GUESS
        reason = Reason(_KNOWN if exact else _ALIKE, {"key": key})
        found = _signals(seen, key, confidence, reason)
        return found if exact or slug is None else [*found, *_signals(seen, slug, Confidence.GUESS, Reason(OWN_NAME))]
    if slug is None:
        return _signals(seen, fallback_key, Confidence.GUESS, Reason(_WEAK), weak=True)
    return _signals(seen, slug, Confidence.GUESS, Reason(OWN_NAME))


def _signals(seen: Seen, key: str, confidence: Confidence, reason: Reason, *, weak: bool = False) -> list[Proposal]:
    dates = seen.dates if seen.looks_like is LooksLike.DATES else None
    plain = ColumnMapping(seen.look.name, Action.SIGNAL, key=key, split=_separator(seen))
    if dates is None or dates.are_iso:
        return [Proposal(plain, confidence, Source.LOOKS, reason, weak)]
    iso = ColumnMapping(seen.look.name, Action.SIGNAL, key=key, transforms=_DATE_ISO)
    if dates.two_ways:
        as_it_is = Proposal(plain, Confidence.GUESS, Source.LOOKS, Reason(_TWO_WAYS, {"key": key}), weak)
        return [as_it_is, Proposal(iso, Confidence.GUESS, Source.LOOKS, Reason(_TWO_WAYS_ISO), weak)]
    reason = reason if weak else Reason(_DATES, {"percent": percent(dates.fit), "key": key})
    confidence = Confidence.LIKELY if dates.fit == 1 else Confidence.GUESS
    return [Proposal(iso, confidence, Source.LOOKS, reason, weak)]


def _separator(seen: Seen) -> str | None:
    return seen.cells.separator if seen.looks_like is LooksLike.LISTS and seen.cells is not None else None
