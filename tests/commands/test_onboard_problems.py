"""Each `file.*` code through the command line: exit 1, the code and a sentence on stderr, nothing in the folder."""

import gzip
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from ingest.aam.findings import FINDINGS
from ingest.engine.source import DEFAULT_MAX_BYTES
from tests.commands.command_line import TIMESTAMP, Desk

HEADER = b"id,city,segments\n"
SECRET = b"hidden.person@example.com"


def _zipped(content: bytes, *, encrypted: bool = False) -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("customers.csv", content)
    raw = bytearray(packed.getvalue())
    if encrypted:  # the flag stands in the local header and in the directory
        raw[6] |= 1
        raw[raw.index(b"PK\x01\x02") + 8] |= 1
    return bytes(raw)


def _bomb(path: Path) -> None:
    member = gzip.compress(b"A1," + b"x" * 1_000_000 + b",24\n")  # gzip files may stand one behind the other
    path.write_bytes(gzip.compress(HEADER) + member * 270)


def _too_large(path: Path) -> None:
    with path.open("wb") as file:  # a file with a hole takes no room on disk
        file.write(HEADER)
        file.truncate(DEFAULT_MAX_BYTES + 1)


CASES: list[tuple[str, str, bytes | Callable[[Path], None]]] = [
    ("nothing", "file.empty", b""),
    ("blanks", "file.empty", b" \r\n\t\r\n"),
    ("a mark only", "file.empty", b"\xef\xbb\xbf"),
    ("an empty gzip file", "file.empty", gzip.compress(b"")),
    ("a header only", "file.no_rows", HEADER),
    ("a header and empty lines", "file.no_rows", HEADER + b"\n\n\r\n"),
    ("a picture", "file.not_text", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8),
    ("a damaged archive", "file.not_text", b"PK\x03\x04" + b"x" * 200),
    ("a cut gzip file", "file.not_text", gzip.compress(HEADER + SECRET + b",Rome,24\n" * 1000)[:-20]),
    ("no encoding", "file.unknown_encoding", HEADER + bytes(range(0x80, 0x100)) * 3 + b",Rome,24\n"),
    ("a name twice", "file.header_duplicate", b"id,city,segments,city\n" + SECRET + b",Rome,24,Rome\n"),
    ("data first", "file.header_missing", b"4711,17,2024-05-01\n" + SECRET + b",Rome,24\n"),
    ("names without letters", "file.header_missing", b",,\nA1,Rome,24\n"),
    ("a column less", "file.columns_missing", b"id,city,segment\n" + SECRET + b",Rome,24\n"),
    ("other case", "file.columns_missing", b"ID,city,segments\n" + SECRET + b",Rome,24\n"),
    ("a bomb", "file.compressed_bomb", _bomb),
    ("too large", "file.too_large", _too_large),
    ("a locked archive", "file.encrypted", _zipped(HEADER, encrypted=True)),
    ("a locked text", "file.encrypted", b"-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----\n"),
]


@pytest.mark.parametrize(("code", "content"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_file_that_cannot_be_used_leaves_nothing_and_says_why(
    tmp_path: Path, code: str, content: bytes | Callable[[Path], None]
) -> None:
    desk = Desk(tmp_path).lay(b"")
    if isinstance(content, bytes):
        desk.customers.write_bytes(content)
    else:
        content(desk.customers)
    ran = desk.onboard("--timestamp", TIMESTAMP)
    assert (ran.code, ran.out) == (1, "")
    found, _, sentence = ran.err.partition("CommandError: ")[2].partition(": ")
    assert found == code
    assert len(sentence.split()) > 8
    assert sentence.rstrip().endswith(".")
    assert SECRET.decode() not in ran.err
    assert list(desk.out.iterdir()) == []


def test_every_code_about_a_file_is_met() -> None:
    assert {case[1] for case in CASES} == {code for code, rule in FINDINGS.items() if rule.scope == "file"}


def test_what_an_earlier_run_made_stays_when_nothing_can_be_made(tmp_path: Path) -> None:
    desk = Desk(tmp_path).lay("id,city,segments\nA1,Rome,24\n")
    assert desk.onboard("--timestamp", TIMESTAMP).code == 0
    before = desk.results()
    desk.customers.write_bytes(HEADER)
    assert desk.onboard("--timestamp", TIMESTAMP).code == 1
    assert desk.results() == before
