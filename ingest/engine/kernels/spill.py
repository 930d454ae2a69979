"""Lines on their way through the disk: put behind each other by group of IDs, found again ID by ID.

An entry is three 64-bit words and the line, padded to whole words. The words: the spreadsheet row; the length of the
line and, in the upper half, the number of the ID inside its group; four counts of items, 16 bits each (a line has at
most 102,400 bytes, so 20,480 items).
"""

import numpy as np

from ingest.engine.kernels.compiled import compiled
from ingest.engine.kernels.copying import copied

HEAD_WORDS = 3
IDS_PER_GROUP = 32_768
GROUP_BITS = 15
U8 = np.uint64
HALF, LOW_HALF = np.uint64(32), np.uint64(0xFFFFFFFF)
COUNT_BITS, ONE_COUNT = np.uint64(16), np.uint64(0xFFFF)


@compiled
def words_of(length):
    """How many words the entry of a line takes."""
    return HEAD_WORDS + ((length + 7) >> 3)


@compiled
def measure_groups(line_end, count, ids, accepted, sizes):
    """Add the words that the accepted rows of a block take to the size of their groups."""
    start = 0
    for row in range(count):
        if accepted[row]:
            sizes[ids[row] >> GROUP_BITS] += words_of(line_end[row] - start)
        start = line_end[row]


@compiled
def put_entries(out, verdicts, count, ids, accepted, rows, at_of, words, target):
    """Write an entry for each accepted row; `at_of[group]` is the word where its next entry goes, and moves on.

    `target` is `words` seen as bytes. Whole words are copied, which is what the padding is for.
    """
    start = 0
    for row in range(count):
        end = verdicts.line_end[row]
        if accepted[row]:
            group = ids[row] >> GROUP_BITS
            at = at_of[group]
            at_of[group] = at + words_of(end - start)
            words[at] = U8(rows[row])
            words[at + 1] = U8(end - start) | U8(ids[row] & (IDS_PER_GROUP - 1)) << HALF
            words[at + 2] = (
                U8(verdicts.signals[row])
                | U8(verdicts.added[row]) << COUNT_BITS
                | U8(verdicts.removed[row]) << (COUNT_BITS + COUNT_BITS)
                | U8(verdicts.codes[row]) << (COUNT_BITS + HALF)
            )
            copied(out, start, end, target, (at + HEAD_WORDS) * 8)
        start = end


@compiled
def length_of(words, at):
    """The bytes of the line of the entry at a word."""
    return np.int64(words[at + 1] & LOW_HALF)


@compiled
def id_of(words, at):
    """The number of the entry's ID inside its group."""
    return np.int64(words[at + 1] >> HALF)


@compiled
def count_of(words, at, kind):
    """How many items of a kind the entry's line has."""
    return np.int64(words[at + 2] >> (COUNT_BITS * U8(kind)) & ONE_COUNT)


@compiled
def count_entries(words, size, first_of):
    """Count a group's entries: ID `i` then has the places `first_of[i]:first_of[i + 1]`. How many there are in all."""
    at = 0
    while at < size:
        first_of[id_of(words, at) + 1] += 1
        at += words_of(length_of(words, at))
    for number in range(first_of.size - 1):
        first_of[number + 1] += first_of[number]
    return first_of[first_of.size - 1]


@compiled
def order_entries(words, size, next_of, places):
    """Write down where the entries of each ID begin, in row order; `next_of` begins as a copy of `first_of`."""
    at = 0
    while at < size:
        number = id_of(words, at)
        places[next_of[number]] = at
        next_of[number] += 1
        at += words_of(length_of(words, at))
