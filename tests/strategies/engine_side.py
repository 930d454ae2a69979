"""The engine, asked the way the reference is: the files that it wrote, read back into a `ReferenceResult`."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.crm.mapping import MappingDocument, parse_mapping
from ingest.engine.errors import FileProblem
from ingest.engine.run import onboard
from ingest.engine.source import open_customer_file
from tests.reference.contract import read_contract
from tests.reference.refused import parse_refused_file
from tests.reference.result import Column, Counts, Finding, ReferenceResult, RefusedRow, Sample

TIMESTAMP = 1_700_000_000


@dataclass(frozen=True)
class Way:
    """One way of running the engine: how many workers, and how many bytes a block has (None: its own choice)."""

    workers: int = 1
    block_bytes: int | None = None


def judge(data: bytes, mapping: dict[str, Any], *, limit: int | None, way: Way, folder: Path) -> list[str]:
    """Where the engine differs from the reference over this file; `folder` is empty or not there yet."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "customers.csv"
    file.write_bytes(data)
    document = parse_mapping(mapping)
    blanks = _skips_blanks_before_quotes(file, document)
    expected = read_contract(data, mapping, limit=limit, skip_blanks_before_quote=blanks)
    return differences(expected, run_engine(file, document, folder / "out", limit=limit, way=way))


def _skips_blanks_before_quotes(file: Path, document: MappingDocument) -> bool:
    """That is detected and can't be told: the reference has to be told what was detected."""
    try:
        with open_customer_file(file, reader=document.reader, wanted_columns=document.named_columns) as source:
            return source.dialect.skip_blanks_before_quote
    except FileProblem:
        return False


def run_engine(
    file: Path, document: MappingDocument, out: Path, *, limit: int | None = None, way: Way | None = None
) -> ReferenceResult:
    """What the engine says about the file, and what lies in `out` afterwards."""
    way = way or Way()
    out.mkdir()
    sizes: dict[str, Any] = {} if way.block_bytes is None else {"block_bytes": way.block_bytes}
    try:
        report = onboard(file, document, out, timestamp=TIMESTAMP, limit=limit, workers=way.workers, **sizes)
    except FileProblem as problem:
        assert list(out.iterdir()) == [], "a run that makes nothing must leave nothing"
        return ReferenceResult(problem=problem.code)
    assert json.loads((out / "report.json").read_bytes()) == json.loads(json.dumps(report))
    assert report["rows"] == report["accepted"] + report["refused"]
    header, refused = _refused_rows(out / "refused.csv")
    return ReferenceResult(
        lines=_lines(report, out),
        refused_header=header,
        refused=refused,
        counts=_counts(report),
        findings={found["code"]: _finding(found) for found in report["findings"]},
        columns=tuple(
            Column(column["name"], column["filled"], column["distinct"], tuple(column["samples"]))
            for column in report["columns"]
        ),
    )


def _lines(report: dict[str, Any], out: Path) -> tuple[str, ...]:
    """The lines of all parts, each part checked against what the report says about it."""
    whole = b""
    for part in report["parts"]:
        raw = (out / part["name"]).read_bytes()
        assert raw.endswith(b"\n"), "no part is empty, and every record ends with LF"
        assert part["sha256"] == hashlib.sha256(raw).hexdigest()
        assert (part["bytes"], part["records"]) == (len(raw), raw.count(b"\n"))
        whole += raw
    return tuple(line + "\n" for line in whole.decode("utf-8", "backslashreplace").split("\n")[:-1])


def _counts(report: dict[str, Any]) -> Counts:
    names = ("rows", "accepted", "refused", "changed", "records", "distinct_ids")
    return Counts(**{name: report[name] for name in names}, **report["items"])


def _finding(found: dict[str, Any]) -> Finding:
    samples = tuple(Sample(sample["row"], sample["column"], sample["value"]) for sample in found["samples"])
    return Finding(found["rows"], samples)


def _refused_rows(file: Path) -> tuple[tuple[str, ...], tuple[RefusedRow, ...]]:
    header, *rows = parse_refused_file(file.read_bytes())
    assert all(row[2].strip() for row in rows), "every refused row says what to do"
    return header, tuple(RefusedRow(int(row[0]), tuple(row[1].split(";")), row[3:]) for row in rows)


def differences(expected: ReferenceResult, found: ReferenceResult) -> list[str]:
    """One line for each thing that differs; nothing when they agree."""
    if expected.problem or found.problem:
        return _unlike("problem", expected.problem, found.problem)
    out = _unlike("counts", expected.counts, found.counts)
    out += _unlike("header of refused.csv", expected.refused_header, found.refused_header)
    out += _first_unlike("record", expected.lines, found.lines)
    out += _first_unlike("refused row", expected.refused, found.refused)
    out += _first_unlike("column", expected.columns, found.columns)
    for code in sorted(expected.findings.keys() | found.findings.keys()):
        out += _unlike(code, expected.findings.get(code), found.findings.get(code))
    return out


def _unlike(name: str, expected: object, found: object) -> list[str]:
    return [] if expected == found else [f"{name}:\n  expected {_brief(expected)}\n  found    {_brief(found)}"]


def _first_unlike(name: str, expected: tuple[object, ...], found: tuple[object, ...]) -> list[str]:
    """The first place where two sequences differ."""
    for place in range(max(len(expected), len(found))):
        pair = [sequence[place] if place < len(sequence) else None for sequence in (expected, found)]
        if pair[0] != pair[1]:
            return _unlike(f"{name} {place + 1} of {len(expected)} expected and {len(found)} found", *pair)
    return []


def _brief(thing: object) -> str:
    text = repr(thing)
    return text if len(text) <= 2000 else f"{text[:1000]} … {text[-900:]}"
