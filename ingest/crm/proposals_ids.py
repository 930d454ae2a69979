"""What identifies people: which columns hold IDs, of which kind, and how sure that is."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from ingest.aam.data_sources import AAM_UUID_DPID, ECID_DPID, GLOBAL_DATA_SOURCES
from ingest.aam.identifiers import ID_RULES, IdType
from ingest.crm.catalogue import Catalogue
from ingest.crm.mapping_types import EmailColumn, Kind
from ingest.crm.proposals_fit import (
    DAMAGE,
    HASH,
    Fit,
    candidate_types,
    fit_of,
    fit_of_values,
    named_types,
    upper_case_share,
)
from ingest.crm.proposals_index import Index
from ingest.crm.proposals_looks import Seen
from ingest.crm.proposals_types import ColumnLook, Confidence, EmailGuess, IdGuess, LooksLike, Reason
from ingest.crm.proposals_values import Counted, percent
from ingest.crm.proposals_words import Concept
from ingest.crm.words import gettext_noop

MOST_GUESSES: Final = 12
_GOOD: Final = 0.95
_SOME: Final = 0.5
_MOSTLY_UNIQUE: Final = 0.8
_NO_TRAITS: Final = Index(Catalogue())
_RANKS: Final = {Confidence.SURE: 0, Confidence.LIKELY: 1, Confidence.GUESS: 2}

_ONLY_DATA_SOURCE: Final = {
    IdType.AAM_UUID: int(AAM_UUID_DPID),
    IdType.ECID: int(ECID_DPID),
    **{source.id_type: int(source.dpid) for source in GLOBAL_DATA_SOURCES.values()},
}

_NAMED = gettext_noop("Its name says so, and %(percent)s %% of the values fit.")
_NAMED_BUT = gettext_noop("Its name says so, but only %(percent)s %% of the values fit.")
_DAMAGED = gettext_noop(
    "Its name says so, but a spreadsheet damaged the numbers: only %(percent)s %% of the values fit."
)
_SHAPE = gettext_noop("%(percent)s %% of the values have the shape of this kind of ID.")
_LOWER = gettext_noop("%(percent)s %% of the values fit, and Google's IDs have small letters as most of these have.")
_UPPER = gettext_noop("%(percent)s %% of the values fit, and Apple's IDs have capital letters as most of these have.")
_EITHER = gettext_noop("%(percent)s %% of the values fit, but Apple's and Google's IDs look alike here.")
_OTHER_CASE = gettext_noop("%(percent)s %% of the values fit, though most have letters in the other case.")
_LONG = gettext_noop(
    "%(percent)s %% of the values fit. Audience Manager UUIDs and Experience Cloud IDs look alike; "
    "whoever made the file knows which these are."
)
_UNIQUE = gettext_noop("Its values differ from row to row in %(percent)s %% of the rows, as those of IDs do.")
_ADDRESSES = gettext_noop("%(percent)s %% of the values are e-mail addresses, which may only be sent hashed.")
_HASHES = gettext_noop("%(percent)s %% of the values are hashes as e-mail addresses have them.")


def propose_ids(looks: Sequence[ColumnLook], kind: Kind = Kind.TRAITS) -> tuple[IdGuess, ...]:
    """The columns that may identify people, each with the kind of its IDs; the best guess first, none where none fits.

    Not more than MOST_GUESSES are given.
    In a batch of hashed e-mails only customer IDs can be the ID; an ID sync takes several columns
    (`propose_sync_ids`). `looks` should hold all values of the first rows.
    """
    if kind is Kind.ID_SYNC:
        return propose_sync_ids(looks)
    usable = _usable(looks)
    rough = [guess for look in usable for guess in _guesses(look, exact=False) if _is_of(guess, kind)]
    # Of a file with hundreds of columns only those that stand in front are worth the look at every value.
    first = {guess.position for guess in sorted(rough, key=_rank)[:MOST_GUESSES]}
    exact = [guess for look in usable if look.position in first for guess in id_guesses_of(look) if _is_of(guess, kind)]
    return tuple(sorted(exact, key=_rank)[:MOST_GUESSES])


def propose_sync_ids(looks: Sequence[ColumnLook]) -> tuple[IdGuess, ...]:
    """One guess for each column of IDs that an ID sync could link, those that may stand first in front."""
    best = [min(guesses, key=_rank) for look in _usable(looks) if (guesses := id_guesses_of(look))]
    return tuple(sorted(best, key=lambda guess: (guess.dpid is None, _rank(guess))))


def propose_emails(looks: Sequence[ColumnLook]) -> tuple[EmailGuess, ...]:
    """The columns of e-mail addresses or of their hashes, the best first."""
    guesses = [guess for look in _usable(looks) if (guess := _email_guess(look)) is not None]
    return tuple(sorted(guesses, key=lambda guess: (_RANKS[guess.confidence], -guess.fit, guess.position)))


def id_guesses_of(look: ColumnLook) -> tuple[IdGuess, ...]:
    """Every kind of ID that one column may hold, the best first. An e-mail address is one only when it is hashed."""
    return _guesses(look, exact=True)


def _guesses(look: ColumnLook, *, exact: bool) -> tuple[IdGuess, ...]:
    """The guesses about one column, by all its values or by some."""
    seen = Seen(look, _NO_TRAITS)
    counted = seen.values.counted if exact else seen.values.judged
    if seen.looks_like is LooksLike.EMAILS:
        return (_hashed(seen, counted),)
    return tuple(sorted((_guess(seen, id_type, counted) for id_type in candidate_types(seen)), key=_rank))


def _is_of(guess: IdGuess, kind: Kind) -> bool:
    return kind is not Kind.HASHED_EMAILS or guess.type is IdType.CUSTOMER_ID


def _usable(looks: Iterable[ColumnLook]) -> list[ColumnLook]:
    """Columns that a mapping can name: with a name, and no other column has it."""
    looks = list(looks)
    names = Counter(look.name for look in looks)
    return [look for look in looks if look.name and names[look.name] == 1]


def _rank(guess: IdGuess) -> tuple[int, float, int, str]:
    # Their own key is what customers are known by, but anything may be one: as a bare guess it stands last.
    own_key = 0.0
    if guess.type is IdType.CUSTOMER_ID:
        own_key = -0.5 if guess.confidence is Confidence.GUESS else 0.5
    score = guess.fit + guess.filled + guess.unique + own_key - (1.0 if guess.transforms else 0.0)
    return _RANKS[guess.confidence], -score, guess.position, guess.type


def _hashed(seen: Seen, counted: Counted) -> IdGuess:
    fit = fit_of_values(counted, IdType.HASHED_EMAIL, HASH)
    reason = Reason(_ADDRESSES, {"percent": percent(seen.values.emails)})
    # What is no address would be hashed as well, and the hash would look right: only addresses count.
    fit = Fit(min(fit.share, seen.values.emails), fit.problems)
    return _made(seen, IdType.HASHED_EMAIL, fit, Confidence.GUESS, reason)


def _guess(seen: Seen, id_type: IdType, counted: Counted) -> IdGuess:
    fit = fit_of_values(counted, id_type)
    is_named = id_type in named_types(seen.values)
    if is_named:
        return _made(seen, id_type, fit, _named_confidence(seen, fit), _named_reason(fit))
    confidence, template = _by_shape(seen, id_type)
    part = seen.values.unique if template == _UNIQUE else fit.share
    confidence = confidence if fit.share >= _GOOD else Confidence.GUESS
    return _made(seen, id_type, fit, confidence, Reason(template, {"percent": percent(part)}))


def _named_confidence(seen: Seen, fit: Fit) -> Confidence:
    values = seen.values
    if fit.share < _SOME:
        return Confidence.GUESS
    is_whole = fit.share >= _GOOD and values.unique >= _MOSTLY_UNIQUE and values.filled >= _MOSTLY_UNIQUE
    return Confidence.SURE if is_whole else Confidence.LIKELY


def _named_reason(fit: Fit) -> Reason:
    damaged = fit.share < _GOOD and 2 * dict(fit.problems).get(DAMAGE, 0) > sum(rows for _, rows in fit.problems)
    template = _DAMAGED if damaged else _NAMED if fit.share >= _SOME else _NAMED_BUT
    return Reason(template, {"percent": percent(fit.share)})


def _by_shape(seen: Seen, id_type: IdType) -> tuple[Confidence, str]:
    """How sure the values alone are, and the reason."""
    named = named_types(seen.values)
    match id_type:
        case IdType.CUSTOMER_ID:
            return Confidence.GUESS, _UNIQUE
        case IdType.AAM_UUID | IdType.ECID:
            return Confidence.GUESS, _LONG
        case IdType.GAID | IdType.IDFA:
            confidence, template = _by_case(seen, id_type)
            return Confidence.GUESS if named else confidence, template
        case _:
            return Confidence.GUESS if named else Confidence.LIKELY, _SHAPE


def _by_case(seen: Seen, id_type: IdType) -> tuple[Confidence, str]:
    """Apple's and Google's IDs differ in nothing but the case that their makers write."""
    upper = upper_case_share(seen.values)
    if upper is None or 1 - _GOOD < upper < _GOOD:
        return Confidence.GUESS, _EITHER
    is_upper = upper >= _GOOD
    if is_upper is not (ID_RULES[id_type].case is ID_RULES[IdType.IDFA].case):
        return Confidence.GUESS, _OTHER_CASE
    return Confidence.LIKELY, _UPPER if is_upper else _LOWER


def _made(seen: Seen, id_type: IdType, fit: Fit, confidence: Confidence, reason: Reason) -> IdGuess:
    values = seen.values
    return IdGuess(
        column=seen.look.name,
        position=seen.look.position,
        type=id_type,
        transforms=HASH if seen.looks_like is LooksLike.EMAILS else (),
        dpid=_ONLY_DATA_SOURCE.get(id_type),
        fit=fit.share,
        filled=values.filled,
        unique=values.unique,
        problems=fit.problems,
        confidence=confidence,
        reason=reason,
    )


def _email_guess(look: ColumnLook) -> EmailGuess | None:
    seen = Seen(look, _NO_TRAITS)
    if seen.looks_like is LooksLike.EMAILS:
        fit, hashed, template = seen.values.emails, False, _ADDRESSES
    elif seen.looks_like is LooksLike.HASHED_EMAILS:
        fit, hashed, template = fit_of(look, IdType.HASHED_EMAIL).share, True, _HASHES
    else:
        return None
    named = not {Concept.EMAIL, Concept.HASHED_EMAIL}.isdisjoint(seen.values.concepts)
    confidence = Confidence.SURE if named and fit >= _GOOD else Confidence.LIKELY
    reason = Reason(template, {"percent": percent(fit)})
    return EmailGuess(EmailColumn(look.name, hashed), look.position, fit, confidence, reason)
