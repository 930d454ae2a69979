"""The files that fuzzing starts from, and the words it may put in: small, and of every kind there is."""

from __future__ import annotations

import gzip
import io
import json
import re
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

import xlsxwriter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

ROWS = (
    ("i", "a", "b", "c", "d"),
    ("u1", "Rome|Oslo", "24|25", "25/12/2024", "y"),
    ("u2", 'say "hi", you', "7", "2024-05-05", "n"),
    ("u1", "two\nlines", "", "05/06/2024", "y"),
    ("u:3", "Αθήνα", "x", "not a date", ""),
    ("u4@example.com", "+44 20 7946 0000", "0", "5 May 2024", "n"),
    ("", "4111 1111 1111 1111", "1", "", ""),
)
NAMES = (
    "ftp_dpm_478_1700000000.sync",
    "ftp_dpm_478_567_1700000000.overwrite.3.gz",
    "adobe_id_0_12345_1700000000.sync.gz",
    "adobe_id_20914_1_2_3_1700000000.sync.12.gpg",
    "c2c_id_123_456_1700000000.sync",
    "ftp_dpm_478_170000000.sync",
)
NAME_WORDS = ("ftp_dpm_", "adobe_id_", "c2c_id_", ".sync", ".overwrite", ".gz", ".gpg", "_1700000000", "20914", ".1")
READER_WORDS = (
    b"i,a,b,c,d\n", b'"', b'""', b'",\n"', b"\r\n", b"\r", b"\t", b";", b"|", b"\\", b"\xef\xbb\xbf", b"\xff\xfe",
    b"\x00", b"\xe2\x80\xa8", b"\xc2\x85", b"\xe2\x80\x8b", b"\xff", b"%3A", b"\x1f\x8b", b"PK\x03\x04",
)  # fmt: skip


@dataclass(frozen=True)
class Seeds:
    """The first inputs of a harness and its dictionary."""

    inputs: tuple[bytes, ...]
    words: tuple[bytes, ...]


def table(delimiter: str, line_end: str) -> str:
    """The rows as delimited text."""

    def quoted(cell: str) -> str:
        unsafe = any(character in cell for character in (delimiter, '"', "\n"))
        return '"' + cell.replace('"', '""') + '"' if unsafe else cell

    return "".join(delimiter.join(map(quoted, row)) + line_end for row in ROWS)


def of_reader() -> Seeds:
    """Customer files in several dialects, encodings and wrappings."""
    plain = table(",", "\n").encode()
    inputs = (
        plain,
        table(";", "\r\n").encode(),
        table("\t", "\r").encode("utf-8-sig"),
        table("|", "\n").encode("utf-16"),
        table(",", "\n").replace("Αθήνα", "Zürich").encode("cp1252"),
        plain.replace(b"u2", b'"u2'),
        gzip.compress(plain, mtime=0),
        zipped(plain),
        sheet(),
        b"",
    )
    return Seeds(inputs, READER_WORDS)


def zipped(content: bytes) -> bytes:
    """An archive with one member."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as members:
        members.writestr("customers.csv", content)
    return archive.getvalue()


def sheet() -> bytes:
    """A workbook; its parts are stored as they are, so that the fuzzer can change what is in them."""
    packed, stored = io.BytesIO(), io.BytesIO()
    with xlsxwriter.Workbook(packed, {"in_memory": True}) as workbook:
        page = workbook.add_worksheet()
        for number, row in enumerate(ROWS):
            page.write_row(number, 0, row)
    with zipfile.ZipFile(packed) as members, zipfile.ZipFile(stored, "w", zipfile.ZIP_STORED) as plain:
        for name in members.namelist():
            plain.writestr(name, members.read(name))
    return stored.getvalue()


def of_mapping() -> Seeds:
    """One mapping document per kind, with every action and transform; the words are the strings in them."""
    documents = (traits_document(), id_sync_document(), hashed_emails_document())
    texts = [json.dumps(document) for document in documents]
    words = sorted({word for text in texts for word in re.findall(r'"[^"]*"', text)})
    punctuation = (b"[]", b"{}", b"null", b"true", b"-1", b"1e9", b"NaN", b"\\u0000", b'"\\ud800"')
    return Seeds(tuple(text.encode() for text in texts), (*(word.encode() for word in words), *punctuation))


def traits_document() -> Mapping[str, object]:
    """All actions, all transforms, all options."""
    transforms = [
        "lower", "upper", "digits", "strip_leading_zeros", "sha256", "email_sha256", "date_iso",
        {"replace": ["a", "b"]}, {"prefix": "p"}, {"pad_left": [38, "0"]},
    ]  # fmt: skip
    column: dict[str, object] = {"column": "a", "action": "signal", "key": "a", "transforms": transforms}
    return {
        "version": 1, "kind": "traits", "mode": "sync", "dpid": 478, "target_dpid": 567,
        "id": {"column": "i", "type": "customer_id", "transforms": []},
        "columns": [
            {**column, "values": {"F": "female"}, "otherwise": "skip"},
            {"column": "b", "action": "add_traits", "split": "|"},
            {"column": "c", "action": "remove_traits", "split": "|"},
            {"column": "d", "action": "ic", "split": ";"},
            {"column": "e", "action": "trait_if", "values": {"y": {"add": [24]}, "n": {"remove": [24]}}},
        ],
        "unsafe_values": "clean", "commas_in_values": "keep", "repeated_ids": "merge",
        "reader": {
            "encoding": "utf-8", "delimiter": ",", "quote": '"', "escape": "\\", "sheet": "S", "short_rows": "pad",
        },
        "output": {"compression": "gzip", "max_part_bytes": 1000000000},
    }  # fmt: skip


def id_sync_document() -> Mapping[str, object]:
    """Two IDs, the first one of a device."""
    device = {"column": "uuid", "dpid": 0, "type": "aam_uuid", "transforms": [{"pad_left": [38, "0"]}]}
    customer = {"column": "i", "dpid": 12345, "type": "customer_id"}
    ids = [device, customer]
    return {"version": 1, "kind": "id_sync", "mode": "sync", "ids": ids, "allow_customer_id_first": True}


def hashed_emails_document() -> Mapping[str, object]:
    """One address in the clear and one hashed."""
    emails = [{"column": "private", "hashed": False}, {"column": "work", "hashed": True}]
    identifier = {"column": "i", "type": "customer_id"}
    head = {"version": 1, "kind": "hashed_emails", "mode": "sync", "dpid": 1}
    return {**head, "id": identifier, "email_dpid": 2, "emails": emails}


def of_names() -> Seeds:
    """File names, the last one with nine digits for the time."""
    return Seeds(encoded(NAMES), encoded(NAME_WORDS))


def encoded(texts: Iterable[str]) -> tuple[bytes, ...]:
    """UTF-8."""
    return tuple(text.encode() for text in texts)


SEEDS: Mapping[str, Callable[[], Seeds]] = {"reader": of_reader, "mapping": of_mapping, "names": of_names}


def dictionary(words: Iterable[bytes]) -> str:
    """The words in the fuzzer's own notation."""
    return "".join('"' + "".join(f"\\x{byte:02x}" for byte in word) + '"\n' for word in words)
