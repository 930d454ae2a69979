"""The values of columns that have few: rows that have each, and those of them that stay behind."""

import csv
import random
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ingest.crm.mapping import parse_mapping
from ingest.engine.kernels.tables import LONGEST_VALUE, MOST_VALUES
from ingest.engine.run import onboard
from ingest.engine.values import ColumnsOfValues, ValueRows
from tests.reference.example import signal, traits

HEADER = ("id", "tier", "note", "number")
TIERS = ("gold", "silver", 'the "best"', "two\nlines", "", " blank ", "=1+1", "東京", "a@example.com")


def _rows(seed: int, count: int) -> list[list[str]]:
    rng = random.Random(seed)
    return [
        [rng.choice([f"A-{rng.randrange(count)}", f"A-{rng.randrange(3)}", ""]), rng.choice(TIERS),
         f"note {rng.randrange(MOST_VALUES)}", f"{rng.randrange(MOST_VALUES + 30)}"]
        for _number in range(count)
    ]  # fmt: skip


def _file(folder: Path, rows: list[list[str]]) -> Path:
    path = folder / "customers.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADER, *rows])
    return path


def _values(path: Path, out: Path, mapping: dict[str, Any] | None = None, **ways: Any) -> ColumnsOfValues:
    told: list[ColumnsOfValues] = []
    mapping = mapping or traits(signal("tier"), signal("note"))
    onboard(path, parse_mapping(mapping), out, timestamp=1_700_000_000, values=told.append, **ways)
    (values,) = told
    return values


def _value(text: str, rows: int, left_out: int = 0) -> ValueRows:
    return ValueRows(text, is_whole=True, rows=rows, left_out=left_out)


def _left_out(out: Path) -> list[list[str]]:
    """The rows that could be read, as refused.csv has them."""
    with (out / "refused.csv").open(encoding="utf-8-sig", newline="") as file:
        refused = list(csv.reader(file))[1:]
    return [[cell.removeprefix("'") for cell in row[3:]] for row in refused if "row." not in row[1]]


def _counted(rows: list[list[str]], column: int) -> Counter[str]:
    return Counter(filter(None, (row[column].strip() for row in rows)))


@pytest.mark.parametrize("repeated_ids", ["keep", "merge"])
@pytest.mark.parametrize(("workers", "block_bytes"), [(1, 1 << 20), (2, 4096), (5, 999)])
def test_values_are_counted_as_a_reader_of_the_rows_counts_them(
    tmp_path: Path, workers: int, block_bytes: int, repeated_ids: str
) -> None:
    rows = _rows(workers, 3000)
    path = _file(tmp_path, rows)
    mapping = traits(signal("tier"), signal("note"), repeated_ids=repeated_ids)
    found = _values(path, tmp_path / "out", mapping, workers=workers, block_bytes=block_bytes)
    refused = _left_out(tmp_path / "out")
    assert len(refused) > 1000
    for column in (1, 2):
        whole, missing = _counted(rows, column), _counted(refused, column)
        expected = [_value(text, count, missing[text]) for text, count in whole.items()]
        assert list(found[column]) == sorted(expected, key=lambda value: (-value.rows, value.text))
    assert found[3] == (), "more different values than are counted"


def test_a_line_too_many_of_a_person_counts_as_left_out(tmp_path: Path) -> None:
    path = _file(tmp_path, [["A-1", "gold", "n", "1"]] * 203)
    assert _values(path, tmp_path / "out")[1] == (_value("gold", 203, 3),)


def test_the_last_value_that_is_counted_and_the_first_that_is_not(tmp_path: Path) -> None:
    rows = [[f"A-{at}", f"v{at % MOST_VALUES}", f"w{at % (MOST_VALUES + 1)}", "1"] for at in range(4 * MOST_VALUES)]
    found = _values(_file(tmp_path, rows), tmp_path / "out", workers=2, block_bytes=256)
    assert len(found[1]) == MOST_VALUES
    assert {value.rows for value in found[1]} == {4}
    assert found[2] == ()


def test_of_a_long_value_the_beginning_is_kept_and_no_half_a_character(tmp_path: Path) -> None:
    long = "é" * LONGEST_VALUE
    path = _file(tmp_path, [["A-1", f"x{long}", "n", "1"], ["A-2", f"x{long}!", "n", "1"]])
    half = "x" + long[: (LONGEST_VALUE - 1) // 2]
    assert _values(path, tmp_path / "out")[1] == (replace(_value(half, 1), is_whole=False),) * 2


def test_a_row_that_cannot_be_read_has_no_values(tmp_path: Path) -> None:
    path = tmp_path / "customers.csv"
    path.write_text("id,tier\nA-1,gold\nA-2,gold,too many\nA-3\n", encoding="utf-8")
    assert _values(path, tmp_path / "out", traits(signal("tier")))[1] == (_value("gold", 1),)
