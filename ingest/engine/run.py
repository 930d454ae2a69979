"""A whole run: customer file and mapping in; parts, report and refused rows out."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypedDict, Unpack

from ingest.aam.words import gettext_noop
from ingest.crm.dates import DayOrder
from ingest.crm.mapping import Compression, MappingDocument
from ingest.engine.blocks import DEFAULT_BLOCK_BYTES
from ingest.engine.commit import KeepingCommit, LateCommit, VariantCommit
from ingest.engine.errors import FileProblem
from ingest.engine.evidence import day_orders
from ingest.engine.exact import TraitJudge, UndecidedDate
from ingest.engine.join import Joiner
from ingest.engine.ledger import IdLedger
from ingest.engine.merge import IdNumbers, MergingCommit
from ingest.engine.merging import LateRefusal
from ingest.engine.names import part_names, same_batch
from ingest.engine.opened import OpenedFile, opened
from ingest.engine.parts import BuiltPart, PartWriter, Seal, sealed
from ingest.engine.pipeline import Background, Building, Commit, Pipeline, Progress, Stop, never, nobody, silent
from ingest.engine.plan import Plan, make_plan
from ingest.engine.refused import RefusedWriter
from ingest.engine.report import make_report, write_report
from ingest.engine.seen import ColumnsSeen, summarise
from ingest.engine.spill import Spill
from ingest.engine.totals import TellNoticed, Totals
from ingest.engine.values import LeftOut, TellValues, columns_of_values
from ingest.engine.workspace import empty, publish, workspace

NO_ROWS = gettext_noop(
    "The file has a header but no row below it. Export it again, with the customers in it, and upload it again."
)
REPORT_NAME = "report.json"
REFUSED_NAME = "refused.csv"


class How(TypedDict, total=False):
    """How a run is done; but for `limit`, `judge_trait` and `seal`, none of it changes a line that is written.

    `limit`: only the first rows. `workers`: threads that judge, one per core when not given. `stop` is asked for every
    block; `progress` is told the bytes and rows read, `building` that rows are judged and files are made of them (again
    after each pass over the rows). `judge_trait`: the notices about a trait number. `seal` encrypts
    each part (compression "pgp"); without it such parts stay plain, to be sealed when they are sent. `values` is told
    how many rows have each value of the columns that have few, `noticed` how many are sent as they are although
    something was noticed in them.
    """

    limit: int | None
    workers: int | None
    block_bytes: int
    stop: Stop
    progress: Progress
    building: Building
    judge_trait: TraitJudge | None
    seal: Seal | None
    values: TellValues | None
    noticed: TellNoticed | None


@dataclass(frozen=True)
class Options:
    """`How`, complete."""

    limit: int | None = None
    workers: int | None = None
    block_bytes: int = DEFAULT_BLOCK_BYTES
    stop: Stop = never
    progress: Progress = silent
    building: Building = nobody
    judge_trait: TraitJudge | None = None
    seal: Seal | None = None
    values: TellValues | None = None
    noticed: TellNoticed | None = None


@dataclass(frozen=True)
class Judged:
    """What the passes over the rows found."""

    totals: Totals
    ledger: IdLedger
    columns: list[ColumnsSeen]
    records: int
    distinct_ids: int


@dataclass(frozen=True)
class Outcome:
    """What a run found and built, before anything has its final name."""

    judged: Judged
    parts: list[BuiltPart]
    customer_file: dict[str, Any]


def onboard(
    customer_file: Path, mapping: MappingDocument, out: Path, *, timestamp: int, **how: Unpack[How]
) -> dict[str, Any]:
    """Write parts, report.json and refused.csv into `out`; the report (sections 2 to 5 of the format).

    `timestamp`: seconds, UTC, for the names. Raises FileProblem (nothing could be made), Cancelled, OSError; nothing is
    left in `out` then but what was there.
    """
    options = Options(**how)
    with workspace(out) as folder:
        outcome = _Run(customer_file, mapping, folder, options).outcome()
        built = outcome.parts if options.seal is None else [sealed(part, options.seal) for part in outcome.parts]
        names = part_names(mapping, timestamp, len(built), is_sealed=options.seal is not None)
        parts = list(zip(names, built, strict=True))
        report = _report(outcome, parts)
        if options.noticed is not None:
            options.noticed(outcome.judged.totals.noticed)
        left_out = outcome.judged.totals.left_out
        if options.values is not None and left_out is not None:
            options.values(columns_of_values(outcome.judged.columns, left_out.seen))
        write_report(report, folder / REPORT_NAME)
        moves = [(part.path, name) for name, part in parts]
        moves.extend((folder / name, name) for name in (REFUSED_NAME, REPORT_NAME))
        publish(out, moves, stale=list(same_batch(out, mapping, timestamp)))
    return report


def _report(outcome: Outcome, parts: list[tuple[str, BuiltPart]]) -> dict[str, Any]:
    judged = outcome.judged
    return make_report(
        judged.totals,
        records=judged.records,
        distinct_ids=judged.distinct_ids,
        columns=summarise(judged.totals.plan.header.names, judged.columns),
        parts=parts,
        customer_file=outcome.customer_file,
    )


class _Run:
    """One run, up to the point where its results get their names."""

    def __init__(self, customer_file: Path, document: MappingDocument, folder: Path, options: Options) -> None:
        self._customer_file = customer_file
        self._document = document
        self._folder = folder
        self._options = options
        self._workers = options.workers or len(os.sched_getaffinity(0))
        self._day_orders: dict[str, DayOrder] | None = None

    def outcome(self) -> Outcome:
        """Read, judge and build everything.

        First as if no date could be read in two ways; at the first one that can, the date columns are looked at whole
        and the run begins anew.
        """
        try:
            return self._attempt()
        except UndecidedDate:
            options = self._options
            self._day_orders = day_orders(self._customer_file, self._document, limit=options.limit, stop=options.stop)
            empty(self._folder)
            return self._attempt()

    def _attempt(self) -> Outcome:
        output = self._document.output
        gzipped = output.compression is Compression.GZIP
        with (
            opened(self._customer_file, self._document) as file,
            PartWriter(self._folder, gzipped=gzipped, max_part_bytes=output.max_part_bytes) as parts,
            Background("compress") as background,
        ):
            plan = self._plan(file)
            judged = (self._merged if plan.merges else self._kept)(file, plan, parts, background)
            self._options.building()
            background.finish()
            if not judged.totals.rows:
                raise FileProblem("file.no_rows", NO_ROWS)
            self._note_variants(judged)
            limit = self._options.limit
            whole = limit is None or judged.totals.rows < limit
            return Outcome(judged, parts.finish(), file.describe(whole=whole))

    def _plan(self, file: OpenedFile) -> Plan:
        return make_plan(
            self._document,
            file.header,
            file.dialect,
            day_orders=self._day_orders,
            judge_trait=self._options.judge_trait,
        )

    def _pass(self, file: OpenedFile, plan: Plan, commit: Commit, stop: Stop | None = None) -> list[ColumnsSeen]:
        """Send all rows (or the first ones) through the judges and into `commit`."""
        options = self._options
        pipeline = Pipeline(plan, workers=self._workers, block_bytes=options.block_bytes, stop=options.stop)
        pipeline.run(file.scanner, commit, limit=options.limit, progress=options.progress, enough=stop or never)
        return [judge.seen for judge in pipeline.judges]

    def _totals(self, plan: Plan) -> Totals:
        return Totals(plan, None if self._options.values is None else LeftOut(plan))

    def _kept(self, file: OpenedFile, plan: Plan, parts: PartWriter, background: Background) -> Judged:
        """One record per row."""
        totals, ledger = self._totals(plan), IdLedger()
        with RefusedWriter(self._folder / REFUSED_NAME, plan, totals.refusing) as refused:
            size = file.source.size if self._options.limit is None else 0
            commit = KeepingCommit(totals, ledger, refused, parts, background, size)
            columns = self._pass(file, plan, commit)
        return Judged(totals, ledger, columns, totals.accepted, ledger.distinct_sent)

    def _merged(self, file: OpenedFile, plan: Plan, parts: PartWriter, background: Background) -> Judged:
        """All rows of one ID in one record."""
        totals, ledger, numbers = self._totals(plan), IdLedger(), IdNumbers()
        with Spill(self._folder / "spill", background) as spill:
            with RefusedWriter(self._folder / REFUSED_NAME, plan, totals.refusing) as refused:
                columns = self._pass(file, plan, MergingCommit(totals, ledger, refused, spill, numbers))
            self._options.building()
            joiner = Joiner(
                spill, parts, background, workers=self._workers, stop=self._options.stop,
                conflicts=plan.layout.checks_conflicts,
            )  # fmt: skip
            joiner.write_all()
        if joiner.refusals:
            totals = self._with_late_refusals(joiner.refusals)
        totals.items = joiner.items
        return Judged(totals, ledger, columns, joiner.records, numbers.count)

    def _with_late_refusals(self, refusals: Mapping[int, LateRefusal]) -> Totals:
        """Count and write the refused rows anew, now that it is known which rows their ID's other rows hold back."""
        (self._folder / REFUSED_NAME).unlink()
        with opened(self._customer_file, self._document) as file:
            plan = self._plan(file)
            totals = self._totals(plan)
            with RefusedWriter(self._folder / REFUSED_NAME, plan, totals.refusing) as refused:
                self._pass(file, plan, LateCommit(totals, refused, refusals))
        return totals

    def _note_variants(self, judged: Judged) -> None:
        """Rows whose ID also occurs in other case: how many, and the first of them in a second look."""
        rows = judged.ledger.rows_with_variants() if judged.totals.plan.layout.folds_ids else 0
        if not rows:
            return
        with opened(self._customer_file, self._document) as file:
            plan = self._plan(file)
            look = VariantCommit(Totals(plan), judged.ledger, [])
            self._pass(file, plan, look, look.done)
        judged.totals.set_variants(rows, look.samples)
