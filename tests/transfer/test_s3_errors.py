"""What S3 answers when it does not do what it is asked: the kind, the code, and words of our own."""

import os
import socket
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ingest.transfer.base import Source
from ingest.transfer.errors import Misconfigured, Permanent, TransferFailure, Transient
from tests.transfer.receivers import DAY, NAME, source_of
from tests.transfer.s3_fake import ABSENT, Said, by_method, error, fake
from tests.transfer.s3_receiver import S3Receiver
from tests.transfer.s3_server import S3Server
from tests.transfer.workers import deliver

CONTENT = os.urandom(2000)
REGION = "<Region>eu-west-1</Region>"
ANSWERS: dict[str, tuple[Said, str, type[TransferFailure]]] = {
    "clock": (error(403, "RequestTimeTooSkewed"), "s3.clock", Misconfigured),
    "access denied": (error(403, "AccessDenied"), "s3.denied", Misconfigured),
    "key unknown": (error(403, "InvalidAccessKeyId"), "s3.key", Misconfigured),
    "secret wrong": (error(403, "SignatureDoesNotMatch"), "s3.key", Misconfigured),
    "no bucket": (error(404, "NoSuchBucket"), "s3.bucket_missing", Misconfigured),
    "elsewhere": (error(301, "PermanentRedirect"), "s3.region_elsewhere", Misconfigured),
    "elsewhere, in a header": (
        error(301, "PermanentRedirect", headers={"x-amz-bucket-region": "eu-west-1"}), "s3.region", Misconfigured,
    ),
    "signed for another region": (error(400, "AuthorizationHeaderMalformed", more=REGION), "s3.region", Misconfigured),
    "region that is none": (
        error(400, "AuthorizationHeaderMalformed", more="<Region>the server's own banner</Region>"),
        "s3.region_elsewhere", Misconfigured,
    ),
    "too large": (error(400, "EntityTooLarge"), "remote.too_large", Permanent),
    "damaged": (error(400, "BadDigest"), "remote.damaged", Transient),
    "no digest": (error(400, "InvalidDigest"), "remote.damaged", Transient),
    "damaged by its signature": (error(400, "XAmzContentSHA256Mismatch"), "remote.damaged", Transient),
    "damaged by its checksum": (error(400, "XAmzContentChecksumMismatch"), "remote.damaged", Transient),
    "key of kms": (error(400, "KMS.DisabledException"), "s3.kms", Misconfigured),
    "state of kms": (error(400, "KMSInvalidStateException"), "s3.kms", Misconfigured),
    "token": (error(400, "ExpiredToken"), "s3.token", Transient),
    "at the same time": (error(409, "ConditionalRequestConflict"), "remote.interrupted", Transient),
    "full": (error(507, "XMinioStorageFull"), "remote.full", Transient),
    "header unknown": (error(501, "NotImplemented"), "s3.not_understood", Misconfigured),
    "argument unknown": (error(400, "InvalidArgument"), "s3.not_understood", Misconfigured),
    "a code that is none": (error(400, "the server's own banner"), "s3.not_understood", Misconfigured),
    "a code that somebody made up": (error(400, "banner"), "s3.not_understood", Misconfigured),
    "a code of kms that somebody made up": (error(400, "KMSbanner"), "s3.kms", Misconfigured),
    "a region that somebody made up": (
        error(301, "PermanentRedirect", headers={"x-amz-bucket-region": "banner"}),
        "s3.region_elsewhere", Misconfigured,
    ),
    "a page": (Said(404, b"<html>the server's own banner</html>"), "s3.not_understood", Misconfigured),
}  # fmt: skip


@pytest.fixture
def source(tmp_path: Path) -> Source:
    return source_of(tmp_path / "part", CONTENT)


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library waits between its attempts; how many there are is counted, not how long they take."""
    monkeypatch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=lambda _seconds: None))


def _failed(receiver: S3Receiver, source: Source) -> TransferFailure:
    with pytest.raises(TransferFailure) as caught:
        deliver(receiver, source)
    assert "banner" not in str(caught.value) + caught.value.what_to_do
    assert receiver.account[1] not in str(caught.value) + caught.value.what_to_do
    return caught.value


@pytest.mark.parametrize("case", ANSWERS)
def test_an_answer_has_its_kind_and_words(case: str, source: Source) -> None:
    said, code, kind = ANSWERS[case]
    with fake(by_method(HEAD=ABSENT, PUT=said)) as server:
        failed = _failed(server.receiver(), source)
    assert (failed.code, type(failed)) == (code, kind)
    assert failed.what_to_do


@pytest.mark.parametrize("case", ["clock", "access denied", "key unknown", "secret wrong", "no bucket"])
def test_what_needs_a_person_is_asked_once(case: str, source: Source) -> None:
    with fake(by_method(HEAD=ABSENT, PUT=ANSWERS[case][0])) as server:
        _failed(server.receiver(), source)
    assert len(server.of("PUT")) == 1


@pytest.mark.parametrize(
    "said",
    [
        error(503, "SlowDown"),
        error(500, "InternalError"),
        error(503, "ServiceUnavailable"),
        Said(502),
        Said(is_cut=True),
    ],
    ids=["slow down", "internal", "unavailable", "proxy", "cut"],
)
def test_what_may_pass_is_asked_six_times_and_then_left_to_the_job(said: Said, source: Source) -> None:
    with fake(by_method(HEAD=ABSENT, PUT=said)) as server:
        failed = _failed(server.receiver(), source)
    assert (failed.code, type(failed)) == ("remote.interrupted", Transient)
    assert len(server.of("PUT")) == 6
    assert {one.body for one in server.of("PUT")} == {CONTENT}, "each attempt has the whole body"


def test_the_right_region_is_named(source: Source) -> None:
    with fake(by_method(HEAD=ABSENT, PUT=ANSWERS["signed for another region"][0])) as server:
        failed = _failed(server.receiver(), source)
    assert "eu-west-1" in failed.what_to_do


def test_a_redirect_to_another_host_is_not_followed(source: Source) -> None:
    with fake(by_method(HEAD=ABSENT, PUT=Said(200))) as other:
        away = error(307, "TemporaryRedirect", headers={"Location": f"{other.endpoint}/inbox/{NAME}"})
        with fake(by_method(HEAD=ABSENT, PUT=away)) as server:
            assert _failed(server.receiver(), source).code == "s3.region_elsewhere"
    assert other.asked == []


def test_a_piece_that_is_sent_again_does_not_take_progress_back(tmp_path: Path) -> None:
    source = source_of(tmp_path / "larger", os.urandom(3 * 1024 * 1024))
    told: list[int] = []
    with fake(by_method(HEAD=ABSENT, PUT=[error(503, "SlowDown"), Said(200)])) as server:
        deliver(server.receiver(), source, progress=told.append)
        assert [len(one.body) for one in server.of("PUT")] == [source.size] * 2
    assert told == sorted(told)
    assert told.count(0) == 1


def test_a_server_that_never_answers_is_given_up(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.transfer.s3_client.READ_SECONDS", 0.5)
    told: list[int] = []
    is_over = threading.Event()
    with fake(by_method(HEAD=ABSENT, PUT=Said(after=is_over))) as server:
        try:
            with pytest.raises(Transient) as caught:
                deliver(server.receiver(), source, progress=told.append)
        finally:
            is_over.set()
    assert caught.value.code == "remote.interrupted"
    assert "timed out" in str(caught.value)
    assert told == [0] * 6, "each attempt prolongs the lease, or learns that it is lost"


@pytest.mark.parametrize(
    ("address", "code"), [(None, "host.unknown"), ("127.0.0.1", "host.refused")], ids=["unknown", "refused"]
)
def test_amazon_that_is_not_reached_is_said(
    address: str | None, code: str, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer(*_places: object, **_more: object) -> list[Any]:
        if address is None:
            raise socket.gaierror(-2, "Name or service not known")
        return [(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, 1))]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:2")  # nobody chose it in the destination
    amazon = S3Receiver(S3Server(""), DAY, folder="partner", more={"has_path_style": False})
    failed = _failed(amazon, source)
    assert failed.code == code
    assert "inbox.s3.us-east-1.amazonaws.com" in str(failed)


def test_a_port_that_nobody_listens_on_is_refused(source: Source) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    receiver = S3Receiver(S3Server(f"http://127.0.0.1:{port}"), DAY, folder="partner")
    assert _failed(receiver, source).code == "host.refused"


def test_a_lost_answer_to_the_last_call_is_settled_by_a_look(source: Source) -> None:
    """S3 made the object, the answer did not arrive, and the library's second attempt finds the name taken."""
    ours = Said(200, headers={"Content-Length": str(source.size), "x-amz-meta-amportal-sha256": source.sha256})
    taken = error(412, "PreconditionFailed")
    with fake(by_method(HEAD=[ABSENT, ours], PUT=[Said(is_cut=True), taken])) as server:
        receipt = deliver(server.receiver(), source)
    assert receipt.already_there
    assert len(server.of("PUT")) == 2


def test_what_took_the_name_and_has_gone_again_is_tried_again_later(source: Source) -> None:
    with fake(by_method(HEAD=ABSENT, PUT=error(412, "PreconditionFailed"))) as server:
        failed = _failed(server.receiver(), source)
    assert (failed.code, type(failed)) == ("remote.interrupted", Transient)


def test_our_hash_on_a_file_of_another_size_is_not_believed(source: Source) -> None:
    cut = Said(200, headers={"Content-Length": "7", "x-amz-meta-amportal-sha256": source.sha256})
    with fake(by_method(HEAD=cut, PUT=Said(200))) as server:
        assert _failed(server.receiver(), source).code == "conflict"
        assert server.of("PUT") == []


def test_a_file_that_was_exchanged_right_after_sending_is_a_conflict(source: Source) -> None:
    other = Said(200, headers={"Content-Length": "7"})
    with fake(by_method(HEAD=[ABSENT, other], PUT=Said(200))) as server:
        assert _failed(server.receiver(), source).code == "conflict"
