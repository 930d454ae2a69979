"""A preview is the plan of a run over fewer rows: the same lines, the same findings, without a file."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ingest.aam.findings import Severity
from ingest.crm.mapping import MappingDocument, parse_mapping
from ingest.engine import preview as module
from ingest.engine.errors import FileProblem
from ingest.engine.preview import Preview, PreviewRow, preview
from ingest.engine.run import onboard
from tests.fixtures.crm.hostile import HostileFile, hostile_files
from tests.reference.example import add_traits, hashed_emails, id_sync, remove_traits, signal, trait_if, traits
from tests.reference.examples import EXAMPLES
from tests.reference.generator import generate

TIMESTAMP = 1_700_000_000
FILES: list[HostileFile] = list(hostile_files())


def _file(folder: Path, data: bytes | str, name: str = "customers.csv") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def _preview(folder: Path, data: bytes | str, mapping: dict[str, Any], **how: Any) -> Preview:
    return preview(_file(folder, data), parse_mapping(mapping), **how)


def _lines(report: dict[str, Any], out: Path) -> list[str]:
    whole = b"".join((out / part["name"]).read_bytes() for part in report["parts"])
    return whole.decode().split("\n")[:-1]


def _refused(out: Path) -> dict[int, list[str]]:
    with (out / "refused.csv").open(encoding="utf-8-sig", newline="") as file:
        return {int(row[0]): row[1].split(";") for row in list(csv.reader(file))[1:]}


def _differences(found: Preview, report: dict[str, Any], out: Path) -> Iterator[str]:
    """Where a preview and a run over the same rows disagree."""
    pairs = {
        "lines": (list(found.lines), _lines(report, out)),
        "counts": (
            [len(found.rows), found.accepted, found.refused, found.changed, len(found.lines), found.distinct_ids],
            [report[name] for name in ("rows", "accepted", "refused", "changed", "records", "distinct_ids")],
        ),
        "findings": (
            [(one.code, str(one.severity), one.rows) for one in found.findings],
            [(one["code"], one["severity"], one["rows"]) for one in report["findings"]],
        ),
        "refused rows": (
            {row.number: _codes(row, Severity.REFUSED) for row in found.rows if row.line is None},
            _refused(out),
        ),
        "samples": (_first_samples(found), _reported_samples(report)),
    }
    for name, (here, there) in pairs.items():
        if here != there:
            yield f"{name}: preview {here!r}, run {there!r}"


def _codes(row: PreviewRow, severity: Severity) -> list[str]:
    return list(dict.fromkeys(finding.code for finding in row.findings if finding.severity is severity))


def _first_samples(found: Preview) -> dict[str, list[tuple[int, str | None, str, str]]]:
    samples: dict[str, list[tuple[int, str | None, str, str]]] = {}
    for row in found.rows:
        first = {one.code: one for one in reversed(row.findings)}
        for code, one in first.items():
            samples.setdefault(code, []).append((row.number, one.column, one.value, one.expected))
    return {code: some[:10] for code, some in samples.items()}


def _reported_samples(report: dict[str, Any]) -> dict[str, list[tuple[int, str | None, str, str]]]:
    return {
        one["code"]: [(each["row"], each["column"], each["value"], each["expected"]) for each in one["samples"]]
        for one in report["findings"]
    }


def _found_or_problem(path: Path, document: MappingDocument, limit: int) -> Preview | str:
    try:
        return preview(path, document, limit=limit)
    except FileProblem as problem:
        return problem.code


def _report_or_problem(path: Path, document: MappingDocument, out: Path, limit: int) -> dict[str, Any] | str:
    try:
        return onboard(path, document, out, timestamp=TIMESTAMP, limit=limit)
    except FileProblem as problem:
        return problem.code


def _assert_like_a_run(folder: Path, data: bytes, mapping: dict[str, Any], limit: int) -> Preview | str:
    path = _file(folder, data)
    document = parse_mapping({**mapping, "output": {"compression": "none"}})
    found = _found_or_problem(path, document, limit)
    report = _report_or_problem(path, document, folder / "out", limit)
    if isinstance(found, str) or isinstance(report, str):
        assert found == report
    else:
        assert list(_differences(found, report, folder / "out")) == []
    return found


@pytest.fixture(autouse=True)
def _dates_are_looked_at_as_a_run_over_few_rows_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ROWS_FOR_DATES", 0)


@pytest.mark.parametrize("first", range(0, 240, 20))
def test_a_preview_of_a_dirty_file_is_what_a_run_over_the_same_rows_makes(tmp_path: Path, first: int) -> None:
    seen = 0
    for seed in range(first, first + 20):
        case = generate(seed)
        limit = (1, 3, 10, 1000)[seed % 4]
        seen += isinstance(_assert_like_a_run(tmp_path / str(seed), case.data, case.mapping, limit), Preview)
    assert seen > 10


def test_the_dirty_files_have_mappings_of_every_kind() -> None:
    mappings = [generate(seed).mapping for seed in range(240)]
    assert {(one["kind"], one.get("repeated_ids") == "merge") for one in mappings} >= {
        ("traits", False), ("traits", True), ("id_sync", False), ("hashed_emails", False),
    }  # fmt: skip


@pytest.mark.parametrize("one", EXAMPLES, ids=lambda one: one.name)
def test_a_preview_reads_each_sentence_of_the_contract_as_a_run_does(tmp_path: Path, one: Any) -> None:
    _assert_like_a_run(tmp_path, one.file, one.mapping, one.limit or 1000)


@pytest.mark.parametrize("data", [data for _, data, _ in FILES], ids=[name for name, _, _ in FILES])
def test_a_preview_of_a_hostile_file_is_what_a_run_makes(tmp_path: Path, data: bytes) -> None:
    column = "crm_id" if b"crm_id" in data else "id"
    mapping = traits(signal("name", transforms=["lower"]), signal("city"))
    mapping = {**mapping, "id": {"column": column, "type": "customer_id"}, "reader": {"short_rows": "pad"}}
    if column == "crm_id":
        mapping["columns"] = [signal("city"), signal("email")]
    _assert_like_a_run(tmp_path / "folder", data, mapping, 5)


CITIES = ("Rome", '"Oslo, NO"', "", "a@example.com")
CUSTOMERS = "id,city,segments,left,mail\n" + "".join(
    f"u{n % 40},{CITIES[n % 4]},{n % 11 + 10}|{n % 5 + 1},{n % 9 + 1 if n % 3 else ''},p{n}@example.com\n"
    for n in range(400)
)
MAPPINGS: dict[str, dict[str, Any]] = {
    "keep": traits(signal("city"), add_traits("segments", split="|"), remove_traits("left")),
    "reject": traits(signal("city"), unsafe_values="reject"),
    "trait if": traits(trait_if("city", values={"Rome": {"add": [77], "remove": [78]}})),
    "overwrite": traits(add_traits("segments", split="|"), mode="overwrite", repeated_ids="keep"),
    "merge": traits(signal("city"), add_traits("segments", split="|"), remove_traits("left"), repeated_ids="merge"),
    "id sync": id_sync(
        {"column": "id", "type": "customer_id", "dpid": 478}, {"column": "city", "type": "customer_id", "dpid": 479},
        allow_customer_id_first=True,
    ),
    "hashed e-mails": hashed_emails({"column": "mail", "hashed": False}),
}  # fmt: skip


@pytest.mark.parametrize("limit", [1, 39, 200])
@pytest.mark.parametrize("kind", [kind for kind in MAPPINGS if kind != "merge"])
def test_the_lines_of_a_preview_are_the_first_ones_of_the_whole_run(tmp_path: Path, kind: str, limit: int) -> None:
    path = _file(tmp_path, CUSTOMERS)
    document = parse_mapping(MAPPINGS[kind])
    report = onboard(path, document, tmp_path / "out", timestamp=TIMESTAMP)
    found = preview(path, document, limit=limit)
    assert (len(found.rows), found.more_rows) == (limit, True)
    assert found.lines
    assert list(found.lines) == _lines(report, tmp_path / "out")[: len(found.lines)]
    assert [row.line for row in found.rows if row.line is not None] == list(found.lines)


def test_merged_lines_of_a_preview_begin_as_those_of_the_whole_run(tmp_path: Path) -> None:
    path = _file(tmp_path, CUSTOMERS)
    document = parse_mapping(MAPPINGS["merge"])
    report = onboard(path, document, tmp_path / "out", timestamp=TIMESTAMP)
    whole = {line.partition("\t")[0]: line for line in _lines(report, tmp_path / "out")}
    found = preview(path, document, limit=20)
    assert found.merges
    assert len(found.lines) > 10
    assert all(whole[line.partition("\t")[0]].startswith(line) for line in found.lines)


def test_a_preview_is_the_same_however_the_file_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = [_preview(tmp_path, CUSTOMERS, mapping) for mapping in MAPPINGS.values()]
    monkeypatch.setattr(module, "BLOCK_BYTES", 64)
    monkeypatch.setattr("ingest.engine.opened._HEADER_ROOM", 64)
    assert [_preview(tmp_path, CUSTOMERS, mapping) for mapping in MAPPINGS.values()] == whole


def test_a_preview_writes_nothing(tmp_path: Path) -> None:
    for mapping in MAPPINGS.values():
        _preview(tmp_path, CUSTOMERS, mapping)
    assert [path.name for path in tmp_path.iterdir()] == ["customers.csv"]


def test_the_comparison_with_a_run_sees_a_difference(tmp_path: Path) -> None:
    path = _file(tmp_path, "id,a\nA,x\n")
    report = onboard(path, parse_mapping(traits(signal("a"))), tmp_path / "out", timestamp=TIMESTAMP)
    other = _preview(tmp_path / "other", "id,a\nA,y\n,y\n", traits(signal("a")))
    assert len(list(_differences(other, json.loads(json.dumps(report)), tmp_path / "out"))) >= 4
