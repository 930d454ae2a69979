"""The watchdog of waits that never end by themselves."""

import threading
from time import monotonic, sleep

from ingest.transfer.watchdog import Watchdog

LONG = 60


def watchers() -> set[threading.Thread]:
    """The threads of all watchdogs that look now."""
    return {thread for thread in threading.enumerate() if thread.name == "watchdog"}


def test_what_takes_too_long_is_ended_once() -> None:
    ended: list[float] = []
    dog = Watchdog(lambda: ended.append(monotonic()))
    began = monotonic()
    with dog.watch(0.2):
        sleep(0.6)
    assert len(ended) == 1
    assert 0.2 <= ended[0] - began < 0.6


def test_a_shorter_time_inside_a_longer_one_counts_and_so_does_a_later_one() -> None:
    ended = threading.Event()
    dog = Watchdog(ended.set)
    with dog.watch(LONG):
        with dog.watch(0.1):
            assert ended.wait(5)
        ended.clear()
        with dog.watch(0.1):
            assert ended.wait(5)


def test_what_ends_in_time_is_left_alone() -> None:
    ended = threading.Event()
    dog = Watchdog(ended.set)
    for _ in range(100):
        with dog.watch(0.2):
            pass
    assert not ended.wait(0.4)


def test_thousands_of_waits_take_one_thread_which_ends_by_itself() -> None:
    others = watchers()
    dog = Watchdog(lambda: None)
    seen: set[threading.Thread] = set()
    alive: set[threading.Thread] = set()
    for _ in range(5000):
        with dog.watch(LONG):
            alive = watchers() - others
            assert len(alive) == 1
            seen |= alive
    assert len(seen) < 50, "one looks for a second at least"
    alive.pop().join(10)
    assert watchers() <= others
