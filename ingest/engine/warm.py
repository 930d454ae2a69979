"""Compile every kernel once by running a few rows of each kind, or load what pages need of them."""

import tempfile
import zipfile
from pathlib import Path

from ingest.crm.mapping import MappingDocument, parse_mapping
from ingest.engine.examine import examine
from ingest.engine.preview import preview
from ingest.engine.run import onboard

_ROWS = (
    "id;a;b\n"
    '1;x;"say ""hi"""\n'
    "1;y;555|777\n"
    "1:2;caf\u00e9, bar;555\n"
    "E3b0;name@example.com;5\n"
    "e3B0;;666\n"
    "short\n"
    '"broken"x;1;2\n'
)
_COLUMNS = [
    {"column": "a", "action": "signal", "key": "a", "transforms": ["lower"]},
    {"column": "b", "action": "add_traits", "split": "|"},
    {"column": "b", "action": "signal", "key": "b", "transforms": ["date_iso"]},
]
_TIMESTAMP = 1_700_000_000
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
# The smallest workbook that has text, a number and a formatted number.
_WORKBOOK = {
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>'
    '<sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
    "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_MAIN}"><sheetData>'
    '<row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c><c r="B1" t="inlineStr"><is><t>a</t></is></c>'
    '<c r="C1" t="inlineStr"><is><t>b</t></is></c></row>'
    '<row r="2"><c r="A2"><v>1</v></c><c r="B2"><v>1.5</v></c><c r="C2"><v>5</v></c></row></sheetData></worksheet>',
}


def warm() -> None:
    """Run a text file with its rows kept, one with its rows merged, and a workbook: each compiles something else."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        text = folder / "customers.csv"
        text.write_text(_ROWS, encoding="utf-8")
        workbook = folder / "customers.xlsx"
        with zipfile.ZipFile(workbook, "w") as archive:
            for path, content in _WORKBOOK.items():
                archive.writestr(path, content)
        for file, repeated_ids in ((text, "keep"), (text, "merge"), (workbook, "keep")):
            onboard(file, _document(repeated_ids), folder / "out", timestamp=_TIMESTAMP, workers=1)


def warm_for_pages() -> None:
    """Look at a file and preview it, as pages do: about two seconds that nobody should wait for."""
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "customers.csv"
        file.write_text(_ROWS, encoding="utf-8")
        examine(file)
        preview(file, _document("keep"))


def _document(repeated_ids: str) -> MappingDocument:
    return parse_mapping(
        {
            "version": 1,
            "kind": "traits",
            "mode": "sync",
            "dpid": 478,
            "id": {"column": "id", "type": "customer_id"},
            "columns": _COLUMNS,
            "repeated_ids": repeated_ids,
        }
    )
