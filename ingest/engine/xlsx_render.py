"""What a sheet shows for a number or a text under a number format."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from itertools import pairwise, takewhile

import numpy as np

from ingest.engine.xlsx_dates import DateRenderer
from ingest.engine.xlsx_digits import FIRST_LOST_EXPONENT, MAX_NUMBER_BYTES, put_general
from ingest.engine.xlsx_formats import NumberFormat, Section, Token, TokenKind

EXACT = Context(prec=100, rounding=ROUND_HALF_UP, Emin=-999_999, Emax=999_999)
GROUP = 3
DIGIT_SIGNS = ("0", "#", "?")
FRACTION_PARTS = (*DIGIT_SIGNS, *"123456789")
NUMBER_SIGNS = (TokenKind.DIGIT, TokenKind.POINT, TokenKind.COMMA, TokenKind.PERCENT, TokenKind.EXPONENT)


def general(value: int, exponent: int) -> str:
    """`value * 10 ** exponent` as the format General shows it."""
    out = np.empty(MAX_NUMBER_BYTES, dtype=np.uint8)
    return out[: put_general(value, exponent, out, 0)].tobytes().decode("ascii")


def render_text(text: str, shown_as: NumberFormat) -> str:
    """A text under a format with a section for text."""
    if shown_as.text is None:
        return text
    return "".join(text if token.kind is TokenKind.TEXT else literal(token) for token in shown_as.text.tokens)


def literal(token: Token) -> str:
    """What a token without a number shows: only what stands for itself."""
    return token.text if token.kind is TokenKind.LITERAL else ""


class NumberRenderer:
    """Shows numbers under one format.

    A number from 1E+15 on is written as General does, whatever the format: a sheet would fill the digits that it lost
    with zeros, and they would pass for an ID (docs/decisions/0005). So is a date that does not exist.
    """

    def __init__(self, shown_as: NumberFormat, *, date1904: bool) -> None:
        self._sections = [SectionRenderer(section, date1904=date1904) for section in shown_as.numbers]
        self._has_conditions = any(section.condition for section in shown_as.numbers)

    def render(self, value: int, exponent: int) -> str:
        """What a sheet shows for `value * 10 ** exponent`."""
        section, is_own = self._choose(value, exponent)
        return general(value, exponent) if section is None else section.render(value, exponent, is_own=is_own)

    def _choose(self, value: int, exponent: int) -> tuple[SectionRenderer | None, bool]:
        """The section for a number, and whether it is for negative numbers only: then it shows their sign itself."""
        if self._has_conditions:
            number = Decimal(value).scaleb(exponent, EXACT)
            for section in self._sections:
                if section.condition is None or section.condition.holds(number):
                    return section, section.condition is not None and section.condition.only_negative
            return None, False
        if value < 0 and len(self._sections) > 1:
            return self._sections[1], True
        if value == 0 and len(self._sections) > 2:
            return self._sections[2], False
        return self._sections[0], False


class SectionRenderer:
    """Shows numbers under one section of a format."""

    def __init__(self, section: Section, *, date1904: bool) -> None:
        self.condition = section.condition
        self._section = section
        self._has_general = section.has(TokenKind.GENERAL)
        self._date = DateRenderer(section, date1904=date1904) if section.is_date else None
        self._only_text = None if section.has(*NUMBER_SIGNS) else "".join(literal(token) for token in section.tokens)
        self._is_fraction = is_fraction(section)

    def render(self, value: int, exponent: int, *, is_own: bool) -> str:
        """`value * 10 ** exponent`; with `is_own`, the section shows the sign of a negative number itself."""
        if self._has_general:
            return render_general(value, exponent, self._section, is_own=is_own)
        if self._date is not None:
            shown = self._date.render(value, exponent)
            return general(value, exponent) if shown is None else shown
        if self._only_text is not None:
            return self._only_text
        if self._is_fraction or exponent + len(str(abs(value))) > FIRST_LOST_EXPONENT:
            return general(value, exponent)
        try:
            shown = render_digits(Decimal(abs(value)).scaleb(exponent, EXACT), self._section)
        except InvalidOperation:  # the format asks for more digits than there can be
            return general(value, exponent)
        return shown if value >= 0 or is_own else f"-{shown}"


def render_general(value: int, exponent: int, section: Section, *, is_own: bool) -> str:
    """A number under General, with what stands around it in the section."""
    shown = general(abs(value) if is_own else value, exponent)
    return "".join(shown if token.kind is TokenKind.GENERAL else literal(token) for token in section.tokens)


def is_fraction(section: Section) -> bool:
    """Whether a slash stands between digits: `# ?/?` is written as a decimal, because 1/2 would look like a date."""
    before = ""
    for token, after in pairwise(section.tokens):
        if token.kind is TokenKind.SLASH and before in DIGIT_SIGNS and after.text[:1] in FRACTION_PARTS:
            return True
        before = token.text.strip() or before
    return False


def render_digits(number: Decimal, section: Section) -> str:
    """A number that is not negative under a section with digit signs."""
    plain = section.plain
    if plain is None:
        return render_signs(number, section.tokens)
    scaled = number.scaleb(2, EXACT) if plain.percent else number
    rounded = scaled.quantize(Decimal(1).scaleb(-plain.decimals), context=EXACT)
    if plain.grouped:
        return f"{section.before}{rounded:,f}{'%' if plain.percent else ''}{section.after}"
    width = plain.least_digits + (plain.decimals + 1 if plain.decimals else 0)
    return f"{section.before}{f'{rounded:f}'.zfill(width)}{'%' if plain.percent else ''}{section.after}"


def render_signs(number: Decimal, tokens: Sequence[Token]) -> str:
    """The same, digit sign by digit sign."""
    places = [place for place, token in enumerate(tokens) if token.kind is TokenKind.DIGIT]
    point = first_place(tokens, TokenKind.POINT)
    power_sign = first_place(tokens, TokenKind.EXPONENT)
    whole = [place for place in places if place < min(point, power_sign)]
    decimals = [place for place in places if point < place < power_sign]
    after_power = [place for place in places if place > power_sign]
    scaled, grouped, commas = scale(number, tokens, whole, decimals)
    power = 0
    if power_sign < len(tokens):
        scaled, power = split_power(scaled, max(1, len(whole)), len(decimals))
    scaled = scaled.quantize(Decimal(1).scaleb(-len(decimals)), context=EXACT)
    digits, _, fraction = f"{scaled:f}".partition(".")
    shown = dict(whole_digits("" if digits == "0" else digits, whole, tokens, grouped=grouped))
    shown.update(fraction_digits(fraction, decimals, tokens))
    shown.update(whole_digits("" if power == 0 else str(abs(power)), after_power, tokens, grouped=False))
    shown.update((place, "") for place in commas)
    shown.update((place, "") for place, token in enumerate(tokens) if token.kind is TokenKind.TEXT)
    if power_sign < len(tokens):
        plus = "+" if tokens[power_sign].text == "e+" else ""
        shown[power_sign] = "E" + ("-" if power < 0 else plus)
    return "".join(shown.get(place, token.text) for place, token in enumerate(tokens))


def first_place(tokens: Sequence[Token], kind: TokenKind) -> int:
    """Where the first token of this kind stands; behind the last token when there is none."""
    return next((place for place, token in enumerate(tokens) if token.kind is kind), len(tokens))


def scale(
    number: Decimal, tokens: Sequence[Token], whole: Sequence[int], decimals: Sequence[int]
) -> tuple[Decimal, bool, list[int]]:
    """The number after percent signs and thousands: (number, whether it is grouped, the places of the commas that act).

    Commas right after the last digit, or right before the point, divide by a thousand each; one between whole digits
    groups them.
    """
    commas = [place for place, token in enumerate(tokens) if token.kind is TokenKind.COMMA]
    percents = sum(token.kind is TokenKind.PERCENT for token in tokens)
    between = [place for place in commas if whole and whole[0] < place < whole[-1]]
    behind: list[int] = []
    for last in sorted({*whole[-1:], *decimals[-1:]}):
        behind += takewhile(commas.__contains__, range(last + 1, len(tokens)))
    return number.scaleb(2 * percents - GROUP * len(behind), EXACT), bool(between), between + behind


def split_power(number: Decimal, step: int, decimals: int) -> tuple[Decimal, int]:
    """(mantissa, power of ten): one whole digit, or with several whole digit signs a multiple of their number."""
    if number == 0:
        return number, 0
    power = number.adjusted() // step * step
    mantissa = number.scaleb(-power, EXACT).quantize(Decimal(1).scaleb(-decimals), context=EXACT)
    if mantissa.adjusted() >= step:
        return mantissa.scaleb(-step, EXACT), power + step
    return mantissa, power


def whole_digits(
    digits: str, places: Sequence[int], tokens: Sequence[Token], *, grouped: bool
) -> Iterator[tuple[int, str]]:
    """Hand the digits before the point to their signs from the right; the first sign takes all that is left."""
    left = digits
    for number, place in enumerate(reversed(places)):
        last = number == len(places) - 1
        taken = left if last else left[-1:]
        left = left[: len(left) - len(taken)]
        shown = taken or {"0": "0", "?": " "}.get(tokens[place].text, "")
        yield place, with_commas(shown, number) if grouped else shown


def with_commas(digits: str, position: int) -> str:
    """The digits with a comma after each that ends a group; the last of them stands at `position` from the right."""
    size = len(digits)
    return "".join(
        digit + ("," if digit != " " and (rank := position + size - 1 - index) and rank % GROUP == 0 else "")
        for index, digit in enumerate(digits)
    )


def fraction_digits(digits: str, places: Sequence[int], tokens: Sequence[Token]) -> Iterator[tuple[int, str]]:
    """Hand the digits behind the point to their signs; zeros at the end show only under `0`, as blanks under `?`."""
    needed = len(digits.rstrip("0"))
    for number, place in enumerate(places):
        sign = tokens[place].text
        if number < needed or sign == "0":
            yield place, digits[number]
        else:
            yield place, " " if sign == "?" else ""
