"""A disk that is really full, and has room again: the check waits for it, and loses nothing."""

import shutil
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from ingest.models import Check
from ingest.services import check, files
from tests.services import working
from tests.services.working import NOW
from tests.transfer.disks import mounted

pytestmark = pytest.mark.django_db
ROWS = "".join(f"U{number:032x},{number * 7919:x}\n" for number in range(40_000))


def _started() -> Check:
    batch = working.draft(content=f"crm_id,tier\n{ROWS}".encode())
    return check.start(batch, actor=batch.maker, now=NOW)


def _refreshed(one: Check) -> Check:
    return Check.objects.select_related("batch").get(pk=one.pk)


def test_a_disk_that_fills_while_parts_are_built_is_waited_for(settings: Settings) -> None:
    one, roomy = _started(), settings.SCRATCH_DIR
    with mounted("size=256k") as small:
        settings.SCRATCH_DIR = small
        working.work(one)
        assert list(small.iterdir()) == []
    assert (_refreshed(one).state, working.job_of(one).last_error_code) == ("queued", "disk.full")
    settings.SCRATCH_DIR = roomy
    working.work(one)
    assert (_refreshed(one).state, _refreshed(one).accepted) == ("finished", 40_000)


def test_a_disk_that_fills_while_parts_are_stored_is_waited_for(settings: Settings) -> None:
    """The store is another disk than the scratch folder, and half a part may not be seen there."""
    one = _started()
    with mounted("size=8m") as small:
        _move_store(settings, small)
        filler = small / "filler"
        filler.write_bytes(bytes(shutil.disk_usage(small).free - 64 * 1024))
        working.work(one)
        assert list((small / "parts").rglob("*.part")) == list((small / "parts").rglob(".*")) == []
        assert working.job_of(one).last_error_code == "disk.full"
        filler.unlink()
        working.work(one)
        one = _refreshed(one)
        assert (one.state, one.accepted) == ("finished", 40_000)
        part = one.parts.get()
        with files.local_copy(part.key) as path:
            assert files.sha256_of(path) == part.sha256
        shutil.rmtree(small / "parts")


def _move_store(settings: Settings, folder: Path) -> None:
    """The store from now on, with the uploads that it has."""
    store = settings.STORAGES["files"]
    old = Path(store["OPTIONS"]["location"])
    newest = max((old / "uploads").iterdir(), key=lambda path: path.stat().st_mtime)
    (folder / "uploads").mkdir()
    shutil.copy(newest, folder / "uploads" / newest.name)
    options = {**store["OPTIONS"], "location": folder}
    settings.STORAGES = {**settings.STORAGES, "files": {**store, "OPTIONS": options}}
