"""What Audience Manager's report about a transfer will say, as far as that can be known before."""

from dataclasses import dataclass

from ingest.aam.receipt import RECEIPT, ReceiptLine
from ingest.crm.mapping import Kind
from ingest.models import Check
from ingest.services.receipt_figures import Shares


@dataclass(frozen=True)
class Expected:
    """One line of the report: how many records, None where only Adobe knows; `at_most`: no more than so many.

    `last`: the share of the records received that it had by the newest receipt about files like these; None: not known.
    """

    line: ReceiptLine
    records: int | None = None
    at_most: int | None = None
    last: float | None = None


def forecast_of(check: Check, last: Shares | None = None) -> tuple[Expected, ...]:
    """The lines in Adobe's order. () for ID syncs and hashed addresses, which Adobe counts in other words.

    `last`: what became of the records of earlier files like these.
    """
    if check.mapping.get("kind") != Kind.TRAITS:
        return ()
    return tuple(_expected(line, check.records, last) for line in RECEIPT)


def _expected(line: ReceiptLine, records: int, last: Shares | None) -> Expected:
    if line.expects_none:
        return Expected(line, 0)
    if line.code == "received":
        return Expected(line, records)
    return Expected(line, at_most=records if line.code == "stored" else None, last=(last or {}).get(line.code))
