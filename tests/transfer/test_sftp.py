"""SFTP against OpenSSH: damage, what is read back, what disappears, what is told meanwhile."""

import os
import shutil
from pathlib import Path

import paramiko
import pytest

from ingest.transfer.base import Present, Source, StepOutcome, VerifyLevel
from ingest.transfer.errors import Permanent, TransferFailure, Transient
from ingest.transfer.names import temporary_name
from ingest.transfer.sftp_wire import Refused, Status, Wire
from tests.transfer.receivers import NAME, TARGET, source_of
from tests.transfer.sftp_receiver import SftpReceiver, sftp_receiver
from tests.transfer.sftp_sending import at, send
from tests.transfer.sshd import Sshd, sshd_path
from tests.transfer.workers import at_bytes, deliver, nothing

MIB = 1024 * 1024
CONTENT = os.urandom(3 * MIB + 17)


@pytest.fixture
def receiver(tmp_path: Path) -> SftpReceiver:
    return sftp_receiver(tmp_path)


@pytest.fixture
def source(tmp_path: Path) -> Source:
    return source_of(tmp_path / "part", CONTENT)


def _refused(receiver: SftpReceiver, source: Source, **changes: object) -> TransferFailure:
    with pytest.raises(TransferFailure) as caught:
        send(at(receiver, **changes), source)
    assert caught.value.what_to_do
    return caught.value


def test_the_bytes_were_read_back_and_the_place_is_named(receiver: SftpReceiver, source: Source) -> None:
    receipt = deliver(receiver, source)
    assert receipt.verify_level is VerifyLevel.READ_BACK
    assert receipt.remote_name == f"127.0.0.1:{receiver.folder}/{NAME}"


def test_progress_is_told_between_the_steps_of_connecting_too(receiver: SftpReceiver, source: Source) -> None:
    told: list[int] = []
    deliver(receiver, source, progress=told.append)
    assert told.count(0) >= 5
    assert told == sorted(told)


def test_whoever_stops_it_while_connecting_gets_the_own_exception_back(receiver: SftpReceiver, source: Source) -> None:
    class Stop(Exception):
        pass

    def stop(_sent: int) -> None:
        raise Stop

    with pytest.raises(Stop):
        deliver(receiver, source, progress=stop)
    assert receiver.everything() == []


def test_without_reading_back_nothing_is_read_and_the_receipt_says_so(
    receiver: SftpReceiver, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_arguments: object) -> bytes:
        raise AssertionError("nothing is to be read")

    monkeypatch.setattr(Wire, "open_to_read", never)
    assert send(at(receiver, reads_back=False), source).verify_level is VerifyLevel.SIZE
    with at(receiver, reads_back=False) as destination:
        assert destination.look(TARGET) == Present(source.size, None)
        assert {step.outcome for step in destination.check(temp_tag="check")} == {StepOutcome.PASSED}
    assert receiver.read(NAME) == CONTENT


def test_without_reading_back_nobody_claims_that_a_file_of_the_same_size_is_the_same(
    receiver: SftpReceiver, source: Source
) -> None:
    receiver.put(NAME, CONTENT[::-1])
    failed = _refused(receiver, source, reads_back=False)
    assert (failed.code, type(failed)) == ("sftp.cannot_compare", Permanent)
    receiver.put(NAME, CONTENT[:-1])
    assert _refused(receiver, source, reads_back=False).code == "conflict"
    assert receiver.everything() == [NAME]


def test_bytes_that_were_damaged_on_the_way_never_get_the_name(receiver: SftpReceiver, source: Source) -> None:
    def damage() -> None:
        with (receiver.folder / temporary_name(NAME, "7-1")).open("r+b") as file:
            file.seek(MIB)
            file.write(bytes([CONTENT[MIB] ^ 1]))

    with pytest.raises(Transient) as caught:
        deliver(receiver, source, progress=at_bytes(source.size, damage))
    assert caught.value.code == "remote.damaged"
    assert receiver.everything() == []


def test_a_file_that_became_shorter_on_the_way_never_gets_the_name(receiver: SftpReceiver, source: Source) -> None:
    def cut() -> None:
        os.truncate(receiver.folder / temporary_name(NAME, "7-1"), MIB)

    with pytest.raises(Transient) as caught:
        send(at(receiver, reads_back=False), source, progress=at_bytes(source.size, cut))
    assert caught.value.code == "remote.damaged"
    assert receiver.everything() == []


@pytest.mark.parametrize("moment", ["after the last byte", "at the fence"])
def test_a_temporary_that_disappears_can_be_sent_again(receiver: SftpReceiver, source: Source, moment: str) -> None:
    def clear() -> None:
        (receiver.folder / temporary_name(NAME, "7-1")).unlink()

    is_at_fence = moment == "at the fence"
    with pytest.raises(Transient) as caught:
        deliver(
            receiver, source,
            progress=nothing if is_at_fence else at_bytes(source.size, clear), fence=clear if is_at_fence else nothing,
        )  # fmt: skip
    assert caught.value.code == "sftp.gone"
    assert receiver.everything() == []


def test_a_second_worker_of_the_same_attempt_is_told_that_there_is_one(receiver: SftpReceiver, source: Source) -> None:
    def again() -> None:
        with pytest.raises(Transient) as caught:
            deliver(receiver, source)
        assert caught.value.code == "sftp.in_use"

    assert not deliver(receiver, source, progress=at_bytes(MIB, again)).already_there


def test_a_file_of_another_size_is_not_read_to_know_that_it_is_another(
    receiver: SftpReceiver, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver.put(NAME, CONTENT + b"x")
    monkeypatch.delattr(Wire, "open_to_read")
    assert _refused(receiver, source).code == "conflict"


def test_one_connection_serves_a_whole_destination(source: Source) -> None:
    with Sshd("LogLevel VERBOSE") as server:
        here = SftpReceiver(server, server.folder())
        with at(here) as destination:
            assert destination.look(TARGET) is None
            destination.deliver(source, TARGET, temp_tag="7-1", progress=nothing, fence=nothing)
            assert destination.look(TARGET) == Present(source.size, source.sha256)
        assert server.log().count("Accepted publickey") == 1
        with destination as again:
            assert again.look(TARGET) is not None
        assert server.log().count("Accepted publickey") == 2


def test_what_a_server_could_not_keep_it_may_say_when_the_file_is_closed(
    receiver: SftpReceiver, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Servers before a store of objects write there only then; OpenSSH cannot be made to."""
    with monkeypatch.context() as patched:
        close = Wire.close_handle

        def refuse(wire: Wire, handle: bytes) -> None:
            close(wire, handle)
            raise Refused(Status.FAILURE, is_full=False)

        patched.setattr(Wire, "close_handle", refuse)
        with pytest.raises(Transient) as caught:
            send(at(receiver), source)
    assert caught.value.code == "sftp.write_failed"
    assert receiver.everything() == []


def test_where_no_sshd_is_installed_the_tests_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(_name: str, *, path: str) -> None:
        assert "/usr/sbin" in path

    monkeypatch.setattr(shutil, "which", nowhere)
    with pytest.raises(pytest.skip.Exception, match="no sshd is installed"):
        sshd_path()


@pytest.mark.parametrize(
    ("status", "words", "is_full"),
    [
        (Status.FAILURE, b"Failure", False),
        (Status.FAILURE, b"write: No space left on device", True),
        (Status.FAILURE, b"Disk Quota exceeded \xff", True),
        (Status.NO_SPACE, b"", True),
        (Status.QUOTA, b"", True),
        (Status.PERMISSION_DENIED, b"denied", False),
    ],
)
def test_a_server_that_says_that_it_is_full_is_understood_and_not_quoted(
    status: Status, words: bytes, is_full: bool
) -> None:
    answer = paramiko.Message()
    answer.add_int(status)
    answer.add_string(words)
    answer.rewind()
    with pytest.raises(Refused) as caught:
        Wire._convert_status(object.__new__(Wire), answer)
    assert (caught.value.status, caught.value.is_full) == (status, is_full)
    assert words.decode("latin-1") not in str(caught.value) or not words
