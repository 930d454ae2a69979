"""The encodings that people are offered when text looks wrong. Every other one that Python knows works all the same."""

import codecs
from dataclasses import dataclass
from typing import Final

from ingest.crm.words import gettext_noop


@dataclass(frozen=True)
class EncodingChoice:
    """A Python codec name, as `reader.encoding` of a mapping takes it, and what people call it."""

    name: str
    label: str


# The likelier first: what spreadsheets and databases of today write, then Europe by region, then the rest.
ENCODING_CHOICES: Final = (
    EncodingChoice("utf-8", gettext_noop("Unicode (UTF-8)")),
    EncodingChoice("utf-16", gettext_noop("Unicode (UTF-16), “Unicode text” of Excel")),
    EncodingChoice("cp1252", gettext_noop("Western European (Windows-1252)")),
    EncodingChoice("iso8859-15", gettext_noop("Western European (ISO 8859-15)")),
    EncodingChoice("mac-roman", gettext_noop("Western European (Mac)")),
    EncodingChoice("cp850", gettext_noop("Western European (DOS)")),
    EncodingChoice("gb18030", gettext_noop("Simplified Chinese (GB 18030, GBK)")),
    EncodingChoice("cp950", gettext_noop("Traditional Chinese (Big5)")),
    EncodingChoice("big5hkscs", gettext_noop("Traditional Chinese (Big5, Hong Kong)")),
    EncodingChoice("cp932", gettext_noop("Japanese (Shift JIS)")),
    EncodingChoice("euc_jp", gettext_noop("Japanese (EUC)")),
    EncodingChoice("iso2022_jp", gettext_noop("Japanese (ISO 2022)")),
    EncodingChoice("cp949", gettext_noop("Korean (Windows-949)")),
    EncodingChoice("cp1250", gettext_noop("Central European (Windows-1250)")),
    EncodingChoice("iso8859-2", gettext_noop("Central European (ISO 8859-2)")),
    EncodingChoice("mac-latin2", gettext_noop("Central European (Mac)")),
    EncodingChoice("cp852", gettext_noop("Central European (DOS)")),
    EncodingChoice("iso8859-16", gettext_noop("Romanian (ISO 8859-16)")),
    EncodingChoice("cp1251", gettext_noop("Cyrillic (Windows-1251)")),
    EncodingChoice("koi8-r", gettext_noop("Cyrillic (KOI8-R)")),
    EncodingChoice("koi8-u", gettext_noop("Ukrainian (KOI8-U)")),
    EncodingChoice("iso8859-5", gettext_noop("Cyrillic (ISO 8859-5)")),
    EncodingChoice("mac-cyrillic", gettext_noop("Cyrillic (Mac)")),
    EncodingChoice("cp866", gettext_noop("Cyrillic (DOS)")),
    EncodingChoice("cp1253", gettext_noop("Greek (Windows-1253)")),
    EncodingChoice("iso8859-7", gettext_noop("Greek (ISO 8859-7)")),
    EncodingChoice("mac-greek", gettext_noop("Greek (Mac)")),
    EncodingChoice("cp737", gettext_noop("Greek (DOS)")),
    EncodingChoice("cp1254", gettext_noop("Turkish (Windows-1254)")),
    EncodingChoice("mac-turkish", gettext_noop("Turkish (Mac)")),
    EncodingChoice("cp857", gettext_noop("Turkish (DOS)")),
    EncodingChoice("cp1257", gettext_noop("Baltic (Windows-1257)")),
    EncodingChoice("iso8859-4", gettext_noop("Baltic (ISO 8859-4)")),
    EncodingChoice("cp1255", gettext_noop("Hebrew (Windows-1255)")),
    EncodingChoice("cp862", gettext_noop("Hebrew (DOS)")),
    EncodingChoice("cp1256", gettext_noop("Arabic (Windows-1256)")),
    EncodingChoice("iso8859-6", gettext_noop("Arabic (ISO 8859-6)")),
    EncodingChoice("cp874", gettext_noop("Thai (Windows-874)")),
    EncodingChoice("cp1258", gettext_noop("Vietnamese (Windows-1258)")),
)


def encoding_choices(detected: str) -> tuple[EncodingChoice, ...]:
    """The encodings to choose from, the one by which the file was read first; one that is not listed is its own label.

    `detected` is a codec name. How the first rows would look is told by examining the file again with a choice.
    """
    first = [one for one in ENCODING_CHOICES if _same(one.name, detected)] or [EncodingChoice(detected, detected)]
    return (*first, *(one for one in ENCODING_CHOICES if one not in first))


def _same(choice: str, detected: str) -> bool:
    """Whether a choice stands for the encoding: UTF-16 does for both of its byte orders."""
    name, other = codecs.lookup(choice).name, codecs.lookup(detected).name
    return other == name or (name == "utf-16" and other in {"utf-16-le", "utf-16-be"})
