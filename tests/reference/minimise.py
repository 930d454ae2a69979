"""Making a disagreement small: fewer lines, fewer mapped columns, fewer characters, as long as it stays."""

import copy
import time
from collections.abc import Callable, Sequence
from typing import Any

Stays = Callable[[bytes, dict[str, Any]], bool]
OPTIONAL_MEMBERS = ("unsafe_values", "commas_in_values", "repeated_ids")
OPTIONAL_COLUMN_MEMBERS = ("transforms", "split", "otherwise", "values")


class Minimiser:
    """Shrinks one customer file and its mapping; `stays` says whether the smaller pair still shows it."""

    def __init__(self, stays: Stays, *, seconds: float) -> None:
        self.stays = stays
        self.end = time.monotonic() + seconds

    def shrink(self, data: bytes, mapping: dict[str, Any]) -> tuple[bytes, dict[str, Any]]:
        """The smallest pair that was found in time."""
        before = -1
        while before != len(data) + len(repr(mapping)) and time.monotonic() < self.end:
            before = len(data) + len(repr(mapping))
            data = b"".join(self._fewer(data.splitlines(keepends=True), mapping))
            mapping = self._simpler(data, mapping)
            unit = 2 if mapping["reader"]["encoding"].startswith("utf-16") else 1
            data = b"".join(self._fewer([data[at : at + unit] for at in range(0, len(data), unit)], mapping))
        return data, mapping

    def _fewer(self, units: Sequence[bytes], mapping: dict[str, Any]) -> list[bytes]:
        """The units without every run of them that isn't needed, long runs first."""
        kept = list(units)
        size = max(1, len(kept) // 2)
        while kept and time.monotonic() < self.end:
            place = 0
            while place < len(kept) and time.monotonic() < self.end:
                fewer = kept[:place] + kept[place + size :]
                if self.stays(b"".join(fewer), mapping):
                    kept = fewer
                else:
                    place += size
            if size == 1:
                break
            size //= 2
        return kept

    def _simpler(self, data: bytes, mapping: dict[str, Any]) -> dict[str, Any]:
        """The mapping without every member that isn't needed."""
        for smaller in _smaller_mappings(mapping):
            if time.monotonic() < self.end and self.stays(data, smaller):
                return self._simpler(data, smaller)
        return mapping


def _smaller_mappings(mapping: dict[str, Any]) -> list[dict[str, Any]]:
    """Every mapping that has one thing less."""
    found = []
    for member in ("columns", "emails", "ids"):
        for place in range(len(mapping.get(member, ()))):
            smaller = copy.deepcopy(mapping)
            del smaller[member][place]
            found.append(smaller)
    for place, column in enumerate(mapping.get("columns", ())):
        for member in OPTIONAL_COLUMN_MEMBERS:
            if member in column:
                smaller = copy.deepcopy(mapping)
                del smaller["columns"][place][member]
                found.append(smaller)
    needless = [member for member in OPTIONAL_MEMBERS if member in mapping]
    return found + [{name: value for name, value in mapping.items() if name != member} for member in needless]
