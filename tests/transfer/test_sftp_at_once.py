"""SFTP to servers that forbid renaming: the final name is written at once, and what that costs."""

import os
import signal
from pathlib import Path

import pytest
from paramiko import SFTPClient

from ingest.transfer.base import Source, VerifyLevel
from ingest.transfer.errors import Permanent, Transient
from ingest.transfer.failures import failure
from ingest.transfer.sftp import SftpDestination
from tests.transfer.receivers import NAME, source_of
from tests.transfer.sftp_receiver import SftpReceiver, sftp_receiver
from tests.transfer.sftp_sending import at, send
from tests.transfer.sshd import Sshd
from tests.transfer.workers import at_bytes, nothing

MIB = 1024 * 1024
CONTENT = os.urandom(8 * MIB + 17)


@pytest.fixture
def receiver(tmp_path: Path) -> SftpReceiver:
    return sftp_receiver(tmp_path)


@pytest.fixture
def source(tmp_path: Path) -> Source:
    return source_of(tmp_path / "part", CONTENT)


def _at_once(receiver: SftpReceiver, **changes: object) -> SftpDestination:
    return at(receiver, writes_at_once=True, **changes)


def test_a_file_arrives_whole_without_ever_having_another_name(
    receiver: SftpReceiver, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(SFTPClient, "rename")
    seen: list[list[str]] = []
    fenced: list[list[str]] = []
    receipt = send(
        _at_once(receiver), source,
        progress=lambda _sent: seen.append(receiver.everything()), fence=lambda: fenced.append(receiver.everything()),
    )  # fmt: skip
    assert seen == sorted(seen)
    assert {tuple(names) for names in seen} == {(), (NAME,)}
    assert fenced == [[]], "the fence is asked before anything has the name"
    assert (receipt.verify_level, receipt.already_there) == (VerifyLevel.READ_BACK, False)
    assert receiver.read(NAME) == CONTENT
    assert send(_at_once(receiver), source, tag="7-2").already_there


def test_a_fence_that_does_not_open_leaves_nothing(receiver: SftpReceiver, source: Source) -> None:
    def fence() -> None:
        raise failure("fence.lost")

    with pytest.raises(Transient):
        send(_at_once(receiver), source, fence=fence)
    assert receiver.everything() == []


@pytest.mark.parametrize("error", [OSError(28, "the caller's own"), KeyboardInterrupt()], ids=repr)
@pytest.mark.parametrize("place", [1, 3 * MIB, len(CONTENT)])
def test_a_part_is_removed_when_sending_stops(
    receiver: SftpReceiver, source: Source, error: BaseException, place: int
) -> None:
    def stop() -> None:
        raise error

    with pytest.raises(type(error)) as caught:
        send(_at_once(receiver), source, progress=at_bytes(place, stop))
    assert caught.value is error
    assert receiver.everything() == []


def test_a_source_that_changes_on_the_way_leaves_nothing(receiver: SftpReceiver, source: Source) -> None:
    def change() -> None:
        with source.path.open("r+b") as file:
            file.seek(-1, os.SEEK_END)
            file.write(bytes([CONTENT[-1] ^ 1]))

    with pytest.raises(Permanent) as caught:
        send(_at_once(receiver), source, progress=at_bytes(MIB, change))
    assert caught.value.code == "artifact.changed"
    assert receiver.everything() == []


def test_damage_is_found_and_removed(receiver: SftpReceiver, source: Source) -> None:
    def damage() -> None:
        with (receiver.folder / NAME).open("r+b") as file:
            file.write(bytes([CONTENT[0] ^ 1]))

    with pytest.raises(Transient) as caught:
        send(_at_once(receiver), source, progress=at_bytes(source.size, damage))
    assert caught.value.code == "remote.damaged"
    assert receiver.everything() == []


@pytest.mark.parametrize("is_late", [False, True], ids=["before", "at the last moment"])
@pytest.mark.parametrize("other", [CONTENT[::-1], b"less"], ids=["same size", "less"])
def test_what_has_the_name_stays(receiver: SftpReceiver, source: Source, other: bytes, is_late: bool) -> None:
    def put() -> None:
        receiver.put(NAME, other)

    if not is_late:
        put()
    with pytest.raises(Permanent) as caught:
        send(_at_once(receiver), source, fence=put if is_late else nothing)
    assert caught.value.code == "conflict"
    assert receiver.read(NAME) == other
    assert receiver.everything() == [NAME]


def test_the_same_bytes_from_another_worker_at_the_last_moment_are_delivered(
    receiver: SftpReceiver, source: Source
) -> None:
    assert send(_at_once(receiver), source, fence=lambda: receiver.put(NAME, CONTENT)).already_there


def test_a_server_that_is_killed_leaves_a_part_under_the_name_and_a_person_is_asked(source: Source) -> None:
    """What this way of writing costs, as its help says."""
    with Sshd() as server:
        receiver = SftpReceiver(server, server.folder())
        with pytest.raises(Transient):
            send(
                _at_once(receiver), source,
                progress=at_bytes(3 * MIB, lambda: server.signal_sessions(signal.SIGKILL)),
            )  # fmt: skip
        assert 0 < len(receiver.read(NAME)) < source.size
        with pytest.raises(Permanent) as caught:
            send(_at_once(receiver), source, tag="7-2")
        assert caught.value.code == "conflict"
