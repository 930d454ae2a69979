"""What the results say about each column, beside the last file, and what Adobe is expected to answer."""

import json

import pytest

from ingest.aam.receipt import RECEIPT
from ingest.models import Batch
from ingest.services import files
from ingest.services.column_figures import ColumnFigures, column_figures
from ingest.services.comparison import compare_with_last
from ingest.services.forecast import forecast_of
from ingest.services.results import report_of
from tests import factories
from tests.services import working

pytestmark = pytest.mark.django_db
MAPPING = {**factories.MAPPING, "columns": [
    {"column": name, "action": "signal", "key": name} for name in ("tier", "city", "empty")
]}  # fmt: skip


def _columns(**filled: int) -> list[dict[str, object]]:
    distinct = {"city": 1, "empty": 0}
    return [
        {"name": name, "filled": rows, "distinct": distinct.get(name, 3), "samples": ["a"]}
        for name, rows in filled.items()
    ]


def _with_report(batch: Batch, columns: list[dict[str, object]]) -> Batch:
    """The batch with a report that says this about its columns."""
    check = working.result_of(batch)
    report = {
        "rows": 3, "accepted": 2, "refused": 1, "changed": 0, "records": 2, "distinct_ids": 2, "items": {},
        "findings": [], "columns": columns, "input": {},
    }  # fmt: skip
    check.report_key = files.result_key(check.pk, "report.json")
    path = files.scratch_folder() / "report.json"
    path.write_text(json.dumps(report), encoding="utf-8")
    files.put_away(path, check.report_key)
    check.save()
    return batch


def _figures(now: dict[str, int], before: dict[str, int] | None = None) -> dict[str, ColumnFigures]:
    batch = _with_report(working.checked(mapping=MAPPING), _columns(**now))
    if before is not None:
        sending = working.sending(mapping=MAPPING, workspace=batch.workspace)
        _with_report(sending.batch, _columns(**before))
        Batch.objects.filter(pk=sending.batch.pk).update(state="sent")
        Batch.objects.filter(pk=batch.pk).update(destination=sending.destination)
        batch.refresh_from_db()
    check = working.result_of(batch)
    report = report_of(check)
    assert report is not None
    return {one.name: one for one in column_figures(batch, report, compare_with_last(batch, check))}


def test_a_column_says_what_is_sent_of_it() -> None:
    found = _figures({"crm_id": 3, "tier": 3, "other": 3})
    assert [(one.becomes, one.is_sent) for one in found.values()] == [
        ("Identifies people", False), ("tier = value", True), ("Not sent", False),
    ]  # fmt: skip


def test_a_column_that_is_sent_and_empty_or_always_the_same_is_marked() -> None:
    found = _figures({"tier": 3, "city": 3, "empty": 0, "other": 0})
    assert {name: one.warning for name, one in found.items()} == {
        "tier": "", "city": "Always the same value", "empty": "Always empty", "other": "",
    }  # fmt: skip


def test_without_an_earlier_file_nothing_is_said_about_a_change() -> None:
    assert (_figures({"tier": 3})["tier"].change, _figures({"tier": 3})["tier"].change_percent) == ("", None)


def test_the_last_file_is_that_of_the_last_transfer_to_the_same_place() -> None:
    found = _figures({"tier": 2, "city": 3}, {"tier": 4})
    assert {name: (one.before, one.change) for name, one in found.items()} == {
        "tier": (4, "▼ 50 %"),
        "city": (None, ""),
    }


@pytest.mark.parametrize(
    ("now", "before", "change", "words", "is_odd"),
    [
        (104, 100, "▲ 4 %", "filled in 4 % more rows than last time", False),
        (100, 100, "= 0 %", "filled in as many rows as last time", False),
        (120, 100, "▲ 20 %", "filled in 20 % more rows than last time", False),
        (79, 100, "▼ 21 %", "filled in 21 % fewer rows than last time", True),
        (2000, 100, "▲ 1,900 %", "filled in 1,900 % more rows than last time", True),
        (5, 0, "", "filled in as many rows as last time", False),
    ],
)
def test_a_column_is_compared_with_the_last_file(now: int, before: int, change: str, words: str, is_odd: bool) -> None:
    figures = ColumnFigures("tier", now, 3, False, (), "tier = value", True, before)
    assert (figures.change, bool(figures.warning)) == (change, is_odd)
    if change:
        assert figures.change_words == words


def test_the_forecast_has_adobes_lines_and_says_what_nobody_else_knows() -> None:
    check = working.result_of(working.checked())
    lines = forecast_of(check)
    assert [one.line for one in lines] == list(RECEIPT)
    said = {one.line.name: (one.records, one.at_most) for one in lines}
    assert said["Records received"] == (check.records, None)
    assert said["Format errors"] == said["Invalid AAM ID"] == (0, None)
    assert said["No matching AAM ID"] == (None, None)
    assert said["Stored records"] == (None, check.records)


def test_there_is_no_forecast_for_what_adobe_counts_otherwise() -> None:
    check = working.result_of(working.checked())
    check.mapping = {**check.mapping, "kind": "id_sync"}
    assert forecast_of(check) == ()
