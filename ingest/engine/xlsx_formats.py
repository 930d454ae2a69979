"""Number format codes (`#,##0.00;[Red]-0`, `dd.mm.yyyy`) taken apart: sections, conditions, tokens."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from ingest.engine.xlsx_digits import MAX_MINIMUM_DIGITS

MAX_FORMATS_KEPT = 4096
MAX_DECIMALS = 30  # as many as Excel allows
MAX_CODE_CHARACTERS = 255  # the same


class TokenKind(StrEnum):
    """What a piece of a format code stands for."""

    LITERAL = "literal"
    DIGIT = "digit"
    POINT = "point"
    COMMA = "comma"
    PERCENT = "percent"
    SLASH = "slash"
    EXPONENT = "exponent"
    TEXT = "at"
    GENERAL = "general"
    DATE = "date"
    HALF_DAY = "ampm"
    ELAPSED = "elapsed"
    FRACTION_OF_SECOND = "fraction of a second"


@dataclass(frozen=True)
class Token:
    """A piece of a format code: what it stands for, and its text (a literal's own, else as written, in lower case)."""

    kind: TokenKind
    text: str


@dataclass(frozen=True)
class Condition:
    """`[>=100]`: the section is for the numbers that compare so."""

    compare: Callable[[Decimal, Decimal], bool]
    bound: Decimal
    only_negative: bool

    def holds(self, number: Decimal) -> bool:
        """Whether the section is for this number."""
        return self.compare(number, self.bound)


@dataclass(frozen=True)
class PlainShape:
    """Digits as in `0`, `#,##0.00` or `00000%`, which are written without going through their tokens."""

    least_digits: int
    decimals: int
    grouped: bool
    percent: bool


@dataclass(frozen=True)
class Section:
    """One of the up to four parts of a format code.

    `plain` is there when all its digits stand together in a plain shape; then `before` and `after` stand around them.
    """

    tokens: tuple[Token, ...]
    condition: Condition | None = None
    plain: PlainShape | None = None
    before: str = ""
    after: str = ""

    def has(self, *kinds: TokenKind) -> bool:
        """Whether a token of one of these kinds is in it."""
        return any(token.kind in kinds for token in self.tokens)

    @property
    def is_date(self) -> bool:
        """Whether it shows a date, a time or a duration."""
        return self.has(TokenKind.DATE, TokenKind.HALF_DAY, TokenKind.ELAPSED)


@dataclass(frozen=True)
class NumberFormat:
    """A format code: its sections for numbers, and the one for text when it has one."""

    numbers: tuple[Section, ...]
    text: Section | None

    @property
    def is_general(self) -> bool:
        """Whether every number is shown as General shows it."""
        return [token.kind for token in self.numbers[0].tokens] == [TokenKind.GENERAL] and len(self.numbers) == 1

    @property
    def plain(self) -> PlainShape | None:
        """The shape of every number, when there is nothing else to show."""
        only = self.numbers[0]
        return None if len(self.numbers) > 1 or only.condition or only.before or only.after else only.plain


PLAIN = re.compile(r"(?P<grouped>#,##)?(?P<digits>0+)(?:\.(?P<decimals>0+))?(?P<percent>%)?")
PLAIN_KINDS = (TokenKind.DIGIT, TokenKind.COMMA, TokenKind.POINT, TokenKind.PERCENT)
COMPARISONS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "<>": operator.ne,
}
CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)\]")
ELAPSED = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
CURRENCY = re.compile(r"\[\$([^\]-]*)(?:-([^\]]*))?\]")
SYSTEM_LOCALES = {"f800": "yyyy-mm-dd", "x-sysdate": "yyyy-mm-dd", "f400": "h:mm:ss", "x-systime": "h:mm:ss"}
PIECE = re.compile(
    r"""(?P<quoted>"[^"]*"?) | \\(?P<escaped>.) | (?P<gap>_.) | (?P<fill>\*.) | (?P<bracket>\[[^\]]*\])
    | (?P<semicolon>;) | (?P<general>General) | (?P<ampm>AM/PM|A/P|上午/下午) | (?P<exponent>E[+-])
    | (?P<date>y+|m+|d+|h+|s+|e+|b+|g+|a{3,4}) | (?P<digit>[0#?]) | (?P<point>\.) | (?P<comma>,) | (?P<percent>%)
    | (?P<slash>/) | (?P<at>@) | (?P<other>.)""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)


@lru_cache(maxsize=MAX_FORMATS_KEPT)
def parse_format(code: str) -> NumberFormat:
    """Take a format code apart (ECMA-376 part 1, 18.8.31); what is in no grammar stands for itself."""
    if len(code) > MAX_CODE_CHARACTERS:
        return parse_format("General")
    sections = [parse_section(pieces) for pieces in split_sections(code)]
    text = None
    if len(sections) > 3:
        text = sections[3]
    elif len(sections) > 1 and sections[-1].has(TokenKind.TEXT):
        text = sections.pop()
    elif sections[0].has(TokenKind.TEXT):
        text = sections[0]
        sections = [Section((Token(TokenKind.GENERAL, "general"),))]
    return NumberFormat(tuple(sections[:3]), text if is_more_than_text(text) else None)


def is_more_than_text(section: Section | None) -> bool:
    """Whether text under this section looks different from the bare text."""
    return section is not None and [token.kind for token in section.tokens] != [TokenKind.TEXT]


def with_plain_shape(section: Section) -> Section:
    """The section with its plain shape, when it has one."""
    places = [place for place, token in enumerate(section.tokens) if token.kind is not TokenKind.LITERAL]
    if not places:
        return section
    digits = section.tokens[places[0] : places[-1] + 1]
    before = "".join(token.text for token in section.tokens[: places[0]])
    after = "".join(token.text for token in section.tokens[places[-1] + 1 :])
    is_plain = all(token.kind in PLAIN_KINDS for token in digits)
    shape = plain_shape("".join(token.text for token in digits)) if is_plain else None
    return Section(section.tokens, section.condition, shape, before, after)


def plain_shape(digits: str) -> PlainShape | None:
    """The shape of digit signs that stand together; None when they ask for more than a plain shape has."""
    found = PLAIN.fullmatch(digits)
    if found is None:
        return None
    decimals = len(found["decimals"] or "")
    if len(found["digits"]) > MAX_MINIMUM_DIGITS or decimals > MAX_DECIMALS:
        return None
    return PlainShape(len(found["digits"]), decimals, bool(found["grouped"]), bool(found["percent"]))


def split_sections(code: str) -> list[list[re.Match[str]]]:
    """The pieces of each section; a format without a piece is General."""
    sections: list[list[re.Match[str]]] = [[]]
    for piece in PIECE.finditer(code or "General"):
        if piece.lastgroup == "semicolon":
            sections.append([])
        else:
            sections[-1].append(piece)
    return sections


def parse_section(pieces: list[re.Match[str]]) -> Section:
    """The tokens and the condition of one section."""
    tokens: list[Token] = []
    condition = None
    for piece in pieces:
        if piece.lastgroup == "bracket":
            system = SYSTEM_LOCALES.get(locale_of(piece.group()))
            if system is not None:
                return parse_section(split_sections(system)[0])
            condition = parse_condition(piece.group()) or condition
            tokens.extend(bracket_tokens(piece.group()))
        else:
            tokens.extend(piece_tokens(piece))
    section = Section(tuple(tokens), condition)
    return Section(date_tokens(tokens), condition) if section.is_date else with_plain_shape(section)


def parse_condition(bracket: str) -> Condition | None:
    """The condition in brackets, if it is one."""
    found = CONDITION.fullmatch(bracket)
    if found is None:
        return None
    bound = Decimal(found[2])
    only_negative = (found[1] == "<" and bound <= 0) or (found[1] == "<=" and bound < 0)
    return Condition(COMPARISONS[found[1]], bound, only_negative)


def locale_of(bracket: str) -> str:
    """The locale in `[$-409]` or `[$€-407]`, in lower case; empty when there is none."""
    found = CURRENCY.fullmatch(bracket)
    return (found[2] or "").lower() if found else ""


def bracket_tokens(bracket: str) -> list[Token]:
    """What a bracket shows: a duration's unit or a currency; colours, locales and conditions show nothing."""
    elapsed = ELAPSED.fullmatch(bracket)
    if elapsed is not None:
        return [Token(TokenKind.ELAPSED, elapsed[1].lower())]
    currency = CURRENCY.fullmatch(bracket)
    if currency is not None and currency[1]:
        return [Token(TokenKind.LITERAL, currency[1])]
    return []


def piece_tokens(piece: re.Match[str]) -> list[Token]:
    """What a piece that is no bracket shows; a fill character shows nothing, as in the sheet's own CSV."""
    text = piece.group()
    match piece.lastgroup:
        case "quoted":
            return [Token(TokenKind.LITERAL, text.strip('"'))]
        case "escaped":
            return [Token(TokenKind.LITERAL, text[1:])]
        case "gap":
            return [Token(TokenKind.LITERAL, " ")]
        case "fill":
            return []
        case "other" | None:
            return [Token(TokenKind.LITERAL, text)]
        case group:
            return [Token(TokenKind(group), text if group == "ampm" else text.lower())]


def date_tokens(tokens: list[Token]) -> tuple[Token, ...]:
    """The tokens of a date section: `.00` after seconds is a fraction, other number signs stand for themselves."""
    shown: list[Token] = []
    for token in tokens:
        after = shown[-1] if shown else None
        if token.kind is TokenKind.POINT and after is not None and after.text in ("s", "ss"):
            shown.append(Token(TokenKind.FRACTION_OF_SECOND, ""))
        elif token.kind is TokenKind.DIGIT and after is not None and after.kind is TokenKind.FRACTION_OF_SECOND:
            shown[-1] = Token(after.kind, after.text + token.text)
        elif token.kind in (TokenKind.DATE, TokenKind.ELAPSED, TokenKind.HALF_DAY, TokenKind.LITERAL):
            shown.append(token)
        else:
            shown.append(Token(TokenKind.LITERAL, token.text))
    return tuple(shown)
