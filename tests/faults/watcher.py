"""Somebody who looks at every receiver all the time, as the programs do for which the files are."""

import threading
from collections.abc import Mapping, Sequence

from tests.faults.places import Place, Seen


class Watcher:
    """Remembers everything that was ever to be seen under each name; use `start` and `stop`."""

    def __init__(self, places: Sequence[Place]) -> None:
        self._places = places
        self.seen: dict[str, dict[str, list[Seen]]] = {place.name: {} for place in places}
        self.looks = dict.fromkeys(self.seen, 0)
        self._errors: list[BaseException] = []
        self._is_over = threading.Event()
        self._threads = [threading.Thread(target=self._watch, args=(place,), daemon=True) for place in places]

    def start(self) -> None:
        """Begin to look."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._is_over.set()
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(30)

    def _watch(self, place: Place) -> None:
        try:
            while not self._is_over.wait(place.pause):
                self._look(place)
        except BaseException as error:  # noqa: BLE001 - it is told by `faults`
            self._errors.append(error)

    def _look(self, place: Place) -> None:
        for name, seen in place.look().items():
            before = self.seen[place.name].setdefault(name, [])
            if not before or before[-1] != seen:
                before.append(seen)
        self.looks[place.name] += 1

    def faults(self, expected: Mapping[str, Mapping[str, str]]) -> list[str]:
        """What was seen that was not approved, not whole, or made twice; `expected`: checksums by place and name."""
        found = [f"the watcher itself failed: {error!r}" for error in self._errors]
        for place in self._places:
            approved, seen = expected[place.name], self.seen[place.name]
            found += [f"{place.name} shows {name}, which nobody approved" for name in sorted(seen.keys() - approved)]
            for name in seen.keys() & approved:
                wrong = {digest for _mark, digest in seen[name]} - {approved[name]}
                found += [f"{place.name} showed {name} with other bytes"] if wrong else []
                if place.keeps_names and len(seen[name]) > 1:
                    found.append(f"{place.name} got {name} {len(seen[name])} times")
        return found

    def missing(self, expected: Mapping[str, Mapping[str, str]]) -> list[str]:
        """What a look right now does not find whole, or finds besides."""
        found = []
        for place in self._places:
            there = {name: digest for name, (_mark, digest) in place.look().items()}
            if there != expected[place.name]:
                names = sorted(set(there.items()) ^ set(expected[place.name].items()))
                found.append(f"{place.name}: {len(names)} names are missing, too many or wrong: {names[:3]}")
        return found
