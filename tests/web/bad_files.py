"""Files that cannot be used, each with words of the sentence that it gets."""

import gzip
import io
import random
import struct
import zipfile
from dataclasses import dataclass

RANDOM = random.Random(3)


@dataclass(frozen=True)
class BadFile:
    """`says`: a piece of the sentence on the page."""

    name: str
    content: bytes
    says: str


def zipped(members: dict[str, bytes], *, encrypted: bool = False, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    packed = bytearray(buffer.getvalue())
    if encrypted:  # the flag bit, in the local header and in the directory
        for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            at = packed.index(mark)
            packed[at + place] |= 1
    return bytes(packed)


def workbook(rows: bytes = b"", *, sheet: str = "xl/worksheets/sheet1.xml") -> bytes:
    """The least that is an .xlsx, with the given rows in its only sheet."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    sheets = '<sheets><sheet name="CRM" sheetId="1" r:id="a"/></sheets>'
    book = f'<workbook xmlns="{main}" xmlns:r="{relations}">{sheets}</workbook>'
    relation = f'<Relationship Id="a" Type="{relations}/worksheet" Target="worksheets/sheet1.xml"/>'
    rels = f'<Relationships xmlns="{package}/relationships">{relation}</Relationships>'
    types = f'<Types xmlns="{package}/content-types"/>'
    content = f'<worksheet xmlns="{main}"><sheetData>'.encode() + rows + b"</sheetData></worksheet>"
    return zipped(
        {
            "[Content_Types].xml": types.encode(), "xl/workbook.xml": book.encode(),
            "xl/_rels/workbook.xml.rels": rels.encode(), sheet: content,
        }
    )  # fmt: skip


CUSTOMERS = b"crm_id,tier\nA-1,gold\nA-2,silver\n"
PACKED = gzip.compress(CUSTOMERS * 2000)
NOISE = RANDOM.randbytes(5000)
OLD_OFFICE = bytes.fromhex("d0cf11e0a1b11ae1")
HEADER_ROW = b'<row r="1"><c r="A1" t="inlineStr"><is><t>crm_id</t></is></c></row>'
BOMB = gzip.compress(b"0" * (300 * 1024 * 1024), 9)

BAD_FILES = {
    "nothing": BadFile("a.csv", b"", "holds nothing but white space"),
    "only blanks": BadFile("a.csv", b" \t\n \n\n", "holds nothing but white space"),
    "only a byte order mark": BadFile("a.csv", b"\xef\xbb\xbf", "holds nothing but white space"),
    "only a header": BadFile("a.csv", b"crm_id,tier\n", "no row"),
    "only a header, UTF-16": BadFile("a.csv", "crm_id\ttier\n".encode("utf-16"), "no row"),
    "no header": BadFile("a.csv", b",,\n1,2,3\n", "add a first row with names"),
    "a picture": BadFile("a.csv", b"\x89PNG\r\n\x1a\n" + NOISE, "a picture (PNG)"),
    "a picture with another name": BadFile("customers.xlsx", b"\xff\xd8\xff\xe0" + NOISE, "a picture (JPEG)"),
    "a PDF": BadFile("a.csv", b"%PDF-1.7\n" + NOISE, "a PDF document"),
    "a program": BadFile("a.csv", b"MZ" + b"\x00" * 200 + NOISE, "binary data"),
    "noise": BadFile("a.txt", NOISE, "binary data"),
    "zeros": BadFile("a.csv", b"\x00" * 5000, "binary data"),
    "an old workbook": BadFile("a.xls", OLD_OFFICE + b"\x00" * 2000, "old Office document"),
    "a locked workbook": BadFile(
        "a.xlsx", OLD_OFFICE + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\x00" * 600, "password"
    ),
    "a workbook cut in two": BadFile("a.xlsx", workbook(HEADER_ROW)[:400], "damaged"),
    "a workbook without its sheet": BadFile("a.xlsx", workbook(sheet="xl/other.xml"), "sheet1.xml is missing"),
    "a workbook with broken markup": BadFile("a.xlsx", workbook(b"<row><c"), "ends in the middle"),
    "an empty workbook": BadFile("a.xlsx", workbook(), "nothing but white space"),
    "a workbook with a header only": BadFile("a.xlsx", workbook(HEADER_ROW), "no row"),
    "an empty archive": BadFile("a.zip", zipped({}), "holds no file"),
    "two files in an archive": BadFile("a.zip", zipped({"a.csv": CUSTOMERS, "b.csv": CUSTOMERS}), "holds 2 files"),
    "an archive with a password": BadFile("a.zip", zipped({"a.csv": CUSTOMERS}, encrypted=True), "password"),
    "an archive of a strange kind": BadFile(
        "a.zip", zipped({"a.csv": CUSTOMERS}, method=zipfile.ZIP_BZIP2), "compression"
    ),
    "an archive cut in two": BadFile("a.zip", zipped({"a.csv": CUSTOMERS * 500})[:100], "damaged"),
    "an archive in an archive": BadFile("a.zip", zipped({"b.zip": zipped({"a.csv": CUSTOMERS})}), "packed once more"),
    "a picture in an archive": BadFile("a.zip", zipped({"a.csv": b"\x89PNG\r\n\x1a\n" + NOISE}), "a picture (PNG)"),
    "nothing in an archive": BadFile("a.zip", zipped({"a.csv": b""}), "white space"),
    "a gzip file cut in two": BadFile("a.csv.gz", PACKED[: len(PACKED) // 2], "cannot be unpacked"),
    "a gzip file that was altered": BadFile(
        "a.csv.gz", PACKED[:60] + b"\xff\xff\xff" + PACKED[63:], "cannot be unpacked"
    ),
    "a gzip file in a gzip file": BadFile("a.csv.gz", gzip.compress(PACKED), "packed once more"),
    "an empty gzip file": BadFile("a.csv.gz", gzip.compress(b""), "white space"),
    "a gzip bomb": BadFile("a.csv.gz", BOMB, "no column names"),
    "half a gzip header": BadFile("a.csv.gz", b"\x1f\x8b\x08", "cannot be unpacked"),
    "an OpenPGP message": BadFile("a.csv", b"-----BEGIN PGP MESSAGE-----\n\n" + b"hQEMA\n" * 50, "encrypted"),
    "a ZIP directory without members": BadFile(
        "a.zip", b"PK\x05\x06" + struct.pack("<4H2LH", 0, 0, 1, 1, 46, 0, 0), "damaged or incomplete"
    ),
}
