"""The page about faults names tests that there are, and none of its rows is without one."""

import ast
import re

import pytest

from tests.fault_proxy import Kind
from tests.house.tree import PROJECT, parsed

PAGE = (PROJECT / "docs" / "faults.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", PAGE)))


def test_the_page_names_tests() -> None:
    assert len(NAMED) > 50


@pytest.mark.parametrize(("path", "name"), NAMED)
def test_a_test_that_the_page_names_is_there(path: str, name: str) -> None:
    assert (PROJECT / path).is_file()
    functions = {node.name for node in ast.walk(parsed(PROJECT / path)) if isinstance(node, ast.FunctionDef)}
    assert not name or name in functions


def test_every_fault_has_a_test() -> None:
    rows = [row.split("|") for row in PAGE.partition("## One by one")[2].splitlines() if row.startswith("| ")][2:]
    assert len(rows) > 30
    assert [cells[1] for cells in rows if "::test_" not in cells[4]] == []


def test_the_line_has_no_fault_that_no_test_uses() -> None:
    folder = PROJECT / "tests"
    used = "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.py") if path.name != "fault_proxy.py")
    assert [kind.name for kind in Kind if f"Kind.{kind.name}" not in used] == []
