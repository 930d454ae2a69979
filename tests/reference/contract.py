"""`read_contract`: the whole contract for one customer file, one row at a time."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from tests.reference import records, refused
from tests.reference.characters import SAMPLE_CHARACTERS, shown, trim
from tests.reference.dates import column_order
from tests.reference.document import Plan, read_document
from tests.reference.header import header_problem
from tests.reference.judge import judge_row
from tests.reference.pieces import before_date, pieces
from tests.reference.reader import Row, decode, header_cells, read_rows
from tests.reference.result import Column, Counts, Finding, ReferenceResult, RefusedRow, Sample
from tests.reference.verdict import CODES, Item, Verdict

SAMPLES_PER_CODE = 10
SAMPLES_PER_COLUMN = 5


def read_contract(
    data: bytes, mapping: dict[str, Any], *, limit: int | None = None, skip_blanks_before_quote: bool = False
) -> ReferenceResult:
    """Everything that the contract says about a customer file; `mapping["reader"]` says how to read it."""
    plan = read_document(mapping, skip_blanks_before_quote=skip_blanks_before_quote)
    text = decode(data, plan.encoding)
    if trim(text) == "":
        return ReferenceResult(problem="file.empty")
    header = header_cells(text, plan.dialect)
    uploaded_again = refused.is_refused_file(header)
    if uploaded_again:
        header = refused.original_cells(header)
    _, *rows = read_rows(text, plan.dialect)
    names = tuple(trim(name) for name in header)
    problem = header_problem(names, plan.named_columns) or ("" if rows else "file.no_rows")
    if problem:
        return ReferenceResult(problem=problem)
    verdicts = [_start(row, len(header), plan, uploaded_again=uploaded_again) for row in rows[:limit]]
    return _result(verdicts, header, plan)


def _start(row: Row, width: int, plan: Plan, *, uploaded_again: bool) -> Verdict:
    """The row as the reader left it: refused, or with as many cells as the header."""
    unsafe_is_refused = plan.unsafe_values == "reject"
    if row.cells is None:
        verdict = Verdict(row.number, (row.shown,), unsafe_is_refused, readable=False)
        verdict.note("row.unreadable", None, row.shown)
        return verdict
    cells = refused.original_cells(row.cells) if uploaded_again else row.cells
    verdict = Verdict(row.number, cells, unsafe_is_refused)
    if len(cells) > width or (len(cells) < width and not plan.pad_short_rows):
        verdict.readable = False
        code = "row.too_many_fields" if len(cells) > width else "row.too_few_fields"
        verdict.note(code, None, f"{len(cells)} fields")
    return verdict


def _result(verdicts: list[Verdict], header: tuple[str, ...], plan: Plan) -> ReferenceResult:
    names = tuple(trim(name) for name in header)
    readable = [verdict for verdict in verdicts if verdict.readable]
    tables = [_padded(verdict.fields, len(names)) for verdict in readable]
    places = {name: names.index(name) for name in plan.named_columns}
    orders = [_date_order([cells[places[mapped.column]] for cells in tables], mapped) for mapped in plan.columns]
    for verdict, cells in zip(readable, tables, strict=True):
        judge_row(verdict, {name: cells[place] for name, place in places.items()}, plan, orders)
    _note_case_variants(readable, plan)
    if plan.merge:
        lines, sent = records.merge(readable)
    else:
        lines, sent = records.keep(readable, separator="," if plan.kind == "traits" else "\t")
    return ReferenceResult(
        lines=tuple(lines),
        refused_header=(*refused.LEADING_NAMES, *(refused.guarded(name) for name in names)),
        refused=tuple(_refused_row(verdict) for verdict in verdicts if verdict.refusals),
        counts=_counts(verdicts, lines, sent),
        findings=_findings(verdicts),
        columns=tuple(_column(name, [cells[place] for cells in tables]) for place, name in enumerate(names)),
    )


def _padded(cells: tuple[str, ...], width: int) -> tuple[str, ...]:
    return cells + ("",) * (width - len(cells))


def _date_order(cells: Iterable[str], mapped: Any) -> str | None:
    """What the dates of one mapped column prove about the order of day and month."""
    if "date_iso" not in mapped.transforms:
        return None
    found = [piece for cell in cells for piece in pieces(cell, mapped.split)]
    return column_order(before_date(piece, mapped.transforms) for piece in found)


def _note_case_variants(readable: Sequence[Verdict], plan: Plan) -> None:
    if plan.ids[0].type != "customer_id":
        return
    spellings: dict[str, set[str]] = {}
    for verdict in readable:
        spellings.setdefault(verdict.user_id.lower(), set()).add(verdict.user_id)
    for verdict in readable:
        if verdict.user_id and len(spellings[verdict.user_id.lower()]) > 1:
            verdict.note("id.case_variant", verdict.id_column, verdict.user_id)


def _refused_row(verdict: Verdict) -> RefusedRow:
    fields = tuple(refused.guarded(cell) for cell in verdict.fields)
    return RefusedRow(verdict.number, verdict.refusals, fields)


def _counts(verdicts: Sequence[Verdict], lines: Sequence[str], sent: Sequence[Item]) -> Counts:
    accepted = [verdict for verdict in verdicts if not verdict.refusals]
    kinds = Counter(item.kind for item in sent)
    return Counts(
        rows=len(verdicts),
        accepted=len(accepted),
        refused=len(verdicts) - len(accepted),
        changed=sum(verdict.changed for verdict in accepted),
        records=len(lines),
        signal=kinds["signal"],
        d_sid=kinds["d_sid"],
        d_unsid=kinds["d_unsid"],
        ic=kinds["ic"],
        distinct_ids=len({verdict.user_id for verdict in accepted}),
    )


def _findings(verdicts: Sequence[Verdict]) -> dict[str, Finding]:
    findings: dict[str, Finding] = {}
    for code in CODES:
        having = [verdict for verdict in verdicts if code in verdict.notes]
        samples = tuple(_sample(verdict, code) for verdict in having[:SAMPLES_PER_CODE])
        if having:
            findings[code] = Finding(len(having), samples)
    return findings


def _sample(verdict: Verdict, code: str) -> Sample:
    column, value = verdict.notes[code]
    return Sample(verdict.number, column, shown(value))


def _column(name: str, cells: Iterable[str]) -> Column:
    filled = [cell for cell in map(trim, cells) if cell]
    different = list(dict.fromkeys(filled))
    shown = tuple(value[:SAMPLE_CHARACTERS] for value in different[:SAMPLES_PER_COLUMN])
    return Column(name, len(filled), len(different), shown)
