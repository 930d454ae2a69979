"""The subject of all benchmarks: the engine as a whole process, through the command line that users have."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.errors import BenchError
from bench.mappings import Document, customers
from bench.measure import Measurement, run
from bench.workshop import PROJECT, Kind, Workshop

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

TIMESTAMP = 1_700_000_000
COMMAND = (sys.executable, str(PROJECT / "manage.py"), "onboard")
SMALL_ROWS = 1000


@dataclass(frozen=True)
class Job:
    """A customer file of `rows` rows and a mapping document for it."""

    source: Path
    mapping: Path
    rows: int


@dataclass(frozen=True)
class Outcome:
    """What a run took and what it reported."""

    measurement: Measurement
    report: Mapping[str, object]

    @property
    def distinct_ids(self) -> int:
        """The different IDs among the accepted rows."""
        distinct = self.report["distinct_ids"]
        assert isinstance(distinct, int)
        return distinct


@dataclass(frozen=True)
class Engine:
    """Runs jobs; an answer that cannot be right is an error, however quick it was."""

    workshop: Workshop
    command: tuple[str, ...] = COMMAND

    def run(self, job: Job, *, whole_tree: bool = False) -> Outcome:
        """One run into an empty folder; raises BenchError when it fails or reports other rows than there are."""
        out = self.workshop.empty_output()
        arguments = [str(job.source), "--mapping", str(job.mapping), "--out", str(out), "--timestamp", str(TIMESTAMP)]
        measurement = run([*self.command, *arguments], whole_tree=whole_tree)
        report = json.loads((out / "report.json").read_text(encoding="utf-8"))
        check(report, job.rows)
        return Outcome(measurement, report)

    def measure(self, job: Job) -> Measurement:
        """As `run`, for those who need no report."""
        return self.run(job).measurement

    def job(self, kind: Kind, rows: int, name: str, document: Document) -> Job:
        """The input of that kind and size with a mapping; the input is made where it is missing."""
        return Job(self.workshop.input(kind, rows), self.workshop.mapping(name, document), rows)

    def warm_up(self) -> None:
        """A run over a small file: compiled code is in its cache when the counted runs begin."""
        self.run(self.job(Kind.CUSTOMERS, SMALL_ROWS, "customers", customers()))


def check(report: Mapping[str, object], rows: int) -> None:
    """Raise BenchError unless every row is accounted for and most rows were sent."""
    accepted, refused = report["accepted"], report["refused"]
    assert isinstance(accepted, int)
    assert isinstance(refused, int)
    if report["rows"] != rows or accepted + refused != rows:
        raise BenchError(f"of {rows} rows the report has {report['rows']}: {accepted} accepted, {refused} refused")
    if accepted < 0.9 * rows - SMALL_ROWS / 2:
        raise BenchError(f"only {accepted} of {rows} rows were accepted; the inputs have far less dirt than that")
