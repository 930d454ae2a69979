"""What is wrong with a mapping document: the member, what was found, what was expected, what to do."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from ingest.crm.words import Filled
from ingest.crm.words import gettext_noop as _

WHOLE_DOCUMENT = "mapping"

_LONGEST_SHOWN_TEXT = 40
_LARGEST_SHOWN_NUMBER = 10**20
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


@dataclass(frozen=True)
class MappingProblem:
    """One thing that is wrong: `member` is a path such as `columns[2].key`, `sentence` is for people, and English.

    It can be said in other languages as well (`words.in_words_of`).
    """

    member: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.member}: {self.sentence}"


class MappingError(ValueError):
    """The document is not a mapping; `problems` holds everything that is wrong with it, at least one thing."""

    def __init__(self, problems: Sequence[MappingProblem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)

    def __reduce__(self) -> tuple[type["MappingError"], tuple[tuple[MappingProblem, ...]]]:
        # Exceptions are rebuilt from their args, which is the text here; worker processes hand errors over that way.
        return MappingError, (self.problems,)


class Problems:
    """Gathers problems, so that one reading tells everything that is wrong."""

    def __init__(self) -> None:
        self._found: list[MappingProblem] = []

    def add(self, member: str, *, found: str, expected: str, advice: str) -> None:
        """Note a problem of the member at this path, or of the whole document where the path is empty."""
        template = _("Found %(found)s; expected %(expected)s. %(advice)s")
        sentence = Filled(template, found=_kept(found), expected=_kept(expected), advice=_kept(advice))
        self._found.append(MappingProblem(member or WHOLE_DOCUMENT, sentence))

    def raise_if_any(self) -> None:
        """Raise MappingError with everything that was noted."""
        if self._found:
            raise MappingError(self._found)


def _kept(words: str) -> str:
    """Words that are translated with the sentence that they stand in."""
    return words if isinstance(words, Filled) else Filled(words.replace("%", "%%"))


def member_path(parent: str, name: str) -> str:
    """The path of a member: `parent.name`, or `parent["a name"]` where the name is no plain word."""
    if not _PLAIN_NAME.fullmatch(name):
        return f"{parent}[{quoted(name)}]"
    return f"{parent}.{name}" if parent else name


def quoted(text: str) -> str:
    """A text as JSON writes it, shortened, and printable even where it holds half a character."""
    if len(text) > _LONGEST_SHOWN_TEXT:
        text = text[: _LONGEST_SHOWN_TEXT - 1] + "…"
    return json.dumps(text, ensure_ascii=False).encode("utf-8", "backslashreplace").decode()


def shown(value: object) -> str:
    """What was found, in words."""
    match value:
        case None | True | False:
            return json.dumps(value)
        case str():
            return Filled(_("the text %(text)s"), text=quoted(value)) if value else Filled(_("an empty text"))
        case int() | float():
            is_short = abs(value) < _LARGEST_SHOWN_NUMBER
            return (
                Filled(_("the number %(number)s"), number=str(value)) if is_short else Filled(_("a very large number"))
            )
        case Sequence():
            return Filled(_("a list")) if value else Filled(_("an empty list"))
        case Mapping():
            return Filled(_("an object")) if value else Filled(_("an empty object"))
        case _:
            return f"a Python {type(value).__name__}"


def one_of(words: Sequence[str]) -> str:
    """`a`, `b` or `c`."""
    *others, last = [f"`{word}`" for word in words]
    return Filled(_("%(others)s or %(last)s"), others=", ".join(others), last=last) if others else last


def did_you_mean(word: str, known: Sequence[str], advice: str) -> str:
    """An advice behind a question that names the closest known word; the advice alone when none is close."""
    close = get_close_matches(word.lower(), known, n=1)
    question = _("Did you mean `%(word)s`? %(advice)s")
    return Filled(question, word=close[0], advice=_kept(advice)) if close else advice
