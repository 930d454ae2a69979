"""A partial upload never fills the disk for good, and what a server left half done is finished."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from ingest.models import Upload, User, Workspace
from ingest.services import files, look, upload_digest, upload_spool
from ingest.services.upload import Piece, open_upload, receive
from ingest.services.upload_sweep import settle, sweep_uploads
from tests import factories
from tests.factories import CUSTOMERS, NOW

pytestmark = pytest.mark.django_db
DAY = timedelta(hours=25)


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


def begin(where: Workspace, owner: User, **more: Any) -> Upload:
    return open_upload(where, owner=owner, name="a.csv", size=len(CUSTOMERS), now=NOW, **more)


def all_but_said(upload: Upload) -> None:
    """Every byte is there and counted; the server died right then."""
    with upload_spool.held(upload.pk) as handle:
        upload_spool.write_at(handle, CUSTOMERS, 0)
    Upload.objects.filter(pk=upload.pk).update(received_bytes=len(CUSTOMERS))
    upload.refresh_from_db()


def test_what_nobody_finishes_goes_after_a_day(where: Workspace, owner: User) -> None:
    upload = begin(where, owner)
    receive(upload, lambda most: b"x" * min(most, 10), Piece(0, 10), now=NOW)
    assert sweep_uploads(NOW + timedelta(hours=23)) == 0
    assert sweep_uploads(NOW + DAY) == 1
    assert sweep_uploads(NOW + DAY) == 0
    upload.refresh_from_db()
    assert (upload.state, upload.deleted_at) == ("deleted", NOW + DAY)
    assert not upload_spool.path_of(upload.pk).exists()


def test_every_piece_prolongs_the_wait(where: Workspace, owner: User) -> None:
    upload = begin(where, owner)
    receive(upload, lambda most: b"x" * min(most, 10), Piece(0, 10), now=NOW + timedelta(hours=20))
    assert sweep_uploads(NOW + DAY) == 0


def test_an_upload_that_is_being_written_is_left_alone(where: Workspace, owner: User) -> None:
    upload = begin(where, owner, resumable=False)
    Upload.objects.filter(pk=upload.pk).update(created_at=NOW)
    with upload_spool.held(upload.pk):
        assert sweep_uploads(NOW + DAY) == 0
    assert sweep_uploads(NOW + timedelta(minutes=11)) == 1, "a form that lost its server does not wait for a day"


def test_a_whole_file_whose_server_died_is_completed(where: Workspace, owner: User) -> None:
    upload = begin(where, owner)
    all_but_said(upload)
    upload_digest.forget(upload.pk)
    assert settle(upload, now=NOW)
    assert not settle(upload, now=NOW)
    assert files.read(upload.key) == CUSTOMERS
    with files.local_copy(upload.key) as path:
        assert upload.sha256 == files.sha256_of(path)


def test_a_file_that_was_stored_before_its_server_died_is_completed(where: Workspace, owner: User) -> None:
    upload = begin(where, owner)
    all_but_said(upload)
    files.put_away(upload_spool.path_of(upload.pk), files.upload_key(upload.pk))
    sweep_uploads(NOW + DAY)
    upload.refresh_from_db()
    assert upload.state == "complete"
    assert files.read(upload.key) == CUSTOMERS


def test_a_file_without_an_upload_goes(where: Workspace, owner: User) -> None:
    stray, kept = uuid4(), begin(where, owner)
    upload_spool.make(stray, 10)
    note = upload_spool.path_of(stray).with_name("note.part")
    note.write_text("not ours", encoding="utf-8")
    long_ago = (NOW - timedelta(hours=2)).timestamp()
    for path in upload_spool.folder_files():
        os.utime(path, (long_ago, long_ago))
    assert sweep_uploads(NOW) == 1
    assert not upload_spool.path_of(stray).exists()
    assert upload_spool.path_of(kept.pk).exists()
    assert note.exists()
    note.unlink()


def test_a_file_that_has_just_appeared_may_belong_to_an_upload_that_is_not_committed_yet() -> None:
    stray = uuid4()
    upload_spool.make(stray, 10)
    os.utime(upload_spool.path_of(stray), (NOW.timestamp(), NOW.timestamp()))
    assert sweep_uploads(NOW + timedelta(minutes=5)) == 0
    upload_spool.remove(stray)


def test_a_complete_file_that_nobody_uses_goes_and_one_that_is_used_stays(where: Workspace, owner: User) -> None:
    used, unused = factories.upload(where, owner), factories.upload(where, owner)
    factories.batch(where, owner, upload=used)
    checked = factories.upload(where, owner)
    batch = factories.batch(where, owner, upload=checked)
    factories.finished_check(batch)
    type(batch).objects.filter(pk=batch.pk).update(upload=used)
    look.look_at(unused, None)
    Upload.objects.update(expires_at=NOW)
    assert sweep_uploads(NOW + DAY) == 1
    states = dict(Upload.objects.filter(workspace=where).values_list("pk", "state"))
    assert states == {used.pk: "complete", checked.pk: "complete", unused.pk: "deleted"}
    assert not files.exists(unused.key)
    assert not files.exists(f"{unused.key}.look-8.json")
