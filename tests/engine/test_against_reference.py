"""The engine against the slow reading of the same contract: examples a person wrote, and hundreds of dirty files.

`HUNT_SECONDS=600` goes on with further seeds for that long; `python -m tests.reference.hunt` also minimises.
"""

import os
import time
from pathlib import Path

import pytest

from ingest.crm.mapping import parse_mapping
from tests.reference.contract import read_contract
from tests.reference.example import Example, differences_from, example, signal, traits
from tests.reference.examples import EXAMPLES
from tests.reference.generator import generate
from tests.strategies.engine_side import Way, differences, judge, run_engine

SEEDS = range(300)
SEEDS_PER_TEST = 20
# Blocks of 64 bytes cut nearly every row; the last way is how it runs in earnest.
WAYS = (Way(1, 512), Way(3, 512), Way(1, 64), Way(3, 4096), Way(2, None), Way(1, None))
ROUND_TRIP_SEEDS = range(1000, 1040)


def _way(seed: int) -> Way:
    return WAYS[seed % len(WAYS)]


@pytest.mark.parametrize("one", EXAMPLES, ids=lambda one: one.name)
def test_the_engine_reads_each_sentence_as_a_person_did(one: Example, tmp_path: Path) -> None:
    file = tmp_path / "customers.csv"
    file.write_bytes(one.file)
    result = run_engine(file, parse_mapping(one.mapping), tmp_path / "out", limit=one.limit)
    assert differences_from(one, result) == []


@pytest.mark.parametrize("first", range(SEEDS.start, SEEDS.stop, SEEDS_PER_TEST))
def test_the_engine_agrees_with_the_reference(first: int, tmp_path: Path) -> None:
    for seed in range(first, first + SEEDS_PER_TEST):
        _assert_agreement(seed, _way(seed), tmp_path / str(seed))


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_neither_workers_nor_blocks_change_the_outcome(way: Way, tmp_path: Path) -> None:
    for seed in range(500, 510):
        _assert_agreement(seed, way, tmp_path / str(seed))


def test_refused_rows_uploaded_again_are_read_as_the_reference_reads_them(tmp_path: Path) -> None:
    met = 0
    for seed in ROUND_TRIP_SEEDS:
        case = generate(seed)
        folder = tmp_path / str(seed)
        assert judge(case.data, case.mapping, limit=None, way=Way(), folder=folder / "first") == [], f"seed {seed}"
        refused = folder / "first" / "out" / "refused.csv"
        if not refused.exists():
            continue
        met += 1
        reader = {"encoding": "utf-8", "delimiter": ",", "quote": '"', "escape": ""}
        mapping = {**case.mapping, "reader": {**case.mapping["reader"], **reader}}
        again = judge(refused.read_bytes(), mapping, limit=None, way=_way(seed), folder=folder / "again")
        assert again == [], f"seed {seed}, refused.csv uploaded again"
    assert met > len(ROUND_TRIP_SEEDS) // 2


@pytest.mark.timeout(0)
def test_further_seeds_agree_for_as_long_as_was_asked(tmp_path: Path) -> None:
    seconds = float(os.environ.get("HUNT_SECONDS", "0"))
    end = time.monotonic() + seconds
    seed = SEEDS.stop
    while seed == SEEDS.stop or time.monotonic() < end:
        _assert_agreement(seed, _way(seed), tmp_path / str(seed))
        seed += 1


def test_the_comparison_sees_a_difference() -> None:
    mapping = traits(signal("v"))
    one = example("", "id,v\nA,x\nB,\n", mapping)
    other = example("", "id,v\nA,y\nB,y\n", mapping)
    expected, found = (read_contract(case.file, case.mapping) for case in (one, other))
    assert differences(expected, expected) == []
    assert len(differences(expected, found)) > 3


def _assert_agreement(seed: int, way: Way, folder: Path) -> None:
    case = generate(seed)
    wrong = judge(case.data, case.mapping, limit=case.limit, way=way, folder=folder)
    hint = f"seed {seed}, {way}: python -m tests.reference.hunt --seed {seed}"
    assert wrong == [], "\n".join([hint, *wrong])
