"""Workbooks written by hand, for what no library writes; and the plain way to read a sheet through the engine."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from ingest.engine.xlsx import open_sheet

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"
STRICT_OFFICE = "http://purl.oclc.org/ooxml/officeDocument/relationships"


def read_csv(path: Path, *, sheet: str | None = None, block: int = 65_536) -> str:
    """All of a sheet as `open_sheet` gives it."""
    collected = io.BytesIO()
    view = memoryview(bytearray(block))
    with open_sheet(path, sheet=sheet) as source:
        while length := source.readinto(view):
            collected.write(view[:length])
    return collected.getvalue().decode("utf-8", "surrogateescape")


def relationships(entries: Sequence[tuple[str, str, str]], office: str = OFFICE) -> str:
    """A relationships part from (ID, kind, target)."""
    inside = "".join(f'<Relationship Id="{key}" Type="{office}/{kind}" Target="{to}"/>' for key, kind, to in entries)
    return f'<Relationships xmlns="{PACKAGE}">{inside}</Relationships>'


def style_part(codes: Sequence[str]) -> str:
    """A style part with one cell style for each format code; style 0 is General."""
    quoted = [code.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;") for code in codes]
    formats = "".join(f'<numFmt numFmtId="{200 + n}" formatCode="{code}"/>' for n, code in enumerate(quoted))
    styles = "".join(f'<xf numFmtId="{200 + n}"/>' for n in range(len(codes)))
    return (
        f'<styleSheet xmlns="{MAIN}"><numFmts>{formats}</numFmts><cellStyleXfs><xf numFmtId="9"/></cellStyleXfs>'
        f'<cellXfs><xf numFmtId="0"/>{styles}</cellXfs><dxfs><dxf><numFmt numFmtId="200" formatCode="0"/></dxf></dxfs>'
        "</styleSheet>"
    )


def string_part(items: Sequence[str]) -> str:
    """A shared strings part; each item is the inside of its `<si>`."""
    return f'<sst xmlns="{MAIN}">' + "".join(f"<si>{item}</si>" for item in items) + "</sst>"


def sheet_part(rows: str) -> str:
    """A worksheet part around the rows."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
    )


def workbook_parts(
    sheet: str | bytes, *, strings: Sequence[str] = (), codes: Sequence[str] = (), properties: str = ""
) -> dict[str, str | bytes]:
    """The parts of a workbook with one sheet, whose XML is given."""
    related = [("r1", "worksheet", "worksheets/sheet1.xml"), ("r2", "styles", "styles.xml")]
    related.append(("r3", "sharedStrings", "sharedStrings.xml"))
    return {
        "_rels/.rels": relationships([("r1", "officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><workbookPr {properties}/>'
        '<sheets><sheet name="People" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relationships(related),
        "xl/styles.xml": style_part(codes),
        "xl/sharedStrings.xml": string_part(strings),
        "xl/worksheets/sheet1.xml": sheet,
    }


def write_parts(path: Path, parts: Mapping[str, str | bytes]) -> Path:
    """Write the parts as a workbook file."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def read_rows(
    folder: Path, rows: str, *, strings: Sequence[str] = (), codes: Sequence[str] = (), properties: str = ""
) -> str:
    """The CSV of a workbook whose one sheet has these rows."""
    parts = workbook_parts(sheet_part(rows), strings=strings, codes=codes, properties=properties)
    return read_csv(write_parts(folder / "people.xlsx", parts))
