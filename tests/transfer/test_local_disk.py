"""The local folder on disks that are full, or may only be read."""

import errno
import os
import resource
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.transfer.base import Source, StepOutcome
from ingest.transfer.errors import Misconfigured, Permanent, Transient
from tests.transfer.disks import mounted
from tests.transfer.receivers import NAME, LocalReceiver, destination_of, source_of
from tests.transfer.workers import deliver

MIB = 1024 * 1024


@pytest.fixture
def small(tmp_path: Path) -> Iterator[LocalReceiver]:
    """A folder on a disk of 4 MiB."""
    del tmp_path
    with mounted("size=4m") as disk:
        (disk / "outbox").mkdir()
        yield LocalReceiver(disk / "outbox")


@pytest.fixture
def source(tmp_path: Path) -> Source:
    return source_of(tmp_path / "part", os.urandom(3 * MIB))


def _no_allocation(*_arguments: object) -> None:
    raise OSError(errno.EOPNOTSUPP, os.strerror(errno.EOPNOTSUPP))


@pytest.mark.parametrize("can_allocate", [True, False])
def test_a_full_disk_is_said_nothing_is_left_and_the_next_attempt_delivers(
    small: LocalReceiver, source: Source, monkeypatch: pytest.MonkeyPatch, can_allocate: bool
) -> None:
    if not can_allocate:
        monkeypatch.setattr(os, "posix_fallocate", _no_allocation)
    filler = small.folder.parent / "filler"
    filler.write_bytes(b"x" * 2 * MIB)
    sent: list[int] = []
    with pytest.raises(Transient) as caught:
        deliver(small, source, progress=sent.append)
    assert caught.value.code == "remote.full"
    assert str(source.size) in str(caught.value)
    assert bool(sent) is not can_allocate, "a disk that can allocate says so before the first byte"
    assert small.everything() == []
    filler.unlink()
    assert not deliver(small, source, tag="7-2").already_there
    assert small.everything() == [NAME]


def test_a_file_larger_than_the_disk_takes_is_not_tried_again(tmp_path: Path, source: Source) -> None:
    folder = tmp_path / "root" / "outbox"
    folder.mkdir(parents=True)
    receiver = LocalReceiver(folder)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (MIB, limits[1]))
    try:
        with pytest.raises(Permanent) as caught:
            deliver(receiver, source)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    assert caught.value.code == "remote.too_large"
    assert receiver.everything() == []


def test_a_disk_that_may_only_be_read_is_said(small: LocalReceiver, source: Source) -> None:
    disk = small.folder.parent
    subprocess.run(["mount", "-o", "remount,ro", disk], capture_output=True, timeout=60, check=True)
    with pytest.raises(Misconfigured) as caught:
        deliver(small, source)
    assert caught.value.code == "folder.not_writable"
    with destination_of(small) as destination:
        assert [step.outcome for step in destination.check(temp_tag="check")][:2] == [
            StepOutcome.PASSED, StepOutcome.FAILED,
        ]  # fmt: skip
