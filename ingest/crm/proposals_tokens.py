"""Names of columns, traits and keys as sequences of plain words, so that spelling habits don't matter."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from ingest.aam.records import KEY_PATTERN
from ingest.crm.mapping_columns import RESERVED_KEYS

LONGEST_KEY: Final = 64
# Longer cells and names are no matter of a few words; they are cut before they are compared.
_LONGEST_READ: Final = 200

# Letters that Unicode does not take apart into a plain letter and a mark.
_PLAIN: Final = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ŧ": "t", "ħ": "h"}
)
_MARKS: Final = re.compile("[\u0300-\u036f]")
_HUMP: Final = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
# Han and kana are written without blanks: every character is a word of its own, so that parts can be found in wholes.
_HAN_OR_KANA: Final = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD: Final = re.compile(rf"[{_HAN_OR_KANA}]|\d+|[^\W\d_{_HAN_OR_KANA}]+")
_NO_KEY_CHARACTERS: Final = re.compile("[^a-z0-9]+")
_LETTER: Final = re.compile("[a-z]")


@lru_cache(maxsize=65_536)
def tokens(text: str) -> tuple[str, ...]:
    """The words of a text without accents, case and punctuation: `customerNo.` → `customer`, `no`."""
    return tuple(_WORD.findall(_plain(text)))


def word_set(text: str) -> frozenset[str]:
    """Words that are written down with blanks between them."""
    return frozenset(text.split())


def joined(text: str) -> str:
    """The words of a text in one piece: `Customer-No` and `customer no` are the same."""
    return "".join(tokens(text))


def runs(words: tuple[str, ...], longest: int) -> Iterator[str]:
    """Every run of up to `longest` words that follow each other, joined."""
    for start in range(len(words)):
        for end in range(start + 1, min(len(words), start + longest) + 1):
            yield "".join(words[start:end])


def slug_key(name: str) -> str | None:
    """A signal key made of the Latin letters and digits of a column's name; None where they don't make one.

    Other scripts are left out, never transliterated: a key that nobody would search for is no use in a trait rule.
    """
    key = _NO_KEY_CHARACTERS.sub("_", _plain(name)).strip("_")[:LONGEST_KEY].rstrip("_")
    letters_in_name = sum(character.isalpha() for character in name)
    letters = len(_LETTER.findall(key))
    is_most_of_it = 2 * letters >= min(letters_in_name, LONGEST_KEY)
    if not letters or not is_most_of_it or key in RESERVED_KEYS or not KEY_PATTERN.fullmatch(key):
        return None
    return key


def _plain(text: str) -> str:
    spaced = _HUMP.sub(" ", text[:_LONGEST_READ])
    decomposed = unicodedata.normalize("NFKD", spaced.casefold())
    return unicodedata.normalize("NFC", _MARKS.sub("", decomposed)).translate(_PLAIN)
