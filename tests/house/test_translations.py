"""The translations: every text has one, in the right words, and what is loaded is what is written."""

import re
import shutil
import subprocess
import sys
from itertools import chain
from pathlib import Path

import pytest
from babel.messages.catalog import Message

from ingest.aam.terms import TERMS, Term
from tests.house.catalogue import FOLDER, PLACEHOLDER, catalogue, compiled, marked_texts, messages, texts_of
from tests.house.tree import PROJECT

HAN = r"[\u3400-\u9fff]"
# A colon of an address, a sign that is spoken about, and the marks of a file's ending are no punctuation of a sentence.
HALF_WIDTH = re.compile(rf"{HAN}[,;:?!]|{HAN}\.(?![a-z])|{HAN} ?\((?![^()]*\))")
CRAMPED = re.compile(rf"{HAN}[A-Za-z0-9%{{]|(?:[A-Za-z0-9]|\)[sd]|\}}){HAN}")
# A blank stands between Chinese and Latin, nowhere else: not beside a full-width mark, nor between two Chinese words.
STRAY = re.compile(rf"{HAN} +{HAN}|[，。；：！？、）】”] +\S|\S +[，。；：！？、（【]")
LOUD = re.compile("[!！]")
# These stand for words and sentences of the same language; the others for names, numbers and other Latin things.
OWN_WORDS = re.compile(r"%\((?:reason|hint|left|span|what|kind|others|last|sentence|next)\)s|\{left\}")

# These begin with a number and end with a Chinese word or a full-width bracket.
MOMENTS = re.compile(r"%\((?:when|moment|at|until)\)s")


def _complaints(pattern: re.Pattern[str]) -> list[str]:
    texts = (texts_of(message)[1] for message in messages())
    return [text for text in texts if pattern.search(PLACEHOLDER.sub(_stand_in, text))]


def _stand_in(found: re.Match[str]) -> str:
    """What a placeholder is likely to become; a mark like <b> becomes nothing."""
    text = found.group()
    if OWN_WORDS.fullmatch(text):
        return "字"
    if MOMENTS.fullmatch(text):
        return "1 日"
    return "" if text.startswith("<") else "%" if text == "%%" else "x"


def test_every_text_is_translated_and_none_is_a_guess() -> None:
    assert [message.id for message in messages() if not texts_of(message)[1]] == []
    assert [message.id for message in messages() if message.fuzzy] == []
    assert len(messages()) > 1900


def test_every_text_of_the_code_can_be_translated() -> None:
    known = set(chain.from_iterable(_ids(message) for message in messages()))
    assert [f"{where}: {text}" for where, text in marked_texts() if text and text not in known] == []


def _ids(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def test_placeholders_are_the_same_in_both_languages() -> None:
    pairs = [texts_of(message) for message in messages()]
    assert [pair for pair in pairs if len({tuple(sorted(PLACEHOLDER.findall(text))) for text in pair}) > 1] == []


def test_what_is_loaded_is_what_is_written() -> None:
    loaded = compiled()
    for message in messages():
        if isinstance(message.id, str) and message.context:
            assert loaded.pgettext(message.context, message.id) == message.string
        elif isinstance(message.id, str):
            assert loaded.gettext(message.id) == message.string
        else:
            assert loaded.ngettext(message.id[0], message.id[1], 5) == texts_of(message)[1]
    assert catalogue().num_plurals == 1


@pytest.mark.skipif(shutil.which("xgettext") is None, reason="gettext is not installed")
def test_no_text_waits_to_be_collected(tmp_path: Path) -> None:
    for name in ("amportal", "ingest", "templates", "locale", "scripts"):
        shutil.copytree(PROJECT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "*.nb[ci]"))
    shutil.copy(PROJECT / "manage.py", tmp_path)
    (tmp_path / ".venv").symlink_to(sys.prefix)
    subprocess.run([tmp_path / "scripts" / "texts"], check=True, capture_output=True, timeout=240)
    for name in ("django.po", "django.mo"):
        again = tmp_path / FOLDER.relative_to(PROJECT) / name
        assert again.read_bytes() == (FOLDER / name).read_bytes(), f"run scripts/texts: {name} would change"


def test_punctuation_beside_chinese_is_full_width_and_calm() -> None:
    assert _complaints(HALF_WIDTH) == []
    assert _complaints(LOUD) == []


def test_chinese_and_latin_letters_keep_a_distance() -> None:
    assert _complaints(CRAMPED) == []


def test_no_blank_stands_where_chinese_has_none() -> None:
    # Of words that may be Chinese or Latin only the page can tell: tests/browser/test_gallery.py looks at all of them.
    texts = (OWN_WORDS.sub("x", texts_of(message)[1]) for message in messages())
    assert [text for text in texts if STRAY.search(PLACEHOLDER.sub(_stand_in, text))] == []


def test_sentences_end_where_the_english_ones_end() -> None:
    pairs = [texts_of(message) for message in messages()]
    assert [pair for pair in pairs if pair[0].endswith((".", "?")) and not pair[1].endswith(("。", "？", "”"))] == []
    assert [pair for pair in pairs if not pair[0].endswith((".", "?", "!", ":")) and pair[1].endswith("。")] == []


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.english)
def test_no_wrong_word_stands_for_a_term(term: Term) -> None:
    texts = [texts_of(message)[1] for message in messages()]
    assert [text for text in texts for wrong in term.wrong if wrong in text] == []


@pytest.mark.parametrize("term", [term for term in TERMS if term.always], ids=lambda term: term.english)
def test_a_term_has_one_word_everywhere(term: Term) -> None:
    word = re.compile(rf"(?<![\w-]){re.escape(term.english)}s?(?![\w-])", re.IGNORECASE)
    pairs = [texts_of(message) for message in messages()]
    using = [pair for pair in pairs if word.search(PLACEHOLDER.sub("", pair[0]))]
    assert [pair for pair in using if term.chinese not in pair[1]] == []
    assert using


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("检查,然后", HALF_WIDTH),
        ("完成!", LOUD),
        ("用CSV文件", CRAMPED),
        ("共 3个", CRAMPED),
        ("x行", CRAMPED),
        ("好。 再见", STRAY),
        ("到 环境", STRAY),
        ("共： 3", STRAY),
    ],
)
def test_what_is_forbidden_would_be_found(text: str, pattern: re.Pattern[str]) -> None:
    assert pattern.search(text)
