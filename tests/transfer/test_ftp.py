"""FTP servers as they are met: rights that are missing, names that are taken, full disks, files that go away."""

import errno
import os
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any

import pytest

from ingest.transfer.base import Present, Source, VerifyLevel
from ingest.transfer.errors import Permanent, TransferFailure, Transient
from ingest.transfer.names import temporary_name
from tests.transfer.disks import mounted
from tests.transfer.ftp_servers import USER, AbstractedFS, FTPHandler, pyftpdlib, vsftpd
from tests.transfer.ftp_trying import steps_of, told
from tests.transfer.receivers import NAME, TARGET, destination_of, source_of
from tests.transfer.workers import at_bytes, deliver, nothing

MIB = 1024 * 1024
CONTENT = os.urandom(3 * MIB + 1)


@pytest.fixture
def source(tmp_path: Path) -> Source:
    return source_of(tmp_path / "part", CONTENT)


def test_a_receipt_names_the_place_and_not_the_account(source: Source, tmp_path: Path) -> None:
    with pyftpdlib(tmp_path / "root") as receiver:
        receipt = deliver(receiver, source)
        assert receipt.remote_name == f"ftp://127.0.0.1:{receiver.settings['port']}/outbox/{NAME}"
        assert receipt.verify_level is VerifyLevel.READ_BACK


@pytest.mark.parametrize("folder", ["", "/outbox", "outbox/", "/outbox/deeper"])
def test_a_folder_is_given_from_the_start_or_from_where_the_account_is(
    source: Source, tmp_path: Path, folder: str
) -> None:
    with pyftpdlib(tmp_path / "root") as receiver:
        (receiver.folder / "deeper").mkdir()
        deliver(told(receiver, folder=folder), source)
        assert [path.parent.name for path in (tmp_path / "root").rglob(NAME)] == [Path(folder).name or "root"]


@pytest.mark.parametrize("at", [1, 2 * MIB, len(CONTENT)])
def test_a_file_that_was_begun_under_its_final_name_is_removed_when_it_fails(
    source: Source, tmp_path: Path, at: int
) -> None:
    class Stop(Exception):
        pass

    def stop() -> None:
        raise Stop

    with pyftpdlib(tmp_path / "root") as server:
        receiver = told(server, naming="at_once")
        with pytest.raises(Stop):
            deliver(receiver, source, progress=at_bytes(at, stop))
        assert receiver.everything() == []


@pytest.mark.parametrize("is_late", [False, True], ids=["before", "while the fence is asked"])
def test_another_file_is_not_overwritten_by_one_that_has_its_name_at_once(
    source: Source, tmp_path: Path, is_late: bool
) -> None:
    with pyftpdlib(tmp_path / "root") as server:
        receiver = told(server, naming="at_once")

        def put() -> None:
            receiver.put(NAME, b"other")

        if not is_late:
            put()
        with pytest.raises(Permanent) as caught:
            deliver(receiver, source, fence=put)
        assert caught.value.code == "conflict"
        assert receiver.read(NAME) == b"other"


@pytest.mark.parametrize("server", ["vsftpd", "pyftpdlib"])
@pytest.mark.parametrize("is_sending", [False, True], ids=["before", "while sending"])
def test_a_folder_that_has_the_name_is_left_alone(
    source: Source, tmp_path: Path, server: str, is_sending: bool
) -> None:
    with vsftpd() if server == "vsftpd" else pyftpdlib(tmp_path / "root") as receiver:

        def put() -> None:
            (receiver.folder / NAME).mkdir()

        if not is_sending:
            put()
        with pytest.raises(TransferFailure) as caught:
            deliver(receiver, source, progress=at_bytes(MIB, put if is_sending else lambda: None))
        assert caught.value.code == ("ftp.not_renamable" if server == "vsftpd" else "conflict")
        assert receiver.everything() == [NAME]
        assert (receiver.folder / NAME).is_dir()


class Refusing(AbstractedFS):  # type: ignore[misc] # pyftpdlib has no types
    """As servers that let nobody overwrite, and are asked when another worker was quicker by a moment."""

    def rename(self, src: str, dst: str) -> None:
        Path(dst).write_bytes(Path(src).read_bytes() if self.has_same else b"other")
        raise OSError(errno.EEXIST, "spoken by the server")

    has_same = True


@pytest.mark.parametrize("has_same", [True, False])
def test_a_server_that_refuses_a_taken_name_is_understood(source: Source, tmp_path: Path, has_same: bool) -> None:
    files = type("Files", (Refusing,), {"has_same": has_same})
    with pyftpdlib(tmp_path / "root", files=files) as receiver:
        if has_same:
            assert deliver(receiver, source).already_there
        else:
            with pytest.raises(Permanent) as caught:
                deliver(receiver, source)
            assert caught.value.code == "conflict"
        assert receiver.everything() == [NAME]


class Full(AbstractedFS):  # type: ignore[misc] # pyftpdlib has no types
    """A disk of one MiB."""

    def open(self, filename: str, mode: str) -> Any:
        file: IO[bytes] = super().open(filename, mode)
        return _FullFile(file) if "w" in mode else file


class _FullFile:
    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._room = file, MIB

    def write(self, content: bytes) -> int:
        if self._file.tell() + len(content) > self._room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return self._file.write(content)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def test_a_full_disk_behind_pyftpdlib_is_tried_again_and_leaves_nothing(source: Source, tmp_path: Path) -> None:
    with pyftpdlib(tmp_path / "root", files=Full) as receiver:
        with pytest.raises(Transient) as caught:
            deliver(receiver, source)
        assert caught.value.code == "ftp.broken_off", "pyftpdlib says no more than 426"
        assert receiver.everything() == []


def test_a_full_disk_behind_vsftpd_is_tried_again_and_the_next_attempt_delivers(source: Source) -> None:
    with mounted("size=4m,mode=755") as disk, vsftpd(disk=disk) as receiver:
        filler = disk / "filler"
        filler.write_bytes(b"x" * 2 * MIB)
        with pytest.raises(Transient) as caught:
            deliver(receiver, source)
        assert caught.value.code == "ftp.not_stored"
        assert str(source.size) in str(caught.value)
        assert receiver.everything() == []
        filler.unlink()
        assert not deliver(receiver, source, tag="7-2").already_there
        assert receiver.read(NAME) == CONTENT


@pytest.mark.parametrize("server", ["vsftpd", "pyftpdlib"])
def test_the_sweep_goes_by_the_servers_time_and_leaves_folders_alone(tmp_path: Path, server: str) -> None:
    now = datetime.now(UTC)
    with vsftpd() if server == "vsftpd" else pyftpdlib(tmp_path / "root") as receiver:
        names = [temporary_name(NAME, f"7-{number}") for number in range(3)]
        for name, hours in zip(names, (1, 3, 30), strict=True):
            receiver.put(name, b"x")
            moment = (now - timedelta(hours=hours)).timestamp()
            os.utime(receiver.folder / name, (moment, moment))
        folder = temporary_name("folder", "7-4")
        (receiver.folder / folder).mkdir()
        os.utime(receiver.folder / folder, (0, 0))
        with destination_of(receiver) as destination:
            assert destination.sweep(older_than=timedelta(hours=2), now=now) == 2
        assert receiver.everything() == sorted([names[0], folder])


def test_the_connection_test_of_plain_ftp_says_that_nothing_is_encrypted(tmp_path: Path) -> None:
    with pyftpdlib(tmp_path / "root") as receiver:
        step = steps_of(receiver)["encrypt"]
    assert "Nothing is encrypted" in str(step.result)
    with vsftpd() as receiver:
        steps = steps_of(receiver)
    assert "Nothing is encrypted" not in str(steps["encrypt"].result)
    assert list(steps) == [
        "resolve", "connect", "encrypt", "sign_in", "folder", "write", "read_back", "rename", "remove",
    ]  # fmt: skip


def test_one_connection_serves_for_everything_until_it_is_closed(source: Source, tmp_path: Path) -> None:
    signed_in: list[str] = []
    handler = type("Watching", (FTPHandler,), {"on_login": lambda _self, name: signed_in.append(name)})
    with pyftpdlib(tmp_path / "root", handler=handler) as receiver, destination_of(receiver) as destination:
        assert signed_in == [], "nothing is connected before the first call"
        assert destination.look(TARGET) is None
        destination.deliver(source, TARGET, temp_tag="7-1", progress=nothing, fence=nothing)
        assert destination.look(TARGET) == Present(source.size, source.sha256)
        assert signed_in == [USER]
        destination.close()
        destination.close()
        assert destination.look(TARGET) == Present(source.size, source.sha256)
        assert signed_in == [USER, USER]


def test_an_address_of_ipv6_is_sent_to_as_well(source: Source, tmp_path: Path) -> None:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("there is no IPv6 on this machine")
    with pyftpdlib(tmp_path / "root", address="::1") as receiver:
        receipt = deliver(receiver, source)
        assert receipt.remote_name == f"ftp://[::1]:{receiver.settings['port']}/outbox/{NAME}"
        assert receiver.read(NAME) == CONTENT
