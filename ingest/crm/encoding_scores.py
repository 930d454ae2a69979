"""How well bytes read as text of an old encoding: letters by language, case and script of neighbours, ideographs."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import log

from .encoding_letters import ALPHABETS, COMMON_HAN, MULTI_BYTE, SINGLE_BYTE

# Natural logarithms of how likely a byte is, roughly; only their order of size matters.
CONTROL_COST = -14.0
UNDEFINED_COST = -18.0
RARE_SYMBOL = -9.0
FOREIGN_LETTER = -9.0
COMMON_PUNCTUATION = -5.0
OTHER_LANGUAGE = -3.0
UNUSUAL_CASE = -1.5
OF_OTHER_WINDOWS = -2.5
OF_OTHER_STANDARDS = -3.5
OF_DOS_OR_MAC = -5.0
OF_EAST_ASIA = -2.5
LONELY_LETTER = -5.0
OF_MAC_LATIN2 = -0.35  # for each byte: its letters stand where Mac Roman has more frequent ones
CASES_MIXED = -3.0
CLOSING_FIRST = -3.0
MARK_IN_ITS_PLACE = 1.5
SCRIPTS_MIXED = -4.0
SYMBOL_AT_LETTER = -1.5
TWO_SPECIAL_LATIN = -1.0
SHORTLIST = 16

_SEPARATORS, _CLOSING = frozenset(' ,;|\t\n"'), frozenset("\u2019\u201d\xbb")
_OPENING, _BOTH_SIDES = frozenset("\u201e\u201c\u2018\xab\xbf\xa1"), frozenset("\u201c\u201d\xbb\u2026")
_DASHES, _CURRENCIES = frozenset("\u2013\u2014"), frozenset("\u20ac\xa3")
_WORDS = frozenset("àáâãåéèêíìóòôúùıÀÁÉÈÓÒÔÅ")
_LONELY = re.compile(rb"(?<![\w\x80-\xff])[\x80-\xff](?![\w\x80-\xff])")
_TWO_CAPITALS = re.compile(rb"[A-Z]{2}")
_ONE_CAPITAL = re.compile(rb"[A-Z][a-z]")

_PUNCTUATION = frozenset(
    "\u2018\u2019\u201c\u201d\u201e\u201a\u2013\u2014\u2026\u2022\u20ac\xab\xbb\xb0\xa7\xa0\u2116\xbf\xa1\xb4\xaa\xba\xae\u2122"
)


@dataclass(frozen=True)
class Score:
    """One encoding with its logarithmic likelihood over all bytes outside ASCII; larger is better, 0 the best."""

    encoding: str
    total: float


@lru_cache(maxsize=1)
def _letter_costs() -> dict[str, list[dict[str, float]]]:
    """For each language the cost of each of its letters: frequent ones cost little.

    The first table is for ordinary text, in which capitals are rare, the second for texts in capitals.
    """
    return {
        language: [_costs_of(letters, capitals=capitals) for capitals in (False, True)]
        for language, letters in ALPHABETS.items()
    }


def _costs_of(letters: str, *, capitals: bool) -> dict[str, float]:
    small_cost, capital_cost = (UNUSUAL_CASE, 0.0) if capitals else (0.0, UNUSUAL_CASE)
    whole = sum(1 / (rank + 2) for rank in range(len(letters)))
    costs = {}
    for rank, letter in enumerate(letters):
        cost = log(1 / (rank + 2) / whole)
        capital = "İ" if letter == "ı" else letter.upper()  # Turkish: the capital of ı itself is in ASCII
        cased = len(capital) == 1 and capital != letter
        costs[letter] = cost + small_cost if cased else cost
        if cased:
            costs[capital] = cost + capital_cost
    return costs


@lru_cache(maxsize=64)
def characters_of(encoding: str) -> str:
    """The 256 characters of a single-byte encoding; U+FFFD where it has none."""
    return "".join(bytes([byte]).decode(encoding, "replace") for byte in range(256))


def _cost_of_symbol(character: str) -> float:
    if character == "\ufffd":
        return UNDEFINED_COST
    if character in _PUNCTUATION:
        return COMMON_PUNCTUATION
    category = unicodedata.category(character)
    if category in {"Cc", "Co", "Cn"}:
        return CONTROL_COST
    return FOREIGN_LETTER if category.startswith("L") else RARE_SYMBOL


def _byte_costs(encoding: str) -> Iterator[list[float]]:
    """For each language written in the encoding, the costs of the bytes 0x80-0xFF."""
    tables = [table for language in SINGLE_BYTE[encoding] for table in _letter_costs()[language]]
    characters = characters_of(encoding)[128:]
    symbols = [_cost_of_symbol(character) for character in characters]
    nearest = [
        max(symbol, OTHER_LANGUAGE + max(table.get(character, FOREIGN_LETTER) for table in tables))
        for character, symbol in zip(characters, symbols, strict=True)
    ]
    for table in tables:
        yield [
            max(table.get(character, FOREIGN_LETTER), near) for character, near in zip(characters, nearest, strict=True)
        ]


def _score_letters(encoding: str, counts: list[tuple[int, int]]) -> float:
    best = max(sum(costs[byte - 128] * count for byte, count in counts) for costs in _byte_costs(encoding))
    if encoding == "mac-latin2":
        best += OF_MAC_LATIN2 * sum(count for _, count in counts)
    return best + _advance(encoding)


def _advance(encoding: str) -> float:
    """What an encoding is believed before any letter is seen; a few letters outweigh it."""
    if encoding == "cp1252":
        return 0.0
    if encoding.startswith("cp125"):
        return OF_OTHER_WINDOWS
    return OF_OTHER_STANDARDS if encoding.startswith(("iso", "koi", "cp874")) else OF_DOS_OR_MAC


@lru_cache(maxsize=4096)
def _nature(character: str) -> tuple[str, bool, bool]:
    """The script of a letter ("" for anything else), and whether it is a capital or a small letter."""
    if not character.isalpha() and not unicodedata.combining(character):
        return ("", False, False)
    script = "LATIN" if character.isascii() else unicodedata.name(character, "?").split(" ")[0]
    if script in {"COMBINING", "FEMININE", "MASCULINE"}:
        script = "LATIN"
    return (script, character.isupper(), character.islower())


def _cost_of_pair(left: str, right: str, *, capitals: bool) -> float:
    """What two neighbours say against each other: case, script, a symbol inside a word."""
    left_script, left_capital, left_small = _nature(left)
    right_script, right_capital, right_small = _nature(right)
    if left in _SEPARATORS and right in _CLOSING:
        return CLOSING_FIRST
    if _in_its_place(left, right):
        return MARK_IN_ITS_PLACE
    if not left_script or not right_script:
        other, symbol = (left_script, right) if left_script else (right_script, left)
        return SYMBOL_AT_LETTER if other and not symbol.isascii() and symbol not in _PUNCTUATION else 0.0
    if left_script != right_script:
        return SCRIPTS_MIXED
    odd = (left_small and right_capital) or (capitals and left_capital and right_small)
    cost = CASES_MIXED if odd else 0.0
    if left_script == "LATIN" and not left.isascii() and not right.isascii():
        cost += TWO_SPECIAL_LATIN
    return cost


def _score_lonely(encoding: str, lonely: Counter[bytes]) -> float:
    """Few Latin letters are words of their own, other scripts have more; a symbol may well stand alone."""
    characters = characters_of(encoding)
    found = ((characters[byte[0]], count) for byte, count in lonely.items())
    return sum(
        LONELY_LETTER * count for letter, count in found if _nature(letter)[0] == "LATIN" and letter not in _WORDS
    )


def _in_its_place(left: str, right: str) -> bool:
    """Whether a mark stands as in ordinary text: quotes at words, dashes at blanks, currencies at amounts."""
    if left in _OPENING or right in _BOTH_SIDES:
        return (right if left in _OPENING else left).isalnum()
    if left in _DASHES or right in _DASHES:
        return (right if left in _DASHES else left) == " "
    amount = right if left in _CURRENCIES else left if right in _CURRENCIES else ""
    return amount.isdigit() or amount == " "


def _score_neighbours(encoding: str, pairs: list[tuple[tuple[int, int], int]], *, capitals: bool) -> float:
    characters = characters_of(encoding)
    return sum(
        _cost_of_pair(characters[left], characters[right], capitals=capitals) * count for (left, right), count in pairs
    )


def score_single_byte(sample: bytes) -> list[Score]:
    """The likeliest single-byte encodings of the sample, best first; of equals, the one Windows writes first."""
    counts = [(byte, count) for byte, count in Counter(sample).items() if byte > 127]
    rough = sorted((Score(name, _score_letters(name, counts)) for name in SINGLE_BYTE), key=lambda score: -score.total)
    pairs = [(pair, count) for pair, count in Counter(pairwise(sample)).items() if max(pair) > 127]
    capitals = len(_TWO_CAPITALS.findall(sample)) > len(_ONE_CAPITAL.findall(sample))
    lonely = Counter(_LONELY.findall(sample))
    fine = [
        Score(
            score.encoding,
            score.total
            + _score_neighbours(score.encoding, pairs, capitals=capitals)
            + _score_lonely(score.encoding, lonely),
        )
        for score in rough[:SHORTLIST]
    ]
    order = list(SINGLE_BYTE)
    return sorted(fine, key=lambda score: (-score.total, order.index(score.encoding)))


# The national set that says which ideographs are everyday ones: its first level, by lead byte.
_LEVELS = {
    "zh-Hans": ("gb2312", 0xB0, 0xD7),
    "zh-Hant": ("big5", 0xA4, 0xC6),
    "ja": ("euc_jp", 0xB0, 0xCF),
    "ko": ("euc_kr", 0xB0, 0xC8),
}
COMMON_CHARACTER, EVERYDAY_CHARACTER, SECOND_LEVEL, WIDE_SYMBOL, EXOTIC = -6.0, -8.5, -12.0, -9.0, -15.0
KANA, HALF_WIDTH_KANA, HANGUL = -5.0, -4.5, -7.0
BROKEN_SEQUENCE = -60.0


def _cost_of_ideograph(character: str, language: str) -> float:
    if character in COMMON_HAN[language]:
        return COMMON_CHARACTER
    if language == "ja" and "\u3041" <= character <= "\u30ff":
        return KANA
    if language == "ja" and "\uff61" <= character <= "\uff9f":
        return HALF_WIDTH_KANA
    charset, first, last = _LEVELS[language]
    code = character.encode(charset, "ignore")
    if len(code) != 2:
        return EVERYDAY_CHARACTER if language == "zh-Hans" and character in COMMON_HAN["zh-Hant"] else EXOTIC
    if first <= code[0] <= last:
        return HANGUL if language == "ko" else EVERYDAY_CHARACTER
    return WIDE_SYMBOL if code[0] < first else SECOND_LEVEL


def score_multi_byte(sample: bytes) -> list[Score]:
    """The East Asian encodings with their scores over the same bytes, best first."""
    scores = []
    for name, language in MULTI_BYTE.items():
        total = OF_EAST_ASIA
        for character, count in Counter(sample.decode(name, "replace")).items():
            if character == "\ufffd":
                total += BROKEN_SEQUENCE * count
            elif not character.isascii():
                total += _cost_of_ideograph(character, language) * count
        scores.append(Score(name, total))
    return sorted(scores, key=lambda score: -score.total)
