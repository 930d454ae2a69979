"""One worker's judgement of one block: kernels first, the exact rules for what they leave open."""

import numpy as np
import numpy.typing as npt

from ingest.engine.blocks import Block
from ingest.engine.exact_rows import ExactRows
from ingest.engine.findings import bits_of
from ingest.engine.kernels.assemble import OUT_OF_ROOM, ROOM_PER_ROW, ROW_TOO_LARGE, assemble_rows, hash_ids
from ingest.engine.kernels.judge import judge_rows
from ingest.engine.kernels.tables import CELL_KNOWN, CELL_UNKNOWN, make_scratch
from ingest.engine.known import KnownAnswers, remark_bits
from ingest.engine.plan import Plan
from ingest.engine.seen import ColumnsSeen

# Twice as many places as a record of ROOM_PER_ROW bytes can have items, as a power of two.
_ITEM_PLACES = ROOM_PER_ROW


class Judge:
    """Not shared between threads: each worker has its own, and what they saw is added up at the end."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._exact_rows = ExactRows(plan)
        self._known = KnownAnswers(chr(plan.layout.between_items), folds_ids=plan.layout.folds_ids)
        self._scratch = make_scratch(plan.layout.columns, _ITEM_PLACES)
        self.seen = ColumnsSeen(plan.layout.columns)

    def judge(self, block: Block) -> Block:
        """Fill in the verdicts and the lines of a block whose rows were found."""
        block.make_room_for_rows()
        self._known.forget_if_large()
        self.seen.make_room(int(block.rows.first_field[block.count]))
        plan = self._plan
        unknown = judge_rows(
            block.buffer, block.used, block.rows, block.count, plan.layout, plan.slots, plan.bits,
            self._known.arrays, self.seen.arrays, block.cells, block.verdicts, self._scratch,
        )  # fmt: skip
        self.seen.take_samples(block.buffer, block.rows.number)
        if unknown:
            self._ask(block)
        hash_ids(block.buffer, block.count, self._known.arrays, block.cells, plan.layout, block.verdicts)
        self._assemble(block)
        return block

    def _ask(self, block: Block) -> None:
        """Ask the exact rules about every unknown cell, each distinct one once."""
        rows, slots = np.nonzero(block.cells.kind[: block.count] == CELL_UNKNOWN)
        entries = np.array(self._entries(block, rows, slots), np.int32)
        block.cells.kind[rows, slots] = CELL_KNOWN
        block.cells.start[rows, slots] = entries
        np.bitwise_or.at(block.verdicts.bits, rows, self._known.arrays.bits[entries])

    def _entries(self, block: Block, rows: npt.NDArray[np.intp], slots: npt.NDArray[np.intp]) -> list[int]:
        asked: dict[tuple[int, bytes], int] = {}
        entries = []
        starts = block.cells.start[rows, slots].tolist()
        ends = block.cells.end[rows, slots].tolist()
        for slot, start, end in zip(slots.tolist(), starts, ends, strict=True):
            cell = block.buffer[start:end].tobytes()
            key = (slot, cell)
            if key not in asked:
                answer = self._plan.exact[slot].answer(cell.decode())
                asked[key] = self._known.add(slot, cell, answer, remark_bits(answer))
            entries.append(asked[key])
        return entries

    def _assemble(self, block: Block) -> None:
        plan = self._plan
        row, at = 0, 0
        while row < block.count:
            row, at, why = assemble_rows(
                block.buffer, row, block.count, plan.layout, plan.slots, plan.bits,
                self._known.arrays, block.cells, block.verdicts, block.out, at, self._scratch,
            )  # fmt: skip
            block.out_used = at
            if why == OUT_OF_ROOM:
                block.grow_out(ROOM_PER_ROW)
            elif why == ROW_TOO_LARGE:
                at = self._write_exactly(block, row, at)
                row += 1
        block.out_used = at

    def _write_exactly(self, block: Block, row: int, at: int) -> int:
        """Write a row that is too large for the kernel's bounds by the exact rules; the place behind it."""
        record = self._exact_rows.record(block.cells_of(row, self._plan.layout))
        found = bits_of(record.codes)
        if int(block.verdicts.bits[row]) & int(self._plan.bits.refusing):
            # Too long is judged among rows that nothing else refuses.
            found &= ~int(self._plan.bits.too_long)
        block.verdicts.bits[row] |= np.uint64(found)
        block.verdicts.line_end[row] = at
        if int(block.verdicts.bits[row]) & int(self._plan.bits.refusing):
            return at
        line = np.frombuffer(f"{record.line}\n".encode(), np.uint8)
        block.out_used = at
        if at + line.size > block.out.size:
            block.grow_out(line.size)
        block.out[at : at + line.size] = line
        counts = np.bincount([item.kind for item in record.items], minlength=4)
        verdicts = block.verdicts
        verdicts.signals[row], verdicts.added[row], verdicts.removed[row], verdicts.codes[row] = counts[:4]
        verdicts.line_end[row] = at + line.size
        return at + line.size
