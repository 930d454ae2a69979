"""Customer data goes when its time is over, and not before; what was counted and decided stays."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from ingest.models import Batch, Check, Event, Part, Upload
from ingest.services import again, check, deliver, files, retain
from tests import factories
from tests.services import working
from tests.services.working import NOW, send_all, state_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _old_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of these tests are as new as the test, whatever `now` they are told."""
    monkeypatch.setattr(files, "written_at", lambda key: NOW if files.exists(key) else None)


def _sent(**fields: Any) -> Batch:
    """A batch that was checked by the engine and sent; it has every kind of file."""
    batch = working.draft(**fields)
    one = check.start(batch, actor=batch.maker, now=NOW)
    working.work(one)
    batch.refresh_from_db()
    place = factories.destination(batch.workspace)
    Batch.objects.filter(pk=batch.pk).update(destination=place)
    batch.refresh_from_db()
    decided = working.decide(batch)
    delivery = deliver.begin(decided, actor=None, now=NOW)
    assert delivery is not None
    send_all(delivery)
    Batch.objects.filter(pk=batch.pk).update(state_at=NOW)
    return Batch.objects.select_related("upload", "result", "workspace").get(pk=batch.pk)


def _kept(batch: Batch) -> set[str]:
    """What is still stored of a batch."""
    assert batch.upload is not None
    assert batch.result is not None
    keys = {
        "upload": [batch.upload.key],
        "parts": [part.key for part in batch.result.parts.all()],
        "report": [batch.result.report_key, batch.result.refused_key],
    }
    return {name for name, stored in keys.items() if all(files.exists(key) for key in stored)}


def test_each_kind_of_file_goes_after_its_own_days_and_numbers_stay() -> None:
    batch = _sent()
    result = Check.objects.filter(pk=working.result_of(batch).pk)
    counts = result.values("rows", "accepted", "refused", "parts_sha256").get()
    seen = []
    for days in (6, 8, 13, 15, 29, 31):
        retain.delete_old_data(NOW + days * DAY)
        seen.append(_kept(batch))
    everything, later, last = {"upload", "parts", "report"}, {"parts", "report"}, {"parts"}
    assert seen == [everything, later, later, last, last, set()]
    assert result.values("rows", "accepted", "refused", "parts_sha256").get() == counts
    assert Part.objects.filter(check_run=batch.result_id).exists()
    batch.refresh_from_db()
    assert batch.data_deleted_at == NOW + 31 * DAY
    assert state_of(batch) == "sent"


def test_what_was_deleted_is_told_once() -> None:
    batch = _sent()
    for _ in range(3):
        retain.delete_old_data(NOW + 40 * DAY)
    told = Event.objects.filter(kind__in=["upload.delete", "check.delete_data", "batch.data_deleted"])
    assert sorted(told.values_list("kind", flat=True)) == [
        "batch.data_deleted", "check.delete_data", "check.delete_data", "upload.delete",
    ]  # fmt: skip
    assert batch.upload is not None
    assert Upload.objects.get(pk=batch.upload.pk).state == "deleted"


def test_a_workspace_keeps_its_files_as_long_as_it_says() -> None:
    where = factories.workspace(keep_uploads_days=1, keep_parts_days=2, keep_reports_days=1)
    batch = _sent(workspace=where, content=working.CUSTOMERS + b"A-9,tin,Rome\n")
    other = _sent()
    retain.delete_old_data(NOW + 2 * DAY + timedelta(seconds=1))
    assert (_kept(batch), _kept(other)) == (set(), {"upload", "parts", "report"})


@pytest.mark.parametrize("state", ["waiting", "approved", "sending", "checking"])
def test_what_is_on_its_way_is_kept_however_long_that_takes(state: str) -> None:
    batch = _sent()
    Batch.objects.filter(pk=batch.pk).update(state=state)
    retain.delete_old_data(NOW + 400 * DAY)
    assert _kept(batch) == {"upload", "parts", "report"}


def test_parts_that_another_batch_still_needs_stay() -> None:
    batch = _sent()
    production = factories.destination(batch.workspace, "production")
    copy = again.to_production(batch, production, actor=batch.maker, now=NOW + 20 * DAY)
    Batch.objects.filter(pk=copy.pk).update(state="waiting")
    retain.delete_old_data(NOW + 40 * DAY)
    copy.refresh_from_db()
    assert _kept(copy) == {"upload", "parts", "report"}
    Batch.objects.filter(pk=copy.pk).update(state="cancelled")
    retain.delete_old_data(NOW + 80 * DAY)
    assert _kept(copy) == set()


def test_a_draft_that_nobody_comes_back_to_gives_up_its_file_and_says_so() -> None:
    batch = working.draft()
    retain.delete_old_data(NOW + 29 * DAY)
    assert batch.upload is not None
    assert files.exists(batch.upload.key)
    retain.delete_old_data(NOW + 31 * DAY)
    assert not files.exists(batch.upload.key)
    with pytest.raises(check.NotReady, match="no longer in the portal's storage"):
        check.start(batch, actor=batch.maker, now=NOW + 31 * DAY)


def test_a_checked_batch_whose_parts_are_deleted_has_to_be_checked_again() -> None:
    batch = working.checked()
    retain.delete_old_data(NOW + 31 * DAY)
    assert state_of(batch) == "draft"
    assert batch.events.get(kind="batch.edit").after["reason"] == "parts deleted"


def test_results_that_a_newer_check_has_replaced_go_after_a_day() -> None:
    batch = _sent()
    Batch.objects.filter(pk=batch.pk).update(state="draft")
    old = batch.result
    newer = factories.finished_check(batch, parts=[b"newer\n"])
    assert old is not None
    Check.objects.filter(pk=old.pk).update(finished_at=NOW)
    retain.delete_old_data(NOW + 2 * DAY)
    assert not any(files.exists(part.key) for part in old.parts.all())
    assert all(files.exists(part.key) for part in newer.parts.all())


def test_a_file_that_was_replaced_goes_though_a_check_still_names_it() -> None:
    batch = _sent()
    old = batch.upload
    assert old is not None
    Batch.objects.filter(pk=batch.pk).update(upload=factories.upload(batch.workspace, batch.maker), state="draft")
    retain.delete_old_data(NOW + 8 * DAY)
    assert not files.exists(old.key)
    fresh = Batch.objects.select_related("upload").get(pk=batch.pk)
    assert fresh.upload is not None
    assert files.exists(fresh.upload.key)


def test_a_part_that_was_just_put_away_again_is_not_deleted_under_its_check(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker has stored the same bytes and is about to say so."""
    batch = _sent()
    assert batch.result is not None
    key = batch.result.parts.all()[0].key
    now: datetime = NOW + 40 * DAY
    monkeypatch.setattr(files, "written_at", lambda _key: now)
    retain.delete_old_data(now)
    assert files.exists(key)
