"""What would be sent of the first rows, made by the engine from choices that are not kept yet."""

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext

from ingest.aam.findings import FINDINGS, Severity
from ingest.crm.mapping import MappingDocument, MappingError, parse_mapping
from ingest.models import Batch
from ingest.services import files
from ingest.services.check_traits import trait_judge
from ingest.services.look import look_at_file_of
from ingest.services.reader import reader_to_json

if TYPE_CHECKING:
    from ingest.engine.preview import ColumnErrors, Fewer, Preview, PreviewRow

PROBLEM: Final = "problem"
MOST_ROWS: Final = 200
FEWEST_ROWS: Final = 20
# A preview answers while somebody types: fewer rows where many columns are sent.
_CELLS: Final = 4000
FIRST_ROWS: Final = 1000
# Where nearly every cell has a finding a row costs as much as fifty clean ones.
_CELLS_COUNTED: Final = 100_000
_ROWS_OFFERED: Final = 12
_CELLS_SHOWN: Final = 12
_COLUMNS_TOLD: Final = 6
_VALUES: Final = 5
# A row that has nothing in one column may have something in others, of which a preview of that column knows nothing.
_SILENT: Final = "record.nothing_to_send"


class Looks(Enum):
    """At how many rows: at as many as can be shown at once; at the first 1,000, which may take a second; at these if
    they take no longer than a page may.
    """

    BRIEFLY = auto()
    LONG = auto()
    LONG_IF_QUICK = auto()


@dataclass(frozen=True)
class ColumnTrouble:
    """What happens to the cells of one column: why, in how many rows, and the most frequent cells with their rows.

    `is_first`: of those of the column.
    """

    column: str
    position: int
    is_id: bool
    meaning: str
    what_to_do: str
    rows: int
    is_refused: bool
    values: tuple[tuple[str, int], ...]
    is_first: bool = False


@dataclass(frozen=True)
class Mark:
    """In how many of the first `whole` rows cells of a column leave their row out, or are changed.

    `is_told`: the page says more about it.
    """

    errors: int
    changes: int
    whole: int
    is_told: bool


@dataclass(frozen=True)
class RowTrouble:
    """Why rows are left out for what no single column shows, and how many."""

    meaning: str
    what_to_do: str
    rows: int


@dataclass(frozen=True)
class Shown:
    """One row of the file and its lines, and what the first rows show.

    `more_cells`: how many cells of the row are sent but not shown. `row` is the number of the row, `picked` what was
    asked for. `numbers` can be picked; `first_problem` is the first row that is not sent as it is, or None. `marks` are
    by position of the column. `is_counted`: no more rows will be looked at before the check of all.
    """

    numbers: tuple[int, ...]
    picked: str
    row: int
    first_problem: int | None
    cells: tuple[tuple[str, str], ...]
    more_cells: int
    lines: tuple[str, ...]
    why_not: tuple[str, ...]
    troubles: tuple[ColumnTrouble, ...]
    more_troubles: int
    row_troubles: tuple[RowTrouble, ...]
    refused: int
    looked_at: int
    marks: Mapping[int, Mark]
    is_counted: bool
    has_more_rows: bool


def preview_of(
    batch: Batch,
    mapping: Mapping[str, Any],
    picked: str,
    *,
    now: datetime,
    first: str = "",
    looks: Looks = Looks.BRIEFLY,
) -> Shown | None:
    """What would be sent with this mapping; None while nothing is matched. Raises FileProblem and FileGone.

    `picked`: the number of a row, or `problem` for the first one that is not sent as it is. `first`: the column
    whose cell is shown before the others. `looks`: at how many rows.
    """
    from ingest.engine.preview import preview  # noqa: PLC0415 - the engine takes a while to load

    if batch.upload is None:
        raise files.FileGone("none")
    # What was detected at the first look needs no second detection.
    examined = look_at_file_of(batch)
    positions = {look.name: look.position for look in examined.columns}
    reader = reader_to_json(examined.confirmed)
    try:
        document = parse_mapping({**mapping, "reader": reader})
    except MappingError:
        return None
    limit = _limit(document, looks)
    with files.local_copy(batch.upload.key) as path:
        judge, fewer = trait_judge(batch.workspace, document, now), _fewer(document, looks)
        seen = preview(path, document, limit=limit, judge_trait=judge, fewer=fewer)
    is_counted = not seen.more_rows or (looks is not Looks.BRIEFLY and len(seen.rows) >= limit)
    if not first:
        return replace(_shown(seen, document, picked, positions), is_counted=is_counted)
    seen = _of_one_column(seen, first)
    shown = _with_first(_shown(seen, document, picked, positions, first), seen, first)
    return replace(shown, is_counted=is_counted)


def _limit(document: MappingDocument, looks: Looks) -> int:
    columns = len(document.named_columns)
    if looks is Looks.BRIEFLY:
        return max(FEWEST_ROWS, min(MOST_ROWS, _CELLS // columns))
    return max(MOST_ROWS, min(FIRST_ROWS, _CELLS_COUNTED // columns))


def _fewer(document: MappingDocument, looks: Looks) -> "Fewer | None":
    from ingest.engine.preview import Fewer  # noqa: PLC0415 - the engine takes a while to load

    if looks is not Looks.LONG_IF_QUICK:
        return None
    # Every cell of a row that has a finding is looked at once more.
    return Fewer(_limit(document, Looks.BRIEFLY), _CELLS // len(document.named_columns))


def _shown(
    seen: "Preview", document: MappingDocument, picked: str, positions: Mapping[str, int], first: str = ""
) -> Shown:  # fmt: skip
    """`first`: only what is said about this column."""
    problem = next((row for row in seen.rows if _is_problem(row)), None)
    row = _picked(seen, picked, problem)
    cells = [(name, row.cells[place]) for place, name in _sent_places(seen, document) if place < len(row.cells)]
    ids = {item.column for item in document.ids}
    troubles = [_trouble(column, positions, ids) for column in seen.columns if column.severity is not Severity.NOTICE]
    troubles.sort(key=lambda trouble: (not trouble.is_refused, -trouble.rows))
    places = list(dict.fromkeys(trouble.position for trouble in troubles))
    told = [place for place in places if positions.get(first) == place] if first else places[:_COLUMNS_TOLD]
    return Shown(
        numbers=tuple(one.number for one in seen.rows[:_ROWS_OFFERED]),
        picked=PROBLEM if picked == PROBLEM and problem is not None else str(row.number),
        row=row.number,
        first_problem=problem.number if problem else None,
        cells=tuple(cells[:_CELLS_SHOWN]),
        more_cells=max(len(cells) - _CELLS_SHOWN, 0),
        lines=row.lines,
        why_not=_why(row) if not row.lines else (),
        troubles=tuple(_led(trouble for trouble in troubles if trouble.position in told)),
        more_troubles=0 if first else len(places) - len(told),
        row_troubles=() if first else _of_rows(seen),
        refused=seen.refused,
        looked_at=len(seen.rows),
        marks=_marks(seen, positions, told),
        is_counted=False,
        has_more_rows=seen.more_rows,
    )


def _marks(seen: "Preview", positions: Mapping[str, int], told: Container[int]) -> dict[int, Mark]:
    """A row counts once for a column, however many findings it has there; one that is left out is no change."""
    errors: Counter[str] = Counter()
    changes: Counter[str] = Counter()
    for row in seen.rows:
        if not row.findings:
            continue
        found = [one for one in row.findings if one.column and one.severity is not Severity.NOTICE]
        refused = {one.column or "" for one in found if one.severity is Severity.REFUSED}
        errors.update(refused)
        changes.update({one.column or "" for one in found} - refused)
    whole = len(seen.rows)
    return {
        positions[name]: Mark(errors[name], changes[name], whole, positions[name] in told)
        for name in {*errors, *changes}
    }  # fmt: skip


def _led(troubles: Iterable[ColumnTrouble]) -> Iterator[ColumnTrouble]:
    """The same; the first of a column is what its mark leads to."""
    led: set[int] = set()
    for trouble in troubles:
        yield replace(trouble, is_first=trouble.position not in led)
        led.add(trouble.position)


def _of_one_column(seen: "Preview", column: str) -> "Preview":
    """The preview without what can only be said of all columns together."""
    rows = tuple(
        replace(row, findings=tuple(finding for finding in row.findings if finding.code != _SILENT))
        for row in seen.rows
    )  # fmt: skip
    return replace(
        seen,
        rows=rows,
        refused=sum(
            any(one.column == column and one.severity is Severity.REFUSED for one in row.findings) for row in rows
        ),
        findings=tuple(one for one in seen.findings if one.code != _SILENT),
    )


def _with_first(shown: Shown, seen: "Preview", column: str) -> Shown:
    """The cell of this column before the others, whether it is sent or not."""
    row = next(row for row in seen.rows if row.number == shown.row)
    if column not in seen.header or len(row.cells) != len(seen.header):
        return shown
    cell = (column, row.cells[seen.header.index(column)])
    others = [other for other in shown.cells if other[0] != column]
    return replace(shown, cells=(cell, *others[: _CELLS_SHOWN - 1]))


def _is_problem(row: "PreviewRow") -> bool:
    told = any(finding.severity is not Severity.NOTICE for finding in row.findings)
    return told or bool(row.findings and not row.lines)


def _picked(seen: "Preview", picked: str, first: "PreviewRow | None") -> "PreviewRow":
    if picked == PROBLEM and first is not None:
        return first
    return next((row for row in seen.rows if str(row.number) == picked), seen.rows[0])


def _sent_places(seen: "Preview", document: MappingDocument) -> list[tuple[int, str]]:
    places = {name: place for place, name in enumerate(seen.header)}
    return [(places[name], name) for name in document.named_columns if name in places]


def _why(row: "PreviewRow") -> tuple[str, ...]:
    refusing = [finding for finding in row.findings if finding.severity is Severity.REFUSED]
    return tuple(dict.fromkeys(gettext(FINDINGS[finding.code].meaning) for finding in refusing))


def _of_rows(seen: "Preview") -> tuple[RowTrouble, ...]:
    told = {column.code for column in seen.columns}
    return tuple(
        RowTrouble(gettext(FINDINGS[one.code].meaning), gettext(FINDINGS[one.code].what_to_do), one.rows)
        for one in seen.findings
        if one.severity is Severity.REFUSED and one.code not in told
    )


def _trouble(found: "ColumnErrors", positions: Mapping[str, int], ids: Container[str]) -> ColumnTrouble:
    rule = FINDINGS[found.code]
    return ColumnTrouble(
        column=found.column,
        position=positions[found.column],
        is_id=found.column in ids,
        meaning=gettext(rule.meaning),
        what_to_do=gettext(rule.what_to_do),
        rows=found.rows,
        is_refused=found.severity is Severity.REFUSED,
        values=found.values[:_VALUES],
    )
