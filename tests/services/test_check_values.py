"""What is kept of the values of a checked file: frequent ones, never those of people, and no longer than its report."""

from typing import Any

import pytest

from ingest.models import Batch, Check, ColumnValues
from ingest.services import again, retain
from ingest.services.check_values import FrequentValue, FrequentValues, frequent_values
from ingest.services.column_figures import column_figures
from ingest.services.results import report_of
from tests import factories
from tests.services import working

pytestmark = pytest.mark.django_db
TABLE = {
    "column": "tier", "action": "trait_if", "transforms": ["lower"],
    "values": {"gold": {"add": [1001]}, "silver": {"add": [1002], "remove": [1001]}},
}  # fmt: skip

UNKNOWN = "a trait that is not in the list"


def _mapping(*columns: dict[str, Any], **members: Any) -> dict[str, Any]:
    return {**factories.MAPPING, "columns": list(columns), **members}


def _signal(column: str) -> dict[str, Any]:
    return {"column": column, "action": "signal", "key": column}


def _checked(rows: list[str], mapping: dict[str, Any], header: str = "crm_id,tier,city") -> Check:
    content = "\n".join([header, *rows, ""]).encode()
    return working.checked_by_a_worker(working.draft(content, mapping=mapping))


def _value(text: str, rows: int, sent: int) -> FrequentValue:
    return FrequentValue(text, is_whole=True, rows=rows, sent=sent)


def _becomes(check: Check) -> dict[str, list[tuple[str, int, str]]]:
    report = report_of(check)
    assert report is not None
    batch = Batch.objects.get(pk=check.batch_id)
    columns = column_figures(batch, report, None, frequent_values(check))
    return {one.name: [(value.text, value.rows, value.becomes) for value in one.values] for one in columns}


def test_the_values_that_most_rows_have_are_kept_with_those_that_are_sent() -> None:
    rows = [f"A-{at},{'gold' if at % 3 else 'silver'},Bristol" for at in range(9)]
    check = _checked([*rows, ",gold,Bristol"], _mapping(_signal("tier"), _signal("city")))
    assert frequent_values(check) == {
        1: FrequentValues((_value("gold", 7, 6), _value("silver", 3, 3)), 0, are_looked_up=False),
        2: FrequentValues((_value("Bristol", 10, 9),), 0, are_looked_up=False),
    }


def test_nothing_is_kept_of_what_is_hashed_or_not_sent() -> None:
    rows = [f"A-{at},ada@example.com,Bristol" for at in range(4)]
    hashed = {**_signal("tier"), "transforms": ["email_sha256"]}
    assert frequent_values(_checked(rows, _mapping(hashed))) == {}
    assert not ColumnValues.objects.exists()


def test_five_are_kept_and_the_others_counted() -> None:
    check = _checked([f"A-{at},t{at % 7},c" for at in range(21)], _mapping(_signal("tier")))
    found = frequent_values(check)[1]
    assert ([value.text for value in found.values], found.others) == (["t0", "t1", "t2", "t3", "t4"], 2)


def test_neither_ids_nor_values_that_mostly_stand_once_are_kept() -> None:
    rows = [f"A-{at % 3},Ada {min(8, at)},Bristol" for at in range(10)]
    assert list(frequent_values(_checked(rows, _mapping(_signal("tier"), _signal("city"))))) == [2]
    assert list(ColumnValues.objects.values_list("columns", flat=True)) == [
        {"2": {"values": [["Bristol", True, 10, 10]], "others": 0, "looked_up": False}}
    ]


def test_a_value_that_gives_traits_says_how_many_people_get_them() -> None:
    workspace = factories.workspace()
    rows = ["A-1,Gold,x", "A-2,gold,x", "A-3,silver,x", "A-4,SILVER,y", "A-5,bronze,y", "A-6,bronze,y"]
    content = "\n".join(["crm_id,tier,city", *rows, ",gold,y", ""]).encode()
    check = working.checked_by_a_worker(working.draft(content, mapping=_mapping(TABLE), workspace=workspace))
    assert _becomes(check)["tier"] == [
        ("gold", 3, f"gives {UNKNOWN} (1001): 2 people"),
        ("bronze", 2, ""),
        ("silver", 2, f"gives {UNKNOWN} (1002); takes away {UNKNOWN} (1001): 2 people"),
    ]


def test_where_rows_are_not_people_rows_are_told() -> None:
    check = _checked(["A-1,gold,x", "A-1,gold,x", "A-2,silver,x", "A-3,silver,x"], _mapping(TABLE))
    assert [becomes.rpartition(": ")[2] for _text, _rows, becomes in _becomes(check)["tier"]] == [
        "2 rows are sent", "2 rows are sent",
    ]  # fmt: skip


def test_several_values_in_a_cell_are_counted_each() -> None:
    table = {**TABLE, "split": "|"}
    check = _checked(["A-1,gold| silver,x", "A-2,silver|silver,x", "A-3,gold| silver,x", "A-4,|,x"], _mapping(table))
    assert [value[:2] for value in _becomes(check)["tier"]] == [("silver", 3), ("gold", 2)]


@pytest.mark.parametrize(
    ("table", "value"), [({"transforms": ["date_iso"]}, "2026-11-23"), ({}, "x" * 200)], ids=["a date", "a long value"]
)
def test_what_only_the_engine_can_look_up_is_counted_as_it_stands_there(table: dict[str, Any], value: str) -> None:
    check = _checked([f"A-{at},{value},x" for at in range(3)], _mapping({**TABLE, **table}))
    found = frequent_values(check)[1]
    assert (found.are_looked_up, [one.rows for one in found.values]) == (False, [3])
    assert [becomes for _text, _rows, becomes in _becomes(check)["tier"]] == [""]


def test_a_value_with_nul_is_kept_as_databases_can() -> None:
    check = _checked(["A-1,g\x00ld,x", "A-2,g\x00ld,x"], _mapping(_signal("tier")))
    assert frequent_values(check)[1].values[0].text == "g\ufffdld"


def test_values_go_with_the_report() -> None:
    check = _checked(["A-1,gold,x", "A-2,gold,x"], _mapping(_signal("tier")))
    assert frequent_values(check)
    retain.delete_files(check, working.NOW)
    assert frequent_values(check) == {}
    assert not ColumnValues.objects.exists()


def test_a_copy_for_production_has_the_values_as_well() -> None:
    check = _checked(["A-1,gold,x", "A-2,gold,x"], _mapping(_signal("tier")))
    copied = again._copy_of_check(check, check.batch, check.batch.maker)
    assert frequent_values(copied) == frequent_values(check) != {}


def test_a_value_that_no_table_has_is_kept_only_where_it_stands_twice() -> None:
    check = _checked(["A-1,gold,x", "A-2,Ada Brook,x", "A-3,wood,x", "A-4,wood,x"], _mapping(TABLE))
    assert [value[:2] for value in _becomes(check)["tier"]] == [("wood", 2), ("gold", 1)]
