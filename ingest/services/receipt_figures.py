"""A receipt of Adobe laid beside what was expected: line by line, and whether a person should look at it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from ingest.aam.receipt import ALSO_IN_MAIL, RECEIPT, ReceiptLine
from ingest.models import AdobeReceipt, Environment

Shares = Mapping[str, float]
"""By the codes of lines: what became of the records received by an earlier receipt about files like these."""


@dataclass(frozen=True)
class Laid:
    """One line in records, `told` by Adobe. `expected` None: only Adobe knows; `is_guess`: as many as last time."""

    line: ReceiptLine
    told: int | None
    expected: int | None
    is_guess: bool = False

    @property
    def change(self) -> int | None:
        """How many more than expected, fewer below zero; None where either isn't known or the expected is a guess."""
        if self.told is None or self.expected is None or self.is_guess:
            return None
        return self.told - self.expected

    @property
    def is_off(self) -> bool:
        """Whether it is marked."""
        return bool(self.change)


@dataclass(frozen=True)
class Reading:
    """A receipt as pages show it. `alarm`: the code of what a person should look at first, "" when all is well."""

    receipt: AdobeReceipt
    lines: tuple[Laid, ...]
    also: tuple[Laid, ...]
    alarm: str
    last: Shares | None

    @property
    def received(self) -> int:
        """Records that Adobe has received."""
        return int(self.receipt.counts["received"])

    @property
    def stored(self) -> int:
        """Records that Adobe has stored."""
        return int(self.receipt.counts["stored"])

    @property
    def is_beta(self) -> bool:
        """Beta knows nobody, so that it never stores anything."""
        return self.receipt.environment == Environment.BETA

    @property
    def advised(self) -> tuple[ReceiptLine, ...]:
        """Lines with something to look at, where there are more of them than one would wish."""
        wanting = (laid.line for laid in (*self.lines, *self.also) if laid.told and laid.line.advice)
        return () if self.is_beta else tuple(wanting)

    @classmethod
    def of(cls, receipt: AdobeReceipt, sent: int | None, last: Shares | None, percent: int) -> Self:
        """`sent`: lines of all its files, None where it counts files that were not sent from here."""
        lines = tuple(_laid(line, receipt, sent, last) for line in RECEIPT if _is_told(line, receipt))
        also = tuple(_laid(line, receipt, sent, last) for line in ALSO_IN_MAIL if _is_told(line, receipt))
        return cls(receipt, lines, also, _alarm((*lines, *also), receipt, percent), last)


def _is_told(line: ReceiptLine, receipt: AdobeReceipt) -> bool:
    return line.code in receipt.counts


def _laid(line: ReceiptLine, receipt: AdobeReceipt, sent: int | None, last: Shares | None) -> Laid:
    told = int(receipt.counts[line.code])
    if line.expects_none:
        return Laid(line, told, 0)
    if line.code == "received":
        return Laid(line, told, sent)
    if last is not None and line.code in last:
        return Laid(line, told, round(last[line.code] * receipt.counts["received"]), is_guess=True)
    return Laid(line, told, None)


def _alarm(lines: Sequence[Laid], receipt: AdobeReceipt, percent: int) -> str:
    """Differences up to `percent` of the records are no reason to disturb anybody."""
    by_code = {laid.line.code: laid for laid in lines}
    received, stored = by_code["received"], by_code["stored"]
    if _is_beyond(abs(received.change or 0), received.expected, percent):
        return "received"
    wrong = [laid for laid in lines if laid.line.expects_none and _is_beyond(laid.told, received.told, percent)]
    if wrong:
        return max(wrong, key=lambda laid: laid.told or 0).line.code
    if receipt.environment == Environment.BETA or not received.told:
        return ""
    fewer = (stored.expected or 0) - (stored.told or 0)
    return "stored" if not stored.told or _is_beyond(fewer, stored.expected, percent) else ""


def _is_beyond(count: int | None, of: int | None, percent: int) -> bool:
    return bool(count) and of is not None and (count or 0) * 100 > percent * of
