"""What the reference says about one customer file."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Sample:
    """One place where a finding was seen: spreadsheet row, column name (None for the whole row), the found value."""

    row: int
    column: str | None
    value: str


@dataclass(frozen=True)
class Finding:
    """How many rows have the finding, and the first ten of them."""

    rows: int
    samples: tuple[Sample, ...]


@dataclass(frozen=True)
class RefusedRow:
    """One data line of `refused.csv`, without the words of `what to do`."""

    row: int
    codes: tuple[str, ...]
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Column:
    """What the file's column holds, over the rows that could be read."""

    name: str
    filled: int
    distinct: int
    samples: tuple[str, ...]


@dataclass(frozen=True)
class Counts:
    """The numbers at the top of `report.json`."""

    rows: int = 0
    accepted: int = 0
    refused: int = 0
    changed: int = 0
    records: int = 0
    signal: int = 0
    d_sid: int = 0
    d_unsid: int = 0
    ic: int = 0
    distinct_ids: int = 0


@dataclass(frozen=True)
class ReferenceResult:
    """Everything that can be compared with the engine; `problem` is a `file.*` code and then nothing else is set."""

    lines: tuple[str, ...] = ()
    refused_header: tuple[str, ...] = ()
    refused: tuple[RefusedRow, ...] = ()
    counts: Counts = Counts()
    findings: dict[str, Finding] = field(default_factory=dict)
    columns: tuple[Column, ...] = ()
    problem: str | None = None
