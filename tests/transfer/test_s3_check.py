"""The connection test of a bucket: every step says what is wrong in words, and what stays behind is said, too."""

import re
from collections.abc import Mapping

import pytest

from ingest.transfer.base import CheckStep, StepOutcome
from ingest.transfer.names import is_temporary
from tests.transfer.receivers import DAY, destination_of
from tests.transfer.s3_fake import DENIED, LIST, Asked, Fake, Said, by_method, error, fake
from tests.transfer.s3_receiver import S3Receiver
from tests.transfer.s3_server import S3Server

TAKEN = error(412, "PreconditionFailed")
REMOVED = Said(204)
GOOD: Mapping[str, Said | list[Said]] = {"GET": LIST, "DELETE": REMOVED, "HEAD": DENIED}


def _checked(receiver: S3Receiver) -> dict[str, CheckStep]:
    with destination_of(receiver) as destination:
        return {step.code: step for step in destination.check(temp_tag="check-7")}


def _outcomes(steps: Mapping[str, CheckStep]) -> str:
    """P for passed, F for failed, S for skipped, in order."""
    return "".join(step.outcome.name[0] for step in steps.values())


def _answers(**changes: Said | list[Said]) -> Fake:
    return Fake("", by_method(**{**GOOD, "PUT": [Said(200), TAKEN], **changes}))


def test_the_steps_have_an_order_and_each_its_label() -> None:
    with fake(_answers().answer) as server:
        steps = _checked(server.receiver())
    assert list(steps) == ["connect", "sign_in", "write", "look", "name_once", "remove"]
    assert len({str(step.label) for step in steps.values()}) == len(steps)
    assert _outcomes(steps) == "PPPPPP"


def test_the_probe_can_be_taken_for_no_file_and_never_has_a_name_twice() -> None:
    with fake(_answers().answer) as server:
        _checked(server.receiver())
        server.answer = _answers().answer
        _checked(server.receiver())
    keys = [one.path.removeprefix("/inbox/") for one in server.of("PUT")]
    assert all(is_temporary(key.removeprefix("inbound/files/partner/")) for key in keys)
    assert len(keys) == 4
    assert len(set(keys)) == 2
    assert {one.path for one in server.of("DELETE")} == {one.path for one in server.of("PUT")}


def test_a_server_that_overwrites_fails_and_the_probe_is_removed() -> None:
    with fake(_answers(PUT=Said(200)).answer) as server:
        steps = _checked(server.receiver())
    assert _outcomes(steps) == "PPPPFS"
    assert "overwrites" in str(steps["name_once"].result)
    assert "If-None-Match" in str(steps["name_once"].advice)
    assert len(server.of("DELETE")) == 1


def test_a_probe_that_may_not_be_removed_is_said_and_no_failure() -> None:
    with fake(_answers(DELETE=error(403, "AccessDenied")).answer) as server:
        steps = _checked(server.receiver())
    assert _outcomes(steps) == "PPPPPP"
    assert re.search(r"inbound/files/partner/\.amportal-check-7-[0-9a-f]{16}\.part stays", str(steps["remove"].result))
    assert len(server.of("DELETE")) == 1


def test_an_account_that_may_not_look_is_told_that_it_need_not() -> None:
    with fake(_answers().answer) as server:
        steps = _checked(server.receiver())
    assert "may not look" in str(steps["look"].result)


def test_a_server_without_checksums_is_said() -> None:
    size = {"Content-Length": "54"}
    with fake(_answers(HEAD=Said(200, headers=size)).answer) as server:
        steps = _checked(server.receiver())
    assert "no checksum" in str(steps["look"].result)


def test_a_probe_that_arrives_otherwise_fails() -> None:
    with fake(_answers(HEAD=Said(200, headers={"Content-Length": "53"})).answer) as server:
        steps = _checked(server.receiver())
    assert _outcomes(steps) == "PPPFSS"
    assert len(server.of("DELETE")) == 1


@pytest.mark.parametrize(
    ("changes", "outcomes", "words"),
    [
        ({"GET": error(403, "InvalidAccessKeyId")}, "PFSSSS", "access key"),
        ({"GET": error(403, "SignatureDoesNotMatch")}, "PFSSSS", "access key"),
        ({"GET": error(403, "RequestTimeTooSkewed")}, "PFSSSS", "clock"),
        ({"GET": error(404, "NoSuchBucket")}, "PFSSSS", "no bucket"),
        ({"GET": error(301, "PermanentRedirect", headers={"x-amz-bucket-region": "eu-west-1"})}, "PFSSSS", "eu-west-1"),
        ({"GET": error(403, "AccessDenied")}, "PPPPPP", ""),
        ({"PUT": error(403, "AccessDenied")}, "PPFSSS", "the right"),
        ({"PUT": error(400, "KMS.NotFoundException")}, "PPFSSS", "encrypted"),
        ({"PUT": error(501, "NotImplemented")}, "PPFSSS", "did not understand"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) != 6 else "",
)
def test_each_trouble_is_said_at_its_step(changes: dict[str, Said | list[Said]], outcomes: str, words: str) -> None:
    with fake(_answers(**changes).answer) as server:
        steps = _checked(server.receiver())
    assert _outcomes(steps) == outcomes
    said = "".join(str(step.result) for step in steps.values() if step.outcome is StepOutcome.FAILED)
    assert words in said
    assert "banner" not in said


def test_a_host_without_an_address_a_closed_port_and_an_inner_host_are_told_apart(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    closed = S3Receiver(S3Server("http://127.0.0.1:1"), DAY, folder="partner")
    assert "refused the connection" in str(_checked(closed)["connect"].result)
    inner = S3Receiver(S3Server("https://[::1]:1"), DAY, folder="partner")
    assert "private network" in str(_checked(inner)["connect"].result)

    def unknown(*_arguments: object, **_more: object) -> None:
        raise OSError(-2, "Name or service not known")

    monkeypatch.setattr("socket.getaddrinfo", unknown)
    nowhere = S3Receiver(S3Server("https://s3.example.com"), DAY, folder="partner")
    steps = _checked(nowhere)
    assert _outcomes(steps) == "FSSSSS"
    assert "No address" in str(steps["connect"].result)


def test_what_is_sent_is_what_a_delivery_sends() -> None:
    """Whoever owns the bucket may have rules about the list of rights and the encryption; the test runs into them."""
    with fake(_answers().answer) as server:
        _checked(server.receiver(encryption="aws:kms", kms_key="alias/inbound"))
    first: Asked = server.of("PUT")[0]
    assert first.headers["x-amz-acl"] == "bucket-owner-full-control"
    assert first.headers["x-amz-server-side-encryption"] == "aws:kms"
    assert first.headers["x-amz-server-side-encryption-aws-kms-key-id"] == "alias/inbound"
    assert first.headers["if-none-match"] == "*"
    assert server.of("HEAD")
