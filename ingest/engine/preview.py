"""The first rows of a customer file beside what would be sent of them: the plan of a run over fewer rows, no files."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ingest.aam.findings import Severity
from ingest.crm.dates import DayOrder
from ingest.crm.mapping import MappingDocument
from ingest.engine.errors import FileProblem
from ingest.engine.evidence import day_orders
from ingest.engine.exact import TraitJudge, UndecidedDate
from ingest.engine.opened import opened
from ingest.engine.pipeline import Pipeline, never
from ingest.engine.plan import make_plan
from ingest.engine.preview_findings import ColumnErrors, RowFinding, RowFindings, column_errors
from ingest.engine.preview_rows import FirstRows, JudgedRow
from ingest.engine.row_copy import RowCopy
from ingest.engine.run import NO_ROWS

__all__ = ["CodeCount", "ColumnErrors", "Fewer", "Preview", "PreviewRow", "RowFinding", "preview"]

BLOCK_BYTES: Final = 256 * 1024
# Whether a column writes the day or the month first is a matter of all its rows; a preview looks at these many.
ROWS_FOR_DATES: Final = 20_000


@dataclass(frozen=True)
class PreviewRow:
    """A row: its spreadsheet row number, its cells as they stand in the file, and what becomes of it.

    `lines` are those of a part without LF, empty when the row is not sent. Mostly there is one. With
    `repeated_ids: merge` they are all the lines of the row's ID, which other rows may share and add to.
    A row whose quotes are broken is one cell: its whole line.
    """

    number: int
    copy: RowCopy
    lines: tuple[str, ...]
    findings: tuple[RowFinding, ...]

    @property
    def cells(self) -> tuple[str, ...]:
        """As they stand in the file; decoded when they are asked for, as a page shows those of one row."""
        return self.copy.cells

    @property
    def line(self) -> str | None:
        """The line that would be sent, the first one if there are several; None when the row is not sent."""
        return self.lines[0] if self.lines else None


@dataclass(frozen=True)
class CodeCount:
    """How many rows have a finding."""

    code: str
    severity: Severity
    rows: int


@dataclass(frozen=True)
class Preview:
    """The first rows and what a run over just these rows would make and count; the words are those of `report.json`.

    `lines` stand in the order of the part, without LF. `findings` stand in the order of the table of codes, `columns`
    in the order of the file, then of the table. `merges`: rows further down may add to the lines of an ID.
    `more_rows`: others follow.
    """

    header: tuple[str, ...]
    rows: tuple[PreviewRow, ...]
    lines: tuple[str, ...]
    accepted: int
    refused: int
    changed: int
    distinct_ids: int
    findings: tuple[CodeCount, ...]
    columns: tuple[ColumnErrors, ...]
    merges: bool
    more_rows: bool


@dataclass(frozen=True)
class Fewer:
    """Only the first `rows`, where more than `most` of all would have something to be told: that takes its time."""

    rows: int
    most: int


def preview(
    path: Path,
    mapping: MappingDocument,
    *,
    limit: int = 200,
    judge_trait: TraitJudge | None = None,
    fewer: Fewer | None = None,
) -> Preview:
    """What would become of the first `limit` rows; `judge_trait`: the notices about a trait number.

    Where a date can be read in two ways, its column is looked at for 20,000 rows. Raises FileProblem as a run does.
    """
    try:
        return _preview(path, mapping, limit, judge_trait, None, fewer)
    except UndecidedDate:
        orders = day_orders(path, mapping, limit=max(limit, ROWS_FOR_DATES), stop=never)
        return _preview(path, mapping, limit, judge_trait, orders, fewer)


def _preview(  # noqa: PLR0917 - what a preview is asked with, and what was found out for it
    path: Path,
    mapping: MappingDocument,
    limit: int,
    judge_trait: TraitJudge | None,
    orders: Mapping[str, DayOrder] | None,
    fewer: Fewer | None,
) -> Preview:
    with opened(path, mapping) as file:
        plan = make_plan(mapping, file.header, file.dialect, day_orders=orders, judge_trait=judge_trait)
        rows = FirstRows(plan, limit)
        # One row more shows whether others follow.
        Pipeline(plan, workers=1, block_bytes=BLOCK_BYTES).run(file.scanner, rows, limit=limit + 1)
    if not rows.judged:
        raise FileProblem("file.no_rows", NO_ROWS)
    rows.finish()
    if fewer is not None and sum(bool(row.bits) for row in rows.judged) > fewer.most:
        return _preview(path, mapping, fewer.rows, judge_trait, orders, None)
    explained = RowFindings(plan, rows.late)
    shown = [_shown(row, explained) for row in rows.judged]
    return Preview(
        header=file.header.names,
        rows=tuple(shown),
        lines=tuple(rows.lines),
        accepted=sum(rows.is_accepted(row) for row in rows.judged),
        refused=sum(not rows.is_accepted(row) for row in rows.judged),
        changed=sum(rows.is_changed(row) for row in rows.judged),
        distinct_ids=rows.distinct_ids,
        findings=tuple(CodeCount(code, severity, count) for code, severity, count in rows.findings()),
        columns=column_errors(file.header, [row.findings for row in shown]),
        merges=plan.merges,
        more_rows=rows.more,
    )


def _shown(row: JudgedRow, explained: RowFindings) -> PreviewRow:
    return PreviewRow(row.number, row.copy, row.lines, tuple(explained.of(row)))
