"""SFTP before anybody signs in: the host key, old servers, and what answers on a port but is no SSH server."""

import logging
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ingest.transfer.base import Source, StepOutcome
from ingest.transfer.errors import Misconfigured, TransferFailure, Transient
from ingest.transfer.sftp import SftpDestination
from ingest.transfer.sftp_session import Patience
from tests.transfer.receivers import NAME, TARGET, source_of
from tests.transfer.sftp_receiver import SftpReceiver, fingerprint
from tests.transfer.sftp_sending import at, send, server_at
from tests.transfer.sshd import Sshd

SOME_KEY = "SHA256:" + "A" * 43
SIGNED_IN = "userauth-request"


@pytest.fixture(scope="module")
def server() -> Iterator[Sshd]:
    """Tells in its log who asks to sign in."""
    with Sshd("LogLevel DEBUG1", "VersionAddendum what-the-server-says", keys=("ed25519", "ecdsa", "rsa")) as one:
        yield one


@pytest.fixture
def receiver(server: Sshd) -> SftpReceiver:
    return SftpReceiver(server, server.folder())


@pytest.fixture
def source(tmp_path: Path) -> Source:
    return source_of(tmp_path / "part", os.urandom(100_000))


def _refused(destination: SftpDestination, source: Source) -> TransferFailure:
    """The same failure whatever is asked of the destination."""
    with destination:
        with pytest.raises(TransferFailure) as caught:
            destination.deliver(source, TARGET, temp_tag="7-1", progress=lambda _sent: None, fence=lambda: None)
        with pytest.raises(TransferFailure) as looked:
            destination.look(TARGET)
    assert looked.value.code == caught.value.code
    return caught.value


def test_before_a_host_key_was_accepted_nobody_signs_in_and_nothing_is_sent(
    receiver: SftpReceiver, source: Source
) -> None:
    before = receiver.server.log().count(SIGNED_IN)
    failed = _refused(at(receiver, fingerprint=""), source)
    assert (failed.code, type(failed)) == ("sftp.host_key_new", Misconfigured)
    assert failed.message.params["fingerprint"] == fingerprint("ed25519")
    assert receiver.everything() == []
    assert receiver.server.log().count(SIGNED_IN) == before
    send(at(receiver), source)
    assert receiver.server.log().count(SIGNED_IN) > before, "the log would have told"


def test_the_connection_test_offers_a_host_key_to_be_accepted(receiver: SftpReceiver) -> None:
    steps = at(receiver, fingerprint="").check(temp_tag="check")
    assert [step.code for step in steps][:4] == ["resolve", "connect", "sftp.host_key_new", "sign_in"]
    assert [step.outcome for step in steps][:4] == [
        StepOutcome.PASSED, StepOutcome.PASSED, StepOutcome.FAILED, StepOutcome.SKIPPED,
    ]  # fmt: skip
    assert steps[2].result.params["fingerprint"] == fingerprint("ed25519")
    assert steps[2].advice is not None
    accepted = at(receiver, fingerprint=str(steps[2].result.params["fingerprint"])).check(temp_tag="check")
    assert {step.outcome for step in accepted} == {StepOutcome.PASSED}


def test_another_host_key_than_the_accepted_one_ends_it_before_anybody_signs_in(
    receiver: SftpReceiver, source: Source
) -> None:
    before = receiver.server.log().count(SIGNED_IN)
    failed = _refused(at(receiver, fingerprint=SOME_KEY), source)
    assert (failed.code, type(failed)) == ("sftp.host_key_changed", Misconfigured)
    assert SOME_KEY in str(failed)
    assert fingerprint("ed25519") in str(failed)
    assert receiver.server.log().count(SIGNED_IN) == before
    steps = {step.code: step for step in at(receiver, fingerprint=SOME_KEY).check(temp_tag="check")}
    assert steps["host_key"].outcome is StepOutcome.FAILED
    assert steps["sign_in"].outcome is StepOutcome.SKIPPED


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
def test_any_of_the_servers_host_keys_may_be_the_accepted_one(
    receiver: SftpReceiver, source: Source, kind: str
) -> None:
    assert not send(at(receiver, fingerprint=fingerprint(kind)), source).already_there
    assert receiver.everything() == [NAME]


@pytest.mark.parametrize(
    ("more", "keys", "code"),
    [
        ("HostKeyAlgorithms ssh-rsa", ("rsa",), "sftp.host_key_old"),
        ("Ciphers 3des-cbc", ("ed25519",), "sftp.ciphers_old"),
        ("MACs hmac-md5", ("ed25519",), "sftp.ciphers_old"),
        ("KexAlgorithms diffie-hellman-group14-sha1", ("ed25519",), "sftp.ciphers_old"),
    ],
)
def test_a_server_that_has_only_what_is_no_longer_safe_is_said(
    source: Source, more: str, keys: tuple[str, ...], code: str
) -> None:
    with Sshd(more, keys=keys) as server:
        failed = _refused(at(SftpReceiver(server, server.folder())), source)
    assert (failed.code, type(failed)) == (code, Misconfigured)


def test_a_server_that_takes_no_more_connections_may_do_so_later(source: Source) -> None:
    with Sshd(startups="1:100:1") as server:
        receiver = SftpReceiver(server, server.folder())
        with _the_only_connection(server):
            failed = _refused(at(receiver), source)
        with _the_only_connection(server):  # it is free again
            assert (failed.code, type(failed)) == ("sftp.closed_early", Transient)


@contextmanager
def _the_only_connection(server: Sshd) -> Iterator[None]:
    """Takes the place of the last one, which the server may not have forgotten yet."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as held:
            if held.recv(3) == b"SSH":
                yield
                return
        time.sleep(0.05)
    raise AssertionError("the server is still full")


def test_a_server_without_sftp_is_said(source: Source) -> None:
    with Sshd(sftp="/bin/false") as server:
        failed = _refused(at(SftpReceiver(server, server.folder())), source)
    assert (failed.code, type(failed)) == ("sftp.no_service", Misconfigured)


def test_an_account_that_says_something_instead_of_sftp_is_said(source: Source) -> None:
    with Sshd(sftp="/bin/echo This account is not available") as server:
        failed = _refused(at(SftpReceiver(server, server.folder())), source)
    assert (failed.code, type(failed)) == ("sftp.no_service", Misconfigured)
    assert "account is not available" not in f"{failed} {failed.what_to_do}"


@contextmanager
def _saying(words: bytes, *, ends: bool) -> Iterator[int]:
    """The port of something that says these words to everybody, and hangs up or says no more."""
    is_over = threading.Event()

    def talk(line: socket.socket) -> None:
        with line:
            line.sendall(words)
            if not ends:
                is_over.wait(60)

    def accept(listener: socket.socket) -> None:
        listener.settimeout(0.05)
        while not is_over.is_set():
            try:
                line, _ = listener.accept()
            except TimeoutError:
                continue
            talkers.append(threading.Thread(target=talk, args=(line,)))
            talkers[-1].start()

    talkers: list[threading.Thread] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        accepting = threading.Thread(target=accept, args=(listener,))
        accepting.start()
        try:
            yield listener.getsockname()[1]
        finally:
            is_over.set()
            for thread in (accepting, *talkers):
                thread.join()


@pytest.mark.parametrize(
    ("words", "ends", "code"),
    [
        (b"", True, "sftp.closed_early"),
        (b"", False, "host.silent"),
        (b"SSH-2.0-half", True, "sftp.closed_early"),
        (b"SSH-2.0-whole\r\n", True, "sftp.closed_early"),
        (b"SSH-2.0-whole\r\n", False, "host.silent"),
        (b"Too many connections\r\n", True, "sftp.closed_early"),
        (b"SSH-1.5-old\r\n", True, "sftp.ciphers_old"),
        (b"220 ftp.example.com\r\n", False, "sftp.not_ssh"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", True, "sftp.not_ssh"),
        (b"a printer\r\n" * 200, False, "sftp.not_ssh"),
        (b"SSH-2.0-odd\r\n" + bytes(range(256)) * 20, False, "host.silent"),
    ],
)
def test_what_answers_but_cannot_be_used_is_told_apart(source: Source, words: bytes, ends: bool, code: str) -> None:
    with _saying(words, ends=ends) as port:
        patience = Patience(banner=1, silence=20)
        failed = _refused(SftpDestination(server_at(port, ".", patience=patience)), source)
    assert failed.code == code


def test_a_port_that_nobody_listens_on_is_said_by_the_connection_test() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    steps = SftpDestination(server_at(port, ".")).check(temp_tag="check")
    assert [step.outcome for step in steps][:3] == [StepOutcome.PASSED, StepOutcome.FAILED, StepOutcome.SKIPPED]


def test_an_inner_host_is_refused_unless_the_installation_opens_it(receiver: SftpReceiver, source: Source) -> None:
    failed = _refused(at(receiver, private_networks=()), source)
    assert failed.code == "host.not_allowed"
    steps = at(receiver, private_networks=()).check(temp_tag="check")
    assert steps[0].outcome is StepOutcome.FAILED


def test_what_the_server_says_is_in_no_log(
    receiver: SftpReceiver, source: Source, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        send(at(receiver), source)
        with pytest.raises(TransferFailure), _saying(b"what-the-server-says\r\n" * 200, ends=True) as port:
            send(SftpDestination(server_at(port, ".", patience=Patience(banner=1))), source)
    assert "what-the-server-says" not in caplog.text
