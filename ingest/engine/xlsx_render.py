"""What a sheet shows for a number or a text under a number format."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from itertools import takewhile

import numpy as np

from ingest.engine.xlsx_dates import render_date
from ingest.engine.xlsx_digits import FIRST_LOST_EXPONENT, MAX_NUMBER_BYTES, put_general
from ingest.engine.xlsx_formats import NumberFormat, Section, Token, TokenKind

EXACT = Context(prec=100, rounding=ROUND_HALF_UP, Emin=-999_999, Emax=999_999)
GROUP = 3
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


def render_number(value: int, exponent: int, shown_as: NumberFormat, *, date1904: bool) -> str:
    """`value * 10 ** exponent` under a format.

    A number from 1E+15 on is written as General does, whatever the format: a sheet would fill the digits that it lost
    with zeros, and they would pass for an ID (docs/decisions/0005). So is a date that does not exist.
    """
    number = Decimal(value).scaleb(exponent, EXACT)
    section, is_own = choose_section(number, shown_as.numbers)
    if section is None or section.has(TokenKind.GENERAL):
        return render_general(value, exponent, section, is_own=is_own)
    if section.is_date:
        shown = render_date(number, section, date1904=date1904)
        return general(value, exponent) if shown is None else shown
    if not section.has(*NUMBER_SIGNS):
        return "".join(literal(token) for token in section.tokens)
    if number.adjusted() >= FIRST_LOST_EXPONENT or is_fraction(section):
        return general(value, exponent)
    try:
        shown = render_digits(abs(number), section)
    except InvalidOperation:  # the format asks for more digits than there can be
        return general(value, exponent)
    return shown if number >= 0 or is_own else f"-{shown}"


def render_general(value: int, exponent: int, section: Section | None, *, is_own: bool) -> str:
    """A number under General, with what stands around it in the section."""
    shown = general(abs(value) if is_own else value, exponent)
    tokens: Sequence[Token] = () if section is None else section.tokens
    if not tokens:
        return shown
    return "".join(shown if token.kind is TokenKind.GENERAL else literal(token) for token in tokens)


def choose_section(number: Decimal, sections: Sequence[Section]) -> tuple[Section | None, bool]:
    """The section for a number, and whether it is for negative numbers only: then it shows their sign itself."""
    if any(section.condition for section in sections):
        for section in sections:
            if section.condition is None or section.condition.holds(number):
                return section, section.condition is not None and section.condition.only_negative
        return None, False
    if number < 0 and len(sections) > 1:
        return sections[1], True
    if number == 0 and len(sections) > 2:
        return sections[2], False
    return sections[0], False


def is_fraction(section: Section) -> bool:
    """Whether a slash stands after a digit: `# ?/?` is written as a decimal, because 1/2 would look like a date."""
    kinds = [token.kind for token in section.tokens if token.kind is not TokenKind.LITERAL]
    slashes = [place for place, kind in enumerate(kinds) if kind is TokenKind.SLASH]
    return any(kinds[:place][-1:] == [TokenKind.DIGIT] for place in slashes)


def render_digits(number: Decimal, section: Section) -> str:
    """A number that is not negative under a section with digit signs."""
    tokens = section.tokens
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
