"""Which characters are white space, which a record cannot carry, and how a value loses them."""

import re
from typing import Final

# Unicode White_Space (PropList.txt), then U+FEFF and U+200B, which spreadsheets leave behind; Python's str.strip
# would also take U+001C to U+001F, which are control characters here.
WHITE_SPACE: Final[frozenset[str]] = frozenset(
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff\u200b"
)
# C0, DEL, C1 and the two Unicode line ends.
CONTROL: Final[frozenset[str]] = frozenset(map(chr, (*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029)))

_STRIPPED: Final = "".join(sorted(WHITE_SPACE))


def trim(text: str) -> str:
    """The text without white space at its ends (contract, section 4.2)."""
    return text.strip(_STRIPPED)


def unsafe_characters(*, keep_commas: bool) -> frozenset[str]:
    """The characters that must not stand in a value (contract, section 4.5): control characters, quotes, commas.

    With `keep_commas` a comma may stand, as in a mapping with `commas_in_values: keep`.
    """
    return CONTROL | ({'"'} if keep_commas else {'"', ","})


_CLASSES: Final = {
    keep_commas: re.escape("".join(sorted(unsafe_characters(keep_commas=keep_commas)))) for keep_commas in (False, True)
}
_UNSAFE: Final = {keep_commas: re.compile(f"[{unsafe}]") for keep_commas, unsafe in _CLASSES.items()}
# Longest runs first, judged after: a pattern that says "blanks, then something unsafe" is quadratic on blanks.
_RUN: Final = {keep_commas: re.compile(f"[{unsafe}{_STRIPPED}]+") for keep_commas, unsafe in _CLASSES.items()}


def has_unsafe(text: str, *, keep_commas: bool) -> bool:
    """Whether the text has a character that must not stand in a value."""
    return _UNSAFE[keep_commas].search(text) is not None


def clean(text: str, *, keep_commas: bool) -> str:
    """The text with each run of unsafe characters, and the white space around it, made one space; then trimmed.

    The result may be empty. Cleaning twice changes nothing (decision 10).
    """
    unsafe = _UNSAFE[keep_commas]

    def joined(run: re.Match[str]) -> str:
        return " " if unsafe.search(run[0]) else run[0]

    return trim(_RUN[keep_commas].sub(joined, text))
