"""What a run made, in a few lines for a person at a terminal."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

_KINDS = {"signal": "signals", "d_sid": "added traits", "d_unsid": "removed traits", "ic": "ic codes"}


def summary_lines(report: Mapping[str, Any], out: Path) -> Iterator[str]:
    """The report in words: rows, records, findings, files."""
    rows = report["rows"]
    yield f"{rows:,} rows read, {report['accepted']:,} accepted, {report['refused']:,} refused."
    yield f"{report['records']:,} records for {report['distinct_ids']:,} different IDs{_items(report['items'])}."
    yield from _findings(report["findings"])
    yield ""
    yield from _files(report["parts"])
    if report["refused"]:
        what_to_do = "the refused rows, with what to do: correct them and run this again with that file"
        yield f"  {out / 'refused.csv'}  {what_to_do}"
    yield f"  {out / 'report.json'}  the whole report"


def _items(items: Mapping[str, int]) -> str:
    named = [f"{items[kind]:,} {words}" for kind, words in _KINDS.items() if items[kind]]
    return f": {', '.join(named)}" if named else ""


def _findings(findings: list[Mapping[str, Any]]) -> Iterator[str]:
    if findings:
        yield ""
    width = max((len(finding["code"]) for finding in findings), default=0)
    for finding in sorted(findings, key=lambda finding: ("refused", "changed", "notice").index(finding["severity"])):
        sample = finding["samples"][0]
        where = f"row {sample['row']}" + (f", column {sample['column']}" if sample["column"] else "")
        yield (
            f"  {finding['severity']:8} {finding['code']:{width}} {finding['rows']:>10,} rows   first: {where}, "
            f"expected {sample['expected']}"
        )


def _files(parts: list[Mapping[str, Any]]) -> Iterator[str]:
    if not parts:
        yield "  No file was made: no row could be accepted."
    for part in parts:
        yield f"  {part['name']}  {part['records']:,} records, {part['compressed_bytes']:,} bytes"
