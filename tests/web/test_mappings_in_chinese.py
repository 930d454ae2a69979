"""What is wrong with a mapping, told in the reader's language; the command line and its tests keep the English."""

import copy
import pickle
import re
from typing import Any

import pytest
from django.utils import translation

from ingest.crm.mapping import MappingError, MappingProblem, load_mapping, parse_mapping
from ingest.crm.words import Filled, in_words_of
from ingest.forms.column_problems import sentence_of
from ingest.services.problems import about_mapping
from tests.crm import test_mapping_problems as wrong

_AS_IT_IS = re.compile(
    r"`[^`]*`|\"[^\"]*\"|Audience Manager|Python|SHA-256|JSON|ASCII|UTF-8|windows-1252|shift_jis|dpid|utf-8"
)
_ENGLISH = re.compile(r"[A-Za-z]{3,}")
DOCUMENTS: list[Any] = [
    None, "traits", {}, {**wrong.TRAITS, "kind": "trait"}, {**wrong.TRAITS, "unknown": 1},
    *(document for document, _member in wrong.WRONG_VALUES),
    {**wrong.OVERWRITE, "columns": [{"column": "c", "action": "remove_traits"}]},
    wrong.with_action("ic", key="k"), wrong.with_transform({"upper": 1, "lower": 2}), wrong.with_transform("uper"),
    {**wrong.ID_SYNC, "ids": [wrong.CUSTOMERS, wrong.UUIDS]}, {**wrong.EMAILS, "mode": "overwrite"},
]  # fmt: skip


def _problems(document: Any) -> tuple[MappingProblem, ...]:
    with pytest.raises(MappingError) as caught:
        load_mapping(document) if isinstance(document, bytes) else parse_mapping(document)
    return caught.value.problems


@pytest.mark.parametrize("document", [*DOCUMENTS, b"\xff", b"{", b"NaN", b'{"a": 1, "a": 2}', b"[" * 100_000])
def test_no_sentence_keeps_an_english_word(document: Any) -> None:
    for problem in _problems(document):
        with translation.override("zh-hans"):
            told = about_mapping(problem)
        assert told.startswith("当前为：")
        shown = re.sub("（.*?）", "", told)
        assert _ENGLISH.findall(_AS_IT_IS.sub("", shown)) in ([], ["true"], ["false"], ["true", "false"], ["null"]), (
            told
        )


def test_what_stands_in_the_document_is_not_translated() -> None:
    problem = _problems({**wrong.TRAITS, "kind": "Name"})[0]
    with translation.override("zh-hans"):
        assert '文本 "Name"' in about_mapping(problem)
    assert 'the text "Name"' in problem.sentence


def test_a_problem_that_was_handed_to_another_process_is_still_translated() -> None:
    problem = _problems({**wrong.TRAITS, "mode": "synk"})[0]
    pickled = pickle.loads(pickle.dumps(problem))  # noqa: S301 - its own pickle
    for copied in (pickled, copy.deepcopy(problem)):
        assert copied == problem
        with translation.override("zh-hans"):
            assert about_mapping(copied) == about_mapping(problem) != problem.sentence


def test_a_sign_of_per_cent_stands_for_itself() -> None:
    assert in_words_of(str, _problems({**wrong.TRAITS, "mode": "100 % %(name)s"})[0].sentence).startswith(
        'Found the text "100 % %(name)s"; expected'
    )
    assert in_words_of(str, Filled("%(share)s %%", share=4)) == "4 %"
    assert in_words_of(str, "") == ""


def test_the_page_of_a_column_says_it_in_the_language_of_the_reader() -> None:
    problem = _problems(wrong.with_column(otherwise="skp"))[0]
    assert problem.member == "columns[0].otherwise"
    with translation.override("zh-hans"):
        assert sentence_of(problem, {}) == about_mapping(problem)
