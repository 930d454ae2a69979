"""`repeated_ids: merge`, second half: the lines of every ID joined, one group of IDs after the other, on all cores."""

import queue
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import numpy.typing as npt

from ingest.aam.limits import MAX_RECORD_BYTES
from ingest.engine.errors import Cancelled
from ingest.engine.kernels.assemble import ROOM_PER_ROW
from ingest.engine.kernels.distinct import item_kind
from ingest.engine.kernels.merge import join_ids
from ingest.engine.kernels.spill import (
    HEAD_WORDS,
    IDS_PER_GROUP,
    count_entries,
    id_of,
    length_of,
    order_entries,
    words_of,
)
from ingest.engine.kernels.tables import KINDS_OF_ITEMS, SPARE, Scratch, make_scratch
from ingest.engine.merging import LateRefusal, MergedId
from ingest.engine.parts import PartWriter
from ingest.engine.pipeline import Background, Stop
from ingest.engine.spill import Spill, Words

# Groups are joined side by side up to this size; larger ones alone, and one that is too large for memory by the rules.
_LARGEST_BESIDE_OTHERS = 32 * 1024 * 1024
_LARGEST_IN_MEMORY = 256 * 1024 * 1024
# How much is handed to the compressor at once; a part's size is foreseen that often.
_PIECE = 4 * 1024 * 1024

Lines = tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]
"""Whole lines, and the place behind each of them."""


@dataclass
class Joined:
    """The lines of a group of IDs in order, the items in them per kind, and the rows that are not sent after all."""

    lines: list[Lines] = field(default_factory=list)
    items: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(KINDS_OF_ITEMS, np.int64))
    refusals: dict[int, LateRefusal] = field(default_factory=dict)

    def add_by_rules(self, entries: Iterable[tuple[int, int, str]], stop: Stop) -> None:
        """Join (number of the ID, row, line) one by one: what a kernel cannot hold, and what contradicts itself."""
        merged: dict[int, MergedId] = {}
        for number, row, line in entries:
            if stop():
                raise Cancelled
            identifier, _, items = line.partition("\t")
            refusal = merged.setdefault(number, MergedId(identifier)).add(items)
            if refusal:
                self.refusals[row] = refusal
        for number in sorted(merged):
            for record, kept in merged[number].records():
                for item in kept:
                    self.items[item_kind(np.frombuffer(bytearray(f"{item},,,".encode()), np.uint8), 0)] += 1
                raw = np.frombuffer(bytearray(record.encode()), np.uint8)
                self.lines.append((raw, np.array([raw.size], np.int64)))


class Joiner:
    """Joins and writes what was set aside, in the order of the IDs. `items` and `refusals` are complete afterwards."""

    def __init__(
        self, spill: Spill, parts: PartWriter, background: Background, *, workers: int, stop: Stop, conflicts: bool
    ) -> None:
        self._spill = spill
        self._parts = parts
        self._background = background
        self._workers = workers
        self._stop = stop
        self._checks_conflicts = conflicts
        self._scratches: queue.SimpleQueue[Scratch] = queue.SimpleQueue()
        self.records = 0
        self.items = [0] * KINDS_OF_ITEMS
        self.refusals: dict[int, LateRefusal] = {}

    def write_all(self) -> None:
        """Join and write every group. Raises Cancelled within a group of `stop`."""
        self._spill.finish()
        for _ in range(self._workers):
            self._scratches.put(make_scratch(0, ROOM_PER_ROW))
        waiting: deque[Future[Joined]] = deque()
        with ThreadPoolExecutor(self._workers, thread_name_prefix="join") as pool:
            for group in self._spill.groups():
                alone = self._spill.size(group) > _LARGEST_BESIDE_OTHERS
                while waiting and (alone or len(waiting) > self._workers):
                    self._take(waiting.popleft().result())
                waiting.append(pool.submit(self._join, group))
                if alone:
                    self._take(waiting.popleft().result())
            while waiting:
                self._take(waiting.popleft().result())

    def _take(self, joined: Joined) -> None:
        if self._stop():
            raise Cancelled
        for lines, ends in joined.lines:
            self.records += ends.size
            for piece in _pieces(lines, ends):
                self._background.do(partial(self._parts.write, *piece))
        self.items = [total + int(more) for total, more in zip(self.items, joined.items, strict=True)]
        self.refusals |= joined.refusals

    def _join(self, group: int) -> Joined:
        joined = Joined()
        if self._stop():
            return joined
        if self._spill.size(group) > _LARGEST_IN_MEMORY:
            pieces = self._spill.read_slowly(group)
            joined.add_by_rules((entry for piece in pieces for entry in _entries(*piece)), self._stop)
            return joined
        scratch = self._scratches.get()
        try:
            self._join_in_memory(*self._spill.read(group), scratch, joined)
        finally:
            self._scratches.put(scratch)
        return joined

    def _join_in_memory(self, words: Words, size: int, scratch: Scratch, joined: Joined) -> None:
        first_of = np.zeros(IDS_PER_GROUP + 1, np.int64)
        places = np.empty(count_entries(words, size, first_of), np.int64)
        order_entries(words, size, first_of.copy(), places)
        lines = words.view(np.uint8)
        out = np.empty(size * 8 + SPARE, np.uint8)
        ends = np.empty(IDS_PER_GROUP, np.int64)
        number = at = 0
        while number < IDS_PER_GROUP:
            start = at
            number, at, written = join_ids(
                words, lines, first_of, places, number, MAX_RECORD_BYTES, out, at, ends, joined.items,
                self._checks_conflicts, scratch,
            )  # fmt: skip
            if written:
                joined.lines.append((out[start:at], ends[:written] - start))
            if number < IDS_PER_GROUP:
                its_places = places[first_of[number] : first_of[number + 1]]
                joined.add_by_rules((_entry(words, int(place)) for place in its_places), self._stop)
                number += 1


def _pieces(lines: npt.NDArray[np.uint8], ends: npt.NDArray[np.int64]) -> Iterator[Lines]:
    """Whole lines of about the size that is handed on at once."""
    start = done = 0
    while done < ends.size:
        fitting = max(int(np.searchsorted(ends, start + _PIECE, side="right")), done + 1)
        end = int(ends[fitting - 1])
        yield lines[start:end], ends[done:fitting] - start
        start, done = end, fitting


def _entries(words: Words, size: int) -> Iterator[tuple[int, int, str]]:
    at = 0
    while at < size:
        yield _entry(words, at)
        at += int(words_of(length_of(words, at)))


def _entry(words: Words, at: int) -> tuple[int, int, str]:
    """The number of an entry's ID inside its group, its row, and its line without LF."""
    start = (at + HEAD_WORDS) * words.itemsize
    line = words.view(np.uint8)[start : start + int(length_of(words, at)) - 1]
    return int(id_of(words, at)), int(words[at]), line.tobytes().decode()
