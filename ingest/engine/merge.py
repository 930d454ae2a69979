"""`repeated_ids: merge`: all items of one ID on one line, IDs in order of first appearance."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import numpy.typing as npt

from ingest.aam.limits import MAX_RECORD_BYTES
from ingest.engine.blocks import Block
from ingest.engine.errors import Cancelled
from ingest.engine.kernels.assemble import ROOM_PER_ROW
from ingest.engine.kernels.distinct import item_kind
from ingest.engine.kernels.ledger import move_slots
from ingest.engine.kernels.merge import find_line_ends, gather_lines, join_groups, number_ids
from ingest.engine.kernels.tables import KINDS_OF_ITEMS, SPARE, make_scratch
from ingest.engine.ledger import IdLedger
from ingest.engine.merging import LateRefusal, MergedId
from ingest.engine.parts import PartWriter
from ingest.engine.pipeline import Background, Stop
from ingest.engine.refused import RefusedWriter
from ingest.engine.spill import IDS_PER_GROUP, Spill, SpilledLines
from ingest.engine.totals import Totals

_FULLEST = 0.6
_LARGEST_GROUP = 256 * 1024 * 1024
_OUT_ROOM = 4 * 1024 * 1024


@dataclass
class IdNumbers:
    """Numbers the different IDs by first appearance."""

    count: int = 0
    _words: npt.NDArray[np.uint64] = field(default_factory=lambda: np.zeros((1 << 14, 2), np.uint64))

    def of(self, exact: npt.NDArray[np.uint64], accepted: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
        """The number of each accepted row's ID."""
        while self.count + accepted.size > _FULLEST * self._words.shape[0]:
            larger = np.zeros((2 * self._words.shape[0], 2), np.uint64)
            move_slots(self._words, larger)
            self._words = larger
        numbers = np.zeros(accepted.size, np.int64)
        self.count, _ = number_ids(self._words, self.count, accepted.size, exact, accepted, numbers)
        return numbers


@dataclass
class MergingCommit:
    """Counts the rows of a block and sets their lines aside."""

    totals: Totals
    ledger: IdLedger
    refused: RefusedWriter
    spill: Spill
    numbers: IdNumbers

    def __call__(self, block: Block) -> None:
        """Take a judged block."""
        bits = block.verdicts.bits[: block.count]
        accepted = (bits & np.uint64(self.totals.refusing)) == 0
        self.ledger.enter(block.verdicts.id_exact, block.verdicts.id_folded, np.zeros(block.count, np.bool_))
        self.totals.add(block)
        self.refused.write(block, np.flatnonzero(~accepted))
        ids = self.numbers.of(block.verdicts.id_exact, accepted)
        groups = np.where(accepted, ids // IDS_PER_GROUP, -1)
        for group in np.unique(groups[accepted]):
            self._set_aside(block, ids, np.flatnonzero(groups == group), int(group))

    def _set_aside(self, block: Block, ids: npt.NDArray[np.int64], picked: npt.NDArray[np.intp], group: int) -> None:
        verdicts = block.verdicts
        ends = verdicts.line_end[: block.count]
        starts = np.concatenate([np.zeros(1, np.int64), ends[:-1]])
        lengths = ends[picked] - starts[picked]
        lines = np.empty(int(lengths.sum()) + SPARE, np.uint8)
        end = gather_lines(block.out, starts, ends, picked.astype(np.int64), lines)
        kinds = (verdicts.signals, verdicts.added, verdicts.removed, verdicts.codes)
        items = np.stack([kind[picked] for kind in kinds], axis=1)
        self.spill.add(group, SpilledLines(ids[picked], block.rows.number[picked], lengths, items, lines[:end]))


@dataclass(frozen=True)
class _Group:
    """The lines of a group of IDs, ID by ID: ID `g` has the lines `first_of[g]:first_of[g + 1]`."""

    first_of: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]
    rows: npt.NDArray[np.int64]
    items: npt.NDArray[np.int32]
    lines: npt.NDArray[np.uint8]

    @classmethod
    def of(cls, chunks: list[SpilledLines]) -> "_Group":
        """Sort what was set aside by ID; the rows of one ID stay in order."""
        ids = np.concatenate([chunk.ids for chunk in chunks])
        lengths = np.concatenate([chunk.lengths for chunk in chunks])
        order = np.argsort(ids, kind="stable")
        ends = np.cumsum(lengths)
        return cls(
            first_of=np.concatenate([[0], np.flatnonzero(np.diff(ids[order])) + 1, [ids.size]]).astype(np.int64),
            starts=(ends - lengths)[order],
            ends=ends[order],
            rows=np.concatenate([chunk.rows for chunk in chunks])[order],
            items=np.concatenate([chunk.items for chunk in chunks])[order],
            lines=np.concatenate([*(chunk.lines for chunk in chunks), np.zeros(SPARE, np.uint8)]),
        )

    def of_id(self, number: int) -> SpilledLines:
        """The lines of one ID."""
        places = range(self.first_of[number], self.first_of[number + 1])
        lines = [self.lines[self.starts[place] : self.ends[place]] for place in places]
        return SpilledLines(
            ids=np.zeros(len(lines), np.int64),
            rows=self.rows[places.start : places.stop],
            lengths=np.array([line.size for line in lines], np.int64),
            items=self.items[places.start : places.stop],
            lines=np.concatenate(lines),
        )


@dataclass
class Merger:
    """Writes the lines that were set aside, one group of IDs after the other."""

    spill: Spill
    parts: PartWriter
    background: Background
    stop: Stop
    checks_conflicts: bool
    records: int = 0
    items: list[int] = field(default_factory=lambda: [0] * KINDS_OF_ITEMS)
    refusals: dict[int, LateRefusal] = field(default_factory=dict)
    _counts: npt.NDArray[np.int32] = field(default_factory=lambda: np.zeros(KINDS_OF_ITEMS, np.int32))

    def write_all(self) -> None:
        """Merge and write every group; `refusals` then holds the rows that are not sent after all."""
        self.spill.flush()
        self._scratch = make_scratch(0, ROOM_PER_ROW)
        for group in self.spill.groups():
            if self.stop():
                raise Cancelled
            if self.spill.size(group) > _LARGEST_GROUP:
                self._write_by_rules(self.spill.read(group))
            else:
                self._write_group(_Group.of(list(self.spill.read(group))))
            self.items = [total + int(more) for total, more in zip(self.items, self._counts, strict=True)]
            self._counts[:] = 0

    def _write_group(self, group: _Group) -> None:
        done, ids = 0, group.first_of.size - 1
        while done < ids:
            out = np.empty(_OUT_ROOM, np.uint8)
            done, end, by_rules = join_groups(
                group.lines, group.starts, group.ends, group.first_of, done, ids, MAX_RECORD_BYTES, out, group.items,
                self.checks_conflicts, self._counts, self._scratch,
            )  # fmt: skip
            self._put(out, end)
            if by_rules:
                self._write_by_rules([group.of_id(done)])
                done += 1

    def _write_by_rules(self, chunks: Iterable[SpilledLines]) -> None:
        """Merge lines one by one: what a kernel cannot hold, and what contradicts itself."""
        merged: dict[int, MergedId] = {}
        for number, row, line in _each(chunks):
            if self.stop():
                raise Cancelled
            identifier, _, items = line.partition("\t")
            refusal = merged.setdefault(number, MergedId(identifier)).add(items)
            if refusal:
                self.refusals[row] = refusal
        for number in sorted(merged):
            for record, kept in merged[number].records():
                for item in kept:
                    raw = np.frombuffer(bytearray(f"{item},,,".encode()), np.uint8)
                    self._counts[item_kind(raw, 0)] += 1
                out = np.frombuffer(bytearray(record.encode()), np.uint8)
                self._put(out, out.size)

    def _put(self, out: npt.NDArray[np.uint8], end: int) -> None:
        if not end:
            return
        line_ends = np.empty(end, np.int64)
        count = find_line_ends(out, end, line_ends)
        self.records += count
        self.background.do(partial(self.parts.write, out, line_ends[:count].copy()))


def _each(chunks: Iterable[SpilledLines]) -> Iterator[tuple[int, int, str]]:
    for chunk in chunks:
        at = 0
        for number, row, length in zip(chunk.ids.tolist(), chunk.rows.tolist(), chunk.lengths.tolist(), strict=True):
            yield number, row, chunk.lines[at : at + length - 1].tobytes().decode()
            at += length
