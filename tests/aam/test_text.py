"""White space, control characters, trimming and cleaning."""

import re
import sys
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.aam.text import CONTROL, WHITE_SPACE, clean, has_unsafe, trim, unsafe_characters

EVERY_CHARACTER = frozenset(map(chr, range(sys.maxunicode + 1)))
TRICKY_TEXT = st.text(st.sampled_from(sorted(WHITE_SPACE | CONTROL | set('",ab€'))), max_size=12)


def test_white_space_is_unicodes_plus_the_two_invisible_ones() -> None:
    # str.isspace is White_Space and the four information separators.
    separators = set("\x1c\x1d\x1e\x1f")
    assert {c for c in EVERY_CHARACTER if c.isspace()} - separators | {"\ufeff", "\u200b"} == WHITE_SPACE


def test_control_characters_are_c0_del_c1_and_the_unicode_line_ends() -> None:
    assert {c for c in EVERY_CHARACTER if unicodedata.category(c) == "Cc"} | {"\u2028", "\u2029"} == CONTROL


@pytest.mark.parametrize(
    ("text", "trimmed"),
    [
        ("", ""),
        (" \t\r\n\v\f", ""),
        ("a", "a"),
        ("\ufeff\u200b a b \u3000\x85", "a b"),
        ("\x1ca\x1f", "\x1ca\x1f"),
        ("\x00a", "\x00a"),
        ("\u2028a\u2029", "a"),
    ],
)
def test_trimming_takes_white_space_from_the_ends_and_nothing_else(text: str, trimmed: str) -> None:
    assert trim(text) == trimmed


def test_a_comma_is_unsafe_unless_it_is_kept() -> None:
    assert unsafe_characters(keep_commas=False) == CONTROL | {'"', ","}
    assert unsafe_characters(keep_commas=True) == CONTROL | {'"'}
    assert has_unsafe("a,b", keep_commas=False)
    assert not has_unsafe("a,b", keep_commas=True)


@pytest.mark.parametrize(
    "character", ['"', "\t", "\r", "\n", "\x00", "\x1f", "\x7f", "\x80", "\x9f", "\u2028", "\u2029"]
)
@pytest.mark.parametrize("keep_commas", [True, False])
def test_every_unsafe_character_is_found_and_replaced(character: str, keep_commas: bool) -> None:
    assert has_unsafe(f"a{character}b", keep_commas=keep_commas)
    assert clean(f"a{character}b", keep_commas=keep_commas) == "a b"


@pytest.mark.parametrize("text", ["", "New York", "naïve-€/;=:'", "a  b", "\xa0", "a\u200bb", "[]^\\-"])
def test_ordinary_text_is_safe(text: str) -> None:
    assert not has_unsafe(text, keep_commas=False)
    assert clean(text, keep_commas=False) == trim(text)


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("a,b", "a b"),
        ("a , b", "a b"),
        ("a \t ,\r\n b", "a b"),
        ("a  b , c", "a  b c"),
        ('"quoted"', "quoted"),
        (",", ""),
        (" \x00 ", ""),
        ("a\u3000,\ufeffb", "a b"),
        ("a,b  c", "a b  c"),
    ],
)
def test_a_run_of_unsafe_characters_and_its_white_space_become_one_space(text: str, cleaned: str) -> None:
    assert clean(text, keep_commas=False) == cleaned


def test_a_kept_comma_survives_cleaning_with_the_blanks_around_it() -> None:
    assert clean('a , b "c"', keep_commas=True) == "a , b c"


def test_a_value_of_very_many_blanks_is_cleaned_in_linear_time() -> None:
    blanks = " " * 200_000
    assert clean(f"a{blanks}b", keep_commas=False) == f"a{blanks}b"


@settings(deadline=None)
@given(TRICKY_TEXT, st.booleans())
def test_cleaning_follows_the_decision_to_the_letter(text: str, keep_commas: bool) -> None:
    blank = "[" + re.escape("".join(WHITE_SPACE)) + "]"
    unsafe = "[" + re.escape("".join(unsafe_characters(keep_commas=keep_commas))) + "]"
    assert clean(text, keep_commas=keep_commas) == trim(re.sub(f"{blank}*{unsafe}({blank}|{unsafe})*", " ", text))


@settings(deadline=None)
@given(TRICKY_TEXT, st.booleans())
def test_cleaned_text_is_safe_trimmed_and_stays_as_it_is(text: str, keep_commas: bool) -> None:
    cleaned = clean(text, keep_commas=keep_commas)
    assert not has_unsafe(cleaned, keep_commas=keep_commas)
    assert trim(cleaned) == cleaned == clean(cleaned, keep_commas=keep_commas)
