"""SFTP against OpenSSH: rights and obstacles in the folder, a full disk, what is swept."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ingest.transfer.base import Present, Source, StepOutcome
from ingest.transfer.errors import Misconfigured, Permanent, TransferFailure, Transient
from tests.transfer.disks import mounted
from tests.transfer.receivers import NAME, TARGET, destination_of, source_of
from tests.transfer.sftp_receiver import SftpReceiver, sftp_receiver
from tests.transfer.sftp_sending import at, send
from tests.transfer.sshd import Sshd
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


def test_a_missing_folder_is_said(receiver: SftpReceiver, source: Source) -> None:
    receiver.put("file", b"")
    for name in ("missing", "file"):
        elsewhere = SftpReceiver(receiver.server, receiver.folder / name)
        failed = _refused(elsewhere, source)
        assert (failed.code, type(failed)) == ("sftp.folder_missing", Misconfigured)
        assert name in str(failed)
        with at(elsewhere) as destination, pytest.raises(Misconfigured):
            destination.look(TARGET)
        steps = {step.code: step.outcome for step in at(elsewhere).check(temp_tag="check")}
        assert (steps["sign_in"], steps["folder"]) == (StepOutcome.PASSED, StepOutcome.FAILED)


def test_a_folder_that_may_not_be_written_to_is_said(receiver: SftpReceiver, source: Source) -> None:
    receiver.folder.chmod(0o555)
    failed = _refused(receiver, source)
    assert (failed.code, type(failed)) == ("sftp.no_write", Misconfigured)
    assert receiver.server.user in str(failed)
    steps = {step.code: step.outcome for step in at(receiver).check(temp_tag="check")}
    assert (steps["folder"], steps["write"]) == (StepOutcome.PASSED, StepOutcome.FAILED)


def test_a_file_of_our_name_that_may_not_be_read_is_not_taken_for_ours(receiver: SftpReceiver, source: Source) -> None:
    receiver.put(NAME, CONTENT)
    (receiver.folder / NAME).chmod(0)
    failed = _refused(receiver, source)
    assert (failed.code, type(failed)) == ("sftp.no_read", Misconfigured)
    assert receiver.everything() == [NAME]


def test_a_drop_box_in_which_nothing_can_be_listed_is_delivered_to(receiver: SftpReceiver, source: Source) -> None:
    receiver.folder.chmod(0o333)
    assert not send(at(receiver), source).already_there
    with at(receiver) as destination, pytest.raises(Misconfigured) as caught:
        destination.sweep(older_than=timedelta(hours=1), now=datetime.now(UTC))
    assert caught.value.code == "sftp.no_list"
    receiver.folder.chmod(0o755)
    assert receiver.everything() == [NAME]


OBSTACLES: dict[str, Callable[[Path], None]] = {
    "folder": lambda path: path.mkdir(),
    "link to a file": lambda path: path.symlink_to("/etc/passwd"),
    "link to nothing": lambda path: path.symlink_to("nothing"),
    "pipe": os.mkfifo,
}


@pytest.mark.parametrize("obstacle", OBSTACLES)
@pytest.mark.parametrize("is_sending", [False, True], ids=["before", "while sending"])
def test_whatever_else_has_the_name_is_left_alone(
    receiver: SftpReceiver, source: Source, obstacle: str, is_sending: bool
) -> None:
    def put() -> None:
        OBSTACLES[obstacle](receiver.folder / NAME)

    if not is_sending:
        put()
    with pytest.raises(Permanent) as caught:
        deliver(receiver, source, progress=at_bytes(MIB, put) if is_sending else nothing)
    assert caught.value.code == "conflict"
    assert receiver.everything() == [NAME]
    with destination_of(receiver) as destination:
        assert destination.look(TARGET) == Present(0, None)


def test_the_sweep_goes_by_the_servers_clock_and_leaves_all_else_alone(receiver: SftpReceiver) -> None:
    shape = ".amportal-7-{}-0123456789abcdef.part"
    (receiver.folder / shape.format(1)).mkdir()
    (receiver.folder / shape.format(2)).symlink_to("nothing")
    (receiver.folder / os.fsdecode(b"caf\xe9.csv")).write_bytes(b"")  # not every name is UTF-8
    for number in (3, 4):
        receiver.put(shape.format(number), b"x")
    for number, hours in ((1, 3), (2, 3), (3, 1), (4, 3)):
        written = datetime.now(UTC).timestamp() - hours * 3600
        os.utime(receiver.folder / shape.format(number), (written, written), follow_symlinks=False)
    with destination_of(receiver) as destination:
        assert destination.sweep(older_than=timedelta(hours=2), now=datetime.now(UTC)) == 1
    assert shape.format(4) not in receiver.everything()
    assert len(receiver.everything()) == 4


def test_a_full_disk_is_said_nothing_is_left_and_the_next_attempt_delivers(tmp_path: Path) -> None:
    source = source_of(tmp_path / "large", os.urandom(3 * MIB))
    with Sshd() as server, mounted(f"size=4m,uid={server.uid}") as disk:
        small = SftpReceiver(server, disk)
        small.put("filler", b"x" * 2 * MIB)
        sent: list[int] = []
        with pytest.raises(Transient) as caught:
            send(at(small), source, progress=sent.append)
        assert caught.value.code == "sftp.write_failed", "OpenSSH does not say why"
        assert "quota" in caught.value.what_to_do
        assert 0 < int(caught.value.message.params["sent"]) < source.size
        assert max(sent) < source.size
        assert small.everything() == ["filler"]
        (disk / "filler").unlink()
        assert not send(at(small), source, tag="7-2").already_there
        assert small.everything() == [NAME]
