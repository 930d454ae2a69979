"""All rows of one ID on one line: numbering IDs by first appearance, and joining what was said about each."""

import numpy as np

from ingest.engine.kernels.compiled import compiled
from ingest.engine.kernels.copying import copied
from ingest.engine.kernels.distinct import conflicting_traits, distinct_items, total
from ingest.engine.kernels.ledger import home
from ingest.engine.kernels.spill import HEAD_WORDS, count_of, length_of
from ingest.engine.kernels.tables import KINDS_OF_ITEMS

U8 = np.uint64
ZERO, ONE = np.uint64(0), np.uint64(1)
LF, COMMA, TAB = 10, 44, 9
BATCH = 64


@compiled
def number_ids(words, known, count, exact, accepted, numbers):
    """Give each accepted row the number of its ID, counted by first appearance from `known` on; the next free number.

    `words[place]` is the hash of an ID and its number + 1.
    """
    mask = U8(words.shape[0] - 1)
    guard = ZERO
    for first in range(0, count, BATCH):
        last = min(first + BATCH, count)
        for row in range(first, last):
            guard += words[home(exact[row], mask), 1]
        for row in range(first, last):
            if not accepted[row]:
                continue
            at = home(exact[row], mask)
            while words[at, 1] != ZERO and words[at, 0] != exact[row]:
                at = (at + ONE) & mask
            if words[at, 1] == ZERO:
                words[at, 0] = exact[row]
                known += 1
                words[at, 1] = U8(known)
            numbers[row] = np.int64(words[at, 1]) - 1
    return known, guard


@compiled
def end_of_id(lines, at):
    """Where the TAB behind the ID stands."""
    while lines[at] != TAB:
        at += 1
    return at


@compiled
def join_lines(words, lines, places, out, at, items, checks_conflicts, scratch):
    """Append the lines of one ID (two or more) as one, for which there is room: (place behind its LF, conflict?)."""
    start = (places[0] + HEAD_WORDS) * 8
    stop = end_of_id(lines, start)
    at = copied(lines, start, stop + 1, out, at)
    items_at = at
    for place in places:
        start = (place + HEAD_WORDS) * 8
        at = copied(lines, start + stop - (places[0] + HEAD_WORDS) * 8 + 1, start + length_of(words, place), out, at)
        out[at - 1] = COMMA
    at = distinct_items(out, items_at, at - 1, COMMA, items, scratch.counts, scratch.items)
    conflicting = checks_conflicts and conflicting_traits(out, items_at, at, scratch.items)
    out[at] = LF
    return at + 1, conflicting


@compiled
def join_ids(words, lines, first_of, places, begin, longest, out, at, ends, counts, checks_conflicts, scratch):
    """Append one line for each ID of a group, from `begin` on: (ID reached, place behind the last line, lines so far).

    `lines` is `words` seen as bytes. `ends[n]`: the place behind line n. `counts` gets the items that are written, per
    kind. Stops before an ID whose line could pass `longest` bytes, or that contradicts itself; `out` has room for all.
    """
    written = 0
    for number in range(begin, first_of.size - 1):
        first, last = first_of[number], first_of[number + 1]
        if first == last:
            continue
        size = 0
        scratch.counts[:] = 0
        for place in places[first:last]:
            size += length_of(words, place)
            for kind in range(KINDS_OF_ITEMS):
                scratch.counts[kind] += count_of(words, place, kind)
        if size > longest:
            return number, at, written
        if last - first == 1:
            start = (places[first] + HEAD_WORDS) * 8
            at = copied(lines, start, start + size, out, at)
        else:
            items = total(scratch.counts)
            end, conflicting = join_lines(words, lines, places[first:last], out, at, items, checks_conflicts, scratch)
            if conflicting:
                return number, at, written
            at = end
        for kind in range(KINDS_OF_ITEMS):
            counts[kind] += scratch.counts[kind]
        ends[written] = at
        written += 1
    return first_of.size - 1, at, written
