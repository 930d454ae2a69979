"""User IDs: shapes, canonical case, and every finding about one ID."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.aam.findings import FINDINGS
from ingest.aam.identifiers import EMPTY_HASH, ID_RULES, Case, IdType, JudgedId, judge_identifier

UUID_38 = "59767559181262060060278870901087098252"
GAID = "e4fe9bde-caa0-47b6-908d-ffba3fa184f2"
IDFA = "6D92078A-8246-4BA4-AE5B-76104861E7DC"
HASH = "55e79200c1635b37ad31a378c39feb12f120f116625093a19bc32fff15041149"
LOWER_TYPES = [IdType.GAID, IdType.RIDA, IdType.FIRE_TV, IdType.LG_UDID]
FREE_TYPES = [IdType.MAID, IdType.TIFA, IdType.VIZIO_IFA]
NUMBER_TYPES = [IdType.AAM_UUID, IdType.ECID]
DEVICE_TYPES = [*LOWER_TYPES, IdType.IDFA, *FREE_TYPES]
ORDER = [code for code in FINDINGS if code.startswith("id.")]

VALID = [
    (IdType.CUSTOMER_ID, "DBwFoc3dhfMNCFBh2M4F9ZkJEXMNnRDh2PXvnI1"),
    (IdType.CUSTOMER_ID, "Kunde Nr. 7, Süd"),
    (IdType.CUSTOMER_ID, "0"),
    (IdType.CUSTOMER_ID, "a\u200bb"),
    *((id_type, UUID_38) for id_type in NUMBER_TYPES),
    *((id_type, GAID) for id_type in LOWER_TYPES),
    (IdType.IDFA, IDFA),
    *((id_type, "7XCBNROQJQPYW") for id_type in FREE_TYPES),
    *((id_type, "aZ09-") for id_type in FREE_TYPES),
    *((id_type, "-") for id_type in FREE_TYPES),
    (IdType.HASHED_EMAIL, HASH),
]


@pytest.mark.parametrize(("id_type", "text"), VALID)
def test_an_id_of_its_type_passes_unaltered(id_type: IdType, text: str) -> None:
    assert judge_identifier(text, id_type) == JudgedId(text, ())


@pytest.mark.parametrize("id_type", IdType)
def test_an_empty_id_is_missing_and_nothing_else(id_type: IdType) -> None:
    assert judge_identifier("", id_type) == JudgedId("", ("id.missing",))


@pytest.mark.parametrize(("id_type", "text"), [*((t, GAID) for t in LOWER_TYPES), (IdType.HASHED_EMAIL, HASH)])
def test_capitals_become_small_letters_where_the_type_wants_them(id_type: IdType, text: str) -> None:
    assert judge_identifier(text.upper(), id_type) == JudgedId(text, ("id.case_changed",))


def test_small_letters_of_an_apple_id_become_capitals() -> None:
    assert judge_identifier(IDFA.lower(), IdType.IDFA) == JudgedId(IDFA, ("id.case_changed",))


def test_case_is_reported_on_an_id_that_is_refused_too() -> None:
    assert judge_identifier("XYZ", IdType.GAID) == JudgedId("xyz", ("id.format", "id.case_changed"))


def test_a_customer_id_keeps_its_case() -> None:
    assert judge_identifier("aBc", IdType.CUSTOMER_ID) == JudgedId("aBc", ())


WRONG_SHAPES = [
    *((t, UUID_38 + "1") for t in NUMBER_TYPES),
    *((t, UUID_38[:-1] + "a") for t in NUMBER_TYPES),
    *((t, UUID_38[:-1] + "٣") for t in NUMBER_TYPES),
    *((t, GAID.replace("-", "")) for t in LOWER_TYPES),
    *((t, "g" + GAID[1:]) for t in LOWER_TYPES),
    *((t, GAID + "0") for t in LOWER_TYPES),
    *((t, GAID[1:]) for t in LOWER_TYPES),
    (IdType.IDFA, "G" + IDFA[1:]),
    (IdType.IDFA, IDFA[:-1]),
    *((t, "7XCB_NROQ") for t in FREE_TYPES),
    *((t, "7XCB.") for t in FREE_TYPES),
    *((t, "ä") for t in FREE_TYPES),
    (IdType.HASHED_EMAIL, HASH[:-1]),
    (IdType.HASHED_EMAIL, HASH + "0"),
    (IdType.HASHED_EMAIL, "g" + HASH[1:]),
    (IdType.HASHED_EMAIL, "0123456789abcdef0123456789abcdef"),
]


@pytest.mark.parametrize(("id_type", "text"), WRONG_SHAPES)
def test_another_shape_is_refused(id_type: IdType, text: str) -> None:
    assert judge_identifier(text, id_type).codes == ("id.format",)


@pytest.mark.parametrize("text", ["a:b", ":", "a%3Ab", "a%3ab"])
def test_a_colon_in_a_customer_id_is_refused(text: str) -> None:
    assert "id.colon" in judge_identifier(text, IdType.CUSTOMER_ID).codes


def test_a_colon_in_another_type_is_only_a_wrong_shape() -> None:
    assert judge_identifier("a:b%41", IdType.MAID).codes == ("id.format",)


@pytest.mark.parametrize(("text", "is_noticed"), [("a%2Fb", True), ("%fF", True), ("%99", True), ("50%", False)])
def test_percent_codes_in_a_customer_id_are_noticed(text: str, is_noticed: bool) -> None:
    assert judge_identifier(text, IdType.CUSTOMER_ID).codes == ("id.percent_encoded",) * is_noticed


@pytest.mark.parametrize("text", ["%2", "%2G", "%G2", "% 2"])
def test_a_percent_sign_without_two_hex_digits_is_text(text: str) -> None:
    assert judge_identifier(text, IdType.CUSTOMER_ID).codes == ()


@pytest.mark.parametrize("id_type", IdType)
def test_an_email_address_is_refused_in_any_type_in_place_of_its_shape(id_type: IdType) -> None:
    assert judge_identifier(
        "007@example.com".upper() if id_type is IdType.IDFA else "007@example.com", id_type
    ).codes == ("id.email",)


@pytest.mark.parametrize("text", ["5.9767E+37", "5,9E+5", "5E+37", "9.9e+037", "0E+1"])
@pytest.mark.parametrize("id_type", IdType)
def test_scientific_notation_is_spreadsheet_damage_in_any_type(id_type: IdType, text: str) -> None:
    codes = judge_identifier(text, id_type).codes
    assert "id.spreadsheet_damage" in codes
    assert "id.format" not in codes


@pytest.mark.parametrize("text", ["59.7E+37", "5.E+37", "5E37", "5E+", "5E+1234", "5;9E+5", "5.9E-5", "a5E+3", "5E+3a"])
def test_what_a_spreadsheet_would_not_write_is_an_ordinary_customer_id(text: str) -> None:
    assert judge_identifier(text, IdType.CUSTOMER_ID).codes == ()


@pytest.mark.parametrize("text", ["1", UUID_38[:37], "0" * 36])
@pytest.mark.parametrize("id_type", NUMBER_TYPES)
def test_a_number_that_lost_digits_is_spreadsheet_damage(id_type: IdType, text: str) -> None:
    assert judge_identifier(text, id_type).codes == ("id.spreadsheet_damage",)


def test_a_short_number_is_no_damage_in_other_types() -> None:
    assert judge_identifier("123", IdType.CUSTOMER_ID).codes == ()
    assert judge_identifier("123", IdType.MAID).codes == ()
    assert judge_identifier("123", IdType.GAID).codes == ("id.format",)


@pytest.mark.parametrize("id_type", [*LOWER_TYPES, IdType.IDFA])
def test_a_device_id_of_zeros_is_refused(id_type: IdType) -> None:
    assert judge_identifier("00000000-0000-0000-0000-000000000000", id_type).codes == ("id.all_zeros",)


@pytest.mark.parametrize("text", ["0", "000", "-0-", "0-0-0", "--0"])
@pytest.mark.parametrize("id_type", FREE_TYPES)
def test_zeros_of_any_length_are_refused_where_any_length_is_allowed(id_type: IdType, text: str) -> None:
    assert judge_identifier(text, id_type).codes == ("id.all_zeros",)


@pytest.mark.parametrize("id_type", [*FREE_TYPES])
@pytest.mark.parametrize("text", ["01", "10", "0-1", "---"])
def test_zeros_beside_something_else_are_an_id(id_type: IdType, text: str) -> None:
    assert judge_identifier(text, id_type).codes == ()


def test_zeros_of_another_shape_have_only_the_wrong_shape() -> None:
    assert judge_identifier("0" * 32, IdType.GAID).codes == ("id.format",)


@pytest.mark.parametrize("text", ["0" * 38, "0" * 64])
def test_zeros_are_no_limited_tracking_in_uuids_and_hashes(text: str) -> None:
    id_type = IdType.ECID if len(text) == 38 else IdType.HASHED_EMAIL
    assert judge_identifier(text, id_type).codes == ()


@pytest.mark.parametrize("text", [EMPTY_HASH, EMPTY_HASH.upper()])
@pytest.mark.parametrize("id_type", IdType)
def test_the_hash_of_nothing_is_refused_in_any_type_and_case(id_type: IdType, text: str) -> None:
    assert "id.empty_hash" in judge_identifier(text, id_type).codes


def test_the_hash_of_nothing_is_the_known_one() -> None:
    assert EMPTY_HASH == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize("character", ["\x00", "\t", "\n", "\x1f", "\x7f", "\x85", "\u2028", "\u2029"])
@pytest.mark.parametrize("id_type", IdType)
def test_a_control_character_is_unsafe_in_any_type(id_type: IdType, character: str) -> None:
    assert judge_identifier(f"a{character}b", id_type).codes[0] == "id.unsafe_characters"


@pytest.mark.parametrize("blank", [" ", "\xa0", "\u200b", "\ufeff", "\u3000"])
@pytest.mark.parametrize("id_type", IdType)
def test_inner_white_space_is_unsafe_in_all_but_customer_ids(id_type: IdType, blank: str) -> None:
    expected = () if id_type is IdType.CUSTOMER_ID else ("id.unsafe_characters", "id.format")
    assert judge_identifier(f"1{blank}2", id_type).codes == expected


def test_an_id_has_every_finding_that_applies_in_table_order() -> None:
    codes = judge_identifier("\x00a:b@example.com%41", IdType.CUSTOMER_ID).codes
    assert codes == ("id.unsafe_characters", "id.colon", "id.email", "id.percent_encoded")
    assert judge_identifier(EMPTY_HASH.upper(), IdType.GAID).codes == ("id.format", "id.empty_hash", "id.case_changed")


def test_every_type_has_one_rule_of_its_own() -> None:
    assert list(ID_RULES) == list(IdType)
    assert all(rule.type is id_type for id_type, rule in ID_RULES.items())
    assert len({rule.label for rule in ID_RULES.values()}) == len(IdType)
    assert [rule.type for rule in ID_RULES.values() if rule.is_device] == [t for t in IdType if t in DEVICE_TYPES]


def test_a_rule_cannot_be_replaced() -> None:
    with pytest.raises(TypeError):
        ID_RULES[IdType.GAID] = ID_RULES[IdType.IDFA]  # type: ignore[index]  # what the test is about


PATTERNS = {
    IdType.CUSTOMER_ID: "(?s:.+)",
    IdType.ECID: "[0-9]{38}",
    IdType.GAID: "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
    IdType.IDFA: "[0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{12}",
    IdType.HASHED_EMAIL: "[0-9a-f]{64}",
}


@pytest.mark.parametrize(("id_type", "pattern"), PATTERNS.items())
def test_the_pattern_is_derived_from_the_template(id_type: IdType, pattern: str) -> None:
    assert ID_RULES[id_type].pattern == pattern


def test_the_pattern_of_a_free_type_allows_its_alphabet_only() -> None:
    rule = ID_RULES[IdType.MAID]
    allowed = {chr(code) for code in range(0x250) if re.fullmatch(rule.pattern, chr(code))}
    assert allowed == set(rule.alphabet or "")
    assert len(allowed) == 63


@settings(deadline=None)
@given(st.sampled_from([rule for rule in ID_RULES.values() if rule.template]), st.data())
def test_any_id_that_fits_the_pattern_in_some_case_is_accepted(rule: object, data: st.DataObject) -> None:
    assert isinstance(rule, type(ID_RULES[IdType.GAID]))
    text = data.draw(st.from_regex(rule.pattern, fullmatch=True))
    judged = judge_identifier(text.swapcase() if rule.case is not Case.KEEP else text, rule.type)
    assert judged.value == text
    assert set(judged.codes) <= {"id.case_changed", "id.all_zeros"}


@settings(deadline=None)
@given(st.text(max_size=40), st.sampled_from(IdType))
def test_codes_come_in_table_order_and_judging_twice_changes_nothing(text: str, id_type: IdType) -> None:
    judged = judge_identifier(text, id_type)
    assert list(judged.codes) == [code for code in ORDER if code in judged.codes]
    if text and ID_RULES[id_type].case is Case.KEEP:
        assert judged.value == text
