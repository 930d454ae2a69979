"""What Audience Manager's report about a transfer will say, as far as that can be known before."""

from dataclasses import dataclass
from typing import Final

from ingest.aam.receipt import RECEIPT, ReceiptLine
from ingest.crm.mapping import Kind
from ingest.models import Check

# What every line of a part obeys, because rows that don't are left out.
_NONE: Final = frozenset({"format_errors", "invalid_aam_id", "invalid_device_id"})


@dataclass(frozen=True)
class Expected:
    """One line of the report: how many records, None where only Adobe knows; `at_most`: no more than so many."""

    line: ReceiptLine
    records: int | None = None
    at_most: int | None = None


def forecast_of(check: Check) -> tuple[Expected, ...]:
    """The lines in Adobe's order. () for ID syncs and hashed addresses, which Adobe counts in other words."""
    if check.mapping.get("kind") != Kind.TRAITS:
        return ()
    return tuple(_expected(line, check.records) for line in RECEIPT)


def _expected(line: ReceiptLine, records: int) -> Expected:
    if line.code in _NONE:
        return Expected(line, 0)
    if line.code == "received":
        return Expected(line, records)
    return Expected(line, at_most=records if line.code == "stored" else None)
