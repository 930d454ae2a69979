"""Adobe's e-mail after processing, as text: the files that it is about and how many records became what.

Source: inbound-receipt-message. One e-mail may be about several files of a partner, and its times have no zone
(Audience Manager counts in UTC throughout).
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from ingest.aam.naming import format_file_name, parse_file_name
from ingest.aam.naming_problems import BEGINNINGS, FileNameError
from ingest.aam.receipt import ALSO_IN_MAIL, RECEIPT
from ingest.aam.words import gettext_noop

SENDER: Final = "aam-noreply@adobe.com"
SUBJECT: Final = "Adobe Audience Manager Server-To-Server Processing Result"
REQUIRED: Final = ("received", "stored")
_LINES: Final = MappingProxyType({line.name.lower(): line for line in (*RECEIPT, *ALSO_IN_MAIL)})
_TIMES: Final = MappingProxyType({"job start time": "began", "job end time": "ended"})
# Marks by which mail programs quote, make bold or fill cells, at either end of a line, and around its colon.
_MARKS: Final = " \t*_>|\u00a0\u200b\ufeff"
_NUMBER: Final = re.compile(r"[0-9]{1,18}|[0-9]{1,3}(?:[,.' \u00a0\u2019\u202f][0-9]{3}){1,5}")
_NAME: Final = re.compile(rf"(?:^|[\s/\\<>\"'*|,;:])((?:{'|'.join(BEGINNINGS)})_[0-9A-Za-z_.-]*[0-9A-Za-z])")
_TAKEN: Final = ".processed"
_LONGEST_TOLD: Final = 40


class ReceiptProblem(ValueError):
    """A text that is no receipt: what is missing or wrong, in English with named places; `say` translates."""

    def __init__(self, sentence: str, parameters: Mapping[str, str] | None = None) -> None:
        self._sentence, self._parameters = sentence, parameters or {}
        super().__init__(self.say())

    def say(self, translate: Callable[[str], str] = str) -> str:
        """The sentence in the language of `translate`."""
        return translate(self._sentence) % self._parameters


@dataclass(frozen=True)
class ReceiptMail:
    """One e-mail. `names`: of the files, without folders, each once; `counts`: by the codes of lines, in records.

    `began` and `ended`: when the files were processed; None where it doesn't say.
    """

    names: tuple[str, ...]
    counts: Mapping[str, int]
    began: datetime | None = None
    ended: datetime | None = None


def read_receipt(text: str) -> ReceiptMail:
    """Read what is copied out of a mail program, quoted or not. ReceiptProblem says why it is no receipt."""
    counts: dict[str, int] = {}
    times: dict[str, datetime] = {}
    for name, value in _pairs(text):
        line = _LINES.get(name)
        if line is not None:
            _keep(counts, line.code, line.name, _count(line.name, value))
        elif name in _TIMES:
            times |= _time(_TIMES[name], value)
    names = tuple(dict.fromkeys(found[1].removesuffix(_TAKEN) for found in _NAME.finditer(text)))
    _check_whole(names, counts)
    return ReceiptMail(names, counts, **times)


def is_of(told: str, sent: str) -> bool:
    """Whether a file that a receipt names is one that was sent, or a piece of it.

    Adobe names files unpacked, and its distributor may have split a file or joined what was split.
    """
    one, other = _stem_and_split(told), _stem_and_split(sent)
    if one is None or other is None:
        return told == sent
    return one[0] == other[0] and (one[1] == other[1] or None in {one[1], other[1]})


def beginning_and_time(name: str) -> tuple[str, int] | None:
    """What stands before the time in a file's name, and the time (seconds, UTC); None where it is no such name."""
    found = _stem_and_split(name)
    if found is None:
        return None
    beginning, _underscore, time = found[0].partition(".")[0].rpartition("_")
    return beginning, int(time)


@lru_cache(maxsize=4096)  # each name of a receipt is held against each file that was sent
def _stem_and_split(name: str) -> tuple[str, int | None] | None:
    try:
        parsed = parse_file_name(name)
    except FileNameError:
        return None
    return format_file_name(replace(parsed, split=None, suffix=None)), parsed.split


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    """Names in small letters, with what stands after their colon, in the next cell, or in the next line."""
    waiting = ""
    for line in text.splitlines():
        name, colon, value = line.partition(":" if ":" in line else "：")
        if not colon:
            name, colon, value = line.strip(_MARKS).partition("\t")
        name, value = " ".join(name.strip(_MARKS).split()).lower(), value.strip(_MARKS)
        if waiting and name and not colon:
            yield waiting, name
        if name:
            waiting = "" if value else name
        if name and value:
            yield name, value


def _count(name: str, value: str) -> int:
    if not _NUMBER.fullmatch(value):
        raise ReceiptProblem(
            gettext_noop(
                "The line “%(name)s” says “%(value)s”, which is no whole number. Paste the e-mail as it came."
            ),
            {"name": name, "value": value[:_LONGEST_TOLD]},
        )
    return int("".join(filter(str.isdigit, value)))


def _keep(counts: dict[str, int], code: str, name: str, count: int) -> None:
    if counts.setdefault(code, count) != count:
        raise ReceiptProblem(
            gettext_noop("The line “%(name)s” stands there twice, with different numbers. Paste one e-mail at a time."),
            {"name": name},
        )


def _time(which: str, value: str) -> dict[str, datetime]:
    """Nothing where it is written in another way: no figure hangs on it."""
    try:
        return {which: datetime.strptime(value, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)}
    except ValueError:
        return {}


def _check_whole(names: tuple[str, ...], counts: Mapping[str, int]) -> None:
    missing = next((line.name for line in RECEIPT if line.code in REQUIRED and line.code not in counts), None)
    if missing is not None:
        raise ReceiptProblem(
            gettext_noop(
                "There is no line “%(name)s” in this text. Paste the whole e-mail that Adobe sends after processing; "
                "its subject begins with “%(subject)s”."
            ),
            {"name": missing, "subject": SUBJECT},
        )
    if not names:
        raise ReceiptProblem(
            gettext_noop("No file is named in this text. Paste the whole e-mail, from “File name” on.")
        )
