"""What is plainly no customer file: programs, pictures, archives, locked documents; told by their first bytes."""

from ingest.aam.words import gettext_noop
from ingest.engine.errors import FileProblem

ADVICE = gettext_noop("Export the customers as CSV (UTF-8) or as an Excel workbook (.xlsx) and upload that file.")
_A_TABLE = gettext_noop("A table of customers in text was expected.")
HEAD_BYTES = 64 * 1024
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED_OFFICE = tuple(name.encode("utf-16-le") for name in ("EncryptedPackage", "EncryptionInfo"))

# First bytes and what they are. Text cannot begin so, or only text that is no table.
SIGNATURES = (
    (b"%PDF-", gettext_noop("The file is a PDF document.")),
    (b"\x89PNG\r\n\x1a\n", gettext_noop("The file is a picture (PNG).")),
    (b"\xff\xd8\xff", gettext_noop("The file is a picture (JPEG).")),
    (b"GIF87a", gettext_noop("The file is a picture (GIF).")),
    (b"GIF89a", gettext_noop("The file is a picture (GIF).")),
    (b"II*\x00", gettext_noop("The file is a picture (TIFF).")),
    (b"MM\x00*", gettext_noop("The file is a picture (TIFF).")),
    (b"\x7fELF", gettext_noop("The file is a program.")),
    (b"MZ\x90\x00", gettext_noop("The file is a program.")),
    (b"\xca\xfe\xba\xbe", gettext_noop("The file is a program.")),
    (b"\xcf\xfa\xed\xfe", gettext_noop("The file is a program.")),
    (b"BZh", gettext_noop("The file is a file packed with bzip2.")),
    (b"\xfd7zXZ\x00", gettext_noop("The file is a file packed with xz.")),
    (b"(\xb5/\xfd", gettext_noop("The file is a file packed with Zstandard.")),
    (b"\x04\x22M\x18", gettext_noop("The file is a file packed with LZ4.")),
    (b"7z\xbc\xaf\x27\x1c", gettext_noop("The file is a 7-Zip archive.")),
    (b"Rar!\x1a\x07", gettext_noop("The file is a RAR archive.")),
    (b"SQLite format 3\x00", gettext_noop("The file is a database (SQLite).")),
    (b"\x00\x01\x00\x00Standard ", gettext_noop("The file is a database (Microsoft Access).")),
    (b"PAR1", gettext_noop("The file is a Parquet file.")),
    (b"Obj\x01", gettext_noop("The file is an Avro file.")),
    (b"ORC\n", gettext_noop("The file is an ORC file.")),
    (b"{\\rtf", gettext_noop("The file is a formatted document (RTF).")),
    (b"bplist00", gettext_noop("The file is an Apple property list.")),
    (b"wOFF", gettext_noop("The file is a font.")),
    (b"ID3\x03", gettext_noop("The file is a sound file.")),
    (b"OggS\x00", gettext_noop("The file is a sound file.")),
)
_MARKUP = (b"<?xml", b"<!doctype", b"<html", b"<table", b"<body", b"<head>")
_LOCKED_TEXT = (
    b"-----BEGIN PGP MESSAGE-----",
    b"age-encryption.org/v1\n",
    b"-----BEGIN AGE ENCRYPTED FILE-----",
    b"Salted__",
)
_UTF8_MARK = b"\xef\xbb\xbf"

# C0 controls that no export writes; those that serve as separators (0x01, 0x1C-0x1F) are too few kinds to matter.
_STRANGE = bytes([*range(0x01, 0x09), *range(0x0E, 0x1A), *range(0x1C, 0x20), 0x7F])
_NOT_STRANGE = bytes(byte for byte in range(256) if byte not in _STRANGE)
STRANGE_KINDS = 7
STRANGE_SHARE = 100
NUL_SHARE = 3


def refuse_known_kinds(head: bytes) -> None:
    """Raise FileProblem when the first bytes are those of something else than a table; `file.encrypted` comes first."""
    start = head.removeprefix(_UTF8_MARK).lstrip()
    if start.startswith(_LOCKED_TEXT) or _is_openpgp(head):
        raise encrypted(gettext_noop("The file is encrypted (OpenPGP or the like)."))
    for signature, found in SIGNATURES:
        if head.startswith(signature):
            raise not_text(found)
    if head[4:12] in {b"ftypheic", b"ftypmp42", b"ftypisom", b"ftypavif"}:
        raise not_text(gettext_noop("The file is a picture or film."))
    if head[:4] == b"RIFF" and head[8:12] in {b"WEBP", b"WAVE", b"AVI "}:
        raise not_text(gettext_noop("The file is a picture, sound or film."))
    if head[:2] == b"BM" and head[6:10] == b"\x00\x00\x00\x00":
        raise not_text(gettext_noop("The file is a picture (BMP)."))
    if head[257:262] == b"ustar":
        raise not_text(gettext_noop("The file is a tar archive."))
    if start[:16].lower().startswith(_MARKUP):
        raise not_text(gettext_noop("The file is a web page or an XML document, even if its name says otherwise."))


def refuse_binary(head: bytes) -> None:
    """Raise FileProblem `file.not_text` when the bytes of an 8-bit encoding are full of controls that text never has.

    A few NULs or other controls are ordinary characters of a row (decision 7).
    """
    strange = head.translate(None, _NOT_STRANGE)
    if len(set(strange)) >= STRANGE_KINDS and len(strange) * STRANGE_SHARE > len(head):
        raise not_text(gettext_noop("The file holds binary data."))
    if head.count(0) * NUL_SHARE > len(head):
        raise not_text(gettext_noop("More than a third of the file's first bytes are zeros: it holds binary data."))


def is_locked_office(data: bytes) -> bool:
    """Whether a part of an old Office container names the streams that only an encrypted workbook has."""
    return any(name in data for name in _LOCKED_OFFICE)


def not_text(found: str, **params: str | int) -> FileProblem:
    """The problem `file.not_text`: the sentence that says what was found, what was expected, what to do."""
    return FileProblem("file.not_text", found, _A_TABLE, ADVICE, **params)


def encrypted(found: str) -> FileProblem:
    """The problem `file.encrypted`."""
    return FileProblem(
        "file.encrypted",
        found,
        gettext_noop("A file that can be read was expected. Remove the protection and upload it again."),
    )


def _is_openpgp(head: bytes) -> bool:
    """Whether a binary OpenPGP message begins: a session key packet (RFC 4880 5.1, 5.3) has a version."""
    if len(head) < 16:
        return False
    tag = head[0]
    if tag in {0x84, 0x8C, 0xC1, 0xC3}:
        body = head[2:]
    elif tag in {0x85, 0x8D}:
        body = head[3:]
    else:
        return False
    if tag in {0x84, 0x85, 0xC1}:
        return body[0] in {3, 6} and (body[0] == 6 or body[9] in {1, 2, 16, 18, 19, 22, 25, 26})
    return body[0] in {4, 5, 6} and 1 <= body[1] <= 13
