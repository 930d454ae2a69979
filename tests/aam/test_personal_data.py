"""E-mail addresses, telephone numbers and card numbers, read as bytes."""

import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.aam.personal_data import is_card_number, is_email, looks_like_phone
from tests.aam.personal_data_cases import CARDS, NO_CARDS, NO_PHONES, PHONES

NUMBER_LIKE = st.text("0123456789" * 2 + "00000" + "+-./() ", max_size=22)
DATE_LIKE = st.from_regex(r"0[0-9]([-./ ])[0-9]{2}[-./ ][0-9]{4}|0[0-9]{3}[-./ ][0-9]{2}[-./ ][0-9]{2}", fullmatch=True)
DATE = re.compile(r"[0-9]{1,2}([-./])[0-9]{1,2}\1[0-9]{4}|[0-9]{4}([-./])[0-9]{1,2}\2[0-9]{1,2}")


@pytest.mark.parametrize("text", ["a@b.c", "ada@example.com", "ada+x@mail.example.com", "a@b..", "a\x1f@b.c", "é@b.ü"])
def test_an_email_address_is_recognised(text: str) -> None:
    assert is_email(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "@",
        "a",
        "a@b",
        "a@.c",
        "a@b.",
        "@b.c",
        "a@b@c.d",
        "a b@c.d",
        "a@b .c",
        "a@b.c\n",
        "a\u200b@b.c",
        "a.b",
        "a@@b.c",
    ],
)
def test_other_text_is_no_email_address(text: str) -> None:
    assert not is_email(text)


def judged_anywhere(check: Callable[[bytes, int, int], bool], text: str) -> bool:
    """What a check says of the text wherever it stands and whatever bytes are around it, which must not matter."""
    cell = text.encode()
    verdicts = {check(before + cell + b"8a", len(before), len(before) + len(cell)) for before in (b"a70", b"+4930")}
    assert len(verdicts) == 1
    return verdicts.pop()


def as_phone(text: str) -> bool:
    """Whether the text looks like a telephone number."""
    return judged_anywhere(looks_like_phone, text)


def as_card(text: str) -> bool:
    """Whether the text passes as a card number."""
    return judged_anywhere(is_card_number, text)


@pytest.mark.parametrize("text", PHONES)
def test_a_telephone_number_is_recognised(text: str) -> None:
    assert as_phone(text)


@pytest.mark.parametrize("text", NO_PHONES)
def test_other_text_is_no_telephone_number(text: str) -> None:
    assert not as_phone(text)


@pytest.mark.parametrize("text", CARDS)
def test_a_card_number_is_recognised(text: str) -> None:
    assert as_card(text)


@pytest.mark.parametrize("text", NO_CARDS)
def test_other_text_is_no_card_number(text: str) -> None:
    assert not as_card(text)


@pytest.mark.parametrize("text", [*PHONES, *NO_PHONES, *CARDS, *NO_CARDS])
def test_nothing_is_read_beyond_the_cell(text: str) -> None:
    cell = text.encode()
    assert looks_like_phone(cell, 0, len(cell)) == as_phone(text)
    assert is_card_number(cell, 0, len(cell)) == as_card(text)


def is_phone_by_the_decision(text: str) -> bool:
    """Decision 13, sentence by sentence."""
    digits = re.sub("[^0-9]", "", text)
    dressed = re.fullmatch(r"[+(0]([0-9]| (?! )|[-./()])*", text) and re.search("[0-9]$", text)
    if not dressed or not 8 <= len(digits) <= 15:
        return False
    if DATE.fullmatch(text) or re.fullmatch(r"[0-9]+\.[0-9]+", text):
        return False
    return not re.fullmatch("0[1-9][0-9]*", text) or len(digits) >= 10


@settings(deadline=None, max_examples=500)
@given(NUMBER_LIKE | DATE_LIKE | st.from_regex(r"[+(0][0-9]{3}[-. /()0-9]{3,14}[0-9]", fullmatch=True))
def test_telephone_numbers_are_those_of_the_decision(text: str) -> None:
    assert as_phone(text) == is_phone_by_the_decision(text)


def luhn_digit(digits: str) -> str:
    """The digit that makes `digits` pass when it is put behind them."""
    table = "0246813579"
    values = [int(table[int(digit)]) if place % 2 == 0 else int(digit) for place, digit in enumerate(reversed(digits))]
    return str(-sum(values) % 10)


@settings(deadline=None)
@given(st.from_regex("[0-9]{11,20}", fullmatch=True), st.sampled_from("0123456789"))
def test_card_numbers_are_those_that_luhn_closes(digits: str, last: str) -> None:
    fits = 13 <= len(digits) + 1 <= 19 and digits[0] in "3456"
    assert as_card(digits + last) == (fits and last == luhn_digit(digits))


@settings(deadline=None)
@given(st.from_regex("[3-6][0-9]{11,17}", fullmatch=True), st.data())
def test_blanks_and_dashes_between_the_digits_do_not_matter(digits: str, data: st.DataObject) -> None:
    number = digits + luhn_digit(digits)
    places = data.draw(st.lists(st.tuples(st.integers(1, len(number) - 1), st.sampled_from(" -")), max_size=4))
    for place, sign in places:
        number = number[:place] + sign + number[place:]
    assert as_card(number)


@settings(deadline=None)
@given(st.text(max_size=20))
def test_any_text_gets_an_answer(text: str) -> None:
    assert as_phone(text) in {True, False}
    assert as_card(text) in {True, False}
    assert is_email(text) == bool(
        re.fullmatch(r"[^@]+@[^@]+\.[^@]+", text) and not re.search(r"[^\S\x1c-\x1f]|[\u200b\ufeff]", text)
    )
