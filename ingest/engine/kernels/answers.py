"""Answers that the exact rules gave before, looked up by slot and cell."""

import numpy as np

from ingest.engine.kernels.compiled import compiled
from ingest.engine.kernels.hashing import mixed

U8 = np.uint64
ONE = np.uint64(1)
SLOT_SEED = np.uint64(0xD6E8FEB86659FD93)


@compiled
def slot_hash(slot, value):
    """The hash of a cell for one slot."""
    return mixed(value ^ (U8(slot + 1) * SLOT_SEED))


@compiled
def is_entry(known, entry, slot, buffer, start, end, value):
    """Whether an entry is the answer for this slot and this very cell."""
    if known.hash[entry] != value or known.slot[entry] != slot:
        return False
    first = known.key_start[entry]
    if known.key_end[entry] - first != end - start:
        return False
    for place in range(end - start):
        if known.keys[first + place] != buffer[start + place]:
            return False
    return True


@compiled
def find_entry(known, slot, buffer, start, end, value):
    """The entry for a cell whose slot hash is `value`, or -1."""
    mask = U8(known.slots.size - 1)
    at = value & mask
    while known.slots[at] != 0:
        entry = known.slots[at] - 1
        if is_entry(known, entry, slot, buffer, start, end, value):
            return entry
        at = (at + ONE) & mask
    return -1


@compiled
def place_entry(slots, entry, value):
    """Put an entry number into the table."""
    mask = U8(slots.size - 1)
    at = value & mask
    while slots[at] != 0:
        at = (at + ONE) & mask
    slots[at] = entry + 1
