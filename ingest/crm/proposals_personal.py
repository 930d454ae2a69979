"""Columns of personal data: what values give away, and what only the name of the column does."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ingest.crm.proposals_types import ColumnLook, LooksLike, Personal, Reason, WayOut
from ingest.crm.proposals_values import Counted, Values, is_phone, percent, share
from ingest.crm.proposals_words import Concept
from ingest.crm.words import gettext_noop

# One address among ten values is no accident; the check refuses single ones row by row.
_TOO_MANY_ADDRESSES: Final = 0.1
_MOST: Final = 0.5
_PHONE_DIGITS: Final = range(6, 16)
# So many values that the check would point at are no accident, and too few to say that the column is one of numbers.
_TOO_MANY_PHONES: Final = 0.05

_BY_NAME: Final[Mapping[Concept, Personal]] = {
    Concept.NAME: Personal.NAME,
    Concept.ADDRESS: Personal.ADDRESS,
    Concept.BIRTH_DATE: Personal.BIRTH_DATE,
    Concept.OFFICIAL_NUMBER: Personal.OFFICIAL_NUMBER,
    Concept.BANK_ACCOUNT: Personal.BANK_ACCOUNT,
}
_TEXTS: Final = frozenset({LooksLike.FEW_VALUES, LooksLike.MANY_VALUES, LooksLike.FREE_TEXT, LooksLike.LISTS})
_NUMBERED: Final = _TEXTS | {LooksLike.IDS, LooksLike.NUMBERS}
_NO_PHONES_AMONG: Final = frozenset({LooksLike.IDS, LooksLike.HASHED_EMAILS, LooksLike.DATES, LooksLike.TRAIT_NUMBERS})
# What the values have to look like before a name is believed: `email_name` may be a yes or a no.
_FITTING: Final[Mapping[Personal, frozenset[LooksLike]]] = {
    Personal.NAME: _TEXTS,
    Personal.ADDRESS: _TEXTS | {LooksLike.IDS},
    Personal.BIRTH_DATE: frozenset({LooksLike.DATES, LooksLike.IDS, LooksLike.MANY_VALUES}),
    Personal.OFFICIAL_NUMBER: _NUMBERED,
    Personal.BANK_ACCOUNT: _NUMBERED,
}

_ADDRESSES = gettext_noop("%(percent)s %% of the values are e-mail addresses, which must not be sent as they are.")
_VALUES: Final[Mapping[Personal, str]] = {
    Personal.EMAIL: _ADDRESSES,
    Personal.PHONE: gettext_noop("%(percent)s %% of the values look like phone numbers, which must not be sent."),
    Personal.CARD: gettext_noop("%(percent)s %% of the values pass as payment card numbers, which must not be sent."),
}
_SOME_PHONES = gettext_noop(
    "%(percent)s %% of the values look like phone numbers, which must not be sent. Look at them and decide about this "
    "column by itself, or leave it out."
)
_NAMES: Final[Mapping[Personal, str]] = {
    Personal.NAME: gettext_noop("Looks like names of people. These must not be sent."),
    Personal.ADDRESS: gettext_noop("Looks like postal addresses. These must not be sent."),
    Personal.BIRTH_DATE: gettext_noop("Looks like dates of birth. These must not be sent."),
    Personal.OFFICIAL_NUMBER: gettext_noop("Looks like numbers of official documents. These must not be sent."),
    Personal.BANK_ACCOUNT: gettext_noop("Looks like bank accounts. These must not be sent."),
}


@dataclass(frozen=True)
class PersonalData:
    """What personal data a column holds. `proven`: the values themselves show it and rows with them are refused.

    `partly`: only some of its values look like it.
    """

    what: Personal
    reason: Reason
    proven: bool
    partly: bool = False

    @property
    def ways_out(self) -> tuple[WayOut, ...]:
        """What can be done about it."""
        return (WayOut.HASH, WayOut.LEAVE_OUT) if self.what is Personal.EMAIL else (WayOut.LEAVE_OUT,)


def look_of_personal_data(values: Values) -> LooksLike | None:
    """What the column looks like where its values are mostly personal data."""
    if values.emails >= _MOST:
        return LooksLike.EMAILS
    if values.cards >= _MOST:
        return LooksLike.CARDS
    return LooksLike.PHONES if _phones(values) >= _MOST else None


def personal_data_in(values: Values, looks_like: LooksLike) -> PersonalData | None:
    """The personal data of a column, judged by its values first and by its name where they fit."""
    if values.emails >= _TOO_MANY_ADDRESSES:
        return _proven(Personal.EMAIL, values.emails)
    if looks_like is LooksLike.CARDS:
        return _proven(Personal.CARD, values.cards)
    if looks_like is LooksLike.PHONES:
        reason = Reason(_VALUES[Personal.PHONE], {"percent": percent(_phones(values))})
        return PersonalData(Personal.PHONE, reason, proven=False)
    for concept, what in _BY_NAME.items():
        if concept in values.concepts and _fits(what, values.look, looks_like):
            return PersonalData(what, Reason(_NAMES[what]), proven=False)
    return None


def phones_among(counted: Counted, looks_like: LooksLike) -> PersonalData | None:
    """Telephone numbers among other values, by the very rule that the check has for them.

    IDs are left out: they begin with 0 as well, and nothing sends them unasked.
    """
    if looks_like in _NO_PHONES_AMONG:
        return None
    part = share(counted, is_phone)
    if part < _TOO_MANY_PHONES:
        return None
    reason = Reason(_SOME_PHONES, {"percent": percent(part)})
    return PersonalData(Personal.PHONE, reason, proven=False, partly=True)


def _fits(what: Personal, look: ColumnLook, looks_like: LooksLike) -> bool:
    # Nobody can tell names from a constant, but a single row is no constant.
    return looks_like in _FITTING[what] or (looks_like is LooksLike.ONE_VALUE and look.rows < 10)


def _proven(what: Personal, part: float) -> PersonalData:
    return PersonalData(what, Reason(_VALUES[what], {"percent": percent(part)}), proven=True)


def _phones(values: Values) -> float:
    """The share of phone numbers. Digits alone are no proof, since customer numbers begin with 0 as well: the name of
    the column has to say it then, and for numbers without the 0 in front in any case.
    """
    if Concept.PHONE in values.concepts and Concept.EMAIL not in values.concepts:
        return share(values.judged, _has_phone_digits, at_least=_MOST)
    if values.phones < _MOST or share(values.judged, str.isdigit) > 1 - _MOST:
        return 0.0
    return values.phones


def _has_phone_digits(value: str) -> bool:
    digits = sum(character.isdigit() for character in value)
    return digits in _PHONE_DIGITS and not any(character.isalpha() for character in value)
