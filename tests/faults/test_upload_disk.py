"""A disk that fills up during an upload: a sentence, nothing left over, and no restart needed once there is room."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from ingest.models import Batch, Upload, Workspace
from ingest.services import files, upload_admission, upload_spool
from tests import factories
from tests.web.tus_client import Tus

pytestmark = pytest.mark.django_db
DISK_BYTES = 4 * 1024 * 1024
CONTENT = b"crm_id,tier\n" + b"A-1,gold\n" * (3 * 1024 * 1024 // 9)


def _mount(folder: str) -> bool:
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "amportal-test", folder]
    return subprocess.run(command, capture_output=True, timeout=60, check=False).returncode == 0


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """Only root may make one."""
    with tempfile.TemporaryDirectory() as name:
        if os.geteuid() != 0 or not _mount(name):
            pytest.skip("no small disk can be mounted here")
        yield Path(name)
        subprocess.run(["umount", name], capture_output=True, timeout=60, check=True)


@pytest.fixture
def where() -> Workspace:
    return factories.workspace()


@pytest.fixture
def signed_in(client: Client, where: Workspace) -> Client:
    client.force_login(factories.member(where))
    return client


@pytest.fixture(autouse=True)
def _spool_there(settings: Any, small_disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The admission is told that there is room: what is tried here is that it can be wrong."""
    settings.SPOOL_DIR = small_disk / "spool"
    settings.DISK_RESERVE_BYTES = 0
    monkeypatch.setattr(upload_admission, "ROOM_FOR_WORK", 0)


def fill(disk: Path, but: int = 0) -> Path:
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        while True:
            try:
                file.write(b"x" * 4096)
            except OSError:
                break
        file.truncate(max(0, file.tell() - but))
    return filler


def test_an_upload_that_finds_no_room_is_refused_and_leaves_none(
    signed_in: Client, where: Workspace, small_disk: Path
) -> None:
    filler = fill(small_disk, but=1024 * 1024)
    tus = Tus(signed_in, where)
    answer = tus.create(len(CONTENT))
    assert answer.status_code == 507
    assert "free disk space" in answer.content.decode()
    assert not Upload.objects.filter(workspace=where).exists()
    assert not list(upload_spool.folder_files())
    filler.unlink()
    url = tus.begin(len(CONTENT))
    assert tus.patch(url, 0, CONTENT).status_code == 204
    assert files.read(tus.upload(url).key) == CONTENT


def test_a_file_in_a_form_that_finds_no_room_is_refused_and_leaves_none(
    signed_in: Client, where: Workspace, small_disk: Path
) -> None:
    filler = fill(small_disk, but=1024 * 1024)
    url = reverse("transfer_new", args=[where.slug])
    answer = signed_in.post(url, {"file": SimpleUploadedFile("crm.csv", CONTENT)})
    assert answer.status_code == 422
    assert "free disk space" in answer.content.decode()
    assert not list(upload_spool.folder_files())
    filler.unlink()
    assert signed_in.post(url, {"file": SimpleUploadedFile("crm.csv", CONTENT)}).status_code == 302
    assert Batch.objects.filter(workspace=where).count() == 1


def test_room_that_was_taken_is_there_when_the_disk_fills_up_meanwhile(
    signed_in: Client, where: Workspace, small_disk: Path
) -> None:
    tus = Tus(signed_in, where)
    url = tus.begin(len(CONTENT))
    tus.patch(url, 0, CONTENT[:1000])
    fill(small_disk)
    assert tus.patch(url, 1000, CONTENT[1000:]).status_code == 204
    assert files.read(tus.upload(url).key) == CONTENT
