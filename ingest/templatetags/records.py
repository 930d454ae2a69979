"""Records of a data file, coloured by what their parts are, and rows of a customer file.

A page may show ten of several hundred parts each; a loop of a template takes its time for every one.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Final
from unicodedata import normalize

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _

register = template.Library()
Part = tuple[str, str]
_TAB: Final[Part] = ("tab", "\t")
_MOST_COLOURED: Final = 120
_PLAIN: Final = ""
_CELL_CHARACTERS: Final = 60
_LONG_RUN: Final = re.compile(r"[0-9A-Za-z]{30,}")


@register.simple_tag
def record_parts(record: str) -> SafeString:
    """The ID, the TAB, keys and values, each in its colour; the rest of a very long record as it stands."""
    parts = _parts(record)
    tab = format_html(
        '<span class="t-tab" title="{}"><span aria-hidden="true">⇥</span>'
        '<span class="visually-hidden">{}</span></span>',
        _("Tab"), _("tab"),
    )  # fmt: skip
    coloured = [_drawn(kind, text, tab) for kind, text in islice(parts, _MOST_COLOURED)]
    plain = (tab if kind == "tab" else escape(text) for kind, text in parts)
    return SafeString("".join([*coloured, *plain]))


def _drawn(kind: str, text: str, tab: str) -> str:
    if kind == "tab":
        return tab
    if kind == _PLAIN:
        return f"{escape(text)}<wbr>" if text == "," else escape(text)
    return f'<span class="t-{kind}">{halved(text) if kind == "id" else escape(text)}</span>'


@register.filter
def halved(text: str) -> SafeString:
    """A long run of letters and digits, such as an ID of 38, may break in its middle where a line is too narrow for it:
    two halves are easier to compare than a whole line and a rest.
    """
    return SafeString(_LONG_RUN.sub(_in_halves, escape(text)))


def _in_halves(found: re.Match[str]) -> str:
    run = found.group()
    return f"{run[: len(run) // 2]}<wbr>{run[len(run) // 2 :]}"


def _parts(record: str) -> Iterator[Part]:
    """What each part is, and its text. IDs of a sync file are divided by TABs alone."""
    user_id, tab, rest = record.partition("\t")
    others = _items(rest) if "=" in rest else _ids(rest)
    return chain([("id", user_id)], [_TAB] if tab else [], others)


def _ids(rest: str) -> Iterator[Part]:
    for number, text in enumerate(rest.split("\t") if rest else []):
        if number:
            yield _TAB
        yield "id", text


def _items(rest: str) -> Iterator[Part]:
    for number, item in enumerate(_divided(rest)):
        if number:
            yield _PLAIN, ","
        key, equals, value = item.partition("=")
        yield "key", key
        yield _PLAIN, equals
        yield "value", value


def _divided(rest: str) -> list[str]:
    """Items between commas; a comma inside quotation marks divides nothing."""
    items, quoted = [""], False
    for piece in rest.split(","):
        if quoted:
            items[-1] += f",{piece}"
        else:
            items.append(piece)
        quoted ^= bool(piece.count('"') % 2)
    return items[1:]


@register.simple_tag
def cells(texts: Iterable[str]) -> SafeString:
    """The cells of a row of a customer file, long ones cut off."""
    return SafeString("".join(f"<td>{escape(_cut(text))}</td>" for text in texts))


def _cut(text: str) -> str:
    return normalize("NFC", text) if len(text) <= _CELL_CHARACTERS else Truncator(text).chars(_CELL_CHARACTERS)
