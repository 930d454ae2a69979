"""The supervisor behind `scripts/run`: what it started lives and ends with it, and nothing else does."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest

from tests.operations.processes import Run, wait_until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
STEADY = "trap 'echo bye; exit 0' TERM; echo here; while :; do sleep 0.1; done"
STUBBORN = "trap '' TERM; echo here; while :; do sleep 0.1; done"
PARENT = "sleep 600 & sleep 601 & echo here; wait"
Keep = Callable[..., Run]


@pytest.fixture
def keep() -> Iterator[Keep]:
    runs: list[Run] = []

    def start(*arguments: str, **variables: str) -> Run:
        runs.append(Run(["-m", "tests.operations.keeper", *arguments], {"SETTLED": "1", **variables}))
        return runs[-1]

    yield start
    for run in runs:
        run.end()


def test_lines_stand_behind_the_name_of_their_program(keep: Keep) -> None:
    run = keep("one", STEADY, "two", STEADY)
    assert run.said("one          | here", 10)
    assert run.said("two          | here", 10)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_all_in_order_and_nothing_else(keep: Keep, number: signal.Signals) -> None:
    bystander = subprocess.Popen(["sleep", "600"])
    run = keep("first", STEADY, "second", STEADY)
    assert run.said("second       | here", 10)
    run.process.send_signal(number)
    assert run.ends(10) == 0, run.text()
    assert run.living() == {}
    said = run.text()
    assert said.index("second       | bye") < said.index("first        | bye") < said.index("done")
    assert "unexpectedly" not in said
    assert bystander.poll() is None
    bystander.kill()
    bystander.wait()


def test_what_a_program_started_ends_with_it(keep: Keep) -> None:
    run = keep("parent", PARENT)
    assert run.said("here", 10)
    assert wait_until(lambda: sum(line.startswith("sleep 60") for line in run.living().values()) == 2, 10)
    run.process.terminate()
    assert run.ends(10) == 0
    assert wait_until(lambda: run.living() == {}, 5), run.living()


def test_a_program_that_does_not_listen_is_ended_after_the_grace(keep: Keep) -> None:
    run = keep("stubborn", STUBBORN, GRACE="1")
    assert run.said("here", 10)
    run.process.terminate()
    assert run.ends(10) == 0
    assert run.living() == {}


def test_a_second_signal_does_not_wait_for_the_grace(keep: Keep) -> None:
    run = keep("stubborn", STUBBORN, GRACE="60")
    assert run.said("here", 10)
    run.process.send_signal(signal.SIGINT)
    time.sleep(0.5)
    run.process.send_signal(signal.SIGINT)
    assert run.ends(10) == 0
    assert run.living() == {}


def test_a_killed_supervisor_leaves_no_child(keep: Keep) -> None:
    run = keep("one", STEADY, "two", STUBBORN)
    assert run.said("one          | here", 10)
    assert run.said("two          | here", 10)
    run.process.kill()
    assert wait_until(lambda: not [line for line in run.living().values() if "trap" in line], 5), run.living()


def test_a_program_that_was_killed_starts_again_and_it_is_said(keep: Keep) -> None:
    run = keep("one", STEADY, "two", STEADY)
    assert run.said("one          | here", 10)
    (number,) = run.children("trap")[:1]
    os.kill(number, signal.SIGKILL)
    assert run.said("Program one ended unexpectedly (killed by SIGKILL); it starts again in 1 s.", 10)
    assert wait_until(lambda: run.text().count("one          | here") == 2, 10)
    assert len(run.children("trap")) == 2


def test_the_pauses_between_the_starts_of_a_dying_program_grow(keep: Keep) -> None:
    run = keep("brief", "echo why; exit 3")
    for pause in (1, 2, 4):
        assert run.said(f"Program brief ended unexpectedly (exit code 3); it starts again in {pause} s.", 15)


def test_a_program_that_never_gets_up_ends_the_start_with_a_sentence(keep: Keep) -> None:
    run = keep("steady", STEADY, "brief", "echo why; exit 3", SETTLED="")
    assert run.ends(30) == 1
    assert "scripts/run: Program brief ended 4 times before the portal ever answered" in run.text()
    assert run.living() == {}


def test_a_quiet_program_speaks_only_when_it_dies(keep: Keep) -> None:
    run = keep("quiet-", "echo secret; sleep 2; echo last; exit 1", "other", STEADY)
    assert run.said("other        | here", 10)
    assert "secret" not in run.text()
    assert run.said("quiet-       | last", 10)
    assert "quiet-       | secret" in run.text()
