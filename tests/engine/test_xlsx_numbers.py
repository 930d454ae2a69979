"""The compiled way to write numbers agrees with plain decimal arithmetic and with the formats' own tokens."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Context, Decimal

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ingest.engine.xlsx_digits import MAX_NUMBER_BYTES, put_shaped, read_number
from ingest.engine.xlsx_formats import parse_format
from ingest.engine.xlsx_render import EXACT, NumberRenderer, general, render_digits, render_signs
from ingest.engine.xlsx_styles import shape_of

PLAIN_CODES = ("0", "0.00", "#,##0", "#,##0.00", "0%", "0.0%", "00000", "#,##0.000%", "0" * 40, "0." + "0" * 30)
FIFTEEN_DIGITS = Context(prec=15, rounding=ROUND_HALF_UP)


def rendered(value: int, exponent: int, code: str) -> str:
    return NumberRenderer(parse_format(code), date1904=False).render(value, exponent)


floats = st.floats(allow_nan=False, allow_infinity=False).map(repr)
amounts = st.decimals(min_value=-(10**9), max_value=10**9, places=4, allow_nan=False).map(str)
whole_numbers = st.integers(min_value=-(10**40), max_value=10**40).map(str)
stored_numbers = st.one_of(floats, amounts, whole_numbers)


def digits_of(text: str) -> tuple[bool, int, int]:
    raw = np.frombuffer(text.encode(), dtype=np.uint8)
    known, value, exponent = read_number(raw, 0, len(raw))
    return bool(known), int(value), int(exponent)


@settings(deadline=None)
@given(stored_numbers)
@example("9999999999999995")
@example("-0.0")
@example("999999999999999.5")
def test_a_stored_number_keeps_15_digits(text: str) -> None:
    known, value, exponent = digits_of(text)

    assert known
    # of what lies behind the 16th digit nothing counts, as in the sheet's own reading
    cut = Decimal(text).normalize(Context(prec=16, rounding="ROUND_DOWN"))
    assert Decimal(value).scaleb(exponent) == cut.normalize(FIFTEEN_DIGITS)
    assert value % 10 != 0 or (value, exponent) == (0, 0)


@settings(deadline=None)
@given(st.text(alphabet="0123456789+-.eE xn", max_size=12))
def test_what_is_no_number_is_not_taken_for_one(text: str) -> None:
    is_number = re.fullmatch(r" *[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)? *", text) is not None

    assert digits_of(text)[0] == is_number


@settings(deadline=None)
@given(st.integers(min_value=-(10**15) + 1, max_value=10**15 - 1))
def test_a_whole_number_of_up_to_15_digits_is_shown_whole(number: int) -> None:
    _, value, exponent = digits_of(str(number))

    assert general(value, exponent) == str(number)


@settings(deadline=None)
@given(stored_numbers)
def test_general_never_strays_from_the_number(text: str) -> None:
    _, value, exponent = digits_of(text)
    number = Decimal(value).scaleb(exponent)

    difference = abs(Decimal(general(value, exponent)) - number)

    assert difference <= max(abs(number) * Decimal("5E-6"), Decimal(0))


@settings(deadline=None)
@given(stored_numbers, st.sampled_from(PLAIN_CODES))
@example("0.285", "0.00")
@example("0", "0%")
@example("999999999999999", "#,##0.00")
@example("-99999.999", "#,##0.00")
def test_the_compiled_formats_agree_with_their_tokens(text: str, code: str) -> None:
    _, value, exponent = digits_of(text)
    form = parse_format(code)
    out = np.empty(MAX_NUMBER_BYTES, dtype=np.uint8)
    least, decimals, grouped, percent = shape_of(form)

    length = put_shaped(np.int64(value), exponent, (least, decimals, bool(grouped), percent), out, 0)

    assert out[:length].tobytes().decode() == rendered(value, exponent, code)


@settings(deadline=None)
@given(
    amounts,
    st.sampled_from(PLAIN_CODES),
    st.sampled_from(["", "$", '"EUR "', "[$€-407]"]),
    st.sampled_from(["", '" kg"', "_)"]),
)
def test_the_short_way_to_write_digits_agrees_with_the_way_sign_by_sign(
    text: str, code: str, before: str, after: str
) -> None:
    _, value, exponent = digits_of(text)
    section = parse_format(before + code + after).numbers[0]
    number = Decimal(abs(value)).scaleb(exponent, EXACT)

    assert section.plain is not None
    assert render_digits(number, section) == render_signs(number, section.tokens)


@settings(deadline=None)
@given(amounts, st.integers(min_value=0, max_value=6))
def test_decimals_are_rounded_half_away_from_zero(text: str, decimals: int) -> None:
    _, value, exponent = digits_of(text)
    code = "0." + "0" * decimals if decimals else "0"

    text_shown = rendered(value, exponent, code)

    assert Decimal(text_shown) == Decimal(text).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


@settings(deadline=None)
@given(stored_numbers, st.text(alphabet='0#?.,%eE+-/\\"[]$;@ymdhsabg*_ x<>=9ß', max_size=24))
def test_no_format_code_stops_the_reading(text: str, code: str) -> None:
    _, value, exponent = digits_of(text)

    assert isinstance(rendered(value, exponent, code), str)


@pytest.mark.parametrize("code", PLAIN_CODES)
def test_plain_formats_take_the_compiled_way(code: str) -> None:
    assert parse_format(code).plain is not None
