"""Who signs: keys, the machine, a role. Nothing of the portal's own environment has a say unless it was chosen."""

import json
import logging
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ingest.transfer.base import Source
from ingest.transfer.errors import Misconfigured, TransferFailure
from ingest.transfer.registry import Limits, build
from ingest.transfer.s3_client import make_client
from ingest.transfer.s3_place import Credentials, S3Place, Signing
from ingest.transfer.secret import Secret
from ingest.transfer.settings import SettingsError
from tests.transfer.receivers import DAY, NAME, TARGET, source_of
from tests.transfer.s3_fake import ABSENT, Asked, Fake, Said, error, fake
from tests.transfer.s3_receiver import S3Receiver
from tests.transfer.s3_server import OWNER, shared_server
from tests.transfer.workers import deliver, nothing

ROLE = "arn:aws:iam::123456789012:role/inbound"
MACHINE = {"bucket": "inbox", "credentials": "machine"}


@pytest.fixture
def source(tmp_path: Path) -> Source:
    return source_of(tmp_path / "part", os.urandom(1000))


def test_the_environment_and_files_at_home_have_no_say(
    source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver = S3Receiver(shared_server(), DAY)
    assert receiver.everything() == []  # the receiver's own client is made before
    wrong = tmp_path / "config"
    wrong.write_text("[profile other]\nregion = eu-west-9\n[default]\ns3 =\n  addressing_style = virtual\n")
    (tmp_path / ".aws").mkdir()
    for name in ("config", "credentials"):
        (tmp_path / ".aws" / name).write_text("what nobody can read")
    for name, value in {
        "HOME": str(tmp_path),
        "AWS_ACCESS_KEY_ID": "AKIAOTHER", "AWS_SECRET_ACCESS_KEY": "other", "AWS_SESSION_TOKEN": "other",
        "AWS_PROFILE": "missing", "AWS_CONFIG_FILE": str(wrong), "AWS_SHARED_CREDENTIALS_FILE": str(wrong),
        "AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:1",
        "AWS_DEFAULT_REGION": "eu-west-9", "AWS_REGION": "eu-west-9", "AWS_CA_BUNDLE": str(wrong),
        "AWS_USE_FIPS_ENDPOINT": "true", "AWS_DATA_PATH": str(tmp_path), "AWS_MAX_ATTEMPTS": "1",
        "HTTP_PROXY": "http://127.0.0.1:1", "HTTPS_PROXY": "http://127.0.0.1:1", "http_proxy": "http://127.0.0.1:1",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    deliver(receiver, source)
    assert receiver.everything() == [NAME]
    amazon = make_client(S3Place("inbox", "us-east-1", Signing(key_id="AKIAOURS", secret=Secret("x"))))
    assert amazon.calls.meta.endpoint_url == "https://s3.us-east-1.amazonaws.com"
    amazon.close()


def test_retries_timeouts_and_signatures_are_as_written() -> None:
    client = make_client(S3Place("inbox", "eu-west-1", Signing(key_id="AKIAOURS", secret=Secret("x"))))
    config = client.calls.meta.config
    assert config.retries == {"mode": "standard", "total_max_attempts": 6}
    assert (config.connect_timeout, config.read_timeout, config.max_pool_connections) == (10, 60, 4)
    assert config.signature_version == "s3v4"
    assert client.calls.meta.region_name == "eu-west-1"
    client.close()


def test_the_machines_credentials_are_not_lent_by_themselves() -> None:
    with pytest.raises(Misconfigured) as caught:
        build("s3", MACHINE, secrets={}, limits=Limits())
    assert caught.value.code == "s3.machine_closed"
    build("s3", MACHINE, secrets={}, limits=Limits(lends_credentials=True)).close()


def test_the_machines_credentials_are_not_shown_to_another_server() -> None:
    elsewhere = {**MACHINE, "endpoint": "https://s3.example.com"}
    with pytest.raises(SettingsError) as caught:
        build("s3", elsewhere, secrets={}, limits=Limits(lends_credentials=True))
    assert caught.value.problems.keys() == {"credentials"}


def _machine_with(monkeypatch: pytest.MonkeyPatch, **variables: str) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in {"AWS_EC2_METADATA_DISABLED": "true", "HOME": "/nonexistent", **variables}.items():
        monkeypatch.setenv(name, value)


def _container(asked: Asked) -> Said:
    assert asked.headers["authorization"] == "the container's"
    until = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    given = {"AccessKeyId": "ASIAMACHINE", "SecretAccessKey": "machine's secret", "Token": "machine's token",
             "Expiration": until}  # fmt: skip
    return Said(200, json.dumps(given).encode())


def test_the_machines_credentials_are_those_of_its_role(monkeypatch: pytest.MonkeyPatch) -> None:
    with fake(_container) as machine:
        _machine_with(
            monkeypatch, AWS_CONTAINER_CREDENTIALS_FULL_URI=machine.endpoint,
            AWS_CONTAINER_AUTHORIZATION_TOKEN="the container's",
        )  # fmt: skip
        place = S3Place("inbox", "us-east-1", Signing(Credentials.MACHINE))
        client = make_client(place)
        signed = client.calls.generate_presigned_url("head_object", Params={"Bucket": "inbox", "Key": "x"})
        client.close()
    assert "ASIAMACHINE" in signed
    assert "secret" not in signed


def test_a_machine_without_credentials_is_said(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    _machine_with(monkeypatch)
    with (
        build("s3", MACHINE, secrets={}, limits=Limits(lends_credentials=True)) as destination,
        pytest.raises(Misconfigured) as caught,
    ):
        destination.deliver(source, TARGET, temp_tag="7-1", progress=nothing, fence=nothing)
    assert caught.value.code == "s3.no_credentials"


def _sts(seconds: int = 3600) -> bytes:
    until = (datetime.now(UTC) + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return (
        "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIAROLE</AccessKeyId>"
        "<SecretAccessKey>role's secret</SecretAccessKey><SessionToken>role's token</SessionToken>"
        f"<Expiration>{until}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"
    ).encode()


def _role_server(said: Said) -> Any:
    def answer(asked: Asked) -> Said:
        if asked.method == "POST":
            return said
        return ABSENT if asked.method == "HEAD" else Said(200)

    return fake(answer)


def _with_role(server: Fake, source: Source) -> None:
    deliver(server.receiver(role_arn=ROLE, external_id="us/1"), source)


def test_a_role_is_taken_on_once_and_its_token_goes_along(source: Source) -> None:
    with _role_server(Said(200, _sts())) as server:
        _with_role(server, source)
    assert len(server.of("POST")) == 1
    taken = server.of("POST")[0]
    assert b"ExternalId=us%2F1" in taken.body
    assert b"RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Finbound" in taken.body
    assert OWNER[0] in taken.headers["authorization"]
    put = server.of("PUT")[0]
    assert put.headers["x-amz-security-token"] == "role's token"
    assert "ASIAROLE" in put.headers["authorization"]


def test_a_role_that_has_nearly_ended_is_taken_on_again(source: Source) -> None:
    with _role_server(Said(200, _sts(seconds=30))) as server:
        _with_role(server, source)
    assert len(server.of("POST")) > 1


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (error(403, "AccessDenied"), "s3.role_denied"),
        (error(400, "ValidationError"), "s3.role_denied"),
        (error(403, "InvalidClientTokenId"), "s3.key"),
        (error(403, "SignatureDoesNotMatch"), "s3.key"),
        (error(400, "ExpiredTokenException"), "s3.token"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_role_that_is_not_given_is_said(said: Said, code: str, source: Source) -> None:
    wrapped = Said(said.status, b"<ErrorResponse>" + said.body.partition(b"?>")[2] + b"</ErrorResponse>")
    with _role_server(wrapped) as server, pytest.raises(TransferFailure) as caught:
        _with_role(server, source)
    assert caught.value.code == code
    assert "banner" not in str(caught.value)
    assert server.of("PUT") == []


def test_no_secret_is_logged_whatever_the_level(source: Source, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with _role_server(Said(200, _sts())) as server:
        _with_role(server, source)
    for secret in ("role's secret", "role's token", OWNER[1]):
        assert secret not in caplog.text


def test_a_place_shows_no_secret() -> None:
    assert "hunter2" not in repr(S3Place("inbox", "us-east-1", Signing(key_id="AKIAOURS", secret=Secret("hunter2"))))
