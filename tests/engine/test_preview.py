"""A preview is the plan of a run over fewer rows: the same lines, the same findings, without a file."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ingest.aam.findings import FINDINGS, Severity
from ingest.crm.mapping import MappingDocument, parse_mapping
from ingest.engine import preview as module
from ingest.engine.errors import FileProblem
from ingest.engine.preview import ColumnErrors, Preview, PreviewRow, RowFinding, preview
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


def test_rows_of_one_id_show_the_line_they_share(tmp_path: Path) -> None:
    text = "id,city,t,left\nA,Rome,1,\nB,Oslo,,\nA,Bari,2,\nA,Ulm,,1\n"
    mapping = traits(signal("city"), add_traits("t"), remove_traits("left"), repeated_ids="merge")
    found = _preview(tmp_path, text, mapping)
    shared = 'A\t"city"="Rome",d_sid=1,"city"="Bari",d_sid=2'
    assert [row.line for row in found.rows] == [shared, 'B\t"city"="Oslo"', shared, None]
    assert found.rows[3].findings == (
        RowFinding("trait.conflict", Severity.REFUSED, "left", "1", FINDINGS["trait.conflict"].expected),
    )
    assert (found.accepted, found.refused, found.distinct_ids) == (3, 1, 2)


def test_an_id_whose_items_need_several_lines_shows_them_all(tmp_path: Path) -> None:
    text = "id,note\n" + "".join(f"A,{n} {'w' * 60_000}\n" for n in range(3))
    found = _preview(tmp_path, text, traits(signal("note"), repeated_ids="merge"))
    assert [len(row.lines) for row in found.rows] == [3, 3, 3]
    assert found.rows[0].lines == found.lines


def test_a_row_is_shown_with_its_cells_and_everything_found_in_it(tmp_path: Path) -> None:
    text = 'id,city,mail,note\n A1 ," ""x"", y",a@example.com,b@example.com\nA2,Rome,,\n'
    found = _preview(tmp_path, text, traits(signal("city"), signal("mail"), signal("note")))
    assert found.header == ("id", "city", "mail", "note")
    assert found.rows[0].number == 2
    assert found.rows[0].cells == (" A1 ", ' "x", y', "a@example.com", "b@example.com")
    assert [(one.code, one.column, one.value) for one in found.rows[0].findings] == [
        ("value.unsafe_characters", "city", '"x", y'),
        ("value.email", "mail", "a@example.com"),
        ("value.email", "note", "b@example.com"),
    ]
    assert found.rows[1] == PreviewRow(3, ("A2", "Rome", "", ""), ('A2\t"city"="Rome"',), ())


def test_errors_are_counted_for_each_column_with_the_values_behind_them(tmp_path: Path) -> None:
    rows = ["A1,x|x,Rome", "A2,x|7,a@example.com", "A3,y,Rome", "a:4,1,Oslo", ",1,"]
    mapping = traits(add_traits("t", split="|"), signal("city"))
    found = _preview(tmp_path, "id,t,city\n" + "\n".join(rows) + "\n", mapping)
    refused = Severity.REFUSED
    assert found.columns == (
        ColumnErrors("id", "id.missing", refused, 1, (("", 1),)),
        ColumnErrors("id", "id.colon", refused, 1, (("a:4", 1),)),
        ColumnErrors("t", "trait.not_a_number", refused, 3, (("x", 2), ("y", 1))),
        ColumnErrors("city", "value.email", refused, 1, (("a@example.com", 1),)),
    )


def test_only_the_most_frequent_values_are_kept(tmp_path: Path) -> None:
    text = "id,t\n" + "".join(f"A{n},x{n % 25}\n" for n in range(60)) + "B,x24\nC,x24\n"
    (errors,) = _preview(tmp_path, text, traits(add_traits("t"))).columns
    assert (errors.rows, len(errors.values)) == (62, 10)
    assert errors.values[0] == ("x24", 4)


def test_rows_that_cannot_be_read_are_shown_as_far_as_they_can(tmp_path: Path) -> None:
    found = _preview(tmp_path, b'id,a\n1,"x"y\n2\n3,caf\xe9\n4,x\n', traits(signal("a")))
    assert [(row.number, row.cells, row.line) for row in found.rows] == [
        (2, ('1,"x"y',), None), (3, ("2",), None), (4, ("3", "caf\ufffd"), None), (5, ("4", "x"), '4\t"a"="x"'),
    ]  # fmt: skip
    assert [one.value for row in found.rows for one in row.findings] == ['1,"x"y', "1 fields", "3,caf\ufffd"]


def test_ids_in_other_case_and_too_many_records_are_noticed_among_the_rows(tmp_path: Path) -> None:
    text = "id,a\n" + "A,x\n" * 202 + "a,x\n"
    found = _preview(tmp_path, text, traits(signal("a")), limit=1000)
    assert {one.code: one.rows for one in found.findings} == {"id.too_many_lines": 2, "id.case_variant": 203}
    assert [row.number for row in found.rows if row.line is None] == [202, 203]


def test_the_order_of_day_and_month_is_looked_for_further_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "id,when\n" + "A,5/6/2024\n" * 30 + "B,25/12/2024\n"
    mapping = traits(signal("when", transforms=["date_iso"]))
    assert _preview(tmp_path, text, mapping, limit=5).lines == ()
    monkeypatch.setattr(module, "ROWS_FOR_DATES", 20_000)
    assert _preview(tmp_path, text, mapping, limit=5).lines == ('A\t"when"="2024-06-05"',) * 5


def test_notices_about_traits_come_from_the_catalogue_that_is_given(tmp_path: Path) -> None:
    found = _preview(
        tmp_path,
        "id,t\nA,24\nB,25\n",
        traits(add_traits("t")),
        judge_trait=lambda trait: ("trait.unknown",) if trait == "25" else (),
    )
    assert [[one.code for one in row.findings] for row in found.rows] == [[], ["trait.unknown"]]
    assert found.lines == ("A\td_sid=24", "B\td_sid=25")


@pytest.mark.parametrize("rows", [1, 4, 5, 6])
def test_it_says_whether_more_rows_follow(tmp_path: Path, rows: int) -> None:
    text = "id,a\n" + "".join(f"A{n},x\n" for n in range(rows))
    found = _preview(tmp_path, text, traits(signal("a")), limit=5)
    assert (len(found.rows), found.more_rows) == (min(rows, 5), rows > 5)


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
