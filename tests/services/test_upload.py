"""An upload is admitted, takes its room at once, and is complete only when it surely is."""

import errno
import hashlib
import os
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from ingest.models import Event, Upload, User, Workspace
from ingest.services import files, upload_digest, upload_spool
from ingest.services.upload import NotReceiving, Piece, WrongOffset, cancel, open_upload, receive
from ingest.services.upload_admission import Limit, Refused
from ingest.services.upload_earlier import earlier_use, unfinished, unused
from ingest.services.upload_names import clean_name, title_from
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db
CONTENT = b"crm_id,tier\n" + b"A-1,gold\n" * 5000


@pytest.fixture(autouse=True)
def _room(settings: Any, tmp_path: Path) -> None:
    settings.DISK_RESERVE_BYTES = 0
    settings.SPOOL_DIR = tmp_path / "spool"


@pytest.fixture
def where() -> Workspace:
    return factories.workspace()


@pytest.fixture
def owner(where: Workspace) -> User:
    return factories.member(where)


def begin(where: Workspace, owner: User, size: int = len(CONTENT), name: str = "a.csv") -> Upload:
    return open_upload(where, owner=owner, name=name, size=size, now=NOW)


def reader(content: bytes) -> Any:
    """Gives a few bytes at a time, as a line does."""
    rest = bytearray(content)

    def read(most: int) -> bytes:
        data = bytes(rest[: min(most, 1000)])
        del rest[: len(data)]
        return data

    return read


def send(upload: Upload, content: bytes, offset: int = 0) -> int:
    return receive(upload, reader(content), Piece(offset, len(content)), now=NOW)


def test_the_whole_room_is_taken_before_the_first_byte(where: Workspace, owner: User) -> None:
    upload = begin(where, owner, 3_000_000)
    there = upload_spool.path_of(upload.pk).stat()
    assert there.st_size == 3_000_000
    assert there.st_blocks * 512 >= 3_000_000
    assert there.st_mode & 0o777 == 0o600


def test_a_complete_upload_is_stored_with_its_checksum_and_told(where: Workspace, owner: User) -> None:
    upload = begin(where, owner)
    send(upload, CONTENT)
    upload.refresh_from_db()
    digest = hashlib.sha256(CONTENT).hexdigest()
    assert (upload.state, upload.sha256, upload.key) == ("complete", digest, files.upload_key(upload.pk))
    assert files.read(upload.key) == CONTENT
    event = Event.objects.get(workspace=where, kind="upload.complete")
    assert (event.sha256, event.actor) == (digest, owner)


def test_what_arrived_before_the_line_broke_counts(where: Workspace, owner: User) -> None:
    upload = begin(where, owner)
    calls = iter([CONTENT[:700], CONTENT[700:1400]])

    def read(_most: int) -> bytes:
        try:
            return next(calls)
        except StopIteration:
            raise ConnectionResetError from None

    assert receive(upload, read, Piece(0, len(CONTENT)), now=NOW) == 1400
    send(upload, CONTENT[1400:], 1400)
    assert upload.sha256 == hashlib.sha256(CONTENT).hexdigest()


def test_another_process_took_the_middle(where: Workspace, owner: User) -> None:
    upload = begin(where, owner)
    send(upload, CONTENT[:1000])
    mine = upload_digest.take(upload.pk)
    assert mine.position == 1000
    send(upload, CONTENT[1000:2000], 1000)
    upload_digest.keep(upload.pk, mine)
    send(upload, CONTENT[2000:], 2000)
    assert upload.sha256 == hashlib.sha256(CONTENT).hexdigest()


def test_only_so_many_hashes_are_kept(tmp_path: Path) -> None:
    file = tmp_path / "arriving"
    file.write_bytes(b"1234567")
    ids = [uuid4() for _ in range(upload_digest.MOST_KEPT + 1)]
    for one in ids:
        upload_digest.follow(one, file, 7)
    assert upload_digest.take(ids[0]).position == 0
    assert {upload_digest.take(one).position for one in ids[1:]} == {7}


def test_a_file_that_grows_while_it_is_hashed_is_hashed_once(tmp_path: Path) -> None:
    file, upload_id = tmp_path / "arriving", uuid4()
    content = os.urandom(9_000_000)
    with file.open("wb") as arriving:
        for first in range(0, len(content), 10_000):
            arriving.write(content[first : first + 10_000])
            arriving.flush()
            upload_digest.follow(upload_id, file, first + 10_000)
    running = upload_digest.take(upload_id)
    assert (running.position, running.sha256.hexdigest()) == (len(content), hashlib.sha256(content).hexdigest())


def test_a_file_that_is_gone_stops_nobody(tmp_path: Path) -> None:
    upload_id = uuid4()
    upload_digest.follow(upload_id, tmp_path / "gone", 7)
    assert upload_digest.take(upload_id).position == 0


@pytest.mark.parametrize(
    ("limits", "limit"),
    [
        ({"max_upload_bytes": len(CONTENT) - 1}, Limit.TOO_LARGE),
        ({"quota_bytes": len(CONTENT) - 1}, Limit.QUOTA),
        ({"max_open_uploads": 0}, Limit.TOO_MANY),
    ],
)
def test_limits_of_the_workspace_are_kept(limits: dict[str, int], limit: Limit) -> None:
    where = factories.workspace(**limits)
    owner = factories.member(where)
    with pytest.raises(Refused) as refused:
        begin(where, owner)
    assert refused.value.limit == limit
    assert refused.value.say(lambda size: f"{size} bytes").endswith((".", "later, or tell the people"))
    assert not Upload.objects.filter(workspace=where).exists()
    assert not list(upload_spool.folder_files())


def test_the_quota_counts_what_is_stored_and_what_is_arriving(owner: User, where: Workspace) -> None:
    Workspace.objects.filter(pk=where.pk).update(quota_bytes=2 * len(CONTENT) + 10)
    where.refresh_from_db()
    send(begin(where, owner), CONTENT)
    arriving = begin(where, owner)
    with pytest.raises(Refused):
        begin(where, owner, 11)
    assert cancel(arriving, actor=owner, now=NOW)
    begin(where, owner, 11)


def test_a_disk_without_room_is_said_before_the_first_byte(where: Workspace, owner: User, settings: Any) -> None:
    settings.DISK_RESERVE_BYTES = 10**18
    with pytest.raises(Refused) as refused:
        begin(where, owner)
    assert refused.value.limit == Limit.DISK


def test_a_disk_that_fills_up_costs_the_piece_and_nothing_else(
    where: Workspace, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = begin(where, owner)
    send(upload, CONTENT[:2000])

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "pwrite", full)
        with pytest.raises(Refused):
            send(upload, CONTENT[2000:4000], 2000)
    assert upload_spool.noted(upload.pk) == 2000
    send(upload, CONTENT[2000:], 2000)
    assert upload.sha256 == hashlib.sha256(CONTENT).hexdigest()


def test_a_cancelled_upload_gives_its_room_back_and_takes_nothing_more(where: Workspace, owner: User) -> None:
    upload = begin(where, owner)
    send(upload, CONTENT[:100])
    assert cancel(upload, actor=owner, now=NOW)
    assert not cancel(upload, actor=owner, now=NOW)
    assert not upload_spool.path_of(upload.pk).exists()
    with pytest.raises(NotReceiving):
        send(upload, CONTENT[100:], 100)


def test_a_complete_upload_cannot_be_cancelled(where: Workspace, owner: User) -> None:
    upload = begin(where, owner)
    send(upload, CONTENT)
    assert not cancel(upload, actor=owner, now=NOW)
    assert files.read(upload.key) == CONTENT


@pytest.mark.django_db(transaction=True)
def test_of_pieces_sent_at_the_same_time_each_byte_is_taken_once() -> None:
    where = factories.workspace()
    owner = factories.member(where)
    upload = begin(where, owner)
    others, begun, tried = Upload.objects.get(pk=upload.pk), threading.Event(), threading.Event()
    read = reader(CONTENT)

    def slowly(most: int) -> bytes:
        begun.set()
        assert tried.wait(timeout=30)
        return bytes(read(most))

    def first() -> None:
        receive(upload, slowly, Piece(0, len(CONTENT)), now=NOW)
        connection.close()

    thread = threading.Thread(target=first)
    thread.start()
    assert begun.wait(timeout=30)
    for _ in range(50):
        with pytest.raises(upload_spool.Busy):
            send(others, b"x" * len(CONTENT))
    tried.set()
    thread.join()
    with pytest.raises(WrongOffset):
        send(others, b"x" * len(CONTENT))
    assert files.read(files.upload_key(upload.pk)) == CONTENT


def test_the_same_bytes_as_before_are_noticed(where: Workspace, owner: User) -> None:
    first = factories.upload(where, owner, CONTENT)
    Upload.objects.filter(pk=first.pk).update(created_at=NOW - timedelta(days=20))
    batch = factories.batch(where, owner, upload=first)
    again = factories.upload(where, owner, CONTENT)
    found = earlier_use(again)
    assert found is not None
    assert (found.batch, found.by, found.at) == (batch, owner.name, NOW)
    assert earlier_use(factories.upload(where, owner, b"other,file\n1,2\n")) is None
    elsewhere = factories.workspace()
    assert earlier_use(factories.upload(elsewhere, factories.member(elsewhere), CONTENT)) is None


def test_what_can_go_on_and_what_can_be_used_is_listed_for_its_owner_only(where: Workspace, owner: User) -> None:
    other = factories.member(where)
    receiving = begin(where, owner)
    complete = begin(where, owner)
    send(complete, CONTENT)
    factories.batch(where, owner, upload=factories.upload(where, owner))
    assert unfinished(where, owner, now=NOW) == [receiving]
    assert unused(where, owner, now=NOW) == [complete]
    assert unfinished(where, other, now=NOW) == unused(where, other, now=NOW) == []
    assert unfinished(where, owner, now=NOW + timedelta(days=2)) == []


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("customers.csv", "customers.csv"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ada\\crm.csv", "crm.csv"),
        ("a\x00b\r\n\x1b[31m.csv", "ab[31m.csv"),
        ("vsc.\u202eexe", "vsc.exe"),
        ("März\u3000客户.csv", "März 客户.csv"),
        ("", "file"),
        ("..\\", "file"),
        ("\ud800.csv", ".csv"),
        ("x" * 300 + ".csv", "x" * 251 + ".csv"),
        ("y" * 300, "y" * 255),
    ],
)
def test_the_name_of_a_file_is_harmless_text(given: str, kept: str) -> None:
    assert clean_name(given) == kept


@pytest.mark.parametrize(
    ("name", "title"),
    [("crm_nov.csv.gz", "crm nov"), (".csv", ".csv"), ("Loyalty – November.XLSX", "Loyalty – November")],
)
def test_a_transfer_is_called_after_its_file(name: str, title: str) -> None:
    assert title_from(name, 150) == title
