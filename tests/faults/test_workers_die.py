"""Workers, dispatcher and Redis are killed in the middle of their work: everything is sent once, whole, and told truly.

The seeds are fixed. What a kill meets depends on the machine all the same, so what is looked at is what must hold.
"""

import random
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.faults.portal import EVERY_PLACE, SEALED_PLACES, Portal
from tests.faults.postgresql import running_postgresql

TWICE = EVERY_PLACE * 2
SLOWED = ("check.reading", "check.built", "deliver.sending", "deliver.fence", "deliver.delivered")


@pytest.mark.timeout(180)
def test_a_worker_may_be_killed_at_every_place(tmp_path: Path) -> None:
    """Each place twice: 32 kills. A job is begun three or five times at most, so there is more than one batch."""
    laid = list(TWICE)
    with Portal(tmp_path, lease=2) as portal:
        batches = portal.ask("make", batches=14, rows=10_000, first=1)

        def lay() -> None:
            for place in list(laid):
                if not (portal.places / place).exists():
                    portal.lay(place, "kill")
                    laid.remove(place)

        portal.finish(batches, seconds=150, meanwhile=lay)
        portal.settle(batches)
        assert Counter(portal.reached()) == Counter(TWICE)


@pytest.mark.timeout(180)
def test_a_worker_may_be_killed_at_every_place_of_an_encrypted_part(tmp_path: Path) -> None:
    """No two encryptions are equal, and still every part is at the receiver once, whole, and known by its checksum."""
    with Portal(tmp_path, lease=2) as portal:
        for place in SEALED_PLACES:
            portal.lay(place, "kill")
        batches = portal.ask("make", batches=6, rows=10_000, first=1, sealed=True)
        portal.finish(batches, seconds=150)
        portal.settle(batches)
        assert Counter(portal.reached()) == Counter(SEALED_PLACES)


@pytest.mark.timeout(120)
def test_a_worker_that_was_frozen_with_an_encrypted_part_does_nothing_twice(tmp_path: Path) -> None:
    """It wakes up after another one has sealed the part anew: before it writes down, sends, names or commits."""
    places = ["deliver.sealed", "deliver.sealed_kept", "deliver.fenced", "deliver.delivered"]
    with Portal(tmp_path, workers=8) as portal:
        for place in places:
            portal.lay(place, "freeze")
        batches = portal.ask("make", batches=6, rows=10_000, first=1, sealed=True)
        portal.finish(batches, seconds=90)
        assert sorted(portal.reached()) == sorted(places)
        assert len(portal.frozen()) == len(places), "all of them are still frozen: others have done their jobs"
        assert portal.thaw() == len(places)
        time.sleep(2)
        portal.settle(batches)


@pytest.mark.timeout(180)
def test_processes_may_be_killed_at_random_moments(tmp_path: Path) -> None:
    """Twelve kills of children, two of a whole worker, two of the dispatcher; there is work until all are done."""
    rng = random.Random(1)
    victims = ["child"] * 12 + ["worker"] * 2 + ["dispatcher"] * 2
    rng.shuffle(victims)
    with Portal(tmp_path, lease=2) as portal:
        due = time.monotonic() + 3

        def kill() -> None:
            nonlocal due
            for place in SLOWED:
                if not (portal.places / place).exists():
                    portal.lay(place, "sleep 0.2")
            if victims and time.monotonic() > due:
                due = time.monotonic() + rng.uniform(0.2, 1.2)
                _kill(portal, victims, rng)

        batches: list[int] = []
        while victims:
            batches += portal.ask("make", batches=6, rows=20_000, first=len(batches) + 1)
            portal.finish(batches, seconds=100, meanwhile=kill)
        portal.settle(batches)
        assert portal.kills >= 15, "a child may have ended by itself right before"


def _kill(portal: Portal, victims: list[str], rng: random.Random) -> None:
    if victims[-1] != "child":
        portal.kill(victims.pop())
    elif children := portal.children():
        victims.pop()
        portal.kill_child(rng.choice(children))


@pytest.mark.timeout(150)
def test_redis_may_be_killed_and_emptied(tmp_path: Path) -> None:
    rng = random.Random(3)
    with Portal(tmp_path) as portal:
        batches = portal.ask("make", batches=10, rows=40_000, first=1)
        due, left = time.monotonic() + 0.3, 6

        def disturb() -> None:
            nonlocal due, left
            if left and time.monotonic() > due:
                due, left = time.monotonic() + rng.uniform(0.3, 1.5), left - 1
                portal.kill("redis")
                if left % 2:
                    for file in portal.socket.parent.rglob("*.aof*"):
                        file.unlink(missing_ok=True)

        portal.finish(batches, seconds=120, meanwhile=disturb)
        portal.settle(batches)
        assert portal.kills == 6 - left >= 2


@pytest.mark.timeout(120)
def test_a_worker_that_was_frozen_beyond_its_lease_does_nothing_twice(tmp_path: Path) -> None:
    """It wakes up after another one has taken its job: right before it stores, gives the final name, or commits."""
    places = ["check.stored", "check.part_stored", "deliver.fence", "deliver.sending", "deliver.delivered"]
    with Portal(tmp_path, workers=8) as portal:
        for place in places:
            portal.lay(place, "freeze")
        batches = portal.ask("make", batches=6, rows=10_000, first=1)
        portal.finish(batches, seconds=90)
        assert sorted(portal.reached()) == sorted(places)
        assert len(portal.frozen()) == len(places), "all of them are still frozen: others have done their jobs"
        assert portal.thaw() == len(places)
        time.sleep(2)
        portal.settle(batches)


@pytest.mark.timeout(120)
def test_on_postgresql_a_worker_may_be_killed_at_every_place_too(tmp_path: Path) -> None:
    with running_postgresql() as database, Portal(tmp_path, lease=2, database=database) as portal:
        for place in EVERY_PLACE:
            portal.lay(place, "kill")
        batches = portal.ask("make", batches=8, rows=10_000, first=1)
        portal.finish(batches, seconds=100)
        portal.settle(batches)
        assert Counter(portal.reached()) == Counter(EVERY_PLACE)
