"""Corrected rows go back to their places, and everything else stays as it was."""

import csv
import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from ingest.crm.mapping import MappingDocument, ReaderOptions, parse_mapping
from ingest.engine.corrections import Merged, merge_corrections, rows_in_both
from ingest.engine.errors import Cancelled, FileProblem
from ingest.engine.run import onboard
from tests.reference.generator import generate


def _file(folder: Path, data: bytes | str, name: str) -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def _merge(
    folder: Path, original: bytes | str, corrected: bytes | str, reader: ReaderOptions | None = None
) -> tuple[str, Merged]:
    target = folder / "merged.csv"
    merged = merge_corrections(
        _file(folder, original, "a.csv"), reader or ReaderOptions(), _file(folder, corrected, "b.csv"), target
    )
    return target.read_text(encoding="utf-8", errors="surrogateescape"), merged


def test_a_row_is_replaced_and_all_others_keep_their_bytes_and_numbers(tmp_path: Path) -> None:
    text, merged = _merge(
        tmp_path,
        '\nid;city\n\nA1; "kept as it is" \n;Lyon\nA3;"two\nlines"\n',
        "row,codes,what to do,id,city\n5,id.missing,Fill it in,A2,Lyon\n",
    )
    assert text == '\nid;city\n\nA1; "kept as it is" \nA2;Lyon\nA3;"two\nlines"\n'
    assert (merged.replaced, merged.unknown) == (1, ())
    assert (merged.reader.encoding, merged.reader.delimiter, merged.reader.quote) == ("utf-8", ";", '"')


def test_cells_are_quoted_as_the_original_needs_it(tmp_path: Path) -> None:
    corrected = 'row,codes,what to do,id,city\n2,x,y,A1,"a;b ""c""\nd"\n'
    text, _merged = _merge(tmp_path, 'id;city\nA1;"x"\nA2;y\n', corrected)
    assert list(csv.reader(io.StringIO(text, newline=""), delimiter=";")) == [
        ["id", "city"], ["A1", 'a;b "c"\nd'], ["A2", "y"],
    ]  # fmt: skip


def test_columns_are_found_by_name_and_protected_cells_are_freed(tmp_path: Path) -> None:
    corrected = "row,codes,what to do,city,extra,id\n2,x,y,'=Rome,note,A9\n"
    text, _merged = _merge(tmp_path, "id,city\nA1,x\n", corrected)
    assert text == "id,city\nA9,=Rome\n"


def test_rows_that_the_original_does_not_have_are_told(tmp_path: Path) -> None:
    text, merged = _merge(
        tmp_path, "id,city\nA1,x\n", "row,codes,what to do,id,city\n1,x,y,H,H\n7,x,y,A7,z\n2,x,y,A2,new\n"
    )
    assert text == "id,city\nA2,new\n"
    assert (merged.replaced, merged.unknown) == (1, (1, 7))


def test_rows_of_two_files_are_counted_by_their_numbers(tmp_path: Path) -> None:
    head = "row,codes,what to do,id,city\n"
    came_back = _file(tmp_path, f"{head}2,x,y,A1,Rome\n5,x,y,,Lyon\n5,x,y,A3,Lyon\n,,,,\n900,x,y,A4,Oslo\n", "back.csv")
    left_out = _file(tmp_path, f"{head}5,id.missing,y,,Lyon\n7,id.missing,y,,Bari\n", "refused.csv")
    assert rows_in_both(came_back, left_out) == 1
    with pytest.raises(Cancelled):
        rows_in_both(came_back, left_out, stop=lambda: True)


def test_a_broken_row_can_be_mended(tmp_path: Path) -> None:
    original = b'id,city\nA1,caf\xe9"\nA2,"never closed\nA3,z\n'
    text, merged = _merge(
        tmp_path, original, "row,codes,what to do,id,city\n3,x,y,A2,mended\n", ReaderOptions(encoding="utf-8")
    )
    assert text.splitlines()[2:] == ["A2,mended", "A3,z"]
    assert merged.replaced == 1


def test_what_cannot_be_read_stays_unreadable(tmp_path: Path) -> None:
    original = b"id,city\nA1,caf\xe9\nA2,y\n"
    text, _merged = _merge(
        tmp_path, original, "row,codes,what to do,id,city\n3,x,y,A2,z\n", ReaderOptions(encoding="utf-8")
    )
    assert text.splitlines()[1].encode("utf-8", "surrogateescape") in {b"A1,caf\xe9", b"A1,caf\xff"}


def test_a_sheet_becomes_csv_with_the_same_numbers(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["id", "city"], ["A1", "Rome"], [None, "Oslo"]):
        sheet.append(row)
    original = tmp_path / "a.xlsx"
    book.save(original)
    corrected = _file(tmp_path, "row,codes,what to do,id,city\n3,x,y,A2,Oslo\n", "b.csv")
    merged = merge_corrections(original, ReaderOptions(), corrected, tmp_path / "c.csv")
    assert (tmp_path / "c.csv").read_text().splitlines() == ["id,city", "A1,Rome", "A2,Oslo"]
    assert merged.reader.sheet is None


@pytest.mark.parametrize(
    ("corrected", "said"),
    [
        ("id,city\nA1,x\n", "“row”, “codes” and “what to do”"),
        ("row,codes,what to do,id\n2,x,y,A1\n", "lacks “city”"),
        ("row,codes,what to do,id,city\nx,x,y,A1,x\n", "Row 2 of the corrected file has no row number"),
        ("row,codes,what to do,id,city\n2,x,y,A1,a|b\n", "Row 2 holds the separator"),
    ],
)
def test_what_cannot_be_merged_is_said(tmp_path: Path, corrected: str, said: str) -> None:
    with pytest.raises(FileProblem, match=said.replace("|", r"\|")):
        _merge(tmp_path, "id|city\nA1|x\n", corrected, ReaderOptions(delimiter="|", quote="", escape=""))


def test_it_can_be_stopped(tmp_path: Path) -> None:
    original = _file(tmp_path, "id,city\nA1,x\n", "a.csv")
    corrected = _file(tmp_path, "row,codes,what to do,id,city\n2,x,y,A1,x\n", "b.csv")
    with pytest.raises(Cancelled):
        merge_corrections(original, ReaderOptions(), corrected, tmp_path / "c.csv", stop=lambda: True)


@pytest.mark.parametrize("seed", range(60))
def test_refused_rows_merged_as_they_are_change_no_other_row(tmp_path: Path, seed: int) -> None:
    case = generate(seed)
    original, mapping = _file(tmp_path, case.data, "a.csv"), parse_mapping(case.mapping)
    before = _run(original, mapping, tmp_path / "one")
    if before is None or b"what to do" in case.data:  # a refused.csv itself has the numbers of yet another file
        return
    refused = tmp_path / "one" / "refused.csv"
    merged = merge_corrections(original, mapping.reader, refused, tmp_path / "c.csv")
    assert (merged.replaced, merged.unknown) == (before["refused"], ())
    after = _run(
        tmp_path / "c.csv", parse_mapping({**case.mapping, "reader": _members(merged.reader)}), tmp_path / "two"
    )
    assert after is not None
    assert after["rows"] == before["rows"]
    assert after["accepted"] >= before["accepted"]


def _run(path: Path, mapping: MappingDocument, out: Path) -> dict[str, Any] | None:
    """The report of a run, or None where no run is possible."""
    try:
        return onboard(path, mapping, out, timestamp=1_700_000_000)
    except FileProblem:
        return None


def _members(reader: ReaderOptions) -> dict[str, str]:
    return {name: str(value) for name, value in vars(reader).items() if value is not None}
