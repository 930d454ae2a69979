"""What happens to a world: faults of every kind, begun by chance from a seed, counted once they have hit."""

import random
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final

from tests.fault_proxy import Fault, FaultProxy, Kind, Way
from tests.faults.places import Place
from tests.faults.portal import PLACES
from tests.faults.servers import LocalPlace

if TYPE_CHECKING:
    from tests.faults.world import World

FAILPOINTS: Final = tuple(f"deliver.{place}" for place in PLACES["deliver"])
FROZEN_AT: Final = ("deliver.sending", "deliver.fence", "deliver.fenced", "deliver.delivered")
PATIENCE: Final = 15.0
"""Seconds that a fault which was laid waits for somebody to run into it."""


@dataclass(frozen=True)
class Hit:
    """A fault that has happened; `at` by the clock on the wall, `place` None: not at one receiver alone."""

    kind: str
    at: float
    place: str | None = None


@dataclass
class Injector:
    """Begin one fault after the other with `begin`, and call `tend` often; `hits` are those that have happened."""

    world: "World"
    rng: random.Random
    hits: list[Hit] = field(default_factory=list)
    _waiting: list[tuple[float, Hit, Callable[[], bool], Callable[[], object]]] = field(default_factory=list)
    _to_undo: list[tuple[float, Callable[[], None]]] = field(default_factory=list)
    _bag: list[Callable[[], None]] = field(default_factory=list)

    def begin(self) -> None:
        """The next fault: each kind comes as often as its weight says, in an order made by chance."""
        if not self._bag:
            self._bag = list(self._kinds())
            self.rng.shuffle(self._bag)
        self._bag.pop()()

    def tend(self) -> None:
        """Count what was run into, take back what was not, and end what lasts for a while."""
        now = time.monotonic()
        for entry in list(self._waiting):
            since, hit, has_happened, lift = entry
            if has_happened():
                self.hits.append(Hit(hit.kind, time.time(), hit.place))
                self._waiting.remove(entry)
            elif now - since > PATIENCE:
                lift()
                if not has_happened():
                    self._waiting.remove(entry)
        for due, undo in [entry for entry in self._to_undo if entry[0] <= now]:
            self._to_undo.remove((due, undo))
            undo()

    @property
    def waiting(self) -> int:
        """How many were laid and have not happened yet."""
        return len(self._waiting)

    def end(self) -> None:
        """All is well again from now on."""
        for _since, _hit, _has_happened, lift in self._waiting:
            lift()
        self._waiting.clear()
        for _due, undo in self._to_undo:
            undo()
        self._to_undo.clear()

    def _kinds(self) -> Iterator[Callable[[], None]]:
        """What a bag holds: 50 faults where every receiver is there."""
        yield from [self._kill_child] * 4 + [self._kill_worker, self._kill_dispatcher] + [self._kill_redis]
        yield from [self._empty_redis] + [self._freeze_child] * 2 + [self._disturb_database]
        yield from [partial(self._fail_at, name, "kill") for name in FAILPOINTS]
        yield from [partial(self._fail_at, name, "freeze") for name in self.rng.sample(FROZEN_AT, 2)]
        for place in self.world.receivers:
            if place.line is not None:
                yield from self._kinds_of(place, place.line)
            if isinstance(place, LocalPlace) and place.can_be_full:
                yield partial(self._fill, place)

    def _kinds_of(self, place: Place, line: FaultProxy) -> Iterator[Callable[[], None]]:
        for kind in (Kind.CUT, Kind.RESET, Kind.BLACK_HOLE, Kind.FLIP, Kind.FLIP, Kind.LATENCY, Kind.RATE):
            yield partial(self._lay, place, line, kind)
        yield partial(self._refuse, place, line)
        yield partial(self._strike, place, line)
        yield partial(self._stop_server, place)
        yield partial(self._kill_server, place)

    def _hit(self, kind: str, place: Place | None = None) -> None:
        self.hits.append(Hit(kind, time.time(), place.name if place else None))

    def _later(self, seconds: float, undo: Callable[[], None]) -> None:
        self._to_undo.append((time.monotonic() + seconds, undo))

    def _await(self, hit: Hit, has_happened: Callable[[], bool], lift: Callable[[], object]) -> None:
        self._waiting.append((time.monotonic(), hit, has_happened, lift))

    # Processes of the portal

    def _kill_child(self) -> None:
        if (children := self.world.children()) and self.world.kill_child(self.rng.choice(children)):
            self._hit("a worker's process is killed")

    def _kill_worker(self) -> None:
        self._kill(self.rng.choice([name for name in self.world.processes if name.startswith("worker")]), "a worker")

    def _kill_dispatcher(self) -> None:
        self._kill("dispatcher", "the dispatcher")

    def _kill_redis(self) -> None:
        self._kill("redis", "Redis")

    def _kill(self, name: str, said: str) -> None:
        if self.world.processes[name].poll() is None:
            self.world.kill(name)
            self._hit(f"{said} is killed, with all it started")

    def _empty_redis(self) -> None:
        if self.world.empty_redis():
            self._hit("Redis forgets everything")

    def _freeze_child(self) -> None:
        if children := self.world.children():
            self.world.freeze(self.rng.choice(children))
            self._hit("a worker's process stands still beyond its lease")

    def _disturb_database(self) -> None:
        self.world.disturb_database()
        self._hit("the database is locked" if self.world.is_sqlite else "every connection to the database is ended")

    def _fail_at(self, name: str, action: str) -> None:
        laid = self.world.places / name
        if laid.exists():
            return
        before = self.world.reached_count(name)
        self.world.lay(name, action)
        verb = "is killed" if action == "kill" else "stands still beyond its lease"
        hit = Hit(f"a worker's process {verb} at {name.partition('.')[2]}", 0)
        self._await(hit, lambda: self.world.reached_count(name) > before, lambda: laid.unlink(missing_ok=True))

    # The line to a receiver

    def _lay(self, place: Place, line: FaultProxy, kind: Kind) -> None:
        amount = {Kind.LATENCY: self.rng.uniform(0.05, 0.3), Kind.RATE: self.rng.uniform(50_000, 400_000)}.get(kind, 0)
        way = self.rng.choice(list(Way))
        laid = line.lay(Fault(kind, way, after=self._offset(), amount=amount))
        self._await(Hit(f"the line: {kind}", 0, place.name), laid.hit.is_set, partial(line.lift, laid))

    def _offset(self) -> int:
        """While connecting, or in the middle of a file, or around its end."""
        largest = max(self.world.sizes)
        return self.rng.choice(
            [self.rng.randrange(4000), self.rng.randrange(largest), self.rng.choice(self.world.sizes)]
        )

    def _refuse(self, place: Place, line: FaultProxy) -> None:
        line.refuse()
        self._hit("the line: refused", place)
        self._later(self.rng.uniform(0.5, 3), line.allow)

    def _strike(self, place: Place, line: FaultProxy) -> None:
        if line.open_lines:
            line.strike(Fault(self.rng.choice([Kind.CUT, Kind.RESET])))
            self._hit("every line to a receiver breaks", place)

    # The receiver itself

    def _stop_server(self, place: Place) -> None:
        place.signal(signal.SIGSTOP)
        self._hit("the receiver stands still", place)
        self._later(self.rng.uniform(1, 7), lambda: place.signal(signal.SIGCONT))

    def _kill_server(self, place: Place) -> None:
        place.kill()
        self._hit("the receiver is killed", place)
        self._later(self.rng.uniform(0.2, 1.5), place.start)

    def _fill(self, place: LocalPlace) -> None:
        place.fill()
        self._hit("the receiver's disk is full", place)
        self._later(self.rng.uniform(0.5, 3), place.empty)
