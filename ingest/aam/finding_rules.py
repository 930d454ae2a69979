"""What a finding is: a code, how much it weighs, what it is about, and the words for the marketer."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal


class Severity(StrEnum):
    """What a finding does to its row: it is not sent, sent after a change, or sent as it is."""

    REFUSED = "refused"
    CHANGED = "changed"
    NOTICE = "notice"


REFUSED: Final = (Severity.REFUSED,)
CHANGED: Final = (Severity.CHANGED,)
NOTICE: Final = (Severity.NOTICE,)

Scope = Literal["row", "file"]


@dataclass(frozen=True)
class FindingRule:
    """One code of the findings table (contract, section 5).

    `severities` has more than one where the mapping decides. A finding of scope `file` stops the whole batch.
    `meaning`, `expected` and `what_to_do` are plain words for a marketer.
    """

    code: str
    severities: tuple[Severity, ...]
    scope: Scope
    meaning: str
    expected: str
    what_to_do: str
