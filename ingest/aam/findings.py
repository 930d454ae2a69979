"""Every finding code in the order of the contract's table, with its words."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ingest.aam.file_findings import FILE_FINDINGS
from ingest.aam.finding_rules import FindingRule, Scope, Severity
from ingest.aam.id_findings import ID_FINDINGS
from ingest.aam.row_findings import ROW_FINDINGS, VALUE_FINDINGS

__all__ = ["FINDINGS", "FindingRule", "Scope", "Severity"]

FINDINGS: Final[Mapping[str, FindingRule]] = MappingProxyType(
    {rule.code: rule for rule in (*ROW_FINDINGS, *ID_FINDINGS, *VALUE_FINDINGS, *FILE_FINDINGS)}
)
"""By code. Where an order of codes is asked for (`codes` in refused.csv), it is this one."""
