"""A file that takes more memory than the machine has: the kernel kills who works on it, and everything else goes on."""

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.faults.memory_box import MemoryBox
from tests.faults.portal import Portal

ROOM = 8 * 1024 * 1024  # bytes that a worker gets beyond what it needs for a small file
ROWS = 600_000
ATTEMPTS = 3


class _BoundPortal(Portal):
    """Its worker lives in a box."""

    def __init__(self, folder: Path, box: MemoryBox) -> None:
        super().__init__(folder, workers=1)
        self._commands["worker"] = box.inside(self._commands["worker"])


@pytest.mark.timeout(600)
def test_a_file_for_which_there_is_no_memory_is_given_up_and_others_go_on(tmp_path: Path) -> None:
    with _box() as box, _BoundPortal(tmp_path, box) as portal:
        _given_up(portal, box)


@contextmanager
def _box() -> Iterator[MemoryBox]:
    with ExitStack() as opened:
        try:
            box = opened.enter_context(MemoryBox(f"amportal-{os.getpid()}"))
        except OSError as error:
            pytest.skip(f"no control group can be made here: {error.strerror or error}")
        yield box


def _given_up(portal: Portal, box: MemoryBox) -> None:
    small = portal.ask("make", batches=1, rows=1_000, first=1)
    portal.finish(small, seconds=120)
    box.bound(box.held() + ROOM)
    large = portal.ask("make", batches=1, rows=ROWS, first=3)
    end = time.monotonic() + 240
    while not (problems := portal.ask("problems_of_checks", batches=large)):
        assert time.monotonic() < end, portal.logs()
        portal.tend()
        time.sleep(0.5)
    assert problems == ["worker.died"]
    assert box.killed() >= ATTEMPTS, "nobody but the kernel ended it"
    others = portal.ask("make", batches=1, rows=1_000, first=5)
    portal.finish(others, seconds=120)
    box.bound()  # as after a move to a larger machine
    portal.finish(large, seconds=240)
    portal.settle([*small, *large, *others])
