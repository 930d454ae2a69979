"""The way to a server that somebody has typed: judged addresses, certificates, no public server without encryption."""

import ipaddress
import os
import socket
import ssl
import subprocess
import zlib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ingest.transfer.base import Source, VerifyLevel
from ingest.transfer.errors import Misconfigured, TransferFailure
from ingest.transfer.registry import Limits, build
from ingest.transfer.s3_bucket import crc32_as_s3_has_it
from ingest.transfer.s3_place import SMALLEST_PART
from tests.loopback import is_loopback
from tests.transfer.receivers import TARGET, destination_of, source_of
from tests.transfer.s3_fake import ABSENT, Asked, Fake, Said, by_method, fake
from tests.transfer.workers import deliver, nothing

PRIVATE = ("10.0.0.0/8", "127.0.0.0/8")


@pytest.fixture
def source(tmp_path: Path) -> Source:
    return source_of(tmp_path / "part", os.urandom(1000))


def _answering(*rounds: list[str]) -> Any:
    """A name that answers with other addresses each time; the last ones stay."""
    left = list(rounds)

    def answer(host: str, port: int, *_places: object, **_more: object) -> list[Any]:
        if is_loopback(host):  # an address that was found, on its way to the system
            return [(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (host, port))]
        addresses = left.pop(0) if len(left) > 1 else left[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (one, port)) for one in addresses]

    return answer


def _sent(endpoint: str, source: Source, *networks: str) -> TransferFailure | None:
    settings = {"bucket": "inbox", "access_key_id": "AKIAOURS", "endpoint": endpoint, "has_path_style": True}
    limits = Limits(private_networks=tuple(map(ipaddress.ip_network, networks)))
    receiver = {"secrets": Fake("", lambda _asked: ABSENT).receiver().secrets, "limits": limits}
    with build("s3", settings, **receiver) as destination:  # type: ignore[arg-type]
        try:
            destination.deliver(source, TARGET, temp_tag="7-1", progress=nothing, fence=nothing)
        except TransferFailure as failed:
            return failed
    return None


def test_an_inner_server_is_not_reached_unless_its_network_is_open(source: Source) -> None:
    with fake(by_method(HEAD=ABSENT, PUT=Said(200))) as server:
        failed = _sent(server.endpoint, source)
        assert failed is not None
        assert failed.code == "host.not_allowed"
        assert server.asked == []
        assert _sent(server.endpoint, source, "127.0.0.0/8") is None


def test_the_connection_goes_to_the_address_that_was_judged(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    with fake(by_method(HEAD=ABSENT, PUT=Said(200))) as server:
        monkeypatch.setattr(socket, "getaddrinfo", _answering(["127.0.0.1"], ["169.254.169.254"]))
        port = server.endpoint.rpartition(":")[2]
        assert _sent(f"http://s3.example.com:{port}", source, "127.0.0.0/8") is None
        assert {one.headers["host"] for one in server.asked} == {f"s3.example.com:{port}"}


def test_a_name_that_answers_otherwise_the_second_time_is_judged_again(
    source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here the first connection is closed, so that the library makes another."""
    closed = Said(404, headers={"Connection": "close"})
    with fake(by_method(HEAD=closed, PUT=Said(200))) as server:
        monkeypatch.setattr(socket, "getaddrinfo", _answering(["127.0.0.1"], ["169.254.169.254"]))
        failed = _sent(f"http://s3.example.com:{server.endpoint.rpartition(':')[2]}", source, "127.0.0.0/8")
    assert failed is not None
    assert failed.code == "host.not_allowed"
    assert server.of("PUT") == []


def test_a_public_server_is_not_sent_to_without_encryption(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", _answering(["93.184.216.34"]))
    failed = _sent("http://s3.example.com", source, *PRIVATE)
    assert isinstance(failed, Misconfigured)
    assert failed.code == "s3.plain_http"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """For 127.0.0.1, signed by itself."""
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=test",
         "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", path, "-out", path.with_suffix(".crt")],
        check=True, capture_output=True, timeout=60,
    )  # fmt: skip
    path.write_bytes(path.read_bytes() + path.with_suffix(".crt").read_bytes())
    return path


def _tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def test_a_certificate_that_nobody_trusts_ends_it_at_once(
    source: Source, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def again(_seconds: float) -> None:
        pytest.fail("it was tried again")

    monkeypatch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=again))
    with fake(by_method(HEAD=ABSENT, PUT=Said(200)), tls=_tls(certificate)) as server:
        failed = _sent(server.endpoint, source, "127.0.0.0/8")
        assert failed is not None
        assert failed.code == "s3.certificate"
        assert server.asked == []


def test_a_certificate_that_the_machine_trusts_is_enough(
    source: Source, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.with_suffix(".crt")))
    with fake(by_method(HEAD=ABSENT, PUT=Said(200)), tls=_tls(certificate)) as server:
        assert _sent(server.endpoint, source, "127.0.0.0/8") is None
        assert len(server.of("PUT")) == 1


def test_a_certificate_for_another_name_ends_it(
    source: Source, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.with_suffix(".crt")))
    monkeypatch.setattr(socket, "getaddrinfo", _answering(["127.0.0.1"]))
    with fake(by_method(HEAD=ABSENT, PUT=Said(200)), tls=_tls(certificate)) as server:
        failed = _sent(f"https://s3.example.com:{server.endpoint.rpartition(':')[2]}", source, "127.0.0.0/8")
    assert failed is not None
    assert failed.code == "s3.certificate"


def test_closing_a_destination_closes_its_lines(source: Source) -> None:
    with fake(by_method(HEAD=ABSENT, PUT=Said(200))) as server:
        with destination_of(server.receiver()) as destination:
            destination.deliver(source, TARGET, temp_tag="7-1", progress=nothing, fence=nothing)
            assert not server.has_ended.is_set()
        assert server.has_ended.wait(30)


def test_without_look_and_without_checksum_in_the_answer_the_size_is_all_that_is_known(source: Source) -> None:
    with fake(by_method(HEAD=Said(403), PUT=Said(200))) as server:
        assert deliver(server.receiver(), source).verify_level is VerifyLevel.SIZE


def test_a_body_is_sent_once_and_its_checksum_is_signed(source: Source) -> None:
    with fake(by_method(HEAD=ABSENT, PUT=Said(200))) as server:
        deliver(server.receiver(), source)
    put = server.of("PUT")[0]
    assert put.headers["x-amz-content-sha256"] == "UNSIGNED-PAYLOAD"
    assert "x-amz-checksum-sha256" in put.headers["authorization"]
    assert put.headers["x-amz-acl"] == "bucket-owner-full-control"


def _in_parts(asked: Asked) -> Said:
    if asked.method == "HEAD":
        return ABSENT
    if "uploads" in asked.query:
        begun = "<InitiateMultipartUploadResult><UploadId>17</UploadId></InitiateMultipartUploadResult>"
        return Said(200, begun.encode())
    if asked.method == "POST":
        return Said(200, b"<CompleteMultipartUploadResult></CompleteMultipartUploadResult>")
    return Said(200, headers={"ETag": '"e"'})


def test_a_large_file_ends_with_the_checksum_and_the_size_of_the_whole(tmp_path: Path) -> None:
    content = os.urandom(SMALLEST_PART + 3)
    with fake(_in_parts) as server:
        deliver(server.receiver(encryption="AES256"), source_of(tmp_path / "large", content))
    begun, completed = server.of("POST")
    assert begun.headers["x-amz-checksum-type"] == "FULL_OBJECT"
    assert begun.headers["x-amz-acl"] == "bucket-owner-full-control"
    assert begun.headers["x-amz-server-side-encryption"] == "AES256"
    assert completed.headers["x-amz-checksum-crc32"] == crc32_as_s3_has_it(zlib.crc32(content))
    assert completed.headers["x-amz-mp-object-size"] == str(len(content))
    assert completed.headers["if-none-match"] == "*"
    assert [(one.query["partNumber"], one.headers["x-amz-checksum-crc32"]) for one in server.of("PUT")] == [
        ("1", crc32_as_s3_has_it(zlib.crc32(content[:SMALLEST_PART]))),
        ("2", crc32_as_s3_has_it(zlib.crc32(content[SMALLEST_PART:]))),
    ]
    assert server.of("DELETE") == []


def test_the_older_checksum_is_the_only_one_where_it_was_chosen(source: Source) -> None:
    with fake(by_method(HEAD=ABSENT, PUT=Said(200))) as server:
        deliver(server.receiver(checksums="when_required"), source)
    put = server.of("PUT")[0]
    assert "content-md5" in put.headers
    assert not [name for name in put.headers if name.startswith(("x-amz-checksum", "x-amz-sdk-checksum"))]
    assert put.headers["if-none-match"] == "*"
