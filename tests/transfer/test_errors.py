"""Failures: a stable code, one of three kinds, and words that can be translated."""

import ast
import pickle
import re

import pytest

from ingest.transfer.errors import Misconfigured, Permanent, TransferFailure, Transient
from ingest.transfer.failures import FAILURES, failure
from ingest.transfer.secret import Secret
from ingest.transfer.settings import SettingsError
from ingest.transfer.words import Message
from tests.house.tree import parsed, sources

PLACEHOLDER = re.compile(r"%\((\w+)\)([sd])")
VALUES: dict[str, str | int] = {"s": "something", "d": 7}


def _made(code: str) -> TransferFailure:
    rule = FAILURES[code]
    return failure(code, **{name: VALUES[kind] for name, kind in PLACEHOLDER.findall(rule.sentence + rule.what_to_do)})


def _raised_in_code() -> set[str]:
    return {
        str(ast.literal_eval(node.args[0]))
        for path in sources("ingest")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "failure"
        and isinstance(node.args[0], ast.Constant)
    }  # fmt: skip


def test_every_code_that_is_raised_has_its_words() -> None:
    assert _raised_in_code() <= FAILURES.keys()


@pytest.mark.parametrize("code", FAILURES)
def test_a_failure_says_what_happened_and_what_to_do(code: str) -> None:
    failed = _made(code)
    assert failed.code == code
    assert re.fullmatch(r"[a-z][a-z0-9]*(\.[a-z_]+)?", code)
    assert type(failed) in {Transient, Permanent, Misconfigured}
    for text in (str(failed), failed.what_to_do):
        assert text.endswith(".")
        assert "%(" not in text
        assert not re.search(r"!|please|sorry|invalid|oops", text, re.IGNORECASE)


@pytest.mark.parametrize("code", FAILURES)
def test_words_can_be_translated_because_template_and_parameters_are_apart(code: str) -> None:
    failed, rule = _made(code), FAILURES[code]
    assert failed.message.text == rule.sentence
    assert failed.advice.text == rule.what_to_do
    for message in (failed.message, failed.advice):
        assert {name for name, _kind in PLACEHOLDER.findall(message.text)} <= message.params.keys()


@pytest.mark.parametrize("code", FAILURES)
def test_a_failure_keeps_everything_when_it_is_handed_to_another_process(code: str) -> None:
    failed = _made(code)
    again = pickle.loads(pickle.dumps(failed))  # noqa: S301 - our own
    assert type(again) is type(failed)
    assert (str(again), again.code, again.message, again.what_to_do) == (
        str(failed), failed.code, failed.message, failed.what_to_do,
    )  # fmt: skip


def test_a_failure_of_settings_survives_the_way_too() -> None:
    failed = SettingsError({"folder": Message("Fill this in.")})
    again = pickle.loads(pickle.dumps(failed))  # noqa: S301 - our own
    assert (type(again), again.problems, str(again)) == (SettingsError, failed.problems, str(failed))


def test_a_sentence_of_its_own_stays_as_it_is() -> None:
    failed = Misconfigured("100 % of the keys in %(this) file are expired.")
    assert str(failed) == "100 % of the keys in %(this) file are expired."
    assert (failed.code, failed.what_to_do) == ("misconfigured", "")


def test_a_parameter_is_no_template() -> None:
    failed = failure("conflict", name="100%s%(x)s.csv")
    assert "100%s%(x)s.csv" in str(failed)


def test_a_secret_shows_itself_to_nobody_by_accident() -> None:
    secret = Secret("hunter2")
    assert "hunter2" not in f"{secret} {secret!r} {[secret]}"
    assert secret.reveal() == "hunter2"
    with pytest.raises(TypeError):
        pickle.dumps(secret)
    assert not hasattr(secret, "__dict__")
