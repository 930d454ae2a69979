"""What happens to whole workers and to what stands between them and their work: nothing is lost by any of it."""

import os
import signal
import time
from pathlib import Path

import pytest

from tests.faults.portal import Portal
from tests.faults.postgresql import running_postgresql

SOFT_SHUTDOWN = 40
"""Seconds in which a worker that is told to end has ended, whatever it does."""


@pytest.mark.timeout(400)
def test_a_worker_that_is_told_to_end_finishes_the_part_that_it_sends(tmp_path: Path) -> None:
    """As in an update of the portal: SIGTERM, then it is started again."""
    with Portal(tmp_path) as portal:
        portal.lay("deliver.sending", "sleep 4")
        batches = portal.ask("make", batches=2, rows=10_000, first=1)
        _until_reached(portal, "deliver.sending", batches)
        worker, begun = portal.processes["worker"], time.monotonic()
        worker.send_signal(signal.SIGTERM)
        worker.wait(SOFT_SHUTDOWN)
        assert time.monotonic() - begun < SOFT_SHUTDOWN
        portal.finish(batches, seconds=200)
        portal.settle(batches)
        assert portal.ask("lost_attempts") == 0, "it was not torn out of its work"


@pytest.mark.timeout(400)
def test_a_message_that_died_with_the_worker_that_had_taken_it_is_rung_again(tmp_path: Path) -> None:
    """Between taking a message off its queue and noting that it did, a worker that dies takes it along."""
    with Portal(tmp_path, lease=2) as portal:
        _until_idle(portal)
        os.killpg(portal.processes["worker"].pid, signal.SIGSTOP)
        batches = portal.ask("make", batches=4, rows=1_000, first=1)
        _until_rung(portal)
        portal.kill("worker")
        portal.finish(batches, seconds=200)
        portal.settle(batches)


@pytest.mark.timeout(400)
def test_every_connection_to_postgresql_may_end_at_any_moment(tmp_path: Path) -> None:
    """Ten times, in the middle of checks and transfers."""
    left = 10
    with running_postgresql() as database, Portal(tmp_path, lease=3, database=database) as portal:
        for place in ("check.reading", "deliver.sending", "deliver.fence", "deliver.delivered"):
            portal.lay(place, "sleep 1")
        batches = portal.ask("make", batches=10, rows=10_000, first=1)
        due = time.monotonic()

        def end_connections() -> None:
            nonlocal left, due
            if left and time.monotonic() > due:
                portal.ask("end_connections")
                left, due = left - 1, time.monotonic() + 0.5

        portal.finish(batches, seconds=250, meanwhile=end_connections)
        portal.settle(batches)
    assert left == 0


def _until_reached(portal: Portal, place: str, batches: list[int]) -> None:
    end = time.monotonic() + 60
    while place not in portal.reached():
        assert time.monotonic() < end, portal.logs()
        portal.tend()
        portal.ask("push", batches=batches)
        time.sleep(0.1)


def _until_rung(portal: Portal) -> None:
    """Redis hands a message to the worker that waits for one, whether that is awake or not."""
    end = time.monotonic() + 60
    while not portal.ask("rung"):
        assert time.monotonic() < end, portal.logs()
        time.sleep(0.1)


def _until_idle(portal: Portal) -> None:
    end = time.monotonic() + 60
    while not portal.children():
        assert time.monotonic() < end, portal.logs()
        time.sleep(0.1)
