"""A process that is killed: no half part under a final name, and the next run clears up after it."""

import json
import os
import signal
import time

import pytest

from tests.commands.command_line import TIMESTAMP, Desk
from tests.faults.processes import WORKSPACE, bytes_in_workspace, everything_in, slow_mapping, start, wait_until

NAME = f"ftp_dpm_478_{TIMESTAMP}.sync.gz"
RESULTS = [NAME, "refused.csv", "report.json"]


@pytest.mark.parametrize(("repeated_ids", "grows"), [("keep", "part-*"), ("merge", "spill")])
def test_a_killed_run_leaves_no_part_and_the_next_one_clears_up(
    large_desk: Desk, repeated_ids: str, grows: str
) -> None:
    large_desk.mapping.write_text(json.dumps(slow_mapping(repeated_ids=repeated_ids)), encoding="utf-8")
    process = start(large_desk)
    wait_until(lambda: bytes_in_workspace(large_desk, grows) > 0, process)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    (left,) = large_desk.out.iterdir()
    assert left.match(WORKSPACE), "nothing under a final name"
    assert large_desk.onboard("--timestamp", TIMESTAMP, "--limit", 100).code == 0
    assert everything_in(large_desk.out) == RESULTS


def test_a_run_does_not_touch_the_workspace_of_another_that_is_still_working(large_desk: Desk) -> None:
    large_desk.mapping.write_text(json.dumps(slow_mapping()), encoding="utf-8")
    process = start(large_desk)
    wait_until(lambda: bytes_in_workspace(large_desk, "part-*") > 0, process)
    assert large_desk.onboard("--timestamp", TIMESTAMP + 1, "--limit", 100).code == 0
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    assert NAME in everything_in(large_desk.out)
    assert not list(large_desk.out.glob(WORKSPACE))


def test_a_workspace_that_was_abandoned_before_it_was_locked_goes_too(large_desk: Desk) -> None:
    """A run killed, a day ago, in the instant between making its folder and locking it."""
    large_desk.mapping.write_text(json.dumps(slow_mapping()), encoding="utf-8")
    abandoned = large_desk.out / ".amportal-abandoned"
    abandoned.mkdir(parents=True)
    yesterday = time.time() - 86_400
    os.utime(abandoned, (yesterday, yesterday))
    assert large_desk.onboard("--timestamp", TIMESTAMP, "--limit", 100).code == 0
    assert everything_in(large_desk.out) == RESULTS
