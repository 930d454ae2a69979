"""Corrected rows that come back: merged into the customer file once, checked again, and nothing else changes."""

import hashlib
from dataclasses import replace
from typing import Any

import pytest

from ingest.crm.mapping import parse_mapping
from ingest.engine.errors import FileProblem
from ingest.models import Batch, Check, Event, Upload
from ingest.services import check as check_service
from ingest.services import corrections, files
from ingest.services.mapping_digest import is_stale, mapping_sha256
from ingest.services.problems import told
from ingest.services.results import report_of
from tests import factories
from tests.services import working
from tests.services.working import NOW

pytestmark = pytest.mark.django_db
READER = {"encoding": "windows-1252", "delimiter": ";", "quote": '"'}
ORIGINAL = (
    'crm_id;tier;city\r\nA-1;gold;"Saint ""Malo"""\r\n\r\n;silver;Köln\r\nA-3;gold;Lyon\r\n;bronze;Oslo\r\n'
).encode("windows-1252")
EMPTY_IDS = (4, 6)
"""The spreadsheet numbers of the rows without an ID; row 3 is an empty line."""


def _checked(**fields: Any) -> Batch:
    """A batch whose file has two rows without an ID, checked, with its result."""
    batch = working.draft(ORIGINAL, mapping={**factories.MAPPING, "reader": READER}, **fields)
    working.work(check_service.start(batch, actor=batch.maker, now=NOW))
    return _fresh(batch)


def _fresh(batch: Batch) -> Batch:
    return Batch.objects.select_related("upload", "result", "workspace", "maker").get(pk=batch.pk)


def _refused(batch: Batch) -> str:
    return files.read(working.result_of(batch).refused_key).decode("utf-8-sig")


def _mended(batch: Batch) -> str:
    """The rows that were left out, with IDs in the cells that had none."""
    return _refused(batch).replace(",,silver", ",A-2,silver").replace(",,bronze", ",A-4,bronze")


def _take(batch: Batch, corrected: str | bytes, name: str = "left-out.csv") -> Check:
    content = corrected.encode() if isinstance(corrected, str) else corrected
    back = factories.upload(batch.workspace, batch.maker, content, name)
    return corrections.take(batch, back, actor=batch.maker, now=NOW)


def _file_of(batch: Batch) -> Upload:
    assert batch.upload is not None
    return batch.upload


def test_the_rows_without_an_id_are_left_out_before() -> None:
    batch = _checked()
    check = working.result_of(batch)
    assert (check.rows, check.accepted, check.refused) == (4, 2, 2)
    assert (check.corrected, check.mended) == (None, None)
    assert [line.split(",")[0] for line in _refused(batch).splitlines()[1:]] == ["4", "6"]


def test_corrected_rows_go_to_their_places_and_are_accepted() -> None:
    batch = _checked()
    before = _file_of(batch)
    working.work(_take(batch, _mended(batch)))
    batch = _fresh(batch)
    check, after = working.result_of(batch), _file_of(batch)
    assert (batch.state, check.rows, check.accepted, check.refused) == ("checked", 4, 4, 0)
    assert (check.corrected, check.mended) == (2, 2)
    lines = files.read(after.key).decode().splitlines()
    assert lines == ["crm_id;tier;city", 'A-1;gold;"Saint ""Malo"""', "", "A-2;silver;Köln", "A-3;gold;Lyon",
                     "A-4;bronze;Oslo"]  # fmt: skip
    assert (after.name, after.state, after.owner) == (before.name, Upload.State.COMPLETE, batch.maker)
    assert after.pk != before.pk
    assert files.read(before.key) == ORIGINAL, "the file that was uploaded stays what it was"


def test_the_result_of_the_merged_file_is_current_and_says_how_to_read_it() -> None:
    batch = _checked()
    working.work(_take(batch, _mended(batch)))
    batch = _fresh(batch)
    check = working.result_of(batch)
    assert not is_stale(check, batch)
    assert (check.upload, check.corrected) == (batch.upload, 2)
    stored = files.read(_file_of(batch).key)
    assert check.upload_sha256 == hashlib.sha256(stored).hexdigest()
    assert check.mapping_sha256 == mapping_sha256(batch.mapping)
    assert batch.mapping["reader"]["encoding"] == "utf-8"
    assert batch.mapping["reader"]["delimiter"] == ";"
    was, now = parse_mapping(factories.MAPPING), parse_mapping(batch.mapping)
    assert replace(now, reader=was.reader) == was, "nothing else of the mapping is another"


def test_rows_that_stay_wrong_keep_their_spreadsheet_numbers() -> None:
    batch = _checked()
    working.work(_take(batch, _refused(batch).replace(",,silver", ",A-2,silver")))
    batch = _fresh(batch)
    check = working.result_of(batch)
    report = report_of(check)
    assert report is not None
    assert (check.accepted, check.refused) == (3, 1)
    assert (check.corrected, check.mended) == (2, 1)
    assert [sample.row for found in report.left_out for sample in found.samples] == [EMPTY_IDS[1]]


def test_what_was_merged_is_told_in_numbers_without_any_cell() -> None:
    batch = _checked()
    other = factories.member(batch.workspace, "Ben")
    extra = _mended(batch) + "900,id.missing,,A-9,gold,Nowhere\r\n"
    back = factories.upload(batch.workspace, other, extra.encode())
    working.work(corrections.take(batch, back, actor=other, now=NOW))
    batch = _fresh(batch)
    event = Event.objects.get(batch=batch, kind="batch.corrections")
    assert (event.actor, event.after, event.sha256) == (other, {"replaced": 2, "unknown": 1}, _file_of(batch).sha256)
    assert other in batch.editors.all(), "who changed the file can't approve it"
    assert working.kinds(batch)[-3:] == ["batch.check", "batch.corrections", "batch.check_finished"]


def test_a_page_that_was_open_meanwhile_is_out_of_date() -> None:
    batch = _checked()
    working.work(_take(batch, _mended(batch)))
    assert _fresh(batch).version > batch.version


def test_a_check_of_corrections_that_is_rung_for_again_merges_once() -> None:
    batch = _checked()
    check = _take(batch, _mended(batch))
    working.work(check)
    uploads, events, upload = Upload.objects.count(), Event.objects.count(), _fresh(batch).upload_id
    for _ in range(2):
        working.work(check)
    assert (Upload.objects.count(), Event.objects.count(), _fresh(batch).upload_id) == (uploads, events, upload)


def test_a_worker_that_died_after_the_merge_is_followed_by_one_that_does_not_merge_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    batch = _checked()
    check = _take(batch, _refused(batch).replace(",,silver", ",A-2,silver"))

    def die(*_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as dying:
        dying.setattr("ingest.services.check_run._built", die)
        with pytest.raises(SystemExit):
            working.work(check)
    merged = _fresh(batch).upload_id
    assert merged != batch.upload_id, "the merge was kept"
    working.die(check)
    working.work(check)
    fresh = _fresh(batch)
    result = working.result_of(fresh)
    assert (fresh.upload_id, result.accepted, result.corrected, result.mended) == (merged, 3, 2, 1)
    assert Event.objects.filter(batch=batch, kind="batch.corrections").count() == 1


NOT_TAKEN = [
    (ORIGINAL, "This file does not begin with the columns “row”, “codes” and “what to do”."),
    (b"\x00\x01\x02\x03 no text \x00", "."),
]


@pytest.mark.parametrize(("content", "sentence"), NOT_TAKEN, ids=["another table", "no text"])
def test_a_file_that_is_none_of_ours_is_not_taken_and_nothing_begins(content: bytes, sentence: str) -> None:
    batch = _checked()
    with pytest.raises(corrections.NotTaken) as refused:
        _take(batch, content)
    assert sentence in refused.value.sentence
    assert refused.value.sentence.endswith(".")
    assert (working.state_of(batch), batch.checks.count()) == ("checked", 1)


def test_a_file_that_is_gone_is_said() -> None:
    batch = _checked()
    back = factories.upload(batch.workspace, batch.maker, _mended(batch).encode())
    files.remove(back.key)
    with pytest.raises(corrections.NotTaken, match="no longer in the portal's storage"):
        corrections.take(batch, back, actor=batch.maker, now=NOW)


def test_while_a_check_runs_no_corrections_are_taken() -> None:
    batch = _checked()
    text = _mended(batch)
    _take(batch, text)
    with pytest.raises(corrections.NotTaken, match="Nothing was changed"):
        _take(batch, text)
    assert batch.checks.count() == 2


def test_rows_of_one_file_are_not_put_into_another() -> None:
    batch = _checked()
    text = _mended(batch)
    other = factories.upload(batch.workspace, batch.maker, ORIGINAL.replace(b"A-1", b"B-1"))
    Batch.objects.filter(pk=batch.pk).update(upload=other, state="draft")
    with pytest.raises(corrections.NotTaken, match="The customer file is another one"):
        _take(_fresh(batch), text)
    assert (batch.checks.count(), _fresh(batch).upload) == (1, other)


def test_answers_that_are_incomplete_meanwhile_are_said() -> None:
    batch = _checked()
    text = _mended(batch)
    Batch.objects.filter(pk=batch.pk).update(mapping={"version": 1}, state="draft")
    with pytest.raises(corrections.NotTaken, match="Some questions are not answered yet"):
        _take(_fresh(batch), text)


def _told(check: Check) -> str:
    return told(check.problem_code, check.problem, check.problem_params)


def test_a_merge_that_fails_ends_the_check_with_its_sentence_and_the_batch_keeps_its_file() -> None:
    batch = _checked()
    damaged = _mended(batch).replace("\n6,", "\nsix,")
    check = _take(batch, damaged)
    working.work(check)
    check.refresh_from_db()
    fresh = _fresh(batch)
    assert (check.state, check.problem_code, fresh.state) == ("ended", "file.columns_missing", "draft")
    assert _told(check).startswith("Row 3 of the corrected file has no row number in its first column.")
    assert (fresh.upload_id, fresh.mapping, fresh.version) == (batch.upload_id, batch.mapping, batch.version)
    assert not fresh.events.filter(kind="batch.corrections").exists()
    assert fresh.result_id == batch.result_id, "what was found before can still be looked at"


def test_the_sentence_of_a_lost_column_names_it() -> None:
    batch = _checked()
    check = _take(batch, "row,codes,what to do,crm_id,tier\n4,id.missing,,A-2,silver\n")
    working.work(check)
    check.refresh_from_db()
    assert "“city”" in _told(check)


def test_a_check_that_is_asked_to_stop_while_it_merges_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    batch = _checked()
    check = _take(batch, _mended(batch))
    monkeypatch.setattr("ingest.services.check_run.Progress.stop", lambda _self: True)
    working.work(check)
    check.refresh_from_db()
    assert (check.state, _fresh(batch).upload_id) == ("cancelled", batch.upload_id)


def test_the_engine_never_hears_of_corrections_that_were_not_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise FileProblem("file.not_text", "No merge was asked for.")

    monkeypatch.setattr("ingest.engine.corrections.merge_corrections", fail)
    assert _checked().state == "checked"
