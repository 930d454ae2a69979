"""How much of an upload is there after a killed process, and how much after a power cut: never more than is true."""

import errno
import hashlib
import os
import threading
from concurrent.futures import wait
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from ingest.models import Upload
from ingest.services import upload, upload_digest, upload_flush, upload_spool
from ingest.services.upload import Piece, WrongOffset, count_written, open_upload, receive
from ingest.services.upload_admission import Refused
from ingest.services.upload_sweep import settle, sweep_uploads
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db
CONTENT = b"crm_id,tier\n" + b"A-1,gold\n" * 5000
HALF = 20_000


@pytest.fixture(autouse=True)
def _room(settings: Any, tmp_path: Path) -> None:
    settings.DISK_RESERVE_BYTES = 0
    settings.SPOOL_DIR = tmp_path / "spool"


@pytest.fixture
def begun() -> Upload:
    where = factories.workspace()
    return open_upload(where, owner=factories.member(where), name="a.csv", size=len(CONTENT), now=NOW)


def send(begun: Upload, first: int, last: int, **later: Any) -> None:
    content = memoryview(CONTENT)[first:last]
    receive(begun, lambda most: bytes(content[:most]), Piece(first, last - first), now=NOW + timedelta(**later))


def in_the_database(begun: Upload) -> int:
    return Upload.objects.values_list("received_bytes", flat=True).get(pk=begun.pk)


def as_another_process_sees_it(begun: Upload) -> Upload:
    upload_digest.forget(begun.pk)
    seen = Upload.objects.get(pk=begun.pk)
    count_written(seen)
    return seen


def cut_the_power(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine starts anew; whether the disk has what was written, nobody knows."""
    monkeypatch.setattr(upload_spool, "_boot", lambda: "another start")


def test_a_killed_server_costs_nothing(begun: Upload) -> None:
    send(begun, 0, HALF)
    seen = as_another_process_sees_it(begun)
    assert seen.received_bytes == HALF
    send(seen, HALF, len(CONTENT))
    assert (seen.state, seen.sha256) == ("complete", hashlib.sha256(CONTENT).hexdigest())


def test_after_a_power_cut_only_what_was_made_safe_counts(begun: Upload, monkeypatch: pytest.MonkeyPatch) -> None:
    send(begun, 0, HALF)
    cut_the_power(monkeypatch)
    seen = as_another_process_sees_it(begun)
    assert seen.received_bytes == in_the_database(begun) == 0
    with pytest.raises(WrongOffset):
        send(seen, HALF, len(CONTENT))
    send(seen, 0, len(CONTENT))
    assert seen.sha256 == hashlib.sha256(CONTENT).hexdigest()


class Disk:
    """A disk that takes its time, or fails: `sync` stands for the system's."""

    def __init__(self) -> None:
        self.is_reached, self.may_end = threading.Event(), threading.Event()
        self.problem: OSError | None = None

    def sync(self, _handle: int) -> None:
        self.is_reached.set()
        assert self.may_end.wait(10)
        if self.problem is not None:
            raise self.problem

    def end(self, begun: Upload) -> None:
        """What was being brought to the disk is there, or not."""
        assert self.is_reached.wait(10)
        self.may_end.set()
        wait_for_flush(begun)


def wait_for_flush(begun: Upload) -> None:
    wait([upload_flush._kept[begun.pk].done], 10)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    monkeypatch.setattr(upload, "SAFE_EVERY_BYTES", 10_000)
    one = Disk()
    monkeypatch.setattr(os, "fdatasync", one.sync)
    return one


def test_many_bytes_are_told_to_the_database_once_the_disk_has_them(
    begun: Upload, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for first in range(0, 16_000, 4_000):
        send(begun, first, first + 4_000)
    assert disk.is_reached.wait(10)
    assert (begun.received_bytes, in_the_database(begun)) == (16_000, 0), "nobody waits for the disk"
    disk.end(begun)
    send(begun, 16_000, HALF)
    assert in_the_database(begun) == 12_000, "what had been written when the disk was asked"
    cut_the_power(monkeypatch)
    assert as_another_process_sees_it(begun).received_bytes == 12_000


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC])
def test_what_the_disk_did_not_take_is_asked_for_again(begun: Upload, disk: Disk, number: int) -> None:
    disk.problem = OSError(number, "the disk's own words")
    send(begun, 0, 12_000)
    disk.end(begun)
    with pytest.raises((OSError, Refused)):
        send(begun, 12_000, HALF)
    seen = as_another_process_sees_it(begun)
    assert seen.received_bytes == in_the_database(begun) == 0
    disk.problem = None
    send(seen, 0, len(CONTENT))
    assert seen.sha256 == hashlib.sha256(CONTENT).hexdigest()


def test_the_end_waits_for_the_disk_and_hears_what_it_says(begun: Upload, disk: Disk) -> None:
    send(begun, 0, 12_000)
    disk.problem = OSError(errno.EIO, "the disk's own words")
    disk.may_end.set()
    with pytest.raises(OSError, match="own words"):
        send(begun, 12_000, len(CONTENT))
    assert Upload.objects.get(pk=begun.pk).state == "receiving"


def test_on_a_slow_line_bytes_are_made_safe_every_minute_and_the_file_lives_on(begun: Upload) -> None:
    send(begun, 0, 1_000)
    assert in_the_database(begun) == 0
    send(begun, 1_000, 2_000, minutes=2)
    assert in_the_database(begun) == 2_000
    assert Upload.objects.get(pk=begun.pk).expires_at == NOW + timedelta(minutes=2, days=1)


def test_in_a_folder_that_machines_share_every_piece_is_made_safe(begun: Upload, settings: Any) -> None:
    settings.SPOOL_IS_SHARED = True
    send(begun, 0, 1_000)
    assert in_the_database(begun) == 1_000
    assert upload_spool.noted(begun.pk) == 0


def test_a_note_goes_with_its_file(begun: Upload, settings: Any) -> None:
    send(begun, 0, HALF)
    assert list(settings.SPOOL_DIR.glob("*.written"))
    send(begun, HALF, len(CONTENT))
    assert not list(settings.SPOOL_DIR.iterdir())
    assert not settle(begun, now=NOW)


def test_a_note_whose_file_is_gone_is_swept_once_it_is_old(begun: Upload, settings: Any) -> None:
    send(begun, 0, HALF)
    (note,) = settings.SPOOL_DIR.glob("*.written")
    lone = note.with_name("11111111-1111-4111-8111-111111111111.written")
    lone.write_text("x", encoding="ascii")
    os.utime(lone, (NOW.timestamp(), NOW.timestamp()))
    sweep_uploads(NOW + timedelta(minutes=30))
    assert lone.exists()
    sweep_uploads(NOW + timedelta(hours=2))
    assert (lone.exists(), note.exists()) == (False, True)


def test_a_piece_that_is_written_while_the_one_before_is_read_is_hashed_as_it_was_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file has its whole size from the start, so a read may reach into what has not arrived yet."""
    file, upload_id = tmp_path / "arriving", uuid4()
    content, read, pending = os.urandom(2_000), os.pread, [1_000]
    file.write_bytes(content[:1_000] + bytes(1_000))

    def meanwhile(handle: int, most: int, offset: int) -> bytes:
        data = read(handle, most, offset)
        if pending and pending.pop():
            file.write_bytes(content)
            upload_digest.follow(upload_id, file, 2_000)
        return data

    monkeypatch.setattr(os, "pread", meanwhile)
    upload_digest.follow(upload_id, file, 1_000)
    follower = upload_digest._kept[upload_id].follower
    assert follower is not None
    wait([follower], 10)
    running = upload_digest.take(upload_id)
    assert (running.position, running.sha256.hexdigest()) == (2_000, hashlib.sha256(content).hexdigest())
