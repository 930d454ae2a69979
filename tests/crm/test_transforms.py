"""Transforms: what each one does, in which order, and what they never do."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.crm.dates import DayOrder
from ingest.crm.transforms import (
    Named,
    NotADate,
    PadLeft,
    Prefix,
    Replace,
    Transform,
    TransformName,
    before_date,
    compile_transforms,
)

LOWER = Named(TransformName.LOWER)
UPPER = Named(TransformName.UPPER)
DIGITS = Named(TransformName.DIGITS)
STRIP = Named(TransformName.STRIP_LEADING_ZEROS)
SHA256 = Named(TransformName.SHA256)
EMAIL = Named(TransformName.EMAIL_SHA256)
DATE = Named(TransformName.DATE_ISO)

# The examples of FIPS 180-2 and RFC 6234.
HASH_OF_NOTHING = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
HASH_OF_ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

texts = st.text(st.characters(codec="utf-8"), max_size=60)


def transformed(text: str, *transforms: Transform, day_order: DayOrder = DayOrder.UNKNOWN) -> str:
    return compile_transforms(transforms, day_order=day_order)(text)


@pytest.mark.parametrize(
    ("transform", "text", "result"),
    [
        (LOWER, "Ada ÄÉ", "ada äé"),
        (UPPER, "Ada straße", "ADA STRASSE"),
        (DIGITS, "+49 (0)30 12-3", "49030123"),
        (DIGITS, "\u06634²", "4"),
        (DIGITS, "none", ""),
        (STRIP, "00123", "123"),
        (STRIP, "0123000", "123000"),
        (STRIP, "0", "0"),
        (STRIP, "000", "0"),
        (STRIP, "00x", "x"),
        (STRIP, "", ""),
        (STRIP, "\u0660\u06601", "\u0660\u06601"),
        (SHA256, "abc", HASH_OF_ABC),
        (SHA256, "", HASH_OF_NOTHING),
        (EMAIL, "\u200b ABC\u00a0", HASH_OF_ABC),
        (Replace("-", ""), "1-2--3", "123"),
        (Replace(".*", "x"), "a.*b.", "axb."),
        (Replace("aa", "a"), "aaaa", "aa"),
        (Replace("a", "aa"), "aa", "aaaa"),
        (Prefix("DE-"), "7", "DE-7"),
        (PadLeft(5, "0"), "42", "00042"),
        (PadLeft(2, "0"), "123", "123"),
        (PadLeft(4, "é"), "ü1", "ééü1"),
        (DATE, "5 May 2024", "2024-05-05"),
    ],
)
def test_a_transform_does_exactly_this(transform: Transform, text: str, result: str) -> None:
    assert transformed(text, transform) == result


def test_transforms_run_in_the_order_of_the_mapping() -> None:
    assert transformed("ab", Prefix("x"), UPPER) == "XAB"
    assert transformed("ab", UPPER, Prefix("x")) == "xAB"
    assert transformed("id 0042", DIGITS, STRIP, PadLeft(3, "0"), Prefix("c")) == "c042"


def test_no_transform_leaves_the_cell_as_it_is() -> None:
    assert transformed(" As It Is ") == " As It Is "


def test_a_step_runs_also_on_what_an_earlier_one_left_empty() -> None:
    assert transformed("none", DIGITS, PadLeft(3, "0")) == "000"


def test_an_email_hashes_the_same_however_it_was_typed() -> None:
    expected = hashlib.sha256(b"ada@example.com").hexdigest()
    assert {transformed(text, EMAIL) for text in ("ada@example.com", " Ada@Example.COM\t")} == {expected}


def test_a_date_is_read_in_the_order_of_its_column() -> None:
    assert transformed("5/6/2024", DATE, day_order=DayOrder.DAY_FIRST) == "2024-06-05"
    assert transformed("5/6/2024", DATE, day_order=DayOrder.MONTH_FIRST) == "2024-05-06"


@pytest.mark.parametrize("text", ["5/6/2024", "yesterday", ""])
def test_what_is_not_one_date_says_so_with_the_value(text: str) -> None:
    with pytest.raises(NotADate) as caught:
        transformed(text, DATE)
    assert caught.value.value == text


def test_the_words_of_a_date_error_do_not_repeat_the_cell() -> None:
    assert "Ada" not in str(NotADate("Ada Example"))


@pytest.mark.parametrize(
    ("transforms", "before"),
    [
        ((), None),
        ((LOWER, Prefix("x")), None),
        ((DATE,), ()),
        ((Replace("_", "/"), DATE, Prefix("d"), DATE), (Replace("_", "/"),)),
    ],
)
def test_the_evidence_for_a_date_is_what_reaches_date_iso(
    transforms: tuple[Transform, ...], before: tuple[Transform, ...] | None
) -> None:
    assert before_date(transforms) == before


@settings(deadline=None)
@given(texts)
def test_digits_keeps_every_ascii_digit_and_nothing_else(text: str) -> None:
    result = transformed(text, DIGITS)
    assert set(result) <= set("0123456789")
    assert all(result.count(digit) == text.count(digit) for digit in "0123456789")


@settings(deadline=None)
@given(texts, st.integers(1, 80), st.characters(codec="utf-8"))
def test_padding_reaches_the_width_and_keeps_the_text(text: str, width: int, fill: str) -> None:
    result = transformed(text, PadLeft(width, fill))
    assert len(result) == max(width, len(text))
    assert result == fill * (len(result) - len(text)) + text


@settings(deadline=None)
@given(texts)
def test_stripping_zeros_twice_is_stripping_them_once(text: str) -> None:
    once = transformed(text, STRIP)
    assert transformed(once, STRIP) == once
    assert text.endswith(once)
    assert (once == "") == (text == "")
