"""Findings as bits: every row-level code of `aam` has one, in the order of its table."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from ingest.aam.findings import FINDINGS, Severity
from ingest.crm.mapping import UnsafeValues
from ingest.engine.kernels.tables import Bits

ROW_CODES: tuple[str, ...] = tuple(code for code, rule in FINDINGS.items() if rule.scope == "row")
_BIT_OF = {code: 1 << place for place, code in enumerate(ROW_CODES)}


def bits_of(codes: Iterable[str]) -> int:
    """The bits of some row-level finding codes together."""
    bits = 0
    for code in codes:
        bits |= _BIT_OF[code]
    return bits


def codes_of(bits: int) -> tuple[str, ...]:
    """The codes of some bits, in table order."""
    return tuple(code for code, bit in _BIT_OF.items() if bits & bit)


def severity_of(code: str, unsafe_values: UnsafeValues) -> Severity:
    """How much a finding weighs under a mapping; only unsafe characters depend on it (section 4.5)."""
    severities = FINDINGS[code].severities
    if len(severities) == 1:
        return severities[0]
    return Severity.REFUSED if unsafe_values is UnsafeValues.REJECT else Severity.CHANGED


def bits_with(severity: Severity, unsafe_values: UnsafeValues) -> int:
    """The bits of all codes that have `severity` under a mapping."""
    return bits_of(code for code in ROW_CODES if severity_of(code, unsafe_values) is severity)


def kernel_bits(unsafe_values: UnsafeValues) -> Bits:
    """The findings that kernels decide, as the numbers they use."""
    codes: dict[str, Any] = {
        "unreadable": "row.unreadable",
        "too_few_fields": "row.too_few_fields",
        "too_many_fields": "row.too_many_fields",
        "id_missing": "id.missing",
        "case_changed": "id.case_changed",
        "phone": "value.phone",
        "conflict": "trait.conflict",
        "nothing_to_send": "record.nothing_to_send",
        "too_long": "record.too_long",
        "too_many_lines": "id.too_many_lines",
        "case_variant": "id.case_variant",
    }
    return Bits(
        **{name: np.uint64(_BIT_OF[code]) for name, code in codes.items()},
        unread=np.uint64(bits_of(["row.unreadable", "row.too_few_fields", "row.too_many_fields"])),
        refusing=np.uint64(bits_with(Severity.REFUSED, unsafe_values)),
    )
