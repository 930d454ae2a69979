"""Write the records of one block: ID, TAB, items; every item once (sections 4.6-4.10 of the format)."""

import numpy as np

from ingest.engine.kernels.compiled import compiled
from ingest.engine.kernels.copying import copied
from ingest.engine.kernels.distinct import conflicting_traits, distinct_items, total
from ingest.engine.kernels.hashing import folded_hash, hash_of
from ingest.engine.kernels.judge import PIECE_END
from ingest.engine.kernels.tables import CELL_BYTES, CELL_EMPTY, CELL_KNOWN, REPEATS_ANYWHERE, REPEATS_IN_CELL, SPARE

LF, TAB, QUOTE, COMMA = 10, 9, 34, 44
EXACT_SEED = np.uint64(0x8EBC6AF09C88C6E3)
FOLDED_SEED = np.uint64(0x589965CC75374CC3)
NO_BITS = np.uint64(0)
# A row that may need more room than this is written by the exact rules instead.
ROOM_PER_ROW = 512 * 1024
ALL_ROWS_DONE, ROW_TOO_LARGE, OUT_OF_ROOM = 0, 1, 2


@compiled
def hash_ids(buffer, count, known, cells, layout, verdicts):
    """Hash the (first) ID of each row, exactly and without regard to case; 0 and 0 where there is none."""
    for row in range(count):
        kind = cells.kind[row, 0]
        verdicts.id_exact[row] = 0
        verdicts.id_folded[row] = 0
        if kind == CELL_KNOWN:
            entry = cells.start[row, 0]
            start, end = known.text_start[entry], known.text_end[entry]
            if end > start:
                verdicts.id_exact[row] = hash_of(known.texts, start, end, EXACT_SEED)
                verdicts.id_folded[row] = known.folded[entry]
        elif kind == CELL_BYTES:
            start, end = cells.start[row, 0], cells.end[row, 0]
            verdicts.id_exact[row] = hash_of(buffer, start, end, EXACT_SEED)
            if layout.folds_ids:
                verdicts.id_folded[row] = folded_hash(buffer, start, end, FOLDED_SEED)
            else:
                verdicts.id_folded[row] = hash_of(buffer, start, end, FOLDED_SEED)


@compiled
def room_needed(buffer, row, slots, known, cells):
    """An upper bound for the bytes of a row's record, and what copying may touch behind it."""
    room = 2 + SPARE
    for slot in range(slots.column.size):
        kind = cells.kind[row, slot]
        around = slots.prefix_end[slot] - slots.prefix_start[slot] + 2
        if kind == CELL_KNOWN:
            entry = cells.start[row, slot]
            room += known.text_end[entry] - known.text_start[entry] + 1
        elif kind == CELL_BYTES:
            start, end = cells.start[row, slot], cells.end[row, slot]
            pieces = 1
            if slots.separator[slot] >= 0:
                for at in range(start, end):
                    pieces += buffer[at] == PIECE_END
            room += end - start + pieces * around
    return room


@compiled
def put_value(buffer, start, end, slots, slot, out, at):
    """Append one item."""
    at = copied(slots.text, slots.prefix_start[slot], slots.prefix_end[slot], out, at)
    at = copied(buffer, start, end, out, at)
    if slots.closing[slot]:
        out[at] = QUOTE
        at += 1
    return at


@compiled
def put_pieces(buffer, start, end, slots, slot, between, out, at):
    """Append the items of a cell, each with a separator before it: (place behind, how many)."""
    count = 0
    while start < end:
        stop = start
        while stop < end and buffer[stop] != PIECE_END:
            stop += 1
        out[at] = between
        at = put_value(buffer, start, stop, slots, slot, out, at + 1)
        count += 1
        start = stop + 1
    return at, count


@compiled
def put_slot(buffer, row, slot, slots, known, cells, between, out, at, counts):
    """Append what one cell gives, each item with a separator before it; the place behind it."""
    kind = cells.kind[row, slot]
    if kind == CELL_BYTES and slots.separator[slot] < 0:
        out[at] = between
        at = put_value(buffer, cells.start[row, slot], cells.end[row, slot], slots, slot, out, at + 1)
        counts[max(slots.item[slot], 0)] += 1
    elif kind == CELL_BYTES:
        at, count = put_pieces(buffer, cells.start[row, slot], cells.end[row, slot], slots, slot, between, out, at)
        counts[max(slots.item[slot], 0)] += count
    elif kind == CELL_KNOWN:
        entry = cells.start[row, slot]
        if known.text_end[entry] > known.text_start[entry]:
            out[at] = between
            at = copied(known.texts, known.text_start[entry], known.text_end[entry], out, at + 1)
            for item in range(4):
                counts[item] += known.items[entry, item]
    return at


@compiled
def put_id(buffer, row, known, cells, out, at):
    """Append the (first) ID of a row; nothing where it is missing."""
    if cells.kind[row, 0] == CELL_EMPTY:
        return at
    if cells.kind[row, 0] == CELL_KNOWN:
        entry = cells.start[row, 0]
        return copied(known.texts, known.text_start[entry], known.text_end[entry], out, at)
    return copied(buffer, cells.start[row, 0], cells.end[row, 0], out, at)


@compiled
def put_record(buffer, row, layout, slots, known, cells, out, at, counts, seen_items):
    """Append a row's record without its LF: (place behind it, place where its items begin, conflicting?)."""
    at = put_id(buffer, row, known, cells, out, at)
    items_at = at + 1
    may_repeat = False
    for slot in range(1, slots.column.size):
        if cells.kind[row, slot] != CELL_EMPTY:
            begin, before = at, total(counts)
            at = put_slot(buffer, row, slot, slots, known, cells, layout.between_items, out, at, counts)
            repeats = slots.may_repeat[slot]
            if repeats == REPEATS_IN_CELL and at > begin:
                items = total(counts) - before
                at = distinct_items(out, begin + 1, at, layout.between_items, items, counts, seen_items)
            may_repeat |= repeats == REPEATS_ANYWHERE
    if at >= items_at:
        out[items_at - 1] = TAB
    conflicting = False
    if may_repeat and at > items_at:
        at = distinct_items(out, items_at, at, layout.between_items, total(counts), counts, seen_items)
        conflicting = layout.checks_conflicts and conflicting_traits(out, items_at, at, seen_items)
    return at, items_at, conflicting


@compiled
def assemble_rows(buffer, first, count, layout, slots, bits, known, cells, verdicts, out, at, scratch):
    """Write the records of the rows from `first` on: (row reached, place in `out`, why it stopped).

    `verdicts.line_end[row]` becomes the place behind the row's record; a refused row adds nothing, but is looked at all
    the same: contradicting traits and having nothing to send are findings beside others.
    """
    counts = scratch.counts
    for row in range(first, count):
        verdicts.line_end[row] = at
        if verdicts.bits[row] & bits.unread:
            continue
        room = room_needed(buffer, row, slots, known, cells)
        if room > ROOM_PER_ROW:
            return row, at, ROW_TOO_LARGE
        if at + room > out.size:
            return row, at, OUT_OF_ROOM
        counts[:] = 0
        end, items_at, conflicting = put_record(
            buffer, row, layout, slots, known, cells, out, at, counts, scratch.items
        )
        if conflicting:
            verdicts.bits[row] |= bits.conflict
        if end <= items_at and layout.id_slots == 1 and verdicts.id_exact[row] != NO_BITS:
            verdicts.bits[row] |= bits.nothing_to_send
        if verdicts.bits[row] & bits.refusing:
            continue
        if end + 1 - at > layout.longest_record:
            if layout.wraps:
                return row, at, ROW_TOO_LARGE
            verdicts.bits[row] |= bits.too_long
        else:
            out[end] = LF
            at = end + 1
            if layout.between_items == COMMA:
                verdicts.signals[row], verdicts.added[row] = counts[0], counts[1]
                verdicts.removed[row], verdicts.codes[row] = counts[2], counts[3]
        verdicts.line_end[row] = at
    return count, at, ALL_ROWS_DONE
