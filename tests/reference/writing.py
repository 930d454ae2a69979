"""How a dirty customer file is written down: quoting, line ends, broken lines, encodings, broken bytes."""

import codecs
import random
from dataclasses import dataclass
from typing import Any

BROKEN_LINES = (
    '"open', '"a"b{d}c', 'x{d}"', '"x" y', 'a"b"c', '""', '"" ', " ", "\t", "   ", "{d}", "{d}{d}{d}", '"', '"""',
    '"a\nb"c', '{d}"never closed\nsecond line', "\\", "'", "'x'y", "\0", "\x0b", "\x85", "\u2028",
)  # fmt: skip
BROKEN_BYTES = (
    b"\xff",
    b"\xc3",
    b"\xe2\x82",
    b"\xf0\x9f\x98",
    b"\x80",
    b"\xed\xa0\x80",
    b"\xc0\xaf",
    b"\xfe\xff",
    b"\x81",
)


@dataclass(frozen=True)
class FileStyle:
    """One customer's way of writing."""

    encoding: str
    bom: bool
    delimiter: str
    quote: str
    escape: str
    quoting: str
    line_ends: tuple[str, ...]
    blanks_before_quotes: bool
    dirt: float
    pad_short_rows: bool

    @property
    def codec(self) -> str:
        """The name that Python's codecs know."""
        return {"utf-8-sig": "utf-8"}.get(self.encoding, self.encoding)

    def can_write(self, name: str) -> bool:
        """Whether a column name survives this style."""
        breaks = () if self.quote else (self.delimiter, "\n", "\r")
        return name.encode(self.codec, "replace").decode(self.codec) == name and not any(one in name for one in breaks)

    def reader_member(self, rng: random.Random) -> dict[str, Any]:
        """The mapping's `reader`: everything that was confirmed about the file."""
        member = {
            "encoding": self.codec,
            "delimiter": self.delimiter,
            "quote": self.quote,
            "escape": self.escape,
        }
        if self.pad_short_rows or rng.random() < 0.1:
            member["short_rows"] = "pad" if self.pad_short_rows else "refuse"
        return member


def random_style(rng: random.Random) -> FileStyle:
    """A style; plain ones are likelier than odd ones."""
    encoding, bom = rng.choices(
        (
            ("utf-8", False), ("utf-8", True), ("utf-16-le", True), ("utf-16-be", True), ("cp1252", False),
            ("gb18030", False), ("shift_jis", False),
        ),
        (60, 10, 8, 5, 7, 5, 5),
    )[0]  # fmt: skip
    line_ends = rng.choices((("\n",), ("\r\n",), ("\r",), ("\n", "\r\n"), ("\n", "\r\n", "\r")), (45, 25, 8, 10, 12))[0]
    return FileStyle(
        encoding=encoding,
        bom=bom,
        delimiter=rng.choice(",,,,;;\t\t|"),
        quote=rng.choices(('"', "'", ""), (88, 7, 5))[0],
        escape=rng.choices(("", "\\"), (85, 15))[0],
        quoting=rng.choice(("needed", "needed", "needed", "all", "random", "raw")),
        line_ends=line_ends,
        blanks_before_quotes=rng.random() < 0.08,
        dirt=rng.choice((0.0, 0.0, 0.03, 0.2)),
        pad_short_rows=rng.random() < 0.15,
    )


def file_bytes(rng: random.Random, rows: list[list[str]], style: FileStyle) -> bytes:
    """The whole file; the first of `rows` is the header."""
    lines: list[bytes] = [b""] * (rng.randint(1, 2) if rng.random() < 0.03 else 0)
    out = b"".join(_encode(rng.choice(style.line_ends), style) for _ in lines)
    for place, row in enumerate(rows):
        out += _row(rng, row, style, header=place == 0)
        if place + 1 < len(rows) or rng.random() < 0.8:
            out += _encode(rng.choice(style.line_ends), style)
    return (_byte_order_mark(style) if style.bom else b"") + out


def _row(rng: random.Random, row: list[str], style: FileStyle, *, header: bool) -> bytes:
    """One record, and perhaps a broken line in front of it or in its place."""
    text = style.delimiter.join(_field(rng, cell, style, raw=not header and rng.random() < 0.5) for cell in row)
    if header or rng.random() >= style.dirt:
        return _encode(text, style)
    end = rng.choice(style.line_ends)
    dice = rng.randrange(6)
    if dice == 0:
        text = end * rng.randint(1, 2) + text
    elif dice == 1:
        text = rng.choice(BROKEN_LINES).format(d=style.delimiter) + end + text
    elif dice == 2:
        text = style.delimiter.join(_field(rng, cell, style) for cell in row[: rng.randrange(len(row))])
    elif dice == 3:
        text += style.delimiter + _field(rng, rng.choice(row), style)
    elif dice == 4:
        place = rng.randint(0, len(text))
        text = text[:place] + rng.choice((style.quote, style.delimiter, style.escape, "\r", "\n", " ")) + text[place:]
    else:
        return _broken_bytes(rng, _encode(text, style), style)
    return _encode(text, style)


def _broken_bytes(rng: random.Random, raw: bytes, style: FileStyle) -> bytes:
    if style.encoding.startswith("utf-16"):  # a lone surrogate; the pairs of bytes stay in step
        place = 2 * rng.randint(0, len(raw) // 2)
        return raw[:place] + rng.choice(("\ud83d", "\ude00")).encode(style.codec, "surrogatepass") + raw[place:]
    place = rng.randint(0, len(raw))
    return raw[:place] + rng.choice(BROKEN_BYTES) + raw[place:]


def _field(rng: random.Random, cell: str, style: FileStyle, *, raw: bool = False) -> str:
    """The cell as it stands in the file."""
    needed = any(
        character in cell for character in (style.delimiter, style.quote or "\n", "\r", "\n", style.escape or "\n")
    )
    if style.quoting == "raw" and raw:
        return cell
    quoted = needed or style.quoting == "all" or (style.quoting == "random" and rng.random() < 0.5)
    if not quoted:
        return cell
    if style.escape and (not style.quote or rng.random() < 0.2):
        special = (style.delimiter, style.quote, style.escape, "\r", "\n")
        return "".join(style.escape + character if character in special else character for character in cell)
    if not style.quote:
        return (
            cell
            if rng.random() < 0.05
            else "".join(" " if one in (style.delimiter, "\r", "\n") else one for one in cell)
        )
    if style.escape:
        cell = cell.replace(style.escape, style.escape * 2)
    escaped_quote = style.escape + style.quote if style.escape and rng.random() < 0.7 else style.quote * 2
    text = style.quote + cell.replace(style.quote, escaped_quote) + style.quote
    blanks = rng.choice(("", " ", "  ")) if style.blanks_before_quotes else ""
    return blanks + text + (" " if rng.random() < 0.02 else "")


def _encode(text: str, style: FileStyle) -> bytes:
    return text.encode(style.codec, "ignore")


def _byte_order_mark(style: FileStyle) -> bytes:
    return {"utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}.get(style.encoding, codecs.BOM_UTF8)
