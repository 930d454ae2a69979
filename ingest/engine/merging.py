"""What several rows say about one ID, joined by the rules: each item once, no contradiction, no line too long."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ingest.aam.limits import MAX_LINES_PER_ID, MAX_RECORD_BYTES

_ITEM = re.compile(r'"[^"]*"="[^"]*"|[^,]+')
_TRAIT = re.compile(r"d_(un)?sid=([0-9]+)")


@dataclass(frozen=True)
class LateRefusal:
    """A row that other rows of its ID hold back: the finding's code and what shows it."""

    code: str
    value: str


@dataclass
class MergedId:
    """Takes the rows of one ID in order (docs/decisions/0001, 26)."""

    identifier: str
    lines: list[list[str]] = field(default_factory=lambda: [[]])
    _items: set[str] = field(default_factory=set)
    _traits: dict[str, str] = field(default_factory=dict)
    _length: int = 0

    def __post_init__(self) -> None:
        self._around = len(self.identifier.encode()) + 1
        self._length = self._around

    def add(self, text: str) -> LateRefusal | None:
        """Take the items of one row, as they stand in its record; the reason if the row is held back."""
        fresh = [item for item in dict.fromkeys(_ITEM.findall(text)) if item not in self._items]
        contradiction = next((trait for trait in map(self._contradicted, fresh) if trait), None)
        if contradiction:
            return LateRefusal("trait.conflict", contradiction)
        wrapped, length = self._wrapped(fresh)
        if len(self.lines) + len(wrapped) - 1 > MAX_LINES_PER_ID:
            return LateRefusal("id.too_many_lines", self.identifier)
        self.lines[-1].extend(wrapped[0])
        self.lines.extend(wrapped[1:])
        self._length = length
        self._items.update(fresh)
        self._traits.update((trait[2], trait[0]) for trait in map(_TRAIT.fullmatch, fresh) if trait)
        return None

    def _contradicted(self, item: str) -> str | None:
        trait = _TRAIT.fullmatch(item)
        if trait and self._traits.get(trait[2], item) != item:
            return trait[2]
        return None

    def _wrapped(self, items: list[str]) -> tuple[list[list[str]], int]:
        """The items for the last line and for new ones, and the length of the last line then."""
        lines: list[list[str]] = [[]]
        length = self._length
        for item in items:
            size = len(item.encode()) + 1
            # An item takes its comma, or the TAB or LF that stands in its place.
            if length + size > MAX_RECORD_BYTES:
                lines.append([])
                length = self._around
            lines[-1].append(item)
            length += size
        return lines, length

    def records(self) -> Iterator[tuple[str, list[str]]]:
        """The lines with their items."""
        for items in self.lines:
            if items:
                yield f"{self.identifier}\t{','.join(items)}\n", items
