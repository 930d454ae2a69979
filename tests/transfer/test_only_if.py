"""Fields that only matter with another answer; secrets that are missing; hosts of every method."""

from typing import Any

import pytest

from ingest.transfer.registry import METHODS, Field, FieldKind, SettingsError
from ingest.transfer.secret import Secret
from ingest.transfer.settings import applying_fields, read_fields, secret_problems
from ingest.transfer.words import Message

WORD = Message("Word")
FIELDS = (
    Field("sign_in", FieldKind.CHOICE, WORD, WORD, default="password", choices={"password": WORD, "key": WORD}),
    Field("password", FieldKind.SECRET, WORD, WORD, only_if=("sign_in", "password")),
    Field("key", FieldKind.KEY, WORD, WORD, only_if=("sign_in", "key")),
    Field("is_locked", FieldKind.TICK, WORD, WORD, default=False, only_if=("sign_in", "key")),
    Field("passphrase", FieldKind.SECRET, WORD, WORD, is_required=False, only_if=("is_locked", True)),
    Field("agent", FieldKind.TEXT, WORD, WORD, only_if=("sign_in", "key")),
    Field("host", FieldKind.HOST, WORD, WORD, is_required=False),
    Field("name_at_host", FieldKind.TEXT, WORD, WORD, is_required=False, only_if=("host",)),
    Field("way", FieldKind.CHOICE, WORD, WORD, default="a", choices={"a": WORD, "b": WORD, "c": WORD}),
    Field("detour", FieldKind.NUMBER, WORD, WORD, default=1, only_if=("way", "b", "c")),
)


def names(given: dict[str, Any]) -> list[str]:
    return [field.name for field in applying_fields(FIELDS, given)]


@pytest.mark.parametrize(
    ("given", "applying"),
    [
        ({}, ["sign_in", "password", "host", "way"]),
        ({"sign_in": "", "is_locked": True}, ["sign_in", "password", "host", "way"]),
        ({"sign_in": "key"}, ["sign_in", "key", "is_locked", "agent", "host", "way"]),
        ({"sign_in": "key", "is_locked": True}, ["sign_in", "key", "is_locked", "passphrase", "agent", "host", "way"]),
        ({"sign_in": "nothing known"}, ["sign_in", "host", "way"]),
        ({"host": ""}, ["sign_in", "password", "host", "way"]),
        ({"host": "a.example.com"}, ["sign_in", "password", "host", "name_at_host", "way"]),
        ({"way": "b"}, ["sign_in", "password", "host", "way", "detour"]),
        ({"way": "c"}, ["sign_in", "password", "host", "way", "detour"]),
    ],
)
def test_a_field_applies_with_an_answer_it_names_and_only_if_that_one_applies(
    given: dict[str, Any], applying: list[str]
) -> None:
    assert names(given) == applying


def test_what_does_not_apply_is_dropped_whatever_it_is_and_never_asked_for() -> None:
    assert read_fields(FIELDS, {"agent": 7, "is_locked": "nonsense"}) == {"sign_in": "password", "way": "a"}


def test_what_applies_is_asked_for() -> None:
    with pytest.raises(SettingsError) as caught:
        read_fields(FIELDS, {"sign_in": "key"})
    assert caught.value.problems.keys() == {"agent"}
    read = read_fields(FIELDS, {"sign_in": "key", "agent": "a"})
    assert read == {"sign_in": "key", "is_locked": False, "agent": "a", "way": "a"}


@pytest.mark.parametrize(
    ("given", "typed", "kept", "wrong"),
    [
        ({}, {}, set(), {"password"}),
        ({}, {}, {"password"}, set()),
        ({}, {"password": "x"}, set(), set()),
        ({"sign_in": "key"}, {}, {"password"}, {"key"}),
        ({"sign_in": "key", "is_locked": True}, {"key": "x"}, set(), set()),
        ({}, {"password": "x", "key": "a\x00b"}, set(), set()),
        ({}, {"password": "a\nb"}, set(), {"password"}),
        ({}, {"password": "tab\there"}, set(), {"password"}),
        ({"sign_in": "key"}, {"key": "two\nlines\n"}, set(), set()),
        ({"sign_in": "key"}, {"key": "two\r\nlines"}, set(), {"key"}),
        ({}, {"password": "ünïcödé \N{NO-BREAK SPACE} and blanks "}, set(), set()),
    ],
)
def test_a_secret_is_missed_or_refused_only_where_it_applies(
    given: dict[str, Any], typed: dict[str, str], kept: set[str], wrong: set[str]
) -> None:
    secrets = {name: Secret(text) for name, text in typed.items()}
    assert secret_problems(FIELDS, given, typed=secrets, kept=kept).keys() == wrong


@pytest.mark.parametrize("host", ["https://example.com", "example.com:22", "a b", "exa_mple.com", "0x7f.1", "-x.com"])
def test_a_host_is_judged_whatever_its_method_checks(host: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read_fields(FIELDS, {"host": host})
    assert caught.value.problems.keys() == {"host"}


@pytest.mark.parametrize("host", ["sftp.example.com", "192.0.2.7", "2001:db8::1", "localhost"])
def test_names_and_addresses_are_hosts(host: str) -> None:
    assert read_fields(FIELDS, {"host": host})["host"] == host


@pytest.mark.parametrize("method", METHODS)
def test_a_field_depends_on_an_earlier_one_that_can_have_that_answer(method: str) -> None:
    """Of every method that the product has; a field that names a later one or itself would never be shown."""
    earlier: dict[str, Field] = {}
    for field in METHODS[method].fields:
        if field.only_if is not None:
            name, *wanted = field.only_if
            assert name in earlier, f"{field.name} depends on {name}, which does not stand before it"
            other = earlier[name]
            assert not other.is_secret
            assert other.kind is not FieldKind.CHOICE or set(wanted) < set(other.choices)
            assert other.kind is not FieldKind.TICK or all(isinstance(one, bool) for one in wanted)
        earlier[field.name] = field
