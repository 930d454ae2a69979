"""Judge the rows of one block: readable, complete, and cell by cell what the mapping makes of it.

A cell that a kernel can be sure about is decided here; any other is looked up among the answers of the exact rules
(`ingest.engine.exact`), and reported as unknown when it was never asked. So the rules themselves stay in one place.
"""

import numpy as np

from ingest.aam import personal_data
from ingest.engine.kernels.answers import find_entry, slot_hash
from ingest.engine.kernels.columns import note_cell
from ingest.engine.kernels.compiled import compiled
from ingest.engine.kernels.copying import copied
from ingest.engine.kernels.hashing import hash_of
from ingest.engine.kernels.identifiers import judged_identifier
from ingest.engine.kernels.refused import is_protected
from ingest.engine.kernels.scan import doubled_quote
from ingest.engine.kernels.steps import UNDECIDED, longest_result, transformed
from ingest.engine.kernels.tables import (
    CELL_BYTES,
    CELL_EMPTY,
    CELL_KNOWN,
    CELL_UNKNOWN,
    NOT_PLAIN,
    PLAIN,
    ROLE_HASH,
    ROLE_ID,
    ROLE_SIGNAL,
    ROLE_TRAIT,
    SPARE,
)
from ingest.engine.kernels.text import has_high_byte, is_utf8, trimmed, unescape

looks_like_phone = compiled(personal_data.looks_like_phone)
is_card_number = compiled(personal_data.is_card_number)

NO_BITS = np.uint64(0)
CELL_SEED = np.uint64(0x2545F4914F6CDD1D)
ZERO, NINE, PLUS, BRACKET, THREE, SIX = 48, 57, 43, 40, 51, 54
SHORTEST_PHONE, SHORTEST_CARD = 8, 13
PIECE_END = 0


@compiled
def is_plain(buffer, start, end, plain):
    """Whether every byte may stand without a second look; C1 controls and U+2028/9 hide behind their lead bytes."""
    for at in range(start, end):
        kind = plain[buffer[at]]
        if kind == PLAIN:
            continue
        if kind == NOT_PLAIN or at + 1 >= end:
            return False
        following = buffer[at + 1]
        if buffer[at] == 0xC2:
            if following < 0xA0:
                return False
        elif following == 0x80 and at + 2 < end and 0xA8 <= buffer[at + 2] <= 0xA9:
            return False
    return True


@compiled
def may_be_phone(first, length):
    """A cheap look before the rule itself."""
    return length >= SHORTEST_PHONE and (first == PLUS or first == ZERO or first == BRACKET)


@compiled
def judged_piece(buffer, start, end, slots, slot, bits):
    """Whether a non-empty piece can be sent as it is: (sure?, finding bits)."""
    if not is_plain(buffer, start, end, slots.plain[slot]):
        return False, NO_BITS
    first = buffer[start]
    if slots.role[slot] == ROLE_TRAIT:
        return first != ZERO, NO_BITS
    if slots.role[slot] == ROLE_SIGNAL:
        if end - start >= SHORTEST_CARD and THREE <= first <= SIX and is_card_number(buffer, start, end):
            return False, NO_BITS
        if may_be_phone(first, end - start) and looks_like_phone(buffer, start, end):
            return True, bits.phone
    return True, NO_BITS


@compiled
def put_piece(buffer, start, end, at, limit, slots, slot, bits, words):
    """Copy a piece to the scratch area as it will be sent: (place behind it, finding bits), or UNDECIDED."""
    first, last = trimmed(buffer, start, end)
    if first == last:
        return at, NO_BITS
    if at + longest_result(slots, slot, last - first) + 1 > limit:
        return UNDECIDED, NO_BITS
    if slots.first_step[slot] != slots.first_step[slot + 1]:
        stop = transformed(buffer, first, last, buffer, at, slots, slot, words)
        if stop == UNDECIDED:
            return UNDECIDED, NO_BITS
        first, last = trimmed(buffer, at, stop)
        if first == last:
            return at, NO_BITS
    sure, found = judged_piece(buffer, first, last, slots, slot, bits)
    if not sure:
        return UNDECIDED, NO_BITS
    if first != at:
        copied(buffer, first, last, buffer, at)
    at += last - first
    buffer[at] = PIECE_END
    return at + 1, found


@compiled
def judged_pieces(buffer, start, end, at, limit, slots, slot, bits, words):
    """Copy all pieces of a cell, each with an end mark: (place behind them, finding bits), or UNDECIDED."""
    found = NO_BITS
    separator = slots.separator[slot]
    while start <= end:
        stop = start
        while stop < end and buffer[stop] != separator:
            stop += 1
        at, more = put_piece(buffer, start, stop, at, limit, slots, slot, bits, words)
        if at == UNDECIDED:
            return UNDECIDED, NO_BITS
        found |= more
        start = stop + 1
    return at, found


@compiled
def judged_directly(buffer, start, end, at, limit, slots, slot, bits, words):
    """Decide a cell without asking: (start, end, finding bits, next scratch place) of the result; start UNDECIDED."""
    has_steps = slots.first_step[slot] != slots.first_step[slot + 1]
    if slots.role[slot] == ROLE_ID or slots.role[slot] == ROLE_HASH:
        if has_steps:
            if at + longest_result(slots, slot, end - start) > limit:
                return UNDECIDED, 0, NO_BITS, at
            stop = transformed(buffer, start, end, buffer, at, slots, slot, words)
            if stop == UNDECIDED:
                return UNDECIDED, 0, NO_BITS, at
            start, end = trimmed(buffer, at, stop)
            at = stop
        return judged_identifier(buffer, start, end, at, limit, slots, slot, bits)
    if has_steps or slots.separator[slot] >= 0:
        stop, found = judged_pieces(buffer, start, end, at, limit, slots, slot, bits, words)
        if stop == UNDECIDED:
            return UNDECIDED, 0, NO_BITS, at
        # Only a slot with a separator has pieces with marks behind them.
        return at, stop - (slots.separator[slot] < 0 and stop > at), found, stop
    sure, found = judged_piece(buffer, start, end, slots, slot, bits)
    return (start, end, found, at) if sure else (UNDECIDED, 0, NO_BITS, at)


@compiled
def judge_cell(buffer, row, slot, start, end, value, at, slots, bits, known, cells, words):
    """Decide one trimmed cell that is not empty: (finding bits, next scratch place)."""
    if slots.direct[slot]:
        first, last, found, at = judged_directly(buffer, start, end, at, buffer.size - SPARE, slots, slot, bits, words)
        if first != UNDECIDED:
            cells.kind[row, slot] = CELL_BYTES if last > first else CELL_EMPTY
            cells.start[row, slot] = first
            cells.end[row, slot] = last
            if last == first and slots.role[slot] == ROLE_ID:
                found |= bits.id_missing
            return found, at
    entry = find_entry(known, slot, buffer, start, end, slot_hash(slot, value))
    if entry >= 0:
        cells.kind[row, slot] = CELL_KNOWN
        cells.start[row, slot] = entry
        return known.bits[entry], at
    cells.kind[row, slot] = CELL_UNKNOWN
    cells.start[row, slot] = start
    cells.end[row, slot] = end
    return NO_BITS, at


@compiled
def reader_bits(buffer, rows, row, layout, bits):
    """What keeps a row from being read at all."""
    start, end = rows.start[row], rows.end[row]
    if rows.broken[row] or (has_high_byte(buffer, start, end) and not is_utf8(buffer, start, end)):
        return bits.unreadable
    fields = rows.first_field[row + 1] - rows.first_field[row] - layout.leading
    if fields > layout.columns:
        return bits.too_many_fields
    if fields < layout.columns and not layout.pad_short_rows:
        return bits.too_few_fields
    return NO_BITS


@compiled
def read_cells(buffer, rows, row, at, layout, seen, scratch):
    """Trim every cell of a row, note it for its column; the next scratch place."""
    first = rows.first_field[row] + layout.leading
    fields = rows.first_field[row + 1] - first
    bounds = scratch.bounds
    for column in range(layout.columns):
        bounds[column, 0] = 0
        bounds[column, 1] = 0
        if column >= fields:
            continue
        start, end = rows.field_start[first + column], rows.field_end[first + column]
        if rows.field_escaped[first + column]:
            doubled = doubled_quote(rows.field_escaped[first + column], layout.quote)
            stop = unescape(buffer, start, end, doubled, layout.escape, buffer, at)
            start, end = at, stop
            at = stop
        if layout.leading:
            start += is_protected(buffer, start, end)
        start, end = trimmed(buffer, start, end)
        if end > start:
            value = hash_of(buffer, start, end, CELL_SEED)
            note_cell(seen, column, row, buffer, start, end, value)
            bounds[column, 0] = start
            bounds[column, 1] = end
            scratch.values[column] = value
    return at


@compiled
def judge_row(buffer, row, at, slots, bits, known, cells, scratch):
    """Decide the cells of one readable row: (finding bits, next scratch place)."""
    found = NO_BITS
    for slot in range(slots.column.size):
        column = slots.column[slot]
        start, end = scratch.bounds[column, 0], scratch.bounds[column, 1]
        if end == start:
            cells.kind[row, slot] = CELL_EMPTY
            if slots.role[slot] == ROLE_ID:
                found |= bits.id_missing
            continue
        value = scratch.values[column]
        more, at = judge_cell(buffer, row, slot, start, end, value, at, slots, bits, known, cells, scratch.words)
        found |= more
    return found, at


@compiled
def judge_rows(buffer, used, rows, count, layout, slots, bits, known, seen, cells, verdicts, scratch):
    """Judge all rows of a block whose bytes are `buffer[:used]`; the rest of `buffer` is scratch.

    The scratch area holds first the unescaped fields (never longer than the block), then the changed values.
    Returns how many cells are unknown.
    """
    unescaped = used + 8
    at = 2 * used + 16
    unknown = 0
    for row in range(count):
        found = reader_bits(buffer, rows, row, layout, bits)
        for slot in range(slots.column.size):
            cells.kind[row, slot] = CELL_EMPTY
        if found == 0:
            unescaped = read_cells(buffer, rows, row, unescaped, layout, seen, scratch)
            found, at = judge_row(buffer, row, at, slots, bits, known, cells, scratch)
            for slot in range(slots.column.size):
                unknown += cells.kind[row, slot] == CELL_UNKNOWN
        verdicts.bits[row] = found
    return unknown
