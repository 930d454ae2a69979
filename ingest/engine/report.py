"""report.json: what was read, what is sent, what is not, and why (section 5 of the format)."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ingest.engine.findings import ROW_CODES, severity_of
from ingest.engine.parts import BuiltPart
from ingest.engine.seen import ColumnSummary
from ingest.engine.totals import Totals

USABLE_WITHIN_HOURS = 48


def make_report(
    totals: Totals,
    *,
    records: int,
    distinct_ids: int,
    columns: Sequence[ColumnSummary],
    parts: Sequence[tuple[str, BuiltPart]],
    customer_file: Mapping[str, Any],
) -> dict[str, Any]:
    """The report as JSON-ready values."""
    return {
        "version": 1,
        "rows": totals.rows,
        "accepted": totals.accepted,
        "refused": totals.refused,
        "changed": totals.changed,
        "records": records,
        "items": dict(zip(("signal", "d_sid", "d_unsid", "ic"), totals.items, strict=True)),
        "distinct_ids": distinct_ids,
        "findings": _findings(totals),
        "columns": [_column(column) for column in columns],
        "parts": [_part(name, part) for name, part in parts],
        "input": dict(customer_file),
        "forecast": _forecast(records),
    }


def _findings(totals: Totals) -> list[dict[str, Any]]:
    unsafe_values = totals.plan.document.unsafe_values
    return [
        {
            "code": code,
            "severity": str(severity_of(code, unsafe_values)),
            "rows": totals.rows_with(code),
            "samples": [
                {"row": sample.row, "column": sample.column, "value": sample.value, "expected": sample.expected}
                for sample in totals.samples.get(code, [])
            ],
        }
        for code in ROW_CODES
        if totals.rows_with(code)
    ]


def _column(column: ColumnSummary) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": column.name,
        "filled": column.filled,
        "distinct": column.distinct,
        "samples": list(column.samples),
    }
    if column.distinct_estimated:
        described["distinct_estimated"] = True
    if column.words_for_nothing:
        described["hints"] = [{"value": word, "rows": rows} for word, rows in column.words_for_nothing]
    return described


def _part(name: str, part: BuiltPart) -> dict[str, Any]:
    return {
        "name": name,
        "records": part.records,
        "bytes": part.bytes,
        "compressed_bytes": part.compressed_bytes,
        "sha256": part.sha256,
    }


def _forecast(records: int) -> dict[str, Any]:
    """What Audience Manager's own report should say if it knows the IDs and traits, and the guide time until then."""
    return {
        "records_received": records,
        "format_errors": 0,
        "invalid_ids": 0,
        "usable_within_hours": USABLE_WITHIN_HOURS,
    }


def write_report(report: Mapping[str, Any], path: Path) -> None:
    """Write the report as UTF-8 JSON."""
    path.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
