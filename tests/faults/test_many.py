"""Many faults of every kind while transfers go to every kind of receiver: all arrive once, whole, and truly told."""

from pathlib import Path

import pytest

from tests.faults.world import World

FAULTS = 30
SEED = 20


@pytest.mark.timeout(600)
def test_whatever_happens_every_approved_part_arrives_once_and_whole(tmp_path: Path) -> None:
    """`scripts/bench --faults 500` is the same with more of them."""
    with World(tmp_path, seed=SEED) as world:
        outcome = world.run(FAULTS, seconds=400)
    assert outcome.faults >= FAULTS
    assert len(outcome.rows) >= FAULTS / 3, "they are of many kinds"
    assert outcome.attempts.get("lost", 0) + outcome.attempts.get("failed", 0) > 0, "some have hit somebody"
    assert all(outcome.looks.values())
