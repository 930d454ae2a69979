"""The `reader` and `output` members of a mapping."""

import codecs
import string
from collections.abc import Mapping

from ingest.aam.limits import DEFAULT_MAX_PART_BYTES, MAX_PART_BYTES
from ingest.crm.mapping_members import Members, Place
from ingest.crm.mapping_problems import shown
from ingest.crm.mapping_types import Compression, OutputOptions, ReaderOptions, ShortRows
from ingest.crm.words import Filled
from ingest.crm.words import gettext_noop as _

READER_MEMBERS: Mapping[str, str] = {
    "encoding": _("the encoding of the customer file"),
    "delimiter": _("the character between two fields"),
    "quote": _("the character around a quoted field"),
    "escape": _("the character that makes the next one literal"),
    "sheet": _("the name of the sheet of a workbook"),
    "short_rows": _("what becomes of a row with fewer fields than the header"),
}

OUTPUT_MEMBERS: Mapping[str, str] = {
    "compression": _("how the parts are packed"),
    "max_part_bytes": _("the most bytes of one part before it is packed"),
}

DEFAULT_OUTPUT = OutputOptions(Compression.GZIP, DEFAULT_MAX_PART_BYTES)

NOT_A_DELIMITER = frozenset(string.ascii_letters + string.digits + "\"'\r\n")
NOT_A_QUOTE = frozenset(string.ascii_letters + string.digits + " \t\r\n")

# Python counts these as text encodings, but no customer file is written in them.
_NO_FILE_ENCODINGS = frozenset({"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape"})

_DELIMITER = _("one ASCII character that is no letter, digit, quote or line end")
_QUOTE = _("one ASCII character that is no letter, digit, blank or line end, or an empty text where there is none")


def read_reader(place: Place) -> ReaderOptions:
    """What was confirmed about the customer file."""
    members = place.members(READER_MEMBERS)
    options = ReaderOptions(
        encoding=members.optional("encoding", _read_encoding, None),
        delimiter=members.optional("delimiter", _read_delimiter, None),
        quote=members.optional("quote", _read_quote, None),
        escape=members.optional("escape", _read_quote, None),
        sheet=members.optional("sheet", _read_sheet, None),
        short_rows=members.optional("short_rows", lambda item: item.word(ShortRows), ShortRows.REFUSE),
    )
    _check_distinct(members, options)
    return options


def read_output(place: Place) -> OutputOptions:
    """How the parts are packed."""
    members = place.members(OUTPUT_MEMBERS)
    compression = members.optional("compression", lambda item: item.word(Compression), DEFAULT_OUTPUT.compression)
    return OutputOptions(compression, members.optional("max_part_bytes", _read_max_part_bytes, DEFAULT_MAX_PART_BYTES))


def _read_max_part_bytes(place: Place) -> int | None:
    expected = Filled(
        _("a number of bytes from 1 to %(most)s, the largest file Audience Manager takes"), most=MAX_PART_BYTES
    )
    return place.whole_number(1, MAX_PART_BYTES, expected, _("Write it without quotes."))


def _check_distinct(members: Members, options: ReaderOptions) -> None:
    used: dict[str, str] = {}
    for name, character in (("delimiter", options.delimiter), ("quote", options.quote), ("escape", options.escape)):
        if character and character in used:
            advice = _("Correct one of the two; a doubled quote character is understood without `escape`.")
            members.wrong(name, Filled(_("another character than `%(member)s` has"), member=used[character]), advice)
        elif character:
            used[character] = name


def _read_encoding(place: Place) -> str | None:
    expected = _("an encoding that Python knows, such as utf-8, windows-1252 or shift_jis")
    name = place.text(expected, _("Write the name of the encoding in quotes."))
    if name is None or _is_text_encoding(name):
        return name
    place.wrong(expected, _("Correct the name, or leave `encoding` out and it is detected."))
    return None


def _is_text_encoding(name: str) -> bool:
    if not name.isascii() or not name.isprintable():
        return False
    try:
        known = codecs.lookup(name).name
        b"a".decode(known)
    except LookupError:  # unknown, or not from bytes to text
        return False
    except UnicodeDecodeError:  # one byte is not enough for a character of, say, UTF-16
        return True
    except UnicodeError:  # raised by encodings that refuse every text
        return False
    return known.replace("_", "-") not in _NO_FILE_ENCODINGS


def _read_delimiter(place: Place) -> str | None:
    return _read_character(place, _DELIMITER, NOT_A_DELIMITER)


def _read_quote(place: Place) -> str | None:
    return "" if place.value == "" else _read_character(place, _QUOTE, NOT_A_QUOTE)


def _read_character(place: Place, expected: str, forbidden: frozenset[str]) -> str | None:
    text = place.text(expected, _("Write the character in quotes."))
    if text is None:
        return None
    if len(text) != 1 or not text.isascii() or text in forbidden:
        place.wrong(expected, Filled(_("Write the character itself; %(text)s cannot do this."), text=shown(text)))
        return None
    return text


def _read_sheet(place: Place) -> str | None:
    expected = _("the name of a sheet")
    text = place.text(expected, _("Write the name as the workbook shows it, in quotes."))
    if text == "":
        place.wrong(expected, _("Write the name as the workbook shows it, or leave `sheet` out."))
    return text
