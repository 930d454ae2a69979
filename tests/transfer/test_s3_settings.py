"""What an administrator fills in for a bucket: each field's rule, and what does not go together."""

import pytest

from ingest.transfer.presets import PRESETS, Preset
from ingest.transfer.registry import METHODS, Limits, SettingsError, build, read_settings
from ingest.transfer.secret import Secret
from ingest.transfer.settings import Value

GOOD: dict[str, Value] = {"bucket": "demdex-s2s-clients", "access_key_id": "AKIAEXAMPLE"}
ROLE = "arn:aws:iam::123456789012:role/path/inbound"


def _problems(**changes: Value) -> dict[str, str]:
    try:
        read_settings("s3", {**GOOD, **changes})
    except SettingsError as failed:
        return {name: str(problem) for name, problem in failed.problems.items()}
    return {}


def test_bucket_and_key_are_enough() -> None:
    given = {"region": "us-east-1", "credentials": "keys", "encryption": "bucket"}
    assert read_settings("s3", GOOD) == {**GOOD, **given}


def test_what_is_only_for_another_server_is_asked_for_with_its_address() -> None:
    server = {"endpoint": "https://s3.example.com"}
    others = {"checksums": "when_supported", "has_path_style": False}
    assert read_settings("s3", {**GOOD, **server}).items() >= others.items()
    typed = {"checksums": "when_required", "has_path_style": True}
    assert read_settings("s3", {**GOOD, **typed}).keys().isdisjoint(typed)
    assert read_settings("s3", {**GOOD, **server, **typed}).items() >= typed.items()


@pytest.mark.parametrize(
    "changes",
    [
        {"credentials": "machine"},
        {"external_id": "us-1"},
        {"kms_key": "alias/x"},
        {"kms_key": "alias/x", "encryption": "AES256"},
    ],
)
def test_what_does_not_apply_is_dropped(changes: dict[str, Value]) -> None:
    read = read_settings("s3", {**GOOD, **changes})
    assert read.keys().isdisjoint({"external_id", "kms_key"})
    assert ("access_key_id" in read) == ("credentials" not in changes)


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("bucket", ["abc", "a-b.c-d", "a" * 63, "1bucket", "demdex-s2s-clients-sandbox-us-east-1"]),
        ("region", ["eu-west-1", "us-gov-west-1", "auto", "fr-par"]),
        ("prefix", ["a", "a/b c/d", "a" * 400, "..a/b.."]),
        ("partner_name", ["acme", "ACME_1.x", "a=b"]),
        ("access_key_id", ["AKIAEXAMPLE", "minioadmin", "GK31c2f218a2e44f485b94239e"]),
        ("role_arn", [ROLE, "arn:aws-us-gov:iam::123456789012:role/x"]),
        ("kms_key", ["alias/inbound", "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab"]),
        ("endpoint", ["https://s3.example.com", "https://s3.example.com:9000", "http://10.0.0.1:9000", "https://[fd00::1]:9000",
                      "HTTPS://S3.Example.com"]),
    ],
)  # fmt: skip
def test_good_values_are_taken(field: str, values: list[str]) -> None:
    beside = {"kms_key": {"encryption": "aws:kms"}}.get(field, {})
    assert {value: _problems(**{field: value, **beside}) for value in values} == {value: {} for value in values}


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("bucket", ["ab", "a" * 64, "Bucket", "a_b", "-ab", "ab-", "a..b", "a.-b", "a-.b", ".ab", "ab.", "192.168.1.1",
                    "s3://bucket", "bucket/x", "bücket", "a\nbc", "abc\n", "ab c"]),
        ("region", ["x", "EU-west-1", "-eu", "eu-", "eu west", "a" * 41, "eu.west", "x/../y", "eu@west"]),
        ("prefix", ["/a", "a/", "a//b", ".", "..", "a/../b", "a/./b", " a", "a ", "a\\b", "ä", "a\tb", "a" * 401]),
        ("partner_name", ["a/b", "/", "..", "a b", "ä", "a\n"]),
        ("access_key_id", ["ab", "with blank", "a/b", "a,b", "ä" * 5, "x" * 129]),
        ("role_arn", ["inbound", "arn:aws:iam::1:role/x", "arn:aws:iam::123456789012:user/x", ROLE + " "]),
        ("external_id", ["x", "a b", "a\nb"]),
        ("kms_key", ["a b", "ä"]),
        ("endpoint", ["s3.example.com", "ftp://s3.example.com", "https://", "https://user:pw@s3.example.com",
                      "https://s3.example.com/", "https://s3.example.com/path", "https://s3.example.com?x=1",
                      "https://s3.example.com#x", "https://s3.example.com:0", "https://s3.example.com:99999",
                      "https://s3 .example.com", "https://127.1", "https://0x7f000001", "//x",
                      "https://s3.example.com:"]),
        ("credentials", ["role", 1]),
        ("encryption", ["AES128"]),
        ("checksums", ["none"]),
        ("has_path_style", ["yes", 1]),
    ],
)  # fmt: skip
def test_bad_values_are_refused_at_their_field(field: str, values: list[Value]) -> None:
    server = {"endpoint": "https://s3.example.com"}
    others = {"kms_key": {"encryption": "aws:kms"}, "external_id": {"role_arn": ROLE}}
    beside = {**others, "checksums": server, "has_path_style": server}.get(field, {})
    found = {value: set(_problems(**{**beside, field: value})) for value in values}
    assert found == {value: {field} for value in values}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"access_key_id": ""}, "access_key_id"),
        ({"credentials": "machine", "access_key_id": "", "endpoint": "https://s3.example.com"}, "credentials"),
    ],
)
def test_what_does_not_go_together_is_said_at_the_field_to_be_changed(changes: dict[str, Value], field: str) -> None:
    problems = _problems(**changes)
    assert problems.keys() == {field}
    assert problems[field].endswith(".")


def test_a_missing_secret_is_said_at_its_field() -> None:
    with pytest.raises(SettingsError) as caught:
        build("s3", GOOD, secrets={"secret_access_key": Secret("")}, limits=Limits())
    assert caught.value.problems.keys() == {"secret_access_key"}
    build("s3", GOOD, secrets={"secret_access_key": Secret("x")}, limits=Limits()).close()


def test_the_secret_is_the_only_field_that_is_one() -> None:
    secret = [field.name for field in METHODS["s3"].fields if field.is_secret]
    assert secret == ["secret_access_key"]


@pytest.mark.parametrize("preset", [preset for preset in PRESETS if preset.method == "s3"], ids=str)
def test_adobes_buckets_need_only_a_key_and_a_partner_name(preset: Preset) -> None:
    assert _problems(**preset.settings, partner_name="acme") == {}
