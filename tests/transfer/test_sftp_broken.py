"""SFTP when the server dies, stands still, or the line between breaks, and when keys are changed on the way."""

import os
import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from paramiko.packet import Packetizer

from ingest.transfer.base import Present, Source
from ingest.transfer.errors import TransferFailure, Transient
from ingest.transfer.sftp_session import Patience
from tests.fault_proxy import Fault, FaultProxy, Kind, Way
from tests.transfer.receivers import NAME, TARGET, finals, source_of, temporaries
from tests.transfer.sftp_receiver import SftpReceiver
from tests.transfer.sftp_sending import at, send
from tests.transfer.sshd import Sshd
from tests.transfer.workers import at_bytes

MIB = 1024 * 1024
CONTENT = os.urandom(8 * MIB + 17)
IMPATIENT = Patience(answer=1, silence=60)
WATCHED = Patience(answer=60, silence=1)


@pytest.fixture
def receiver() -> Iterator[SftpReceiver]:
    """At a server of its own, which a test may kill."""
    with Sshd("LogLevel DEBUG1") as server:
        yield SftpReceiver(server, server.folder())


@pytest.fixture
def source(tmp_path: Path) -> Source:
    return source_of(tmp_path / "part", CONTENT)


def _kill(receiver: SftpReceiver) -> None:
    receiver.server.signal_sessions(signal.SIGKILL)


def test_a_server_that_is_killed_while_we_send_leaves_no_file_and_the_next_attempt_delivers(
    receiver: SftpReceiver, source: Source
) -> None:
    with pytest.raises(Transient) as caught:
        send(at(receiver), source, progress=at_bytes(3 * MIB, lambda: _kill(receiver)))
    assert caught.value.code == "sftp.lost"
    assert finals(receiver) == []
    assert len(temporaries(receiver)) == 1
    assert not send(at(receiver), source, tag="7-2").already_there
    with at(receiver) as destination:
        later = datetime.now(UTC) + timedelta(hours=2)
        assert destination.sweep(older_than=timedelta(hours=1), now=later) == 1
    assert receiver.everything() == [NAME]
    assert receiver.read(NAME) == CONTENT


def test_a_server_that_is_killed_while_we_read_back_leaves_no_file(receiver: SftpReceiver, source: Source) -> None:
    told: list[int] = []

    def progress(sent: int) -> None:
        told.append(sent)
        if told.count(source.size) == 3:
            _kill(receiver)

    with pytest.raises(Transient) as caught:
        send(at(receiver), source, progress=progress)
    assert caught.value.code == "sftp.lost"
    assert finals(receiver) == []


@pytest.mark.parametrize("patience", [IMPATIENT, WATCHED], ids=["the channel's clock", "our own clock"])
def test_a_server_that_stands_still_is_left_in_time(receiver: SftpReceiver, source: Source, patience: Patience) -> None:
    began = time.monotonic()
    try:
        with pytest.raises(Transient) as caught:
            send(
                at(receiver, patience=patience), source,
                progress=at_bytes(3 * MIB, lambda: receiver.server.signal_sessions(signal.SIGSTOP)),
            )  # fmt: skip
    finally:
        receiver.server.signal_sessions(signal.SIGCONT)
    assert caught.value.code == "sftp.silent"
    assert time.monotonic() - began < 40, "long before the other clock"
    assert finals(receiver) == []


@pytest.mark.parametrize("patience", [IMPATIENT, WATCHED], ids=["the channel's clock", "our own clock"])
def test_a_line_that_drops_everything_without_a_word_is_left_in_time(
    receiver: SftpReceiver, source: Source, patience: Patience
) -> None:
    with FaultProxy(("127.0.0.1", receiver.server.port)) as proxy:

        def drop() -> None:
            proxy.strike(Fault(Kind.BLACK_HOLE, None))

        began = time.monotonic()
        with pytest.raises(Transient) as caught:
            send(at(receiver, port=proxy.port, patience=patience), source, progress=at_bytes(3 * MIB, drop))
    assert caught.value.code == "sftp.silent"
    assert time.monotonic() - began < 40
    assert finals(receiver) == []


def test_a_caller_that_takes_its_time_is_not_taken_for_a_silent_server(receiver: SftpReceiver, source: Source) -> None:
    slow = at_bytes(3 * MIB, lambda: time.sleep(2.5))
    patience = Patience(answer=60, silence=1, keep_alive=1)
    assert not send(at(receiver, patience=patience), source, progress=slow).already_there
    assert "keepalive@" in receiver.server.log(), "routers on the way hear of us meanwhile"


def test_an_answer_that_is_lost_after_the_last_step_is_settled_by_looking(
    receiver: SftpReceiver, source: Source
) -> None:
    with FaultProxy(("127.0.0.1", receiver.server.port)) as proxy:

        def lose() -> None:
            proxy.strike(Fault(Kind.BLACK_HOLE, Way.DOWN))

        with pytest.raises(Transient) as caught:
            send(at(receiver, port=proxy.port, patience=IMPATIENT), source, fence=lose)
        assert proxy.lost.is_set(), "the server did answer"
    assert caught.value.code == "sftp.silent"
    with at(receiver) as destination:
        assert destination.look(TARGET) == Present(source.size, source.sha256)
    assert receiver.everything() == [NAME]
    assert send(at(receiver), source, tag="7-2").already_there


def test_a_line_that_breaks_is_lost_and_nothing_gets_the_name(receiver: SftpReceiver, source: Source) -> None:
    with FaultProxy(("127.0.0.1", receiver.server.port)) as proxy, pytest.raises(Transient) as caught:
        send(at(receiver, port=proxy.port), source, progress=at_bytes(3 * MIB, lambda: proxy.strike(Fault(Kind.CUT))))
    assert caught.value.code == "sftp.lost"
    assert finals(receiver) == []


def test_a_destination_whose_connection_broke_connects_anew(receiver: SftpReceiver, source: Source) -> None:
    with at(receiver) as destination:
        with pytest.raises(Transient):
            destination.deliver(
                source, TARGET, temp_tag="7-1", progress=at_bytes(3 * MIB, lambda: _kill(receiver)), fence=lambda: None
            )  # fmt: skip
        assert destination.look(TARGET) is None


def _key_changes(server: Sshd) -> int:
    return server.log().count("SSH2_MSG_NEWKEYS received")


@pytest.mark.parametrize("who", ["server", "portal"])
def test_keys_are_changed_on_the_way_as_often_as_either_side_wants(
    source: Source, who: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A gigabyte crosses the usual limit of 512 MiB; here the limit is lower and the file smaller."""
    more = ["RekeyLimit 1M"] if who == "server" else []
    if who == "portal":
        monkeypatch.setattr(Packetizer, "REKEY_BYTES", MIB)
    with Sshd("LogLevel DEBUG1", *more) as server:
        receiver = SftpReceiver(server, server.folder())
        assert not send(at(receiver), source).already_there
        assert receiver.read(NAME) == CONTENT
        assert _key_changes(server) >= 6


def test_a_server_that_is_gone_is_said(receiver: SftpReceiver, source: Source) -> None:
    receiver.server.process.terminate()
    receiver.server.process.wait(timeout=30)
    with pytest.raises(TransferFailure) as caught:
        send(at(receiver), source)
    assert caught.value.code == "host.refused"
    assert isinstance(caught.value, Transient)
