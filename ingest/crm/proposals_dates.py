"""Columns of dates: whether they are, and whether all of them can be brought to one form."""

from dataclasses import dataclass
from typing import Final

from ingest.crm.dates import DayOrder, combine_evidence, date_evidence, parse_date, reads_two_ways
from ingest.crm.proposals_values import Counted, Values, share

_MOST: Final = 0.9


@dataclass(frozen=True)
class Dates:
    """Dates of a column. `are_iso`: all are `yyyy-mm-dd` already; `two_ways`: some can be read as two different days.

    `fit`: the share of values that are dates.
    """

    fit: float
    are_iso: bool
    two_ways: bool


def dates_in(values: Values) -> Dates | None:
    """What there is to say about a column that holds dates; None for others."""
    fit = share(values.judged, _is_date, at_least=_MOST)
    if fit < _MOST:
        return None
    are_iso = all(parse_date(value, DayOrder.UNKNOWN) == value for value, _ in values.judged)
    ambiguous = any(reads_two_ways(value) for value, _ in values.judged)
    return Dates(fit, are_iso, ambiguous and _order(values) is DayOrder.UNKNOWN)


def _is_date(value: str) -> bool:
    return parse_date(value, DayOrder.DAY_FIRST) is not None or parse_date(value, DayOrder.MONTH_FIRST) is not None


def _order(values: Values) -> DayOrder:
    """Which comes first, by some values, and by all of them where these prove nothing."""
    evidence = _evidence(values.judged)
    return combine_evidence(evidence if evidence - {None} else _evidence(values.counted))


def _evidence(counted: Counted) -> set[DayOrder | None]:
    return {date_evidence(value) for value, _ in counted}
