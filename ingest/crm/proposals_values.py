"""The values of a column as evidence: counted by rows, judged on few where many would say the same."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from functools import cached_property
from math import floor
from typing import Final

from ingest.aam.personal_data import is_card_number, is_email, looks_like_phone
from ingest.crm.proposals_types import ColumnLook
from ingest.crm.proposals_words import Concept, concepts_of

Counted = tuple[tuple[str, int], ...]

# What is true of 100 values that are spread over the column is true of the column; 1,000 would cost ten times as much.
JUDGED_VALUES: Final = 100

_PHONE_STARTS: Final = frozenset("+0(")
_CURRENCY: Final = "€$£¥"
_NUMBER: Final = re.compile(
    rf"[+-]?[{_CURRENCY}]?[ ]?(?:[0-9]{{1,3}}(?:[.,' \u00a0\u202f][0-9]{{3}})+|[0-9]+)"
    rf"(?:[.,][0-9]+)?[ ]?[%{_CURRENCY}]?"
)


class Values:
    """What a column holds. Shares are of the filled rows whose value is among the samples of the look."""

    def __init__(self, look: ColumnLook) -> None:
        self.look = look
        self.counted: Counted = look.samples
        self.concepts: frozenset[Concept] = concepts_of(look.name)

    @cached_property
    def judged(self) -> Counted:
        """At most JUDGED_VALUES of the values, evenly spread from the most frequent to the rarest."""
        return spread(self.counted, JUDGED_VALUES)

    @cached_property
    def different(self) -> frozenset[str]:
        """The different values."""
        return frozenset(value for value, _ in self.counted)

    @property
    def is_complete(self) -> bool:
        """Whether every different value is at hand, and whole."""
        return len(self.counted) == self.look.distinct and self.look.longest <= max(map(len, self.different), default=0)

    @property
    def filled(self) -> float:
        """The share of the rows with a value."""
        return self.look.filled / self.look.rows if self.look.rows else 0.0

    @property
    def unique(self) -> float:
        """Different values for each filled row: 1 when no value occurs twice."""
        return self.look.distinct / self.look.filled if self.look.filled else 0.0

    @cached_property
    def emails(self) -> float:
        """The share of e-mail addresses; every value is looked at."""
        # Almost no column has an @; one search through all its text answers for those.
        return share(self.counted, is_email) if "@" in "\n".join(self.different) else 0.0

    @cached_property
    def phones(self) -> float:
        """The share of telephone numbers."""
        return share(self.judged, is_phone, at_least=0.5)

    @cached_property
    def cards(self) -> float:
        """The share of payment card numbers."""
        return share(self.judged, _is_card, at_least=0.5)

    @cached_property
    def numbers(self) -> float:
        """The share of numbers, amounts and percentages."""
        return share(self.judged, lambda value: _NUMBER.fullmatch(value) is not None, at_least=0.9)


def share(counted: Counted, test: Callable[[str], bool], *, at_least: float = 0.0) -> float:
    """The share of the rows whose value passes the test; 0 as soon as it cannot reach `at_least` any more."""
    total = sum(rows for _, rows in counted)
    may_fail = total * (1 - at_least)
    failed = 0
    for value, rows in counted:
        if not test(value):
            failed += rows
            if failed > may_fail:
                return 0.0
    return 1 - failed / total if total else 0.0


def spread(counted: Counted, most: int) -> Counted:
    """At most `most` entries, evenly spread."""
    if len(counted) <= most:
        return counted
    return tuple(counted[index * len(counted) // most] for index in range(most))


def count_pieces(counted: Counted, separator: str) -> Counted:
    """The pieces of cells that hold several values, trimmed, the most frequent first."""
    found: Counter[str] = Counter()
    for value, rows in counted:
        for piece in value.split(separator):
            if piece := piece.strip():
                found[piece] += rows
    return tuple(found.most_common())


def percent(part: float) -> int | float:
    """A share as a percentage with at most one decimal, rounded down: 100 says that there is no exception."""
    tenths = floor(part * 1000 + 1e-9)
    return tenths // 10 if tenths % 10 == 0 else tenths / 10


def is_phone(value: str) -> bool:
    """Whether the check would say of a value that it looks like a telephone number."""
    if value[:1] not in _PHONE_STARTS:  # nearly every value, long before its bytes are looked at
        return False
    cell = value.encode("utf-8", "replace")
    return looks_like_phone(cell, 0, len(cell))


def only_ascii_digits(values: Iterable[str]) -> bool:
    """Whether all values are digits 0-9 and nothing else."""
    return all(value.isascii() and value.isdigit() for value in values)


def _is_card(value: str) -> bool:
    cell = value.encode("utf-8", "replace")
    return is_card_number(cell, 0, len(cell)) if cell else False
