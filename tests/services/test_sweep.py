"""What killed processes leave behind goes; what a living one works on, and what is not ours, stays."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from ingest.models import Job
from ingest.services import check, files, sweep, work
from tests import factories
from tests.services import working
from tests.services.working import NOW

pytestmark = pytest.mark.django_db


def _claimed() -> work.Claim:
    batch = working.draft()
    job = working.job_of(check.start(batch, actor=batch.maker, now=NOW))
    claim = work.claim(job.pk, "a worker", kind=Job.Kind.CHECK)
    assert claim is not None
    return claim


def test_scratch_of_lost_claims_goes_and_that_of_a_running_one_stays() -> None:
    claim = _claimed()
    root = files.scratch_folder()
    kept = [root / f"check-{claim.subject_id}-{claim.epoch}", root / "something-else"]
    gone = [root / f"check-{claim.subject_id}-{claim.epoch + 1}", root / f"check-{10**9}-1", root / "check-7-1"]
    for folder in (*kept, *gone):
        folder.mkdir(exist_ok=True)
        (folder / "part-1").write_bytes(b"x")
    assert sweep.sweep_scratch() >= len(gone)
    assert all(folder.exists() for folder in kept)
    assert not any(folder.exists() for folder in gone)
    claim.finish()
    sweep.sweep_scratch()
    assert not kept[0].exists()
    (kept[1] / "part-1").unlink()
    kept[1].rmdir()


def test_parts_that_no_check_has_go_once_they_are_old() -> None:
    batch = working.checked()
    assert batch.result is not None
    key = batch.result.parts.all()[0].key
    path = files.scratch_folder() / "orphan"
    path.write_bytes(b"orphan")
    orphan = files.part_key("f" * 64)
    files.put_away(path, orphan)
    now = datetime.now(NOW.tzinfo)
    sweep.sweep_parts(now)
    assert files.exists(orphan), "its worker may be about to say so"
    sweep.sweep_parts(now + timedelta(days=2))
    assert not files.exists(orphan)
    assert files.exists(key)


def test_temporaries_of_killed_attempts_go() -> None:
    delivery = working.sending(b"one\n")
    folder = Path(delivery.destination.config["folder"])
    (folder / f".amportal-7-1-{'0' * 16}.part").write_bytes(b"half")
    (folder / "mine.txt").write_bytes(b"stays")
    now = datetime.now(NOW.tzinfo)
    assert sweep.sweep_destinations(now) == 0
    assert sweep.sweep_destinations(now + timedelta(hours=2)) == 1
    assert [path.name for path in folder.iterdir()] == ["mine.txt"]


def test_a_destination_that_is_gone_does_not_stop_the_sweeping_of_others() -> None:
    where = factories.workspace()
    factories.destination(where, config={"folder": "/nowhere"})
    assert sweep.sweep_destinations(NOW) == 0
