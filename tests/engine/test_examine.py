"""A first look at a customer file: how it is read, its first rows, what its columns hold."""

import csv
import io
import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from ingest.aam.findings import FINDINGS
from ingest.aam.text import trim
from ingest.crm.mapping import ReaderOptions, ShortRows
from ingest.crm.proposals_types import ColumnLook
from ingest.engine import examine as module
from ingest.engine.errors import FileProblem
from ingest.engine.examine import Examined, FirstRow, examine
from tests.fixtures.crm.hostile import HostileFile, hostile_files
from tests.fixtures.crm.hostile_texts import Expected
from tests.reference.generator import generate

FILES: list[HostileFile] = list(hostile_files())


def _file(folder: Path, data: bytes | str, name: str = "customers.csv") -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def _look(folder: Path, data: bytes | str, limit: int = 1000, **reader: str) -> Examined:
    return examine(_file(folder, data), ReaderOptions(**reader), limit=limit)  # type: ignore[arg-type]


def _cells(examined: Examined) -> list[tuple[str, ...]]:
    return [row.cells for row in examined.rows]


def test_a_file_is_shown_with_spreadsheet_row_numbers_as_it_is_read(tmp_path: Path) -> None:
    found = _look(tmp_path, '\ncrm_id; city ;note\n\n1;Köln;"a;b\nc"\n2; Ulm ;\n'.encode("cp1252"))
    assert (found.name, found.bytes, found.encoding, found.delimiter, found.quote) == (
        "customers.csv", 45, "cp1252", ";", '"',
    )  # fmt: skip
    assert found.header == ("crm_id", "city", "note")
    assert found.rows == (FirstRow(4, ("1", "Köln", "a;b\nc"), None), FirstRow(5, ("2", "Ulm", ""), None))
    assert (found.looked_at, found.more_rows, found.problems) == (2, False, ())
    assert 0 < found.encoding_confidence < 1


def test_columns_say_what_they_hold(tmp_path: Path) -> None:
    rows = [f"{n},{'gold' if n % 3 else ' silver '},{n % 10},\n" for n in range(30)]
    found = _look(tmp_path, "id,tier,digit,nothing\n" + "".join(rows))
    by_name = {column.name: column for column in found.columns}
    assert by_name["tier"] == ColumnLook("tier", 1, 30, 30, 2, (("gold", 20), ("silver", 10)), 6)
    assert by_name["nothing"] == ColumnLook("nothing", 3, 0, 30, 0, (), 0)
    assert (by_name["id"].distinct, by_name["id"].longest) == (30, 2)
    assert by_name["digit"].distinct == 10
    assert by_name["digit"].samples == tuple((str(n), 3) for n in range(8))


def test_samples_are_eight_unless_more_are_asked_for(tmp_path: Path) -> None:
    path = _file(tmp_path, "id,b\n" + "".join(f"{n},x\n" for n in range(50)))
    assert len(examine(path).columns[0].samples) == 8
    assert len(examine(path, samples=1000).columns[0].samples) == 50


def test_blank_and_repeated_names_are_kept_with_their_places(tmp_path: Path) -> None:
    found = _look(tmp_path, "id,,name,name, \n1,a,b,c,d\n2,a,e,f,\n")
    assert found.header == ("id", "", "name", "name", "")
    assert [(column.position, column.name, column.samples) for column in found.columns][2:4] == [
        (2, "name", (("b", 1), ("e", 1))),
        (3, "name", (("c", 1), ("f", 1))),
    ]


@pytest.mark.parametrize(("rows", "looked_at", "more"), [(19, 19, False), (20, 20, False), (21, 20, True)])
def test_it_says_whether_more_rows_follow(tmp_path: Path, rows: int, looked_at: int, more: bool) -> None:
    found = _look(tmp_path, "id,a\n" + "".join(f"{n},x\n" for n in range(rows)) + "\n\n", limit=20)
    assert (found.looked_at, found.more_rows, found.columns[1].rows) == (looked_at, more, looked_at)


def test_only_twenty_rows_are_shown_and_long_cells_are_cut_off(tmp_path: Path) -> None:
    found = _look(tmp_path, "id,a\n" + "".join(f"{n},{'é' * 500}\n" for n in range(50)))
    assert len(found.rows) == 20
    assert found.rows[0].cells == ("0", "é" * 200)
    assert (found.columns[1].longest, found.columns[1].samples) == (500, (("é" * 200, 50),))


def test_rows_that_cannot_be_used_are_shown_and_counted_but_not_looked_into(tmp_path: Path) -> None:
    data = b'id,a,b\n1,x,y\n2,x\n3,x,y,z\n4,"x"z,y\n5,caf\xe9,y\n6,x,y\n' + "7,ü,y\n8,ü,y\n".encode()
    found = _look(tmp_path, data, encoding="utf-8")
    assert [row.problem for row in found.rows] == [
        None, "row.too_few_fields", "row.too_many_fields", "row.unreadable", "row.unreadable", None, None, None,
    ]  # fmt: skip
    assert dict(found.problems) == {"row.too_few_fields": 1, "row.too_many_fields": 1, "row.unreadable": 2}
    named = [(row.number, row.problem) for row in found.rows if row.problem]
    assert list(found.problem_rows) == named
    assert _cells(found)[1:5] == [("2", "x"), ("3", "x", "y", "z"), ('4,"x"z,y',), ("5", "caf\ufffd", "y")]
    assert all((column.rows, column.filled) == (4, 4) for column in found.columns)


def test_short_rows_are_used_where_that_was_said(tmp_path: Path) -> None:
    found = examine(_file(tmp_path, "id,a,b\n1,x\n2,x,y\n"), ReaderOptions(short_rows=ShortRows.PAD))
    assert found.problems == ()
    assert [column.filled for column in found.columns] == [2, 2, 1]
    assert found.confirmed.short_rows is ShortRows.PAD


def test_text_looks_as_the_chosen_encoding_makes_it(tmp_path: Path) -> None:
    path = _file(tmp_path, "id;city\n1;Łódź\n".encode("cp1250"))
    looks = {name: examine(path, ReaderOptions(encoding=name)).rows[0].cells[1] for name in ("cp1250", "cp1252")}
    assert looks == {"cp1250": "Łódź", "cp1252": "£ódŸ"}


def test_a_refused_file_that_comes_back_is_seen_and_its_own_columns_are_left_out(tmp_path: Path) -> None:
    text = "\ufeffrow,codes,what to do,id,'=a\r\n2,id.missing,Fill in the ID.,,'+1\r\n5,id.email,…,A1,x\r\n"
    found = _look(tmp_path, text)
    assert found.is_refused_file
    assert found.header == ("id", "=a")
    assert _cells(found) == [("", "+1"), ("A1", "x")]
    assert not _look(tmp_path, "id,a\n1,x\n").is_refused_file


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file.empty"),
        (b" \n\n", "file.empty"),
        (b"id,name\n", "file.no_rows"),
        (b"id,name\n\n \n".replace(b" ", b""), "file.no_rows"),
        (b",,\n1,2,3\n", "file.header_missing"),
        (b"1,2024-05-01,a@example.com\n2,2024-05-02,b@example.com\n", "file.header_missing"),
        (b"%PDF-1.7\n", "file.not_text"),
    ],
)
def test_what_cannot_be_a_customer_file_is_refused_in_the_known_words(tmp_path: Path, data: bytes, code: str) -> None:
    with pytest.raises(FileProblem) as caught:
        _look(tmp_path, data)
    assert caught.value.code == code
    assert code in FINDINGS
    assert len(caught.value.sentence.split()) > 8


def _found_or_problem(path: Path) -> Examined | FileProblem:
    try:
        return examine(path)
    except FileProblem as problem:
        return problem


@pytest.mark.parametrize(("name", "data", "expected"), FILES, ids=[name for name, _, _ in FILES])
def test_a_hostile_file_looks_as_its_author_meant_or_is_refused(
    tmp_path: Path, name: str, data: bytes, expected: Expected
) -> None:
    path = _file(tmp_path, data, name)
    found = _found_or_problem(path)
    if isinstance(found, FileProblem):
        assert found.code in {expected.problem, "file.no_rows", "file.header_missing"}
        assert len(found.sentence.split()) > 8
        return
    if expected.problem:
        # Damage at the end of an archive that is far larger than what a first look reads.
        assert found.more_rows
        return
    if expected.header:
        assert found.header == expected.header
    if expected.delimiter:
        assert found.delimiter == expected.delimiter
    assert all(column.filled <= column.rows <= found.looked_at for column in found.columns)
    again = examine(path, found.confirmed)
    assert replace(again, encoding_confidence=found.encoding_confidence) == found


def _expected_columns(rows: list[list[str]], limit: int) -> list[tuple[int, int, int]]:
    """Per column: filled, different values, longest; over the whole rows of a tidy file."""
    columns = list(zip(*([trim(cell) for cell in row] for row in rows[:limit]), strict=True))
    return [
        (sum(map(bool, cells)), len({cell for cell in cells if cell}), max(map(len, cells))) for cells in columns
    ]  # fmt: skip


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("block_bytes", [64, 1 << 18])
def test_the_columns_of_a_tidy_file_are_those_of_another_reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, block_bytes: int
) -> None:
    monkeypatch.setattr(module, "BLOCK_BYTES", block_bytes)
    rng = random.Random(seed)
    words = ["", " x ", "Zoë", 'say "hi"', "a,b", "line\nbreak", "東京", "24|25", "0"]
    rows = [[f"id{n}", *(rng.choice(words) for _ in range(4))] for n in range(300)]
    out = io.StringIO()
    csv.writer(out, lineterminator=rng.choice(["\n", "\r\n"])).writerows([["id", "a", "b", "c", "d"], *rows])
    limit = rng.choice([1, 7, 299, 300, 1000])
    found = _look(tmp_path, out.getvalue(), limit=limit)
    assert [(one.filled, one.distinct, one.longest) for one in found.columns] == _expected_columns(rows, limit)
    for place, column in enumerate(found.columns):
        counts = Counter(trim(row[place]) for row in rows[:limit] if trim(row[place]))
        assert column.samples == tuple(counts.most_common(8))
    assert _cells(found) == [tuple(trim(cell) for cell in row) for row in rows[: min(limit, 20)]]
    assert found.more_rows == (limit < 300)


def test_a_look_never_stops_at_a_dirty_file_and_knows_the_rows_that_the_reference_reads(tmp_path: Path) -> None:
    met = 0
    for seed in range(120):
        case = generate(seed)
        reader = case.mapping["reader"]
        options = ReaderOptions(**{**reader, "short_rows": ShortRows(reader.get("short_rows", "refuse"))})
        path = _file(tmp_path, case.data, f"{seed}.csv")
        try:
            found = examine(path, options)
        except FileProblem:
            continue
        met += 1
        assert found.looked_at + found.more_rows >= len(found.rows)
        assert {code for code, _ in found.problems} <= {code for code in FINDINGS if code.startswith("row.")}
        assert found.looked_at == found.columns[0].rows + sum(rows for _, rows in found.problems)
    assert met > 80


def _workbook(path: Path) -> Path:
    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    first.title = "Notes"
    first.sheet_state = "hidden"
    first.append(["hidden"])
    first.append(["x"])
    people = book.create_sheet("People")
    people.append(["crm_id", "city"])
    people.append([1001, "Köln"])
    people.append([1002, None])
    book.create_sheet("More").append(["id"])
    book.save(path)
    return path


def test_a_workbook_names_its_sheets_and_the_one_that_is_read(tmp_path: Path) -> None:
    found = examine(_workbook(tmp_path / "people.xlsx"))
    assert (found.sheet, found.sheets) == ("People", ("Notes", "People", "More"))
    assert found.header == ("crm_id", "city")
    assert _cells(found) == [("1001", "Köln"), ("1002", "")]
    assert found.confirmed == ReaderOptions(sheet="People")
    other = examine(tmp_path / "people.xlsx", ReaderOptions(sheet="notes"))
    assert (other.sheet, other.header) == ("Notes", ("hidden",))


def test_a_sheet_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileProblem, match="“Notes”, “People”, “More”"):
        examine(_workbook(tmp_path / "people.xlsx"), ReaderOptions(sheet="Customers"))


def test_the_text_of_a_csv_has_no_sheet(tmp_path: Path) -> None:
    found = _look(tmp_path, "id,a\n1,x\n")
    assert (found.sheet, found.sheets) == (None, ())
    assert found.confirmed == ReaderOptions(encoding="utf-8", delimiter=",", quote='"', escape="")
