"""A language that nobody speaks: every text a third longer and with accents, as German or Finnish would fill a page.

It takes the place of English, so that whatever is still plain English on a page is a text that nobody can translate.
"""

import re
import struct
from pathlib import Path
from typing import Final

_ACCENTS: Final = str.maketrans("AaEeIiOoUuCcNnSsYyZz", "ÅåÉéÎîÖöÛûÇçÑñŠšÝýŽž")
_KEPT: Final = re.compile(r"(%\(\w+\)[sd]|%[sd%]|\{\w*\}|<[^>]+>|&\w+;)")
_MAGIC: Final = 0x950412DE


def stretched(text: str) -> str:
    """The text with accents, and the beginning of its words once more. Placeholders and tags stay as they are.

    >>> stretched("Send %(count)s rows")
    'Šéñd %(count)s röwš Šéñd r'
    """
    pieces = [piece if number % 2 else piece.translate(_ACCENTS) for number, piece in enumerate(_KEPT.split(text))]
    more = " ".join("".join(pieces[::2]).split())[: round(len(text) * 0.3)]
    return "".join(pieces) + (f" {more}" if more else "")


def write(source: Path, folder: Path) -> None:
    """A catalogue for English in `folder`, made of the English texts of another language's catalogue."""
    texts = [text for text in _originals(source.read_bytes()) if text]
    entries = {text: "\0".join(map(stretched, text.rpartition("\4")[2].split("\0"))) for text in texts}
    entries[""] = "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\n"
    target = folder / "en" / "LC_MESSAGES"
    target.mkdir(parents=True)
    (target / "django.mo").write_bytes(_compiled(entries))


def _originals(catalogue: bytes) -> list[str]:
    """The texts of a compiled catalogue; one with a plural has both, with a zero between them."""
    magic, _, count, start = struct.unpack("<4I", catalogue[:16])
    assert magic == _MAGIC
    places = struct.iter_unpack("<2I", catalogue[start : start + 8 * count])
    return [catalogue[at : at + length].decode() for length, at in places]


def _compiled(entries: dict[str, str]) -> bytes:
    """A catalogue as gettext reads it: a header, two tables of lengths and places, the texts."""
    pairs = sorted((key.encode(), value.encode()) for key, value in entries.items())
    count, start = len(pairs), 28 + 16 * len(pairs)
    content, table = b"", list[int]()
    for side in (0, 1):
        for pair in pairs:
            table += [len(pair[side]), start + len(content)]
            content += pair[side] + b"\0"
    header = struct.pack("<7I", _MAGIC, 0, count, 28, 28 + 8 * count, 0, 0)
    return header + struct.pack(f"<{4 * count}I", *table) + content
