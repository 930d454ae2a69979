"""Every ID of the batch: how many records it has, and whether it also occurs in other case.

A slot is two 64-bit words: the hash of the folded ID (its low byte holds the number of records so far), and 32 bits of
the hash of the exact ID over 32 bits that count rows. Variants of one folded ID stand on one probing run, so they meet.
"""

import numpy as np

from ingest.engine.kernels.compiled import compiled

U8 = np.uint64
ZERO, ONE = np.uint64(0), np.uint64(1)
RECORDS = np.uint64(0xFF)
FOLDED = ~RECORDS
ROWS = np.uint64(0xFFFFFFFF)
HALF = np.uint64(32)
PLACE = np.uint64(8)
BATCH = 64
VARIANT = 2


@compiled
def home(folded, mask):
    """Where the probing run of an ID begins: by its high bits, so that a larger table has the same order."""
    return ((folded >> HALF) * (mask + ONE)) >> HALF


@compiled
def warm(words, folded, first, last, mask):
    """Touch the slots of the next rows without waiting for each: the processor loads them side by side."""
    total = ZERO
    for row in range(first, last):
        total += words[home(folded[row], mask), 0]
    return total


@compiled
def find_slot(words, exact, folded, mask):
    """The slot of an ID, or the free one where it belongs, and whether a variant in other case was passed."""
    at = home(folded, mask)
    wanted = folded & FOLDED | ONE << PLACE if folded & FOLDED == ZERO else folded & FOLDED
    short = exact >> HALF
    passed = False
    while words[at, 0] != ZERO:
        if words[at, 0] & FOLDED == wanted:
            if words[at, 1] >> HALF == short:
                return at, wanted, passed
            passed = True
        at = (at + ONE) & mask
    return at, wanted, passed


@compiled
def enter_rows(words, used, count, exact, folded, accepted, limit, over):
    """Enter the rows of a block in order: (IDs new to the table, IDs with a first record, variants met).

    `accepted[row]`: the row has a record. `over[row]` is set where that record is number `limit` + 1 or later.
    Rows without an ID (hash 0) are passed over.
    """
    mask = U8(words.shape[0] - 1)
    fresh = sent = variants = 0
    guard = ZERO
    for first in range(0, count, BATCH):
        last = min(first + BATCH, count)
        guard ^= warm(words, folded, first, last, mask)
        for row in range(first, last):
            over[row] = 0
            if exact[row] == ZERO:
                continue
            at, wanted, passed = find_slot(words, exact[row], folded[row], mask)
            if words[at, 0] == ZERO:
                words[at, 0] = wanted
                words[at, 1] = exact[row] & ~ROWS
                fresh += 1
                variants += passed
            if words[at, 1] & ROWS < ROWS:
                words[at, 1] += ONE
            if accepted[row]:
                records = words[at, 0] & RECORDS
                sent += records == ZERO
                if records >= U8(limit):
                    over[row] = 1
                else:
                    words[at, 0] += ONE
    used[0] += fresh
    used[1] += sent
    used[2] += variants
    used[3] ^= np.int64(guard & ONE)


@compiled
def move_slots(words, larger):
    """Fill a larger table with the slots of `words`."""
    mask = U8(larger.shape[0] - 1)
    for slot in range(words.shape[0]):
        if words[slot, 0] != ZERO:
            at = home(words[slot, 0], mask)
            while larger[at, 0] != ZERO:
                at = (at + ONE) & mask
            larger[at, 0] = words[slot, 0]
            larger[at, 1] = words[slot, 1]


@compiled
def has_variants(words, at, mask):
    """Whether another exact ID with the same folded ID stands on the probing run of the slot at `at`."""
    wanted = words[at, 0] & FOLDED
    place = home(wanted, mask)
    found = 0
    while words[place, 0] != ZERO:
        found += words[place, 0] & FOLDED == wanted
        place = (place + ONE) & mask
    return found >= VARIANT


@compiled
def rows_with_variants(words):
    """How many rows hold an ID that also occurs in other case."""
    mask = U8(words.shape[0] - 1)
    rows = ZERO
    for slot in range(words.shape[0]):
        if words[slot, 0] != ZERO and has_variants(words, U8(slot), mask):
            rows += words[slot, 1] & ROWS
    return rows


@compiled
def mark_variants(words, count, exact, folded, marks):
    """Set `marks[row]` where the row's ID also occurs in other case."""
    mask = U8(words.shape[0] - 1)
    for row in range(count):
        marks[row] = 0
        if exact[row] != ZERO:
            at, _wanted, _passed = find_slot(words, exact[row], folded[row], mask)
            marks[row] = words[at, 0] != ZERO and has_variants(words, at, mask)
