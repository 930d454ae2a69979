"""A check: begun in one transaction, done once, stopped when asked, and told in words when nothing can be made."""

import errno
import gzip
import json
import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from ingest.engine.errors import Cancelled
from ingest.engine.run import onboard
from ingest.models import Batch, Check, Event, Job, Part
from ingest.services import check, check_run, corrections, dispatch_jobs, files
from ingest.services.mapping_digest import mapping_sha256, parts_sha256
from tests import factories
from tests.services import working
from tests.services.working import NOW

pytestmark = pytest.mark.django_db


def _started(**fields: Any) -> Check:
    batch = working.draft(**fields)
    return check.start(batch, actor=batch.maker, now=NOW)


def _refreshed(one: Check) -> Check:
    return Check.objects.select_related("batch").get(pk=one.pk)


def test_a_check_begins_with_its_job_and_its_event() -> None:
    one = _started()
    assert (one.batch.state, one.mapping_sha256) == ("checking", mapping_sha256(factories.MAPPING))
    assert working.job_of(one).state == Job.State.READY
    event = Event.objects.get(batch=one.batch)
    assert (event.kind, event.sha256) == ("batch.check", one.upload_sha256)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"mapping": {"version": 1}}, "Some questions are not answered yet."),
        ({"upload": None}, "There is no customer file yet."),
    ],
)
def test_a_batch_that_is_not_ready_is_refused_with_a_sentence(change: dict[str, Any], sentence: str) -> None:
    batch = working.draft(**change)
    with pytest.raises(check.NotReady) as refused:
        check.start(batch, actor=batch.maker, now=NOW)
    assert refused.value.sentence.startswith(sentence)
    assert working.state_of(batch) == "draft"
    assert not Job.objects.filter(kind=Job.Kind.CHECK, subject_id__in=batch.checks.values("pk")).exists()


def test_a_file_that_is_gone_is_said_before_a_check_begins() -> None:
    batch = working.draft()
    assert batch.upload is not None
    files.remove(batch.upload.key)
    with pytest.raises(check.NotReady, match="no longer in the portal's storage"):
        check.start(batch, actor=batch.maker, now=NOW)


def test_a_second_check_cannot_begin_beside_the_first() -> None:
    one = _started()
    with pytest.raises(check.NotPossible):
        check.start(one.batch, actor=one.started_by, now=NOW)
    assert one.batch.checks.count() == 1


def test_a_check_stores_parts_report_and_refused_rows_and_counts_every_row() -> None:
    one = _started()
    working.work(one)
    one = _refreshed(one)
    assert (one.state, one.rows, one.accepted, one.refused, one.records) == ("finished", 3, 2, 1, 2)
    (part,) = one.parts.all()
    stored = files.read(part.key)
    assert gzip.decompress(stored) == b'A-1\t"tier"="gold"\nA-2\t"tier"="silver"\n'
    assert part.key == files.part_key(part.sha256)
    assert one.parts_sha256 == parts_sha256([part.sha256])
    assert json.loads(files.read(one.report_key))["input"]["name"] == "customers.csv"
    assert b"Oslo" in files.read(one.refused_key)
    assert (one.batch.state, one.batch.result) == ("checked", one)
    assert working.job_of(one).state == Job.State.DONE
    finished = Event.objects.get(batch=one.batch, kind="batch.check_finished")
    assert (finished.sha256, finished.after["accepted"], finished.actor) == (one.parts_sha256, 2, None)


def test_a_check_that_is_rung_for_again_changes_nothing() -> None:
    one = _started()
    working.work(one)
    before = (list(Part.objects.values()), Event.objects.count(), Check.objects.values().get(pk=one.pk))
    for _ in range(3):
        working.work(one)
    assert before == (list(Part.objects.values()), Event.objects.count(), Check.objects.values().get(pk=one.pk))


def test_a_worker_that_died_is_followed_by_one_that_does_all_of_it() -> None:
    one = _started()
    working.die(one)
    working.work(one)
    assert _refreshed(one).state == "finished"
    assert working.kinds(one.batch) == ["batch.check", "batch.check_finished"]


def test_equal_parts_are_stored_once_and_a_damaged_one_is_replaced() -> None:
    first = _started()
    working.work(first)
    key = first.parts.get().key
    with files.local_copy(key) as path:
        path.write_bytes(b"damaged")
    second = _started()
    working.work(second)
    assert second.parts.get().key == key
    assert gzip.decompress(files.read(key)).startswith(b"A-1")


def test_a_file_that_cannot_be_used_ends_the_check_with_its_sentence() -> None:
    one = _started(content=b"\x00\x01\x02 no text at all \x00")
    working.work(one)
    one = _refreshed(one)
    assert (one.state, one.batch.state) == ("ended", "draft")
    assert one.problem_code.startswith("file.")
    assert one.problem.endswith(".")
    assert Event.objects.get(batch=one.batch, kind="batch.check_ended").after["code"] == one.problem_code


def test_a_file_that_was_changed_in_the_store_gives_no_result() -> None:
    one = _started()
    with files.local_copy(one.upload.key) as path:
        path.write_bytes(working.CUSTOMERS.replace(b"gold", b"lead"))
    working.work(one)
    one = _refreshed(one)
    assert (one.state, one.problem_code, one.parts.count()) == ("ended", "upload.changed", 0)


def test_a_file_that_vanished_is_said() -> None:
    one = _started()
    files.remove(one.upload.key)
    working.work(one)
    assert _refreshed(one).problem_code == "upload.gone"


def test_a_check_that_nobody_has_begun_is_stopped_at_once() -> None:
    one = _started()
    assert check.stop(one, actor=one.started_by, now=NOW)
    one = _refreshed(one)
    assert (one.state, one.batch.state) == ("cancelled", "draft")
    assert Event.objects.get(batch=one.batch, kind="batch.check_ended").actor == one.started_by
    working.work(one)
    assert _refreshed(one).state == "cancelled"
    assert not check.stop(one, actor=one.started_by, now=NOW)


def test_a_check_that_runs_stops_when_it_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    one = _started()

    def ask(*_: object, stop: Callable[[], bool], **__: object) -> None:
        assert not stop()
        assert check.stop(one, actor=one.started_by, now=NOW)
        monkeypatch.setattr("ingest.services.heartbeat.SECONDS", 0.0)
        progress_due(stop)

    def progress_due(stop: Callable[[], bool]) -> None:
        stop.__self__._heart._due = 0.0  # type: ignore[attr-defined]
        if stop():
            raise Cancelled

    monkeypatch.setattr(check_run, "onboard", ask)
    working.work(one)
    one = _refreshed(one)
    assert (one.state, one.batch.state, one.parts.count()) == ("cancelled", "draft", 0)
    assert not list(files.scratch_folder().glob(f"check-{one.pk}-*"))


def _fails_with(error: Exception) -> Callable[..., None]:
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


def test_a_full_disk_is_tried_again_later_and_at_last_told(monkeypatch: pytest.MonkeyPatch) -> None:
    one = _started()
    monkeypatch.setattr(check_run, "onboard", _fails_with(OSError(errno.ENOSPC, "No space left on device", "/secret")))
    for attempt in (1, 2, 3):
        assert _refreshed(one).state == "queued", f"before attempt {attempt}"
        working.work(one)
    one = _refreshed(one)
    assert (one.state, one.problem_code, one.batch.state) == ("ended", "disk.full", "draft")
    assert one.problem.startswith("The disk was full, so the check could not be finished.")
    assert working.job_of(one).state == Job.State.NEEDS_ATTENTION


def test_a_disk_that_has_room_again_lets_the_check_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    one = _started()
    with monkeypatch.context() as patched:
        patched.setattr(check_run, "onboard", _fails_with(OSError(errno.ENOSPC, "No space left on device")))
        working.work(one)
    assert working.job_of(one).next_attempt_at > timezone.now(), "not at once: there is no room yet"
    working.work(one)
    assert _refreshed(one).state == "finished"
    assert working.kinds(one.batch) == ["batch.check", "batch.check_finished"]


def test_a_mistake_of_the_program_is_told_by_number_and_logged_without_values(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    one = _started()
    monkeypatch.setattr(check_run, "onboard", _fails_with(ValueError("ada@example.com")))
    with caplog.at_level(logging.DEBUG):
        working.work(one)
    one = _refreshed(one)
    assert (one.state, one.problem_code, one.batch.state) == ("ended", "bug", "draft")
    assert f"C-{one.pk}-1" in one.problem
    assert f"C-{one.pk}-1: ValueError at " in caplog.text
    assert "ada@example.com" not in caplog.text
    assert working.job_of(one).state == Job.State.NEEDS_ATTENTION


def test_a_worker_that_lost_its_lease_writes_nothing_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    one = _started()
    real = onboard

    def overtaken(*given: Any, **how: Any) -> Any:
        report = real(*given, **how)
        Job.objects.filter(pk=working.job_of(one).pk).update(epoch=2, lease_owner="another")
        return report

    monkeypatch.setattr(check_run, "onboard", overtaken)
    working.work(one)
    one = _refreshed(one)
    assert (one.state, one.parts.count(), one.report_key) == ("running", 0, "")
    assert working.kinds(one.batch) == ["batch.check"]
    assert not list(files.scratch_folder().glob(f"check-{one.pk}-*"))


def test_a_file_that_kills_every_worker_does_not_do_so_for_ever() -> None:
    one = _started()
    for _ in range(3):
        working.die(one)
    working.work(one)
    assert _refreshed(one).state == "queued", "nobody takes it a fourth time"
    assert dispatch_jobs.give_up_hopeless(NOW) == 1
    one = _refreshed(one)
    assert (one.state, one.problem_code, one.batch.state) == ("ended", "worker.died", "draft")
    assert "ended 3 times" in one.problem
    assert dispatch_jobs.give_up_hopeless(NOW + timedelta(days=1)) == 0
    again = check.start(Batch.objects.get(pk=one.batch_id), actor=one.started_by, now=NOW)
    working.work(again)
    assert _refreshed(again).state == "finished"


def test_traits_are_judged_by_the_catalogue_of_the_workspace() -> None:
    where = factories.workspace()
    factories.trait(where, 24, "Gold", aam_created_at=NOW - timedelta(days=30))
    columns = [{"column": "tier", "action": "add_traits"}]
    content = b"crm_id,tier\nA-1,24\nA-2,25\n"
    one = _started(workspace=where, content=content, mapping={**factories.MAPPING, "columns": columns})
    working.work(one)
    report = json.loads(files.read(_refreshed(one).report_key))
    assert [(found["code"], found["rows"]) for found in report["findings"]] == [("trait.unknown", 1)]


def test_progress_is_kept_in_the_row(monkeypatch: pytest.MonkeyPatch) -> None:
    one = _started()
    seen: list[tuple[int, int]] = []

    def look(*_: object, progress: Callable[[int, int], None], **__: object) -> None:
        progress.__self__._heart._due = 0.0  # type: ignore[attr-defined]
        progress(40, 2)
        seen.append((_refreshed(one).bytes_done, _refreshed(one).rows_done))
        raise Cancelled

    monkeypatch.setattr(check_run, "onboard", look)
    working.work(one)
    assert seen == [(40, 2)]
    assert _refreshed(one).bytes_total == len(working.CUSTOMERS)


def test_what_the_worker_does_now_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    one, stages = _started(), {}

    def seen(name: str) -> None:
        stages[name] = _refreshed(one).stage

    def put_in_place(*given: Any, **named: Any) -> Check:
        seen("begun")
        return corrections.put_in_place(*given, **named)

    monkeypatch.setattr(check_run, "failpoint", seen)
    monkeypatch.setattr(check_run, "put_in_place", put_in_place)
    working.work(one)
    passed = [stages[name] for name in ("begun", "check.reading", "check.built", "check.part_stored")]
    assert passed == ["reading", "checking", "writing", "storing"]
