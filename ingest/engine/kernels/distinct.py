"""Items of one record that stand in it twice, and traits that it both adds and removes."""

import numpy as np

from ingest.engine.kernels.compiled import compiled
from ingest.engine.kernels.hashing import hash_of

QUOTE, LETTER_D, LETTER_U = 34, 100, 117
ITEM_SEED = np.uint64(0xA0761D6478BD642F)
U8 = np.uint64
ONE = np.uint64(1)
# Length of d_sid= and d_unsid=.
ADD_PREFIX, REMOVE_PREFIX = 6, 8
SIGNAL, ADDED, REMOVED, CODE = 0, 1, 2, 3
# Up to so many items are compared each with each.
FEW = 8


@compiled
def end_of_item(out, at, end, between):
    """The place behind the item at `at`: a signal ends with its fourth quote, anything else before a separator."""
    if out[at] == QUOTE:
        quotes = 0
        while quotes < 4:
            quotes += out[at] == QUOTE
            at += 1
        return at
    while at < end and out[at] != between:
        at += 1
    return at


@compiled
def item_kind(out, at):
    """Which of the four kinds the item at `at` is."""
    if out[at] == QUOTE:
        return SIGNAL
    if out[at] != LETTER_D:
        return CODE
    return REMOVED if out[at + 2] == LETTER_U else ADDED


@compiled
def same_bytes(out, first, other, length):
    """Whether two ranges of equal length hold the same bytes."""
    for place in range(length):
        if out[first + place] != out[other + place]:
            return False
    return True


@compiled
def stands_before(out, start, end, seen_items, count):
    """Whether the same bytes are among the first `count` ranges of the table: quicker than hashing for a few."""
    for other in range(count):
        first = seen_items[other, 0]
        if seen_items[other, 1] - first == end - start and same_bytes(out, first, start, end - start):
            return True
    return False


@compiled
def was_seen(out, start, end, seen_items, mask):
    """Whether the same bytes were put into the table before; puts them there if not."""
    at = hash_of(out, start, end, ITEM_SEED) & mask
    while seen_items[at, 1] != 0:
        if seen_items[at, 1] - seen_items[at, 0] == end - start and same_bytes(
            out, seen_items[at, 0], start, end - start
        ):
            return True
        at = (at + ONE) & mask
    seen_items[at, 0] = start
    seen_items[at, 1] = end
    return False


@compiled
def cleared(seen_items, items):
    """Make the smallest part of the table that holds `items` twice over empty; its index mask."""
    size = 16
    while size < 2 * items:
        size *= 2
    seen_items[:size, 1] = 0
    return U8(size - 1)


@compiled
def total(counts):
    """Items of all four kinds together."""
    return counts[0] + counts[1] + counts[2] + counts[3]


@compiled
def count_items(out, start, end, between):
    """How many items stand in the range."""
    count = 0
    while start < end:
        start = end_of_item(out, start, end, between) + 1
        count += 1
    return count


@compiled
def distinct_items(out, start, end, between, items, counts, seen_items):
    """Drop items that stand earlier in `out[start:end]`, in place: the new end. `counts` is put right.

    `items`: at least as many as stand there.
    """
    if items < 2:
        return end
    few = items <= FEW
    mask = cleared(seen_items, 0 if few else items)
    kept = 0
    at = to = start
    while at < end:
        stop = end_of_item(out, at, end, between)
        if to > start:
            out[to] = between
        item = to + (to > start)
        length = stop - at
        kind = item_kind(out, at)
        if item != at:
            for place in range(length):
                out[item + place] = out[at + place]
        if few:
            repeated = stands_before(out, item, item + length, seen_items, kept)
        else:
            repeated = was_seen(out, item, item + length, seen_items, mask)
        if repeated:
            counts[kind] -= 1
        else:
            to = item + length
            if few:
                seen_items[kept, 0] = item
                seen_items[kept, 1] = to
            kept += 1
        at = stop + 1
    return to


@compiled
def trait_range(out, at, stop):
    """Where the number of a trait item stands."""
    return at + (REMOVE_PREFIX if item_kind(out, at) == REMOVED else ADD_PREFIX), stop


@compiled
def is_trait(out, at):
    """Whether the item at `at` adds or removes a trait."""
    return item_kind(out, at) == ADDED or item_kind(out, at) == REMOVED


@compiled
def conflicting_traits(out, start, end, seen_items):
    """Whether a trait number stands in two items; the items themselves differ, so one adds and one removes it."""
    mask = cleared(seen_items, count_items(out, start, end, 44))
    at = start
    while at < end:
        stop = end_of_item(out, at, end, 44)
        if is_trait(out, at):
            first, last = trait_range(out, at, stop)
            if was_seen(out, first, last, seen_items, mask):
                return True
        at = stop + 1
    return False
