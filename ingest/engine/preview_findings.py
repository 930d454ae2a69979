"""The findings of single rows with what shows them, and the same added up for each column."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ingest.aam.findings import FINDINGS, Severity
from ingest.engine.exact_rows import ExactRows
from ingest.engine.findings import ROW_CODES, bits_of, codes_of, severity_of
from ingest.engine.header import Header
from ingest.engine.merging import LateRefusal
from ingest.engine.plan import Plan
from ingest.engine.preview_rows import JudgedRow
from ingest.engine.seen import LONGEST_SAMPLE
from ingest.engine.totals import RAGGED, UNREADABLE, ragged

VALUES: Final = 10


@dataclass(frozen=True)
class RowFinding:
    """Something to say about a row: the column, where there is one, the value that shows it, and what was expected.

    The value is cut off after 200 characters.
    """

    code: str
    severity: Severity
    column: str | None
    value: str
    expected: str


@dataclass(frozen=True)
class ColumnErrors:
    """The rows of a column that have a finding, and its most frequent values with the rows of each."""

    column: str
    code: str
    severity: Severity
    rows: int
    values: tuple[tuple[str, int], ...]


class RowFindings:
    """Explains the bits of rows. `late`: rows (by spreadsheet row) that other rows of their ID hold back."""

    def __init__(self, plan: Plan, late: Mapping[int, LateRefusal]) -> None:
        self._plan = plan
        self._late = late
        self._exact = ExactRows(plan)

    def of(self, row: JudgedRow) -> Iterator[RowFinding]:
        """The findings of a row in the order of the table; one that several cells have, once for each."""
        if not row.bits:
            return
        if row.bits & int(self._plan.bits.unread):
            yield self._of_unread(row)
            return
        places = self._places(row)
        for code in codes_of(row.bits):
            for column, value in places[code]:
                yield self._finding(code, column, value)

    def _of_unread(self, row: JudgedRow) -> RowFinding:
        (code,) = codes_of(row.bits)
        if code in RAGGED:
            found, expected = ragged(row.cells, self._plan.layout)
            return RowFinding(code, self._severity(code), None, found, expected)
        return self._finding(UNREADABLE, None, row.text)

    def _places(self, row: JudgedRow) -> dict[str, list[tuple[str | None, str]]]:
        """Per code the columns and values that show it."""
        places: dict[str, dict[tuple[str | None, str], None]] = {}
        for column, remark in self._exact.remarks(row.cells):
            places.setdefault(remark.code, {})[column, remark.value] = None
        late = self._late.get(row.number)
        if late is not None:
            places[late.code] = {(self._exact.column_of(row.cells, late), late.value): None}
        if row.bits & ~bits_of(places):
            for code, place in self._exact.explain(row.cells).items():
                places.setdefault(code, {place: None})
        return {code: list(found) for code, found in places.items()}

    def _finding(self, code: str, column: str | None, value: str) -> RowFinding:
        return RowFinding(code, self._severity(code), column, value[:LONGEST_SAMPLE], FINDINGS[code].expected)

    def _severity(self, code: str) -> Severity:
        return severity_of(code, self._plan.document.unsafe_values)


def column_errors(header: Header, rows: Iterable[Sequence[RowFinding]]) -> tuple[ColumnErrors, ...]:
    """What the findings of all rows say about each column, in the order of the file, then of the table of codes."""
    counts: Counter[tuple[str, str, Severity]] = Counter()
    values: dict[tuple[str, str, Severity], Counter[str]] = {}
    for findings in rows:
        placed = dict.fromkeys((one.column, one.code, one.severity, one.value) for one in findings if one.column)
        counts.update({(column, code, severity) for column, code, severity, _ in placed})
        for column, code, severity, value in placed:
            values.setdefault((column, code, severity), Counter())[value] += 1
    ordered = sorted(counts, key=lambda key: (header.places[key[0]], ROW_CODES.index(key[1])))
    return tuple(ColumnErrors(*key, counts[key], tuple(values[key].most_common(VALUES))) for key in ordered)
