"""With the lease that users have: work whose worker was killed is taken up again within 75 seconds."""

import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.faults.portal import Portal

LEASE = 60  # seconds, the default
TAKEN_UP = 75


def _moment(portal: Portal, place: str, batches: Sequence[int] = ()) -> float:
    """When the place was reached, in seconds of the machine's own clock; waits for it, going on as people would."""
    end = time.monotonic() + 60
    while not (found := list(portal.places.glob(f"{place}.reached-*"))):
        assert time.monotonic() < end, f"{place} was not reached\n{portal.logs()}"
        portal.tend()
        portal.ask("push", batches=list(batches))
        time.sleep(0.1)
    return int(found[0].name.rpartition("-")[2]) / 1e9


def _killed_at(portal: Portal, place: str, number: int) -> tuple[list[int], float]:
    """A batch whose worker is killed at the place, and when; whoever claims such work next is noted."""
    portal.lay(place, "kill")
    batches: list[int] = portal.ask("make", batches=1, rows=10_000, first=number)
    died = _moment(portal, place, batches)
    portal.lay(f"{place.partition('.')[0]}.claimed", "sleep 0")
    return batches, died


@pytest.mark.timeout(300)
def test_work_of_a_killed_worker_is_taken_up_again_within_75_seconds(tmp_path: Path) -> None:
    with Portal(tmp_path, lease=LEASE) as portal:
        sending, died_sending = _killed_at(portal, "deliver.sending", 1)
        checking, died_checking = _killed_at(portal, "check.reading", 2)
        batches = [*sending, *checking]
        portal.finish(batches, seconds=150)
        portal.settle(batches)
        waits = {
            "deliver": _moment(portal, "deliver.claimed") - died_sending,
            "check": _moment(portal, "check.claimed") - died_checking,
        }
    assert all(LEASE / 2 < wait <= TAKEN_UP for wait in waits.values()), waits
