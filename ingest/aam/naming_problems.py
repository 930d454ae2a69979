"""What can be wrong with the name of an inbound file, in words, and where in the name it is."""

import re
from collections.abc import Callable, Mapping
from typing import Final

from ingest.aam.words import gettext_noop

BEGINNINGS: Final = ("ftp_dpm", "adobe_id", "c2c_id")
"""What names begin with: files of traits, of an ID sync, of hashed e-mail addresses."""


class FileNameError(ValueError):
    """A name that Audience Manager would not take, in three parts: what was found, what is expected, what to do.

    They are English with named places for `parameters`; `say` translates, then fills in. `span` is where in a text that
    was read the mistake is, from and to; an empty span is where something is missing.
    """

    def __init__(
        self, found: str, expected: str, what_to_do: str, parameters: Mapping[str, str | int] | None = None, *,
        span: tuple[int, int] = (0, 0), piece: str = "sources",
    ) -> None:  # fmt: skip
        self._words = (found, expected, what_to_do)
        self._parameters = parameters or {}
        self.found, self.expected, self.what_to_do = self.say()
        super().__init__(f"Found {self.found}; expected {self.expected}. {self.what_to_do}")
        self.span = span
        self.piece = piece

    def say(self, translate: Callable[[str], str] = str) -> tuple[str, str, str]:
        """What was found, what is expected and what to do, in the language of `translate`."""
        found, expected, what_to_do = (translate(words) % self._parameters for words in self._words)
        return found, expected, what_to_do


_SHAPE_EXPECTED: Final = gettext_noop("a name such as ftp_dpm_478_1700000000.sync.gz")
_GZ_EXPECTED: Final = gettext_noop("the ending .gz")
_GZ_ADVICE: Final = gettext_noop("Compress the file with gzip.")
TIME_EXPECTED: Final = gettext_noop("10 digits: the seconds since 1970, UTC")
TIME_ADVICE: Final = gettext_noop("Use the time of sending in whole seconds.")
SPLIT_EXPECTED: Final = gettext_noop("a part number from 1")
SPLIT_ADVICE: Final = gettext_noop("Number the parts 1, 2, 3 and so on.")

# What people (and some of Adobe's own pages) get wrong, most telling first: a pattern from the beginning of the name,
# whose group `at` is the mistake, what was found, what is expected, what to do. `digits` counts the characters of `at`.
_PROBLEMS: Final = (
    (r"(?P<at>)\Z", gettext_noop("an empty name"), _SHAPE_EXPECTED, gettext_noop("Give the file a name.")),
    (
        r"(?P<at>.*[/\\])",
        gettext_noop("a folder in the name"),
        gettext_noop("the name alone"),
        gettext_noop("Leave out everything up to the last slash."),
    ),
    (
        r"[^()]*(?P<at>\s*\([0-9]+\))",
        gettext_noop("the number of a copy"),
        _SHAPE_EXPECTED,
        gettext_noop("Leave out the number in brackets, which a browser or a computer adds to a second copy."),
    ),
    (
        r"\S*(?P<at>\s+)",
        gettext_noop("white space in the name"),
        _SHAPE_EXPECTED,
        gettext_noop("Leave out blanks and line ends."),
    ),
    (
        r"ftp_dpm_(?P<at>odc)_",
        gettext_noop("the old form ftp_dpm_odc_ with three columns"),
        _SHAPE_EXPECTED,
        gettext_noop("Send device IDs as trait data with the number of their global data source."),
    ),
    (
        # A name that is none at all is not mended by small letters.
        rf"(?=(?i:{'|'.join(BEGINNINGS)})_)[^A-Z]*(?P<at>[A-Z]+)",
        gettext_noop("capital letters"),
        gettext_noop("lower case throughout"),
        gettext_noop("Write the name in lower case."),
    ),
    (r".*(?P<at>\.zip)", gettext_noop("zip compression"), _GZ_EXPECTED, _GZ_ADVICE),
    (r".*(?P<at>\.gzip)", gettext_noop("the ending .gzip"), _GZ_EXPECTED, gettext_noop("Rename it to .gz.")),
    (
        r".*(?P<at>\.(gz|gpg|pgp)\.[0-9]+)$",
        gettext_noop("the part number behind the compression ending"),
        gettext_noop("the part number before it, as in .sync.1.gz"),
        gettext_noop("Swap the two."),
    ),
    (
        r".*(?P<at>\.(gz|gpg|pgp)\.(gz|gpg|pgp))$",
        gettext_noop("two compression endings"),
        gettext_noop("one of .gz, .gpg and .pgp"),
        gettext_noop("PGP compresses already: leave gzip out."),
    ),
    (
        r".*(?P<at>\.[0-9]+)\.(sync|overwrite)",
        gettext_noop("the part number before the mode"),
        gettext_noop("the part number behind it, as in .sync.1.gz"),
        gettext_noop("Swap the two."),
    ),
    (
        rf"(?!({'|'.join(BEGINNINGS)})_)(?P<at>[^._]*_?[^._]*)",
        gettext_noop("an unknown beginning"),
        gettext_noop("ftp_dpm_ for traits, adobe_id_ for an ID sync or c2c_id_ for hashed e-mail addresses"),
        gettext_noop("Begin the name with one of these."),
    ),
    (
        r"(?!.*\.(sync|overwrite)(\.|$))[^.]*(?P<at>.*)",
        gettext_noop("no mode"),
        gettext_noop(".sync or .overwrite after the time"),
        gettext_noop("Add the mode."),
    ),
    (
        r".*\.(sync|overwrite)(?P<at>\.0[0-9]*)",
        gettext_noop("a part number that begins with 0"),
        SPLIT_EXPECTED,
        SPLIT_ADVICE,
    ),
    (
        r".*_(?P<at>[0-9]{13})\.",
        gettext_noop("a time of 13 digits: milliseconds"),
        TIME_EXPECTED,
        gettext_noop("Leave out the last three digits."),
    ),
    (
        r".*_(?P<at>[0-9]{9})\.",
        gettext_noop("a time of 9 digits, as some examples of Adobe's have it"),
        TIME_EXPECTED,
        TIME_ADVICE,
    ),
    (
        r".*_(?P<at>[0-9]{8}|[0-9]{11,12}|[0-9]{14,})\.",
        gettext_noop("a time of %(digits)s digits"),
        TIME_EXPECTED,
        TIME_ADVICE,
    ),
    (r".*_(?P<at>0[0-9]{9})\.", gettext_noop("a time that begins with 0"), TIME_EXPECTED, TIME_ADVICE),
    (
        r"(?!.*_[0-9]{10}\.)(?:[^.]*_)?(?P<at>[^.]*)",
        gettext_noop("no time of 10 digits"),
        TIME_EXPECTED,
        TIME_ADVICE,
    ),
    (
        r"[a-z2]+_[a-z]+_(?P<at>)[0-9]{10}\.",
        gettext_noop("no data source"),
        gettext_noop("the number of the data source before the time"),
        gettext_noop("Add the data source whose IDs the file holds."),
    ),
    (
        r"[a-z2]+_[a-z]+_(?P<at>.*[^0-9_].*)_[0-9]{10}\.",
        gettext_noop("a data source that is no number"),
        gettext_noop("numbers between the prefix and the time"),
        gettext_noop("Write the data source's ID (DPID), not its name."),
    ),
    (
        r".*_(?P<at>0[0-9]+)",
        gettext_noop("a data source that begins with 0"),
        gettext_noop("its number without leading zeros"),
        gettext_noop("Leave the zeros out."),
    ),
)


def problem_of(text: str) -> FileNameError:
    """What is wrong with a name that has not the shape of one: the first problem that applies."""
    for pattern, found, expected, what_to_do in _PROBLEMS:
        if matched := re.match(pattern, text, re.DOTALL):
            digits = {"digits": len(matched["at"])}
            return FileNameError(found, expected, what_to_do, digits, span=matched.span("at"))
    advice = gettext_noop("Compare it with Adobe's page on inbound file names.")
    whole = (0, len(text))
    return FileNameError(gettext_noop("the name %(name)s"), _SHAPE_EXPECTED, advice, {"name": repr(text)}, span=whole)
