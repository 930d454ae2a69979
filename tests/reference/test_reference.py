"""The reference is held to the hand-written examples before it may judge the engine."""

import pathlib
import re

import pytest

from tests.reference.contract import read_contract
from tests.reference.example import Example, differences_from
from tests.reference.examples import EXAMPLES
from tests.reference.generator import generate
from tests.reference.reader import Dialect, Row, read_rows
from tests.reference.verdict import CODES


@pytest.mark.parametrize("one", EXAMPLES, ids=lambda one: one.name)
def test_the_reference_reads_each_sentence_as_a_person_did(one: Example) -> None:
    assert differences_from(one, read_contract(one.file, one.mapping, limit=one.limit)) == []


def test_every_example_has_a_name_of_its_own() -> None:
    names = [one.name for one in EXAMPLES]
    assert sorted(set(names)) == sorted(names)


def test_every_finding_of_a_row_has_an_example() -> None:
    shown = {code for one in EXAMPLES for codes in one.refused.values() for code in codes.split(";")}
    shown |= {code for one in EXAMPLES for code in one.noticed}
    assert set(CODES) - shown == set()


def test_the_reference_knows_nothing_of_what_it_judges() -> None:
    for module in pathlib.Path(__file__).parent.glob("*.py"):
        assert re.search(r"^\s*(from|import) ingest\b", module.read_text(encoding="utf-8"), re.MULTILINE) is None, (
            module.name
        )


def test_a_seed_always_makes_the_same_case() -> None:
    assert [generate(seed) for seed in range(20)] == [generate(seed) for seed in range(20)]


def test_generated_files_meet_nearly_every_finding() -> None:
    met: set[str] = set()
    for seed in range(400):
        case = generate(seed)
        met |= read_contract(case.data, case.mapping, limit=case.limit).findings.keys()
    assert set(CODES) - met <= {"id.too_many_lines", "record.too_long"}


def test_blanks_before_a_quote_are_skipped_when_that_was_detected() -> None:
    rows = list(read_rows('a, "b, c"\nd,  e', Dialect(",", skip_blanks_before_quote=True)))
    assert rows == [Row(1, ("a", "b, c"), 'a, "b, c"'), Row(2, ("d", "  e"), "d,  e")]


def test_a_quote_that_stays_open_for_16_mib_costs_one_line() -> None:
    text = 'a\n"' + "x" * (17 * 1024 * 1024) + '\n"\nb\n'
    rows = list(read_rows(text, Dialect(",")))
    assert [(row.number, row.cells is None) for row in rows[:2]] == [(1, False), (2, True)]
