"""Broken and hostile workbooks end in a sentence, never in memory, time or a stack trace."""

from __future__ import annotations

import random
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.engine import xlsx_package, xlsx_strings
from ingest.engine.errors import FileProblem
from tests.engine.xlsx_parts import (
    MAIN,
    OFFICE,
    read_csv,
    read_rows,
    relationships,
    sheet_part,
    workbook_parts,
    write_parts,
)

ONE_ROW = "<row><c><v>1</v></c></row>"
LAUGHS = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/hostname">]>'

TAG_SOUP = (
    *("<row>", '<row r="3">', "</row>", "<c>", '<c t="s">', '<c t="inlineStr">', '<c t="str" s="1">', "</c>", "<v>"),
    *("</v>", "<is>", "</is>", "<t>", "</t>", "<rPh>", "</rPh>", "<", ">", "&", "&#", ";", "_x00", "<![CDATA[", "]]>"),
    *("<!--", "-->", "<?", "?>", '"', "'", "1", "0", "a,b", "/>", "</", "</sheetData>", "\r"),
)
SENTENCES = {"file.not_text", "file.encrypted", "file.compressed_bomb", "file.columns_missing"}


def reads_or_says_why(path: Path) -> bool:
    """Whether the file is read, or refused with one of the sentences."""
    try:
        read_csv(path)
    except FileProblem as problem:
        return problem.code in SENTENCES
    return True


def code_of(path: Path, *, sheet: str | None = None) -> str:
    """The code that the reading ends with."""
    with pytest.raises(FileProblem) as caught:
        read_csv(path, sheet=sheet)
    assert caught.value.sentence.endswith(".")
    return caught.value.code


@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml"]
)
def test_a_document_type_with_entities_is_refused(tmp_path: Path, part: str) -> None:
    parts = workbook_parts(sheet_part('<row><c t="s"><v>0</v></c></row>'), strings=["<t>one</t>"])
    content = str(parts[part])
    head, _, body = content.partition("?>\n") if content.startswith("<?xml") else ("", "", content)
    parts[part] = (head and head + "?>\n") + LAUGHS + body.replace("one", "&b;&f;")

    assert code_of(write_parts(tmp_path / "x.xlsx", parts)) == "file.not_text"


def test_an_unknown_entity_stands_for_itself(tmp_path: Path) -> None:
    assert read_rows(tmp_path, '<row><c t="str"><v>&lol;&f;</v></c></row>') == "&lol;&f;\n"


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param('<row r="2"><c><v>1</v></c></row><row r="2"><c><v>1</v></c></row>', id="the same row twice"),
        pytest.param('<row r="0"><c><v>1</v></c></row>', id="row 0"),
        pytest.param('<row r="x"><c><v>1</v></c></row>', id="a row without a number"),
        pytest.param('<row r="1048577"><c><v>1</v></c></row>', id="a row below the sheet"),
        pytest.param('<row r="99999999999999999999"><c><v>1</v></c></row>', id="a row far below the sheet"),
        pytest.param('<row><c r="B1"><v>1</v></c><c r="A1"><v>1</v></c></row>', id="cells out of order"),
        pytest.param('<row><c r="XFE1"><v>1</v></c></row>', id="a column beyond the sheet"),
        pytest.param('<row><c r="ZZZZZZZZZZZZZZ1"><v>1</v></c></row>', id="a column far beyond the sheet"),
        pytest.param('<row><c r="1"><v>1</v></c></row>', id="a cell without a column"),
        pytest.param("<c><v>1</v></c>", id="a cell without a row"),
        pytest.param('<row><c t="s"><v>2</v></c></row>', id="a shared text that is not there"),
        pytest.param('<row><c t="s"><v>-1</v></c></row>', id="a negative shared text"),
        pytest.param('<row><c t="s"><v>99999999999</v></c></row>', id="a shared text with a huge number"),
        pytest.param("<row><c><v>1</v>", id="a cell that does not end"),
        pytest.param('<row><c r="A1', id="a tag that does not end"),
        pytest.param("<row><!-- ", id="a comment that does not end"),
    ],
)
def test_a_damaged_sheet_is_refused(tmp_path: Path, rows: str) -> None:
    sheet = sheet_part(rows)
    if rows.count("<row") > rows.count("</row>"):
        sheet = sheet.removesuffix("</sheetData></worksheet>")
    path = write_parts(tmp_path / "x.xlsx", workbook_parts(sheet, strings=["<t>a</t>", "<t>b</t>"]))

    assert code_of(path) == "file.not_text"


def test_a_file_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    plain = tmp_path / "plain.xlsx"
    plain.write_bytes(b"id,name\n1,Kim\n")
    other = write_parts(tmp_path / "other.xlsx", {"people.csv": "id\n1\n"})
    binary = write_parts(
        tmp_path / "binary.xlsx",
        {"_rels/.rels": relationships([("r1", "officeDocument", "xl/workbook.bin")]), "xl/workbook.bin": "x"},
    )

    assert [code_of(path) for path in (plain, other, binary)] == ["file.not_text"] * 3


def test_a_workbook_without_a_worksheet_is_refused(tmp_path: Path) -> None:
    parts = workbook_parts(sheet_part(ONE_ROW))
    parts["xl/workbook.xml"] = f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets/></workbook>'

    assert code_of(write_parts(tmp_path / "x.xlsx", parts)) == "file.not_text"


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml"])
def test_a_missing_part_is_refused(tmp_path: Path, part: str) -> None:
    parts = workbook_parts(sheet_part(ONE_ROW))
    del parts[part]

    assert code_of(write_parts(tmp_path / "x.xlsx", parts)) == "file.not_text"


@pytest.mark.parametrize("encoding", ["zlib", "hex", "klingon"])
def test_xml_in_an_unknown_encoding_is_refused(tmp_path: Path, encoding: str) -> None:
    parts = workbook_parts(sheet_part(ONE_ROW).replace("UTF-8", encoding))

    assert code_of(write_parts(tmp_path / "x.xlsx", parts)) == "file.not_text"


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/styles.xml"])
def test_xml_that_is_not_well_formed_is_refused(tmp_path: Path, part: str) -> None:
    parts = workbook_parts(sheet_part(ONE_ROW))
    parts[part] = "<workbook><sheets>"

    assert code_of(write_parts(tmp_path / "x.xlsx", parts)) == "file.not_text"


def test_a_changed_byte_in_the_sheet_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, content in workbook_parts(sheet_part(ONE_ROW)).items():
            archive.writestr(name, content)
    path.write_bytes(path.read_bytes().replace(b"<v>1</v>", b"<v>7</v>"))

    assert code_of(path) == "file.not_text"


def test_a_locked_member_is_refused(tmp_path: Path) -> None:
    path = write_parts(tmp_path / "x.xlsx", workbook_parts(sheet_part(ONE_ROW)))
    content = bytearray(path.read_bytes())
    entry = content.find(b"PK\x01\x02")
    while entry >= 0:
        content[entry + 8] |= 1
        entry = content.find(b"PK\x01\x02", entry + 1)
    path.write_bytes(content)

    assert code_of(path) == "file.encrypted"


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"])
def test_a_part_that_unpacks_to_far_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    monkeypatch.setattr(xlsx_package, "BOMB_BYTES", 2 * 1024 * 1024)
    parts = workbook_parts(sheet_part(ONE_ROW))
    parts[part] = str(parts[part]).replace(">", ">" + " " * 8_000_000, 1)

    assert code_of(write_parts(tmp_path / "x.xlsx", parts)) == "file.compressed_bomb"


def test_a_sheet_that_repeats_one_long_text_without_end_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx_package, "BOMB_BYTES", 2 * 1024 * 1024)
    rows = '<row><c t="s"><v>0</v></c></row>' * 2000
    path = write_parts(tmp_path / "x.xlsx", workbook_parts(sheet_part(rows), strings=[f"<t>{'long ' * 6000}</t>"]))

    assert code_of(path) == "file.compressed_bomb"


def test_too_many_shared_texts_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_strings, "MAX_TEXT_BYTES", 50_000)
    path = write_parts(
        tmp_path / "x.xlsx", workbook_parts(sheet_part(ONE_ROW), strings=[f"<t>text {n}</t>" for n in range(5000)])
    )

    assert code_of(path) == "file.too_large"


def test_a_small_part_that_is_not_small_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_package, "MAX_SMALL_PART_BYTES", 1000)
    path = write_parts(tmp_path / "x.xlsx", workbook_parts(sheet_part(ONE_ROW), codes=["0"] * 100))

    assert code_of(path) == "file.too_large"


def test_a_cell_without_end_is_refused(tmp_path: Path) -> None:
    runs = "<r/>" * 17_000_000

    with pytest.raises(FileProblem) as caught:
        read_rows(tmp_path, f'<row><c t="inlineStr"><is>{runs}</is></c></row>')

    assert caught.value.code == "file.too_large"


@settings(deadline=None, max_examples=60)
@given(seed=st.integers(min_value=0, max_value=2**32))
def test_no_damage_of_the_file_ends_in_anything_but_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    chance = random.Random(seed)
    rows = (
        '<row r="1"><c r="A1" t="s" s="1"><v>0</v></c><c r="B1" t="inlineStr"><is><t>a&amp;_x000D_</t></is></c></row>'
    )
    path = tmp_path_factory.mktemp("damage") / "x.xlsx"
    write_parts(path, workbook_parts(sheet_part(rows), strings=["<t>a</t>"], codes=["yyyy"]))
    content = bytearray(path.read_bytes())
    for _ in range(chance.randint(1, 8)):
        content[chance.randrange(len(content))] = chance.randrange(256)
    path.write_bytes(content[: chance.randint(len(content) // 2, len(content))] if chance.random() < 0.3 else content)

    assert reads_or_says_why(path)


@settings(deadline=None, max_examples=150)
@given(
    st.lists(
        st.sampled_from(TAG_SOUP),
        max_size=40,
    )
)
def test_no_soup_of_tags_ends_in_anything_but_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[str]
) -> None:
    sheet = sheet_part("<row><c><v>1</v></c>" + "".join(pieces))
    strings = ["".join(pieces), "<t>b</t>"]
    path = write_parts(tmp_path_factory.mktemp("soup") / "x.xlsx", workbook_parts(sheet, strings=strings))

    assert reads_or_says_why(path)
