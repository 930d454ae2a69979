"""The catalogue of translations, and the texts of the code that have to be in it."""

import ast
import gettext
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from tests.house.tree import PROJECT, parsed, place, sources

FOLDER = PROJECT / "locale" / "zh_Hans" / "LC_MESSAGES"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%|(?<!%)\{\w+\}|</?[a-z]+>")
_ONE, _COUNTED, _IN_CONTEXT = slice(0, 1), slice(0, 2), slice(1, 2)
_TRANSLATING = {
    "gettext": _ONE, "gettext_lazy": _ONE, "gettext_noop": _ONE, "ngettext": _COUNTED, "ngettext_lazy": _COUNTED,
    "pgettext": _IN_CONTEXT, "pgettext_lazy": _IN_CONTEXT,
}  # fmt: skip
"""Which of their arguments are texts that people read."""


@cache
def catalogue() -> Catalog:
    """What is written by people."""
    with (FOLDER / "django.po").open("rb") as file:
        return read_po(file, locale="zh_Hans")


@cache
def messages() -> tuple[Message, ...]:
    """Every text with its translation."""
    return tuple(message for message in catalogue() if message.id)


def compiled() -> gettext.GNUTranslations:
    """What the portal loads."""
    with (FOLDER / "django.mo").open("rb") as file:
        return gettext.GNUTranslations(file)


def texts_of(message: Message) -> tuple[str, str]:
    """The English (its plural, where there is one) and the Chinese."""
    return _forms(message.id)[-1], _forms(message.string)[0]


def _forms(text: str | Sequence[str] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ("",))


def marked(path: Path) -> Iterator[tuple[str, str]]:
    """The place and the text of everything in a Python file that is marked as a text for people."""
    names = _names(parsed(path))
    for node in ast.walk(parsed(path)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        function = names.get(name, name if name in _TRANSLATING else "")
        for argument in node.args[_TRANSLATING[function]] if function else ():
            if isinstance(argument, ast.JoinedStr):
                yield place(path, node.lineno), "a text with braces, which no catalogue can hold"
            elif isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                yield place(path, node.lineno), argument.value


def _names(tree: ast.Module) -> dict[str, str]:
    """By which names a file calls the functions."""
    imports = (node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom))
    return {one.asname or one.name: one.name for node in imports for one in node.names if one.name in _TRANSLATING}


def marked_texts() -> Iterator[tuple[str, str]]:
    """Of all of the project's own code."""
    for path in sources("amportal", "ingest"):
        yield from marked(path)
