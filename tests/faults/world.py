"""A portal with two workers and every kind of receiver, all of them real processes, and many faults in one run."""

import os
import random
import signal
import sqlite3
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Final

import redis

from tests.faults.injector import Injector
from tests.faults.outcome import Outcome, outcome_of
from tests.faults.places import Place
from tests.faults.portal import Portal
from tests.faults.servers import every_place
from tests.faults.watcher import Watcher

SETTLED_WITHIN: Final = 120.0
"""Seconds from the last fault until everything must be sent and true."""
SIZES: Final = (150_000, 350_000, 600_000, 900_000)
PARTS_OF_A_TRANSFER: Final = 4
UNDER_WAY: Final = 24
"""While there are faults, new transfers are approved when fewer than so many are left."""
MOST_WAITING: Final = 12
_HURRIED: Final = [sys.executable, "-m", "tests.faults.hurried"]


class World(Portal):
    """Use it as a context manager; `run` is the whole of it."""

    sizes = SIZES

    def __init__(self, folder: Path, *, seed: int, database: str = "", lease: int = 4) -> None:
        self._root = folder / "receivers"
        more = {"AMPORTAL_PRIVATE_DESTINATIONS": "127.0.0.0/8", "AMPORTAL_LOCAL_ROOTS": str(self._root)}
        super().__init__(folder, lease=lease, workers=3, database=database, more=more)
        self.lease, self.is_sqlite = lease, not database
        self._rng = random.Random(seed)
        self._stack = ExitStack()
        self.receivers: list[Place] = []
        self._keys: dict[str, int] = {}
        self._made = 0
        self._still: dict[int, float] = {}

    @staticmethod
    def _programs(workers: int) -> dict[str, list[str]]:
        celery = ["--app", "amportal.celery", "--quiet", "worker", "--queues", "validate,transfer,housekeeping"]
        plain = ["--loglevel", "WARNING", "--without-gossip", "--without-mingle", "--without-heartbeat"]
        worker = [*_HURRIED, *celery, *plain, "--concurrency", str(workers)]
        names = {f"worker {number}": [*worker, "--hostname", f"worker-{number}@%h"] for number in (1, 2)}
        return {**names, "dispatcher": [*_HURRIED, "dispatch"]}

    def _begin(self) -> None:
        self.receivers += every_place(self._root, self._stack)
        super()._begin()
        reached = {place.name: place.where() for place in self.receivers}
        self._keys = self.ask("open_places", places={
            name: {"method": one.method, "settings": dict(one.settings), "secrets": dict(one.secrets)}
            for name, one in reached.items()
        })  # fmt: skip

    def _end(self) -> None:
        for place in self.receivers:
            place.signal(signal.SIGCONT)
        super()._end()
        self._stack.close()

    def run(self, faults: int, *, seconds: float, told: Callable[[int], None] = lambda _count: None) -> Outcome:
        """Let so many faults happen, at most so long; then everything must come to be as it should be.

        `told` hears how many there were so far. Raises AssertionError with everything that is not.
        """
        began, pressed = time.monotonic(), Counter[str]()
        injector, watcher = Injector(self, self._rng), Watcher(self.receivers)
        watcher.start()
        try:
            with self._people(pressed):
                due = 0.0
                while len(injector.hits) < faults:
                    assert time.monotonic() - began < seconds, f"only {len(injector.hits)} faults\n{self.logs()}"
                    if time.monotonic() > due and injector.waiting < MOST_WAITING:
                        injector.begin()
                        due = time.monotonic() + self._rng.uniform(0.05, 0.6)
                    injector.tend()
                    self.tend()
                    told(len(injector.hits))
                    time.sleep(0.03)
            injector.end()
            faulty = time.monotonic() - began
            settled = self._settle(pressed, watcher)
        finally:
            injector.end()
            watcher.stop()
        return outcome_of(self, injector.hits, watcher, pressed, (faulty, settled))

    def tend(self) -> None:
        """Start what has died; let processes go on that have stood still for longer than their lease."""
        super().tend()
        frozen = self.frozen()
        self._still = {pid: self._still.get(pid, time.monotonic()) for pid in frozen}
        for pid, since in self._still.items():
            if time.monotonic() - since > self.lease + 1.5:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)

    @contextmanager
    def _people(self, pressed: Counter[str]) -> Iterator[None]:
        """While this lasts people go on, whatever happens around them."""
        is_over, errors = threading.Event(), list[BaseException]()

        def go_on() -> None:
            try:
                while not is_over.wait(0.5):
                    pressed.update(self._push())
            except BaseException as error:  # noqa: BLE001 - it is told below
                errors.append(error)

        thread = threading.Thread(target=go_on)
        thread.start()
        try:
            yield
        finally:
            is_over.set()
            thread.join(60)
        assert not errors, errors

    def _push(self, *, more: bool = True) -> Counter[str]:
        """What people do; they approve new transfers while there are few."""
        found = self.ask("push_transfers")
        open_ones = sum(count for state, count in found["states"].items() if state != "sent")
        if more and open_ones < UNDER_WAY:
            rng = random.Random(self._made)
            parts = [rng.choice(SIZES) for _ in range(rng.randint(1, PARTS_OF_A_TRANSFER))]
            self.ask("make_transfers", places=list(self._keys.values()), first=self._made, parts=parts)
            self._made += len(self._keys)
        return Counter(found["pressed"])

    def _settle(self, pressed: Counter[str], watcher: Watcher) -> float:
        """Seconds until all is sent and true."""
        began = time.monotonic()
        while found := self._unsettled(pressed, watcher):
            left = SETTLED_WITHIN - (time.monotonic() - began)
            assert left > 0, f"{len(found)} things are wrong, the first: {found[:20]}\n{self.logs()}"
            time.sleep(0.5)
        return time.monotonic() - began

    def _unsettled(self, pressed: Counter[str], watcher: Watcher) -> list[str]:
        self.tend()
        pressed += self._push(more=False)
        if found := self.ask("faults_of_transfers"):
            return list(found)
        self.ask("swept")
        expected = self.ask("expected")
        hidden = [f"{place.name} keeps {name}" for place in self.receivers for name in place.hidden()]
        return [*hidden, *watcher.missing(expected), *watcher.faults(expected)]

    # What the injector does to it

    def freeze(self, pid: int) -> None:
        """Let a process stand still; `tend` lets it go on when its lease is over."""
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)

    def reached_count(self, place: str) -> int:
        """How often a laid failpoint was reached."""
        return len(list(self.places.glob(f"{place}.reached-*")))

    def empty_redis(self) -> bool:
        """Have Redis forget everything; False when it is not there."""
        try:
            with redis.Redis(unix_socket_path=str(self.socket), socket_timeout=2) as server:
                return bool(server.flushall())
        except redis.RedisError:
            return False

    def disturb_database(self) -> None:
        """SQLite: nobody else writes for a second and a half. PostgreSQL: all connections but the people's end."""
        if self.is_sqlite:
            threading.Thread(target=_lock, args=(self.folder / "amportal.sqlite3",), daemon=True).start()
        else:
            self.ask("end_connections")


def _lock(path: Path) -> None:
    database = sqlite3.connect(path, timeout=10, isolation_level=None)
    with suppress(sqlite3.OperationalError):
        database.execute("BEGIN IMMEDIATE")
        time.sleep(1.5)
        database.execute("ROLLBACK")
    database.close()
