"""From the bytes of a mapping to the document: UTF-8 JSON in which no object has a member twice."""

import json
from collections import Counter
from typing import NoReturn

from ingest.crm.mapping_problems import Problems, member_path
from ingest.crm.words import Filled
from ingest.crm.words import gettext_noop as _


class _JsonObject(dict[str, object]):
    """A JSON object that remembers which of its members were written more than once."""

    def __init__(self, pairs: list[tuple[str, object]]) -> None:
        super().__init__(pairs)
        self.repeated = [name for name, times in Counter(name for name, _ in pairs).items() if times > 1]


class _NotJsonError(ValueError):
    """A constant that Python's reader takes, though JSON has no such thing."""


def read_json(raw: bytes, problems: Problems) -> object:
    """The document; raises MappingError when the bytes are no JSON, notes the members that are there twice."""
    document = _decode(raw, problems)
    problems.raise_if_any()
    _note_repeated_members(document, problems)
    return document


def _decode(raw: bytes, problems: Problems) -> object:
    found: str
    try:
        text = raw.decode("utf-8-sig")
        return json.loads(text, object_pairs_hook=_JsonObject, parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        found = Filled(_("a byte at position %(position)s that is not UTF-8"), position=error.start)
        advice = _("Save the mapping as UTF-8.")
    except json.JSONDecodeError as error:
        template = _("what is not JSON at line %(line)s, column %(column)s (%(why)s)")
        found = Filled(template, line=error.lineno, column=error.colno, why=error.msg)
        advice = _("Correct the text there.")
    except _NotJsonError as error:
        found, advice = f"`{error}`", _("Write a number.")
    except (RecursionError, ValueError):
        # Python's reader gives up on thousands of brackets or digits before they take too long.
        found, advice = _("a number or a nesting beyond all bounds"), _("Shorten it.")
    problems.add("", found=found, expected=_("JSON in UTF-8"), advice=advice)
    return None


def _refuse_constant(name: str) -> NoReturn:
    raise _NotJsonError(name)


def _note_repeated_members(document: object, problems: Problems) -> None:
    # A list of open values instead of recursion: JSON nests deeper than Python calls.
    waiting = [("", document)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, _JsonObject):
            for name in value.repeated:
                advice = _("Keep one of them; only the last would count.")
                expected = _("each member once")
                problems.add(member_path(path, name), found=_("this member twice"), expected=expected, advice=advice)
            waiting += [(member_path(path, name), item) for name, item in value.items()]
        elif isinstance(value, list):
            waiting += [(f"{path}[{index}]", item) for index, item in enumerate(value)]
