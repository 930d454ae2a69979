"""All rows of one ID on one line: numbering IDs by first appearance, and joining what was said about each."""

import numpy as np

from ingest.engine.kernels.compiled import compiled
from ingest.engine.kernels.copying import copied
from ingest.engine.kernels.distinct import conflicting_traits, distinct_items, total
from ingest.engine.kernels.ledger import home
from ingest.engine.kernels.tables import SPARE

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
def gather_lines(out, line_start, line_end, picked, target):
    """Copy the picked lines one behind the other; the bytes copied."""
    at = 0
    for row in picked:
        at = copied(out, line_start[row], line_end[row], target, at)
    return at


@compiled
def end_of_id(lines, at):
    """Where the TAB behind the ID stands."""
    while lines[at] != TAB:
        at += 1
    return at


@compiled
def join_lines(lines, starts, ends, out, at, checks_conflicts, scratch):
    """Append the lines of one ID as one, for which there is room: (place behind it, place of its items, conflict?)."""
    stop = end_of_id(lines, starts[0])
    at = copied(lines, starts[0], stop + 1, out, at)
    items_at = at
    for place in range(starts.size):
        first = end_of_id(lines, starts[place]) + 1
        if place:
            out[at] = COMMA
            at += 1
        at = copied(lines, first, ends[place] - 1, out, at)
    conflicting = False
    if starts.size > 1:
        at = distinct_items(out, items_at, at, COMMA, total(scratch.counts), scratch.counts, scratch.items)
        conflicting = checks_conflicts and conflicting_traits(out, items_at, at, scratch.items)
    return at, items_at, conflicting


@compiled
def join_groups(lines, starts, ends, first_of, begin, groups, longest, out, items, checks_conflicts, counts, scratch):
    """Append one line for each ID: (group reached, place behind the last line, whether a group needs the exact rules).

    Group `g` has the lines `first_of[g]:first_of[g + 1]`. `items[place]`: the items of a line per kind; `counts` gets
    those that are written. Stops before a group that could pass `longest` bytes with its LF, that contradicts itself,
    or for which `out` has no room.
    """
    at = 0
    for group in range(begin, groups):
        first, last = first_of[group], first_of[group + 1]
        if first == last:
            continue
        size = 0
        scratch.counts[:] = 0
        for place in range(first, last):
            size += ends[place] - starts[place]
            for kind in range(4):
                scratch.counts[kind] += items[place, kind]
        if size > longest:
            return group, at, True
        if at + size + SPARE > out.size:
            return group, at, False
        end, _items_at, conflicting = join_lines(
            lines, starts[first:last], ends[first:last], out, at, checks_conflicts, scratch
        )
        if conflicting:
            return group, at, True
        for kind in range(4):
            counts[kind] += scratch.counts[kind]
        out[end] = LF
        at = end + 1
    return groups, at, False


@compiled
def find_line_ends(out, end, line_ends):
    """The place behind each LF of `out[:end]`; how many."""
    count = 0
    for at in range(end):
        if out[at] == LF:
            line_ends[count] = at + 1
            count += 1
    return count
