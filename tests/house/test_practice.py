"""The practice file: what a newcomer sees first must work, and show what amportal is for."""

import csv
from pathlib import Path

import pytest

from ingest.crm.mapping import load_mapping
from tests.house.tree import PROJECT

PRACTICE = PROJECT / "docs" / "practice"
HEADER_AND_ROWS = 41


@pytest.fixture(scope="module")
def rows() -> list[list[str]]:
    with (PRACTICE / "customers.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.reader(file, delimiter=";") if row]


def test_the_practice_mapping_fits_the_practice_file(rows: list[list[str]]) -> None:
    mapping = load_mapping((PRACTICE / "mapping.json").read_bytes())
    assert set(mapping.named_columns) <= set(rows[0])


def test_the_practice_file_has_forty_people_and_some_dirt(rows: list[list[str]]) -> None:
    assert len(rows) == HEADER_AND_ROWS
    assert {len(row) for row in rows} > {len(rows[0])}


def test_practice_people_are_invented(rows: list[list[str]]) -> None:
    cells = [cell for row in rows for cell in row if "@" in cell]
    assert cells
    assert all(cell.endswith("@example.com") for cell in cells)


def test_the_script_uses_the_practice_file() -> None:
    script = Path(PROJECT / "scripts" / "run").read_text(encoding="utf-8")
    assert "docs/practice/customers.csv" in script
    assert "docs/practice/mapping.json" in script
