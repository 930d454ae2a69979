"""The local folder: where it may lie, what else has the name, and disks that know no links."""

import errno
import os
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ingest.transfer.base import Present, Source, StepOutcome, VerifyLevel
from ingest.transfer.errors import Misconfigured, Permanent, TransferFailure
from ingest.transfer.local import LocalDestination, LocalFolder
from ingest.transfer.names import temporary_name
from tests.transfer.disks import open_to_all, without_roots_rights
from tests.transfer.receivers import NAME, TARGET, LocalReceiver, source_of
from tests.transfer.workers import at_bytes, deliver, nothing

MIB = 1024 * 1024
CONTENT = os.urandom(3 * MIB + 1)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "root"
    folder.mkdir()
    return folder


@pytest.fixture
def receiver(root: Path) -> LocalReceiver:
    folder = root / "outbox"
    folder.mkdir()
    return LocalReceiver(folder)


@pytest.fixture
def source(tmp_path: Path) -> Source:
    return source_of(tmp_path / "part", CONTENT)


def _refused(folder: Path, source: Source, *roots: Path) -> TransferFailure:
    destination = LocalDestination(LocalFolder(folder, roots))
    with pytest.raises(Misconfigured) as caught:
        destination.deliver(source, TARGET, temp_tag="7-1", progress=nothing, fence=nothing)
    with pytest.raises(Misconfigured) as looked:
        destination.look(TARGET)
    step = destination.check(temp_tag="check")[0]
    assert looked.value.code == caught.value.code
    assert (step.outcome, str(step.result)) == (StepOutcome.FAILED, str(caught.value))
    assert str(folder) in str(caught.value)
    assert caught.value.what_to_do
    return caught.value


def test_the_bytes_were_read_back(receiver: LocalReceiver, source: Source) -> None:
    receipt = deliver(receiver, source)
    assert receipt.verify_level is VerifyLevel.READ_BACK
    assert receipt.remote_name == str(receiver.folder / NAME)


def test_a_folder_outside_the_allowed_ones_is_refused(root: Path, tmp_path: Path, source: Source) -> None:
    (tmp_path / "root-too").mkdir()  # its path begins like the root's
    for folder in (tmp_path, tmp_path / "root-too", Path("/")):
        failed = _refused(folder, source, root)
        assert failed.code == "folder.not_allowed"
        assert str(root) in failed.what_to_do


def test_without_allowed_folders_there_is_none(root: Path, source: Source) -> None:
    assert _refused(root, source).code == "folder.not_allowed"


def test_a_link_out_of_the_allowed_folder_is_refused(root: Path, tmp_path: Path, source: Source) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (root / "link").symlink_to(outside)
    (outside / "deeper").mkdir()
    assert _refused(root / "link", source, root).code == "folder.not_allowed"
    assert _refused(root / "link" / "deeper", source, root).code == "folder.not_allowed"
    assert [path.name for path in outside.iterdir()] == ["deeper"]


def test_links_inside_the_allowed_folder_and_an_allowed_link_are_followed(
    receiver: LocalReceiver, root: Path, tmp_path: Path, source: Source
) -> None:
    (root / "link").symlink_to(receiver.folder)
    (tmp_path / "roots-link").symlink_to(root)
    config = LocalFolder(tmp_path / "roots-link" / "link", (tmp_path / "roots-link",))
    LocalDestination(config).deliver(source, TARGET, temp_tag="7-1", progress=nothing, fence=nothing)
    assert receiver.everything() == [NAME]


def test_a_folder_that_is_exchanged_for_a_link_while_we_send_does_not_lead_us_out(
    receiver: LocalReceiver, tmp_path: Path, source: Source
) -> None:
    outside, moved = tmp_path / "outside", tmp_path / "moved"
    outside.mkdir()

    def exchange() -> None:
        receiver.folder.rename(moved)
        receiver.folder.symlink_to(outside)

    deliver(receiver, source, progress=at_bytes(MIB, exchange))
    assert list(outside.iterdir()) == []
    assert [path.name for path in moved.iterdir()] == [NAME]


def test_a_missing_folder_is_said(root: Path, source: Source) -> None:
    (root / "file").write_bytes(b"")
    (root / "loop").symlink_to(root / "loop")
    for name in ("missing", "file", "file/below", "loop"):
        assert _refused(root / name, source, root).code == "folder.missing"


def test_a_folder_that_may_not_be_written_to_is_said() -> None:
    with open_to_all() as root:
        folder = root / "outbox"
        folder.mkdir(mode=0o555)
        receiver, here = LocalReceiver(folder), LocalDestination(LocalFolder(folder, (root,)))
        open_source = source_of(root / "part", CONTENT)
        with without_roots_rights():
            with pytest.raises(Misconfigured) as caught:
                here.deliver(open_source, TARGET, temp_tag="7-1", progress=nothing, fence=nothing)
            outcomes = {step.code: step.outcome for step in here.check(temp_tag="check")}
        assert caught.value.code == "folder.not_writable"
        assert outcomes.pop("folder") is StepOutcome.PASSED
        assert outcomes.pop("write") is StepOutcome.FAILED
        assert set(outcomes.values()) == {StepOutcome.SKIPPED}
        assert receiver.everything() == []


def test_a_file_of_our_name_that_may_not_be_read_is_not_taken_for_ours() -> None:
    with open_to_all() as root:
        source = source_of(root / "part", CONTENT)
        (root / NAME).write_bytes(CONTENT)
        (root / NAME).chmod(0)
        here = LocalDestination(LocalFolder(root, (root,)))
        with without_roots_rights():
            assert here.look(TARGET) == Present(source.size, None)
            with pytest.raises(Misconfigured) as caught:
                here.deliver(source, TARGET, temp_tag="7-1", progress=nothing, fence=nothing)
        assert caught.value.code == "folder.not_readable"


OBSTACLES: dict[str, Callable[[Path], None]] = {
    "folder": lambda path: path.mkdir(),
    "link to the same bytes": lambda path: path.symlink_to(path.parent.parent.parent / "part"),
    "link to nothing": lambda path: path.symlink_to("nothing"),
    "pipe": os.mkfifo,
}


@pytest.mark.parametrize("obstacle", OBSTACLES)
@pytest.mark.parametrize("is_sending", [False, True], ids=["before", "while sending"])
def test_whatever_else_has_the_name_is_left_alone(
    receiver: LocalReceiver, source: Source, obstacle: str, is_sending: bool
) -> None:
    def put() -> None:
        OBSTACLES[obstacle](receiver.folder / NAME)

    if not is_sending:
        put()
    with pytest.raises(Permanent) as caught:
        deliver(receiver, source, progress=at_bytes(MIB, put) if is_sending else nothing)
    assert caught.value.code == "conflict"
    assert receiver.everything() == [NAME]
    assert source.path.read_bytes() == CONTENT


def test_bytes_that_were_damaged_on_the_way_never_get_the_name(receiver: LocalReceiver, source: Source) -> None:
    def damage() -> None:
        with (receiver.folder / temporary_name(NAME, "7-1")).open("r+b") as file:
            file.seek(MIB)
            file.write(bytes([CONTENT[MIB] ^ 1]))

    with pytest.raises(TransferFailure) as caught:
        deliver(receiver, source, progress=at_bytes(source.size, damage))
    assert caught.value.code == "remote.damaged"
    assert receiver.everything() == []


def test_a_disk_that_fails_is_tried_again_later(
    receiver: LocalReceiver, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_file: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", broken)
        with pytest.raises(TransferFailure) as caught:
            deliver(receiver, source)
    assert caught.value.code == "remote.interrupted"
    assert receiver.everything() == []
    assert not deliver(receiver, source, tag="7-2").already_there


def test_a_file_may_be_read_by_the_folders_group_and_by_no_one_else(receiver: LocalReceiver, source: Source) -> None:
    old = os.umask(0)
    try:
        deliver(receiver, source)
    finally:
        os.umask(old)
    assert stat.S_IMODE((receiver.folder / NAME).stat().st_mode) == 0o640


def test_a_worker_killed_right_after_the_last_step_leaves_a_second_name_for_the_sweep(
    receiver: LocalReceiver, source: Source
) -> None:
    deliver(receiver, source)
    os.link(receiver.folder / NAME, receiver.folder / temporary_name(NAME, "7-0"))
    with_hours = datetime.now(UTC) + timedelta(hours=2)
    here = LocalDestination(LocalFolder(receiver.folder, receiver.limits.allowed_roots))
    assert here.sweep(older_than=timedelta(hours=1), now=with_hours) == 1
    assert receiver.everything() == [NAME]
    assert deliver(receiver, source, tag="7-2").already_there
