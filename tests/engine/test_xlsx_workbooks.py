"""Workbooks as the usual libraries write them: which sheet is read, and that its rows are those others read."""

from __future__ import annotations

import csv
import datetime
import io
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.engine.errors import FileProblem
from ingest.engine.xlsx import open_sheet
from tests.engine.xlsx_parts import read_csv

Row = list[Any]
Maker = Callable[[Path, Sequence[Row]], None]
ROOT = Path(__file__).resolve().parents[2]


def with_openpyxl(path: Path, rows: Sequence[Row]) -> None:
    """Shared texts, `r` on every cell."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    book.save(path)


def with_openpyxl_streaming(path: Path, rows: Sequence[Row]) -> None:
    """Inline texts, no dimension."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Sheet")
    for row in rows:
        sheet.append(row)
    book.save(path)


def with_xlsxwriter(path: Path, rows: Sequence[Row], *, constant_memory: bool = False) -> None:
    """Shared texts, empty cells left out."""
    book = xlsxwriter.Workbook(path, {"constant_memory": constant_memory, "strings_to_formulas": False})
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(number, column, cell)
            else:
                sheet.write(number, column, cell)
    book.close()


def with_xlsxwriter_streaming(path: Path, rows: Sequence[Row]) -> None:
    """Inline texts."""
    with_xlsxwriter(path, rows, constant_memory=True)


MAKERS = [with_openpyxl, with_openpyxl_streaming, with_xlsxwriter, with_xlsxwriter_streaming]


def plain_text(cell: Any) -> str:
    """The text of a typed cell, as the tests' rows have them."""
    match cell:
        case None:
            return ""
        case bool():
            return str(cell).upper()
        case float() if cell.is_integer():
            return str(int(cell))
        case _:
            return str(cell)


def read_with_openpyxl(path: Path) -> list[list[str]]:
    """The plain reading: every cell of the sheet, without what is empty at the end of a row or of the sheet."""
    sheet = openpyxl.load_workbook(path, data_only=True).active
    assert sheet is not None
    return trimmed([[plain_text(cell) for cell in row] for row in sheet.iter_rows(values_only=True)])


def read_with_us(path: Path) -> list[list[str]]:
    """The same, from the CSV."""
    return trimmed([list(row) for row in csv.reader(io.StringIO(read_csv(path), newline=""))])


def trimmed(rows: list[list[str]]) -> list[list[str]]:
    for row in rows:
        while row and row[-1] == "":
            row.pop()
    while rows and not rows[-1]:
        rows.pop()
    return rows


@pytest.mark.parametrize("make", MAKERS)
def test_rows_arrive_as_they_were_written(tmp_path: Path, make: Maker) -> None:
    path = tmp_path / "people.xlsx"
    make(
        path,
        [
            ["id", "name", "vip", "visits", "share"],
            ["a1", 'Kim "K", Lee', True, 12, 0.5],
            [],
            ["00123", " padded ", False, 4006381333931, -1.25],
            ["c3", "two\nlines", None, 0, 1e22],
            ["d4", "=1+1 <&> _x000D_ 東京 😀", None, None, None, "beyond"],
        ],
    )
    # openpyxl takes a text that begins with = for a formula, and works none out
    formula = "" if make in (with_openpyxl, with_openpyxl_streaming) else "=1+1 <&> _x000D_ 東京 😀"

    assert read_csv(path) == (
        "id,name,vip,visits,share\n"
        'a1,"Kim ""K"", Lee",TRUE,12,0.5\n'
        "\n"
        "00123, padded ,FALSE,4006381333931,-1.25\n"
        'c3,"two\nlines",,0,1E+22\n'
        f"d4,{formula},,,,beyond\n"
    )


texts = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), max_size=12)
cells = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(min_value=-(10**14), max_value=10**14),
    st.integers(min_value=-(10**7), max_value=10**7).map(lambda number: number / 100),
    texts.filter(lambda text: not text.startswith("=") and "_x" not in text),
    st.sampled_from(["a,b", '"', "line\nbreak", "  ", "#N/A", "&amp;", "<v>1</v>"]),
)


@settings(deadline=None, max_examples=40)
@given(rows=st.lists(st.lists(cells, max_size=5), min_size=1, max_size=8), maker=st.sampled_from(MAKERS))
def test_the_reading_is_that_of_openpyxl(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[Any]], maker: Maker
) -> None:
    path = tmp_path_factory.mktemp("sheet") / "people.xlsx"
    maker(path, rows)

    assert read_with_us(path) == read_with_openpyxl(path)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("yyyy-mm-dd", "2024-05-06"),
        ("dd.mm.yyyy", "06.05.2024"),
        ("d-mmm-yy", "6-May-24"),
        ("m/d/yyyy h:mm AM/PM", "5/6/2024 5:38 PM"),
        ("[h]:mm", "1090049:38"),
        ("General", "45418.735"),
    ],
)
def test_dates_of_both_libraries_are_shown_under_their_format(tmp_path: Path, code: str, text: str) -> None:
    moment = datetime.datetime(2024, 5, 6, 17, 38, 24)  # noqa: DTZ001  (a sheet knows no time zones)
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append([moment])
    sheet["A1"].number_format = code
    book.save(tmp_path / "one.xlsx")
    other = xlsxwriter.Workbook(tmp_path / "two.xlsx")
    other.add_worksheet().write_datetime(0, 0, moment, other.add_format({"num_format": code}))
    other.close()

    assert (read_csv(tmp_path / "one.xlsx"), read_csv(tmp_path / "two.xlsx")) == (f"{text}\n", f"{text}\n")


def test_merged_cells_stay_as_they_are_stored(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["id", "city"], ["a1", "Bern"], ["a2", "Lyon"]):
        sheet.append(row)
    sheet.merge_cells("B2:B3")
    book.save(tmp_path / "x.xlsx")

    assert read_csv(tmp_path / "x.xlsx") == "id,city\na1,Bern\na2,\n"


def test_hidden_rows_and_columns_are_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["id", "city"])
    sheet.append(["a1", "Bern"])
    sheet.row_dimensions[2].hidden = True
    sheet.column_dimensions["B"].hidden = True
    book.save(tmp_path / "x.xlsx")

    assert read_csv(tmp_path / "x.xlsx") == "id,city\na1,Bern\n"


@pytest.fixture
def three_sheets(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    first.title = "Notes"
    first.append(["hidden"])
    first.sheet_state = "hidden"
    book.create_chartsheet("Chart")
    book.create_sheet("Customers").append(["shown"])
    book.create_sheet("Old ones").append(["other"])
    path = tmp_path / "three.xlsx"
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("sheet", "text", "name"),
    [
        (None, "shown\n", "Customers"),
        ("Customers", "shown\n", "Customers"),
        ("old ONES", "other\n", "Old ones"),
        ("Notes", "hidden\n", "Notes"),
    ],
)
def test_the_sheet_that_was_asked_for_is_read(three_sheets: Path, sheet: str | None, text: str, name: str) -> None:
    assert read_csv(three_sheets, sheet=sheet) == text
    with open_sheet(three_sheets, sheet=sheet) as source:
        assert source.sheet == name


def test_an_unknown_sheet_is_refused_with_the_names_there_are(three_sheets: Path) -> None:
    with pytest.raises(FileProblem) as caught:
        open_sheet(three_sheets, sheet="Kunden")

    assert caught.value.code == "file.columns_missing"
    assert "“Kunden”" in caught.value.sentence
    assert "“Notes”, “Customers”, “Old ones”" in caught.value.sentence


def test_an_empty_sheet_gives_nothing(tmp_path: Path) -> None:
    openpyxl.Workbook().save(tmp_path / "x.xlsx")

    assert read_csv(tmp_path / "x.xlsx") == ""


def test_the_interpreted_loops_give_the_same_bytes(tmp_path: Path) -> None:
    path = tmp_path / "people.xlsx"
    rows: list[Row] = [
        ["id", "text", "number"],
        *([f"a{n}", f'{n} "é", & _x000D_', n / 7] for n in range(50)),
        [],
        [1e30, None, "x"],
    ]
    with_openpyxl(path, rows)
    read = "from pathlib import Path; import sys; from tests.engine.xlsx_parts import read_csv;"
    program = f"{read} sys.stdout.buffer.write(read_csv(Path(sys.argv[1])).encode())"

    interpreted = subprocess.run(
        [sys.executable, "-W", "error", "-c", program, str(path)],
        check=True,
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
    )

    assert interpreted.stdout.decode() == read_csv(path)
