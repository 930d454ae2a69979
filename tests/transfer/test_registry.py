"""Ways of sending by name: what is filled in, what an approval is bound to, what the environments propose."""

import json
from pathlib import Path
from typing import Any

import pytest

from ingest.transfer.base import Destination
from ingest.transfer.errors import Misconfigured
from ingest.transfer.presets import (
    ENVIRONMENT_LABELS,
    ENVIRONMENT_NOTES,
    PRESETS,
    Environment,
    Preset,
    Standing,
    is_usable,
    presets_for,
)  # fmt: skip
from ingest.transfer.registry import (
    METHODS,
    Field,
    FieldKind,
    Limits,
    SettingsError,
    build,
    canonical_settings,
    read_settings,
    settings_sha256,
)  # fmt: skip
from ingest.transfer.settings import read_fields
from ingest.transfer.words import Message

WORD = Message("Word")


@pytest.mark.parametrize("name", METHODS)
def test_every_method_can_be_shown_and_filled_in(name: str) -> None:
    method = METHODS[name]
    assert method.name == name
    assert str(method.label)
    assert str(method.description).endswith(".")
    assert method.fields
    for field in method.fields:
        assert str(field.label)
        assert str(field.help).endswith(".")


def test_a_destination_is_built_without_touching_anything(tmp_path: Path) -> None:
    built = build("local", {"folder": str(tmp_path / "none")}, secrets={}, limits=Limits())
    assert isinstance(built, Destination)
    built.close()
    built.close()


def test_an_unknown_method_is_said_with_the_known_ones() -> None:
    with pytest.raises(Misconfigured) as caught:
        build("pigeon", {}, secrets={}, limits=Limits())
    assert caught.value.code == "method.unknown"
    assert "pigeon" in str(caught.value)
    assert "local" in str(caught.value)


BAD_SETTINGS: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "nothing": ({}, {"folder": "Fill this in."}),
    "empty": ({"folder": ""}, {"folder": "Fill this in."}),
    "relative": ({"folder": "out"}, {"folder": "Give the whole path, from the first slash on."}),
    "back": ({"folder": "/srv/../etc"}, {"folder": "Give the path without “..”."}),
    "a number": (
        {"folder": 7},
        {"folder": "Give a text without line breaks and other control characters."},
    ),
    "a list": (
        {"folder": ["/srv"]},
        {"folder": "Give a text without line breaks and other control characters."},
    ),
    "a line break": (
        {"folder": "/srv\n/etc"},
        {"folder": "Give a text without line breaks and other control characters."},
    ),
    "two things": (
        {"folder": "", "host": "example.com"},
        {"folder": "Fill this in.", "host": "There is no such setting. Leave it out."},
    ),
}


@pytest.mark.parametrize("case", BAD_SETTINGS)
def test_everything_that_is_wrong_is_said_at_its_field(case: str) -> None:
    given, expected = BAD_SETTINGS[case]
    with pytest.raises(SettingsError) as caught:
        read_settings("local", given)
    assert {name: str(problem) for name, problem in caught.value.problems.items()} == expected
    assert caught.value.code == "settings.unusable"
    assert isinstance(caught.value, Misconfigured)


FIELDS = (
    Field("port", FieldKind.NUMBER, WORD, WORD, default=22),
    Field("is_plain", FieldKind.TICK, WORD, WORD, default=False),
    Field("region", FieldKind.CHOICE, WORD, WORD, choices={"eu-west-1": WORD}),
    Field("prefix", FieldKind.TEXT, WORD, WORD, is_required=False),
    Field("password", FieldKind.SECRET, WORD, WORD),
)


def test_defaults_are_filled_in_and_what_may_be_left_out_is() -> None:
    assert read_fields(FIELDS, {"region": "eu-west-1"}) == {"port": 22, "is_plain": False, "region": "eu-west-1"}


def test_an_answer_of_no_or_zero_is_an_answer() -> None:
    given = {"region": "eu-west-1", "port": 0, "is_plain": False}
    assert read_fields(FIELDS, given) == given


@pytest.mark.parametrize(
    ("name", "value"),
    [("port", "22"), ("port", True), ("port", 2.5), ("is_plain", 1), ("is_plain", "no"), ("region", "mars"),
     ("prefix", 7), ("prefix", {"a": 1})],
)  # fmt: skip
def test_a_value_of_the_wrong_kind_is_refused(name: str, value: object) -> None:
    with pytest.raises(SettingsError) as caught:
        read_fields(FIELDS, {"region": "eu-west-1", name: value})
    assert caught.value.problems.keys() == {name}


def test_a_secret_among_the_other_settings_is_refused_and_not_repeated() -> None:
    with pytest.raises(SettingsError) as caught:
        read_fields(FIELDS, {"region": "eu-west-1", "password": "hunter2"})
    assert {name: str(text) for name, text in caught.value.problems.items()} == {
        "password": "This is a secret and must not be kept with the other settings."
    }
    assert "hunter2" not in str(caught.value)


def test_equal_settings_have_one_text_and_one_hash_others_another() -> None:
    text = canonical_settings("local", {"folder": "/srv/ausgang/für Adobe"})
    assert text == '{"method":"local","settings":{"folder":"/srv/ausgang/für Adobe"}}'
    assert json.loads(text)["settings"] == read_settings("local", {"folder": "/srv/ausgang/für Adobe"})
    one, other = (settings_sha256("local", {"folder": folder}) for folder in ("/srv/a", "/srv/b"))
    assert one != other
    assert len(one) == 64
    assert one == settings_sha256("local", {"folder": "/srv/a"})


def test_both_environments_are_proposed_with_adobes_hosts_and_a_folder() -> None:
    table = {(preset.environment, preset.method): dict(preset.settings) for preset in PRESETS}
    assert table == {
        (Environment.PRODUCTION, "s3"): {"bucket": "demdex-s2s-clients"},
        (Environment.PRODUCTION, "sftp"): {"host": "ftp-in-gtw.demdex.com", "port": 22},
        (Environment.PRODUCTION, "ftp"): {"host": "ftp-in.demdex.com", "port": 21},
        (Environment.PRODUCTION, "local"): {},
        (Environment.BETA, "s3"): {"bucket": "demdex-s2s-clients-sandbox-us-east-1"},
        (Environment.BETA, "sftp"): {"host": "sandbox-ftp-in.demdex.com", "port": 22},
        (Environment.BETA, "ftp"): {"host": "sandbox-ftp-in.demdex.com", "port": 21},
        (Environment.BETA, "local"): {},
    }
    assert ENVIRONMENT_LABELS.keys() == ENVIRONMENT_NOTES.keys() == set(Environment)
    assert "No matching AAM ID" in str(ENVIRONMENT_NOTES[Environment.BETA])


@pytest.mark.parametrize("environment", Environment)
def test_the_recommended_way_comes_first_and_only_what_works_is_usable(environment: Environment) -> None:
    presets = presets_for(environment)
    assert [preset.standing is Standing.RECOMMENDED for preset in presets] == [True, *[False] * (len(presets) - 1)]
    assert [preset.method for preset in presets if is_usable(preset)] == ["s3", "sftp", "ftp", "local"]


@pytest.mark.parametrize("preset", [preset for preset in PRESETS if is_usable(preset)], ids=str)
def test_a_proposal_fills_fields_that_its_method_has(preset: Preset) -> None:
    assert preset.settings.keys() <= {field.name for field in METHODS[preset.method].fields}
