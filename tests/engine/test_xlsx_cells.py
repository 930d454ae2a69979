"""Every way to write a cell arrives as the text that people see, in its own row and column."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.xlsx_parts import (
    MAIN,
    OFFICE,
    STRICT_MAIN,
    STRICT_OFFICE,
    read_csv,
    read_rows,
    relationships,
    sheet_part,
    workbook_parts,
    write_parts,
)

HEADER = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c></row>'
NAMES = ("<t>id</t>", "<t>city</t>", "<t>plan</t>")

CELLS = [
    pytest.param('<c t="s"><v>3</v></c>', "Bern", id="a shared text"),
    pytest.param('<c t="s"><v>4</v></c>', "Annabel", id="rich text runs are put together"),
    pytest.param('<c t="s"><v>5</v></c>', "東京", id="phonetic runs are left out"),
    pytest.param('<c t="s"><v>6</v></c>', '" a "'.strip('"'), id="blanks that are to be kept are kept"),
    pytest.param('<c t="s"><v>7</v></c>', "", id="an empty shared text"),
    pytest.param('<c t="s"><v>8</v></c>', "", id="a shared text without anything"),
    pytest.param('<c t="inlineStr"><is><t>Lyon</t></is></c>', "Lyon", id="an inline text"),
    pytest.param(
        '<c t="inlineStr"><is><r><rPr><b/></rPr><t>Ly</t></r><r><t>on</t></r></is></c>', "Lyon", id="inline runs"
    ),
    pytest.param('<c t="inlineStr"><is><t/></is></c>', "", id="an empty inline text"),
    pytest.param('<c t="str"><f>A1&amp;"x"</f><v>10x</v></c>', "10x", id="a formula's text"),
    pytest.param("<c><f>1+1</f><v>2</v></c>", "2", id="a formula's number"),
    pytest.param('<c><f t="shared" si="0"/><v>7</v></c>', "7", id="a shared formula"),
    pytest.param("<c><f>1+1</f></c>", "", id="a formula that was never worked out"),
    pytest.param('<c t="b"><v>1</v></c>', "TRUE", id="true"),
    pytest.param('<c t="b"><v>0</v></c>', "FALSE", id="false"),
    pytest.param('<c t="e"><v>#N/A</v></c>', "#N/A", id="an error"),
    pytest.param("<c><v>12.5</v></c>", "12.5", id="a number"),
    pytest.param('<c t="n"><v> 12 </v></c>', "12", id="a number with its type and blanks"),
    pytest.param("<c><v>NaN</v></c>", "NaN", id="what is no number stays as it is"),
    pytest.param('<c t="d"><v>2024-05-06T07:08:09</v></c>', "2024-05-06T07:08:09", id="an ISO date without a format"),
    pytest.param('<c t="d" s="1"><v>2024-05-06T07:08:09Z</v></c>', "06.05.2024", id="an ISO date under a format"),
    pytest.param('<c t="d" s="1"><v>soon</v></c>', "soon", id="no ISO date"),
    pytest.param('<c s="1"><v>45418</v></c>', "06.05.2024", id="a date"),
    pytest.param('<c s="99"><v>45418</v></c>', "45418", id="a style that does not exist is General"),
    pytest.param('<c t="s" s="2"><v>3</v></c>', "to Bern", id="a text under a format for text"),
    pytest.param('<c t="inlineStr" s="2"><is><t>Lyon</t></is></c>', "to Lyon", id="an inline text under one"),
    pytest.param('<c t="str" s="2"><v>a&lt;b</v></c>', "to a<b", id="a formula's text under one"),
    pytest.param('<c t="str" s="3"><v>hidden</v></c>', "", id="a format that hides everything"),
    pytest.param("<c/>", "", id="nothing"),
    pytest.param('<c s="1"></c>', "", id="nothing under a format"),
    pytest.param("<c><v/></c>", "", id="no value"),
    pytest.param(
        '<c t="str"><v>a &amp; b &lt;&gt;&apos;&#65;&#x42;&quot;</v></c>', '"a & b <>\'AB"""', id="references"
    ),
    pytest.param(
        '<c t="str"><v>&nbsp;&#xD800;</v></c>', "&nbsp;\udcff", id="what is no reference, what is no character"
    ),
    pytest.param('<c t="str"><v>&#x1F600;é</v></c>', "😀é", id="characters of several bytes"),
    pytest.param('<c t="str"><v>a_x000D_b</v></c>', '"a\rb"', id="an escaped character"),
    pytest.param('<c t="str"><v>_x005F_x000D_</v></c>', "_x000D_", id="an escaped escape"),
    pytest.param('<c t="str"><v>_xD83D__xDE00__xD83D_</v></c>', "😀\udcff", id="an escaped pair, and half of one"),
    pytest.param('<c t="str"><v>_x12_ a_b_</v></c>', "_x12_ a_b_", id="no escape"),
    pytest.param('<c t="str"><v>one\r\ntwo\rthree</v></c>', '"one\ntwo\nthree"', id="line ends as XML reads them"),
    pytest.param('<c t="str"><v>a&#13;&#10;b</v></c>', '"a\r\nb"', id="line ends that are meant"),
    pytest.param('<c t="str"><v>a<![CDATA[<b>&amp;]]>c</v></c>', "a<b>&amp;c", id="a CDATA section"),
    pytest.param('<c t="str"><v>a<!-- </v></c> -->b</v></c>', "ab", id="a comment"),
    pytest.param('<c t="str"><v>a, b</v></c>', '"a, b"', id="a comma"),
    pytest.param('<c t="str"><v>5" pipe</v></c>', '"5"" pipe"', id="a quote"),
    pytest.param("<c t = 'str' foo:r='Z9' x='>'><v>odd</v></c>", "odd", id="odd attributes"),
    pytest.param("<c><extLst><ext><v2>9</v2></ext></extLst><v>3</v></c>", "3", id="an extension"),
    pytest.param("<c><v>00123</v></c>", "123", id="zeros before a number"),
    pytest.param('<c t="str"><v>00123</v></c>', "00123", id="zeros before a text"),
]


@pytest.mark.parametrize(("cell", "text"), CELLS)
def test_a_cell_arrives_as_people_see_it(tmp_path: Path, cell: str, text: str) -> None:
    strings = (
        *NAMES,
        "<t>Bern</t>",
        '<r><rPr><b/></rPr><t>Anna</t></r><r><t xml:space="preserve">bel</t></r>',
        '<t>東京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh><phoneticPr fontId="1"/>',
        '<t xml:space="preserve"> a </t>',
        "<t></t>",
        "",
    )
    rows = f'{HEADER}<row r="2"><c t="inlineStr"><is><t>7</t></is></c>{cell}<c><v>1</v></c></row>'

    read = read_rows(tmp_path, rows, strings=strings, codes=("dd.mm.yyyy", '0;0;0;"to "@', ";;;"))

    assert read == f"id,city,plan\n7,{text},1\n"


@pytest.mark.parametrize(
    ("rows", "lines"),
    [
        pytest.param('<row r="4"><c r="A4"><v>1</v></c></row>', "\n\n1,,\n", id="rows that are absent are empty lines"),
        pytest.param(
            '<row r="2"/><row r="3"><c r="B3"/></row><row><c><v>1</v></c></row>', "\n\n1,,\n", id="empty rows too"
        ),
        pytest.param('<row><c r="C2"><v>1</v></c></row>', ",,1\n", id="a gap before a cell"),
        pytest.param(
            '<row r="2"><c r="A2"><v>1</v></c><c r="C2"><v>3</v></c></row>', "1,,3\n", id="a gap between cells"
        ),
        pytest.param('<row r="2"><c r="B2"><v>1</v></c><c><v>2</v></c></row>', ",1,2\n", id="a cell without a place"),
        pytest.param('<row r="2"><c r="A2"><v>1</v></c></row>', "1,,\n", id="missing cells at the end"),
        pytest.param('<row r="2"><c r="E2"><v>5</v></c></row>', ",,,,5\n", id="a cell beyond the header is kept"),
        pytest.param(
            '<row r="2"><c><v>1</v></c><c/><c/><c/><c s="1"/></row>', "1,,\n", id="empty ones beyond it are not"
        ),
        pytest.param('<row r="2" hidden="1"><c r="A2"><v>1</v></c></row>', "1,,\n", id="a hidden row"),
        pytest.param('<row r="2"><c r="A2"><v>1</v></c></row><row r="9"/>', "1,,\n", id="empty rows at the end"),
        pytest.param("", "", id="nothing but a header"),
    ],
)
def test_every_cell_keeps_its_row_and_column(tmp_path: Path, rows: str, lines: str) -> None:
    assert read_rows(tmp_path, HEADER + rows, strings=NAMES, codes=("0",)) == "id,city,plan\n" + lines


def test_the_first_row_with_anything_in_it_is_the_header(tmp_path: Path) -> None:
    rows = '<row r="3"><c r="B3"><v>1</v></c><c r="C3" t="str"><v></v></c></row><row r="4"><c r="A4"><v>2</v></c></row>'

    assert read_rows(tmp_path, rows) == "\n\n,1\n2,\n"


def test_columns_beyond_z_are_found(tmp_path: Path) -> None:
    read = read_rows(tmp_path, '<row r="1"><c r="AB1"><v>1</v></c><c r="XFD1"><v>2</v></c></row>')

    assert read == "," * 27 + "1" + "," * (16_384 - 28) + "2\n"


def test_namespace_prefixes_do_not_matter(tmp_path: Path) -> None:
    sheet = (
        f'<x:worksheet xmlns:x="{MAIN}"><x:dimension ref="A1"/><x:sheetData><x:row r="1">'
        '<x:c r="A1" t="s"><x:v>0</x:v></x:c><x:c r="B1" t="inlineStr"><x:is><x:r><x:t>two</x:t></x:r></x:is></x:c>'
        "</x:row></x:sheetData><x:c/></x:worksheet>"
    )
    parts = workbook_parts(sheet)
    parts["xl/sharedStrings.xml"] = f'<y:sst xmlns:y="{MAIN}"><y:si><y:t>one</y:t></y:si></y:sst>'

    assert read_csv(write_parts(tmp_path / "x.xlsx", parts)) == "one,two\n"


def test_a_strict_workbook_is_read(tmp_path: Path) -> None:
    parts = workbook_parts(sheet_part('<row><c t="d" s="1"><v>2024-05-06</v></c></row>'), codes=("yyyy",))
    strict = {
        name: content.replace(MAIN, STRICT_MAIN).replace(OFFICE, STRICT_OFFICE)
        for name, content in parts.items()
        if isinstance(content, str)
    }

    assert read_csv(write_parts(tmp_path / "x.xlsx", strict)) == "2024\n"


def test_a_workbook_without_styles_and_texts_is_read(tmp_path: Path) -> None:
    parts = workbook_parts(sheet_part("<row><c s='4'><v>45418</v></c></row>"))
    del parts["xl/styles.xml"], parts["xl/sharedStrings.xml"]
    parts["xl/_rels/workbook.xml.rels"] = relationships([("r1", "worksheet", "/xl/Worksheets/Sheet1.xml")])

    assert read_csv(write_parts(tmp_path / "x.xlsx", parts)) == "45418\n"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "iso-8859-1"])
def test_xml_in_another_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    declared = "utf-8" if encoding == "utf-8-sig" else encoding
    xml = sheet_part('<row><c t="str"><v>Zürich</v></c></row>').replace("UTF-8", declared)
    parts = workbook_parts(xml.encode(encoding))

    assert read_csv(write_parts(tmp_path / "x.xlsx", parts)) == "Zürich\n"


def test_the_1904_date_system_is_followed(tmp_path: Path) -> None:
    rows = '<row><c s="1"><v>0</v></c><c s="1"><v>43956.5</v></c></row>'

    read = read_rows(tmp_path, rows, codes=("yyyy-mm-dd hh:mm",), properties='date1904="1"')

    assert read == "1904-01-01 00:00,2024-05-06 12:00\n"


@pytest.mark.parametrize("block", [1, 7, 4096])
def test_the_size_of_the_blocks_that_are_asked_for_does_not_matter(tmp_path: Path, block: int) -> None:
    rows = "".join(f'<row><c><v>{n}</v></c><c t="str"><v>text {n}, more</v></c></row>' for n in range(300))
    path = write_parts(tmp_path / "x.xlsx", workbook_parts(sheet_part(rows)))

    assert read_csv(path, block=block) == "".join(f'{n},"text {n}, more"\n' for n in range(300))


def test_a_sheet_of_several_chunks_is_the_same_as_its_rows(tmp_path: Path) -> None:
    texts = [f"<t>shared {n:06} &amp; {'x' * (n % 50)}</t>" for n in range(60_000)]
    rows = "".join(
        f'<row r="{n + 1}"><c r="A{n + 1}" t="s"><v>{n}</v></c><c r="B{n + 1}"><v>{n * 7}</v></c></row>'
        for n in range(60_000)
    )

    read = read_rows(tmp_path, rows, strings=texts)

    assert read == "".join(f"shared {n:06} & {'x' * (n % 50)},{n * 7}\n" for n in range(60_000))


def test_a_cell_longer_than_a_chunk_is_read_whole(tmp_path: Path) -> None:
    runs = "<r><t>a</t></r>" * 200_000

    assert read_rows(tmp_path, f'<row><c t="inlineStr"><is>{runs}</is></c></row>') == "a" * 200_000 + "\n"
