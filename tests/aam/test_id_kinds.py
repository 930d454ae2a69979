"""Which kinds of ID a text can be: the kinds agree with the rules that files are judged by, and nothing crashes."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.aam.findings import FINDINGS, Severity
from ingest.aam.id_kinds import ODDITIES, Oddity, case_words, recognise
from ingest.aam.identifiers import EMPTY_HASH, IdType, judge_identifier

UUID = "cd4a1c8e-6f3b-4a55-9e2c-7b1d0f2a9c41"
LONG = "67079430123456789012345678901234567890"
HASH = hashlib.sha256(b"johndoe@example.com").hexdigest()
LOWER_DEVICES = [IdType.GAID, IdType.RIDA, IdType.FIRE_TV, IdType.LG_UDID]


def kinds(text: str) -> list[IdType]:
    return [fit.type for fit in recognise(text).fits]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        (UUID, LOWER_DEVICES),
        (UUID.upper(), [IdType.IDFA]),
        (LONG, [IdType.AAM_UUID, IdType.ECID]),
        (HASH, [IdType.HASHED_EMAIL]),
        ("  A-10023\n", [IdType.MAID, IdType.TIFA, IdType.VIZIO_IFA, IdType.CUSTOMER_ID]),
        ("kunde_17", [IdType.CUSTOMER_ID]),
        ("", []),
    ],
)
def test_the_most_telling_kinds_come_first(text: str, first: list[IdType]) -> None:
    assert kinds(text)[: len(first)] == first
    assert bool(kinds(text)) == bool(first)


def test_an_id_in_the_wrong_case_says_which_it_needs_and_what_it_becomes() -> None:
    fits = {fit.type: fit for fit in recognise(UUID).fits}
    assert fits[IdType.IDFA].value == UUID.upper()
    assert "needs capital letters" in case_words(fits[IdType.IDFA])
    assert case_words(fits[IdType.GAID]) == ""
    upper = {fit.type: fit for fit in recognise(UUID.upper()).fits}
    assert "needs small letters" in case_words(upper[IdType.GAID])


@pytest.mark.parametrize(
    ("text", "oddity"),
    [
        ("ada@example.com", Oddity.EMAIL),
        ("4111 1111 1111 1111", Oddity.CARD),
        ("+49 30 1234567", Oddity.PHONE),
        ("1.2E+10", Oddity.NUMBER),
        ("00000000-0000-0000-0000-000000000000", Oddity.ZEROS),
        (EMPTY_HASH, Oddity.EMPTY_HASH),
        (EMPTY_HASH.upper(), Oddity.EMPTY_HASH),
        (hashlib.md5(b"x", usedforsecurity=False).hexdigest(), Oddity.OTHER_HASH),
        (hashlib.sha1(b"x", usedforsecurity=False).hexdigest(), Oddity.OTHER_HASH),
        (UUID.replace("-", ""), Oddity.NO_DASHES),
        ("7" * 37, Oddity.LOST_ZEROS),
        ("A%2D1", Oddity.ENCODED),
        ("de:17", Oddity.COLON),
    ],
)
def test_what_is_odd_is_said(text: str, oddity: Oddity) -> None:
    assert oddity in recognise(text).oddities


@pytest.mark.parametrize("text", ["A-10023", UUID, UUID.upper(), LONG, HASH, "100234", "2024-01-31"])
def test_nothing_is_odd_about_a_good_one(text: str) -> None:
    assert recognise(text).oddities == ()


@pytest.mark.parametrize("text", ["ada@example.com", "4111111111111111", "+49 30 1234567"])
def test_personal_data_is_no_kind_of_id(text: str) -> None:
    assert recognise(text).is_personal
    assert kinds(text) == []


@given(st.text() | st.text("0123456789abcdefABCDEF-@.:%+ ", max_size=70))
def test_a_kind_is_named_exactly_where_a_file_would_be_taken_with_it(text: str) -> None:
    found = recognise(text)
    assert len(set(kinds(text))) == len(found.fits)
    for id_type in IdType:
        codes = judge_identifier(found.text, id_type).codes
        is_refused = any(Severity.REFUSED in FINDINGS[code].severities for code in codes)
        assert (id_type in kinds(text)) == (not is_refused and not found.is_personal)


def test_every_oddity_says_what_it_is_and_what_to_do() -> None:
    assert ODDITIES.keys() == set(Oddity)
    assert all(rule.meaning.endswith(".") and rule.what_to_do.endswith(".") for rule in ODDITIES.values())
