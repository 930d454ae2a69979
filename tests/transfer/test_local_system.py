"""The local folder as the system sees it: the order of its calls, disks without links, paths that are exchanged."""

import ctypes
import errno
import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from ingest.transfer import local
from ingest.transfer.base import Source, StepOutcome
from ingest.transfer.errors import Misconfigured, Permanent
from ingest.transfer.local import LocalDestination, LocalFolder
from tests.transfer.receivers import NAME, LocalReceiver, finals, source_of
from tests.transfer.workers import at_bytes, deliver

MIB = 1024 * 1024
CONTENT = os.urandom(3 * MIB + 1)


@pytest.fixture
def receiver(tmp_path: Path) -> LocalReceiver:
    folder = tmp_path / "root" / "outbox"
    folder.mkdir(parents=True)
    return LocalReceiver(folder)


@pytest.fixture
def source(tmp_path: Path) -> Source:
    return source_of(tmp_path / "part", CONTENT)


def _here(receiver: LocalReceiver) -> LocalDestination:
    return LocalDestination(LocalFolder(receiver.folder, receiver.limits.allowed_roots))


def test_bytes_are_on_disk_before_the_name_and_the_name_before_the_receipt(
    receiver: LocalReceiver, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A loss of power cannot be tried here; the order of the calls that stand against it can."""
    synced: list[tuple[str, list[str]]] = []
    sync = os.fsync

    def watched(file: int) -> None:
        kind = "folder" if stat.S_ISDIR(os.fstat(file).st_mode) else "file"
        synced.append((kind, finals(receiver)))
        sync(file)

    monkeypatch.setattr(os, "fsync", watched)
    deliver(receiver, source)
    assert synced == [("file", []), ("folder", [NAME])]


def test_a_file_that_is_there_already_is_on_disk_before_the_receipt(
    receiver: LocalReceiver, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The attempt that made it may have been killed before it could see to that."""
    deliver(receiver, source)
    folders: list[bool] = []
    monkeypatch.setattr(os, "fsync", lambda file: folders.append(stat.S_ISDIR(os.fstat(file).st_mode)))
    assert deliver(receiver, source, tag="7-2").already_there
    assert folders == [True]


def test_a_large_file_is_synced_on_the_way_so_that_no_sync_takes_longer_than_a_lease(
    receiver: LocalReceiver, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    monkeypatch.setattr(local, "_SYNC_EVERY", MIB)
    monkeypatch.setattr(os, "fdatasync", synced.append)
    deliver(receiver, source)
    assert len(synced) == 3


def test_a_file_of_another_size_is_not_read_to_know_that_it_is_another(receiver: LocalReceiver, source: Source) -> None:
    receiver.put(NAME, CONTENT + b"x")
    told: list[int] = []
    with pytest.raises(Permanent):
        deliver(receiver, source, progress=told.append)
    assert told == []


def test_the_sweep_leaves_folders_and_links_alone(receiver: LocalReceiver) -> None:
    shape = ".amportal-7-{}-0123456789abcdef.part"
    (receiver.folder / shape.format(1)).mkdir()
    (receiver.folder / shape.format(2)).symlink_to("nothing")
    later = datetime.now(UTC) + timedelta(hours=2)
    assert _here(receiver).sweep(older_than=timedelta(hours=1), now=later) == 0
    assert receiver.everything() == [shape.format(1), shape.format(2)]


def test_a_folder_above_that_is_exchanged_while_we_look_does_not_lead_us_out(
    receiver: LocalReceiver, source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "outside" / "outbox").mkdir(parents=True)
    resolve = os.path.realpath

    def exchanged_meanwhile(path: Path, *, strict: bool = False) -> str:
        real = resolve(path, strict=strict)
        if not strict and not Path(real).is_symlink():
            (tmp_path / "root").rename(tmp_path / "moved")
            (tmp_path / "root").symlink_to(tmp_path / "outside")
        return real

    monkeypatch.setattr(os.path, "realpath", exchanged_meanwhile)
    with pytest.raises(Misconfigured):
        deliver(receiver, source)
    assert list((tmp_path / "outside" / "outbox").iterdir()) == []


@pytest.fixture
def _no_links(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_names: object, **_folders: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", refuse)


@pytest.mark.usefixtures("_no_links")
def test_a_disk_without_links_keeps_every_promise(receiver: LocalReceiver, source: Source) -> None:
    assert not deliver(receiver, source).already_there
    assert receiver.read(NAME) == CONTENT
    assert deliver(receiver, source, tag="7-2").already_there
    (receiver.folder / NAME).unlink()
    with pytest.raises(Permanent) as caught:
        deliver(receiver, source, progress=at_bytes(MIB, lambda: receiver.put(NAME, b"other")))
    assert caught.value.code == "conflict"
    assert receiver.read(NAME) == b"other"
    assert receiver.everything() == [NAME]


@pytest.mark.usefixtures("_no_links")
@pytest.mark.parametrize("kernel", ["too old", "refuses"])
def test_a_disk_that_cannot_refuse_a_taken_name_is_not_used(
    receiver: LocalReceiver, source: Source, monkeypatch: pytest.MonkeyPatch, kernel: str
) -> None:
    def refuses(*_arguments: object) -> int:
        ctypes.set_errno(errno.EINVAL)
        return -1

    library = SimpleNamespace() if kernel == "too old" else SimpleNamespace(renameat2=refuses)
    monkeypatch.setattr(ctypes, "CDLL", lambda *_arguments, **_options: library)
    with pytest.raises(Misconfigured) as caught:
        deliver(receiver, source)
    assert caught.value.code == "folder.cannot_refuse"
    outcomes = {step.code: step.outcome for step in _here(receiver).check(temp_tag="check")}
    assert outcomes["name_once"] is StepOutcome.FAILED
    assert receiver.everything() == []


@pytest.mark.usefixtures("_no_links")
def test_the_connection_test_finds_a_disk_that_overwrites_all_the_same(
    receiver: LocalReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def overwrites(old_folder: int, old: bytes, new_folder: int, new: bytes, _flags: int) -> int:
        os.rename(old, new, src_dir_fd=old_folder, dst_dir_fd=new_folder)
        return 0

    monkeypatch.setattr(ctypes, "CDLL", lambda *_arguments, **_options: SimpleNamespace(renameat2=overwrites))
    steps = {step.code: step for step in _here(receiver).check(temp_tag="check")}
    assert steps["name_once"].outcome is StepOutcome.FAILED
    assert steps["remove"].outcome is StepOutcome.SKIPPED
    assert "only if there is none" in str(steps["name_once"].result)
    assert receiver.everything() == []
