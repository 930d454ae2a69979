"""SFTP servers with customs of their own: they overwrite, forbid renaming, take files away, answer late or little."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import paramiko
import pytest
from paramiko.sftp import SFTP_FAILURE, SFTP_OK, SFTP_OP_UNSUPPORTED, SFTP_PERMISSION_DENIED

from ingest.transfer.base import Source, StepOutcome
from ingest.transfer.errors import Misconfigured, Permanent, TransferFailure, Transient
from ingest.transfer.sftp import SftpDestination
from ingest.transfer.sftp_stream import CHUNK_BYTES
from tests.transfer.odd_sftp import Files, Handle, OddServer
from tests.transfer.receivers import NAME, source_of
from tests.transfer.sftp_sending import send, server_at
from tests.transfer.workers import at_bytes

MIB = 1024 * 1024
CONTENT = os.urandom(5 * MIB + 17)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    outbox = tmp_path / "outbox"
    outbox.mkdir()
    return outbox


@pytest.fixture
def source(tmp_path: Path) -> Source:
    return source_of(tmp_path / "part", CONTENT)


@contextmanager
def _at(files: type[Files], folder: Path, **changes: object) -> Iterator[SftpDestination]:
    with OddServer(files=files) as server:
        yield SftpDestination(server_at(server.port, str(folder), **changes))


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


class Overwrites(Files):
    def rename(self, oldpath: str, newpath: str) -> int:
        Path(oldpath).replace(newpath)
        return SFTP_OK


def test_the_connection_test_finds_a_server_that_overwrites(folder: Path) -> None:
    with _at(Overwrites, folder) as destination:
        steps = {step.code: step for step in destination.check(temp_tag="check")}
    assert steps["name_once"].outcome is StepOutcome.FAILED
    assert "overwrites" in str(steps["name_once"].result)
    assert steps["remove"].outcome is StepOutcome.SKIPPED
    assert _names(folder) == []


def test_even_such_a_server_does_not_overwrite_what_was_there_before_the_last_step(
    folder: Path, source: Source
) -> None:
    def put() -> None:
        (folder / NAME).write_bytes(b"of somebody else")

    with _at(Overwrites, folder) as destination, pytest.raises(Permanent) as caught:
        send(destination, source, progress=at_bytes(source.size, put))
    assert caught.value.code == "conflict"
    assert (folder / NAME).read_bytes() == b"of somebody else"
    assert _names(folder) == [NAME]


def _refusing(answer: int) -> type[Files]:
    class Refuses(Files):
        def rename(self, oldpath: str, newpath: str) -> int:
            del oldpath, newpath
            return answer

    return Refuses


@pytest.mark.parametrize(
    ("answer", "code", "kind"),
    [
        (SFTP_PERMISSION_DENIED, "sftp.rename_refused", Misconfigured),
        (SFTP_OP_UNSUPPORTED, "sftp.rename_refused", Misconfigured),
        (SFTP_FAILURE, "sftp.rename_failed", Transient),
    ],
)
def test_a_server_that_forbids_renaming_is_said_and_nothing_is_left(
    folder: Path, source: Source, answer: int, code: str, kind: type[TransferFailure]
) -> None:
    with _at(_refusing(answer), folder) as destination:
        with pytest.raises(kind) as caught:
            send(destination, source)
        steps = {step.code: step.outcome for step in destination.check(temp_tag="check")}
    assert caught.value.code == code
    assert "at once" in caught.value.what_to_do
    assert steps["name_once"] is StepOutcome.FAILED
    assert _names(folder) == []


def test_where_nothing_can_be_renamed_the_final_name_can_be_written_at_once(folder: Path, source: Source) -> None:
    with _at(_refusing(SFTP_PERMISSION_DENIED), folder, writes_at_once=True) as destination:
        assert {step.outcome for step in destination.check(temp_tag="check")} == {StepOutcome.PASSED}
        assert not send(destination, source).already_there
    assert (folder / NAME).read_bytes() == CONTENT


def _creating_nothing(answer: int) -> type[Files]:
    class CreatesNothing(Files):
        def open(self, path: str, flags: int, attr: paramiko.SFTPAttributes) -> paramiko.SFTPHandle | int:
            return answer if flags & os.O_CREAT else super().open(path, flags, attr)

    return CreatesNothing


@pytest.mark.parametrize(("answer", "code"), [(SFTP_FAILURE, "sftp.refused"), (14, "remote.full")])
@pytest.mark.parametrize("at_once", [False, True])
def test_a_server_that_begins_no_file_is_tried_again(
    folder: Path, source: Source, answer: int, code: str, at_once: bool
) -> None:
    files = _creating_nothing(answer)
    with _at(files, folder, writes_at_once=at_once) as destination, pytest.raises(Transient) as caught:
        send(destination, source)
    assert caught.value.code == code
    assert str(source.size) in str(caught.value) or code == "sftp.refused"


class CreatesOverWhatIsThere(Files):
    def open(self, path: str, flags: int, attr: paramiko.SFTPAttributes) -> paramiko.SFTPHandle | int:
        return super().open(path, flags & ~os.O_EXCL, attr)


def test_where_names_are_written_at_once_creating_has_to_leave_a_taken_name_alone(folder: Path) -> None:
    with _at(CreatesOverWhatIsThere, folder, writes_at_once=True) as destination:
        steps = {step.code: step for step in destination.check(temp_tag="check")}
    assert steps["name_once"].outcome is StepOutcome.FAILED
    assert "overwrites" in str(steps["name_once"].result)
    assert _names(folder) == []


class TakesAway(Files):
    """A program at the server takes what has its name."""

    def rename(self, oldpath: str, newpath: str) -> int:
        answer = super().rename(oldpath, newpath)
        Path(newpath).rename(newpath + ".taken")
        return answer


def test_a_file_that_the_receiver_takes_at_once_is_delivered(folder: Path, source: Source) -> None:
    with _at(TakesAway, folder) as destination:
        assert not send(destination, source).already_there
    assert (folder / f"{NAME}.taken").read_bytes() == CONTENT


class Exchanges(Files):
    """Somebody replaces the file as soon as it has its name."""

    def rename(self, oldpath: str, newpath: str) -> int:
        answer = super().rename(oldpath, newpath)
        Path(newpath).write_bytes(b"of somebody else")
        return answer


def test_a_name_that_holds_another_size_right_after_the_last_step_is_no_delivery(folder: Path, source: Source) -> None:
    with _at(Exchanges, folder) as destination, pytest.raises(Permanent) as caught:
        send(destination, source)
    assert caught.value.code == "conflict"


class TakesWhatIsClosed(Files):
    def on_close(self, handle: Handle) -> None:
        if handle.path.name == NAME:
            handle.path.rename(f"{handle.path}.taken")


def test_a_file_that_is_gone_before_its_size_was_seen_is_not_sent_again_without_a_person(
    folder: Path, source: Source
) -> None:
    with _at(TakesWhatIsClosed, folder, writes_at_once=True) as destination, pytest.raises(Permanent) as caught:
        send(destination, source)
    assert caught.value.code == "sftp.vanished"
    assert (folder / f"{NAME}.taken").read_bytes() == CONTENT


class RefusesLate(Files):
    """Takes two MiB. What is refused then is answered while more is on its way."""

    def on_write(self, handle: Handle, offset: int, data: bytes) -> int:
        return super().on_write(handle, offset, data) if offset + len(data) <= 2 * MIB else SFTP_FAILURE


@pytest.mark.parametrize("size", [2 * MIB + 1, len(CONTENT)], ids=["in the last piece", "in the middle"])
def test_what_is_refused_late_is_noticed_and_nothing_counts_that_was_not_confirmed(
    folder: Path, tmp_path: Path, size: int
) -> None:
    told: list[int] = []
    with _at(RefusesLate, folder, reads_back=False) as destination, pytest.raises(Transient) as caught:
        send(destination, source_of(tmp_path / "part", CONTENT[:size]), progress=told.append)
    assert caught.value.code == "sftp.write_failed"
    taken = 2 * MIB - 2 * MIB % CHUNK_BYTES
    assert caught.value.message.params["sent"] == taken
    assert max(told, default=0) <= taken
    assert _names(folder) == []


class Quota(Files):
    def on_write(self, handle: Handle, offset: int, data: bytes) -> int:
        return super().on_write(handle, offset, data) if offset < MIB else 15


def test_a_quota_that_is_said_is_passed_on(folder: Path, source: Source) -> None:
    with _at(Quota, folder) as destination, pytest.raises(Transient) as caught:
        send(destination, source)
    assert caught.value.code == "remote.full"
    assert str(source.size) in str(caught.value)
    assert _names(folder) == []


class LosesRight(Files):
    def on_write(self, handle: Handle, offset: int, data: bytes) -> int:
        return super().on_write(handle, offset, data) if offset < MIB else SFTP_PERMISSION_DENIED


def test_a_right_that_is_lost_while_we_write_is_said(folder: Path, source: Source) -> None:
    with _at(LosesRight, folder) as destination, pytest.raises(Misconfigured) as caught:
        send(destination, source)
    assert caught.value.code == "sftp.no_write"


class AnswersLittle(Files):
    """Gives fewer bytes than it was asked for, as a server may."""

    def on_read(self, handle: Handle, offset: int, length: int) -> bytes | int:
        return super().on_read(handle, offset, min(length, 10_001))


def test_a_server_that_gives_little_at_a_time_is_read_back_whole(folder: Path, source: Source) -> None:
    with _at(AnswersLittle, folder) as destination:
        assert not send(destination, source).already_there
        assert send(destination, source, tag="7-2").already_there
    assert (folder / NAME).read_bytes() == CONTENT


class ReadsWrong(Files):
    """One bit is other than it was written."""

    def on_read(self, handle: Handle, offset: int, length: int) -> bytes | int:
        piece = super().on_read(handle, offset, length)
        if isinstance(piece, int) or offset > MIB or offset + len(piece) <= MIB:
            return piece
        place = MIB - offset
        return piece[:place] + bytes([piece[place] ^ 1]) + piece[place + 1 :]


def test_one_wrong_bit_is_found_by_reading_back(folder: Path, source: Source) -> None:
    with _at(ReadsWrong, folder) as destination, pytest.raises(Transient) as caught:
        send(destination, source)
    assert caught.value.code == "remote.damaged"
    assert _names(folder) == []


class NoRemoval(Files):
    def remove(self, path: str) -> int:
        del path
        return SFTP_PERMISSION_DENIED


def test_a_temporary_that_cannot_be_removed_hides_no_other_failure(folder: Path, source: Source) -> None:
    class Stop(Exception):
        pass

    def stop() -> None:
        raise Stop

    with _at(NoRemoval, folder) as destination:
        with pytest.raises(Stop):
            send(destination, source, progress=at_bytes(MIB, stop))
        steps = {step.code: step for step in destination.check(temp_tag="check")}
    assert steps["remove"].outcome is StepOutcome.FAILED
    assert "remove" in str(steps["remove"].result)
    assert all(name.startswith(".amportal-") for name in _names(folder))
