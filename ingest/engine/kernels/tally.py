"""Sums over the rows of one block: findings per code with their first rows, items, lines that are taken back."""

import numpy as np

from ingest.engine.kernels.compiled import compiled

ONE = np.uint64(1)
U8 = np.uint64
SAMPLES = 10


@compiled
def tally_rows(row_bits, count, rows, first_rows, taken):
    """Count the rows of each finding and note the first few of this block: `first_rows[code, :taken[code]]`."""
    for code in range(taken.size):
        taken[code] = 0
    for row in range(count):
        left = row_bits[row]
        while left:
            code = 0
            low = left & (~left + ONE)
            while low > ONE:
                low >>= ONE
                code += 1
            rows[code] += 1
            if taken[code] < SAMPLES:
                first_rows[code, taken[code]] = row
                taken[code] += 1
            left &= left - ONE


@compiled
def count_rows(row_bits, count, refusing, changing, noticing, totals):
    """Add accepted, refused, changed, and otherwise warned rows to `totals`."""
    for row in range(count):
        if row_bits[row] & refusing:
            totals[1] += 1
        else:
            totals[0] += 1
            if row_bits[row] & changing:
                totals[2] += 1
            elif row_bits[row] & noticing:
                totals[3] += 1


@compiled
def count_sent_items(verdicts, count, refusing, totals):
    """Add the items of the accepted rows to `totals`: signals, d_sid, d_unsid, ic."""
    for row in range(count):
        if not verdicts.bits[row] & refusing:
            totals[0] += verdicts.signals[row]
            totals[1] += verdicts.added[row]
            totals[2] += verdicts.removed[row]
            totals[3] += verdicts.codes[row]


@compiled
def drop_lines(out, line_end, count, dropped):
    """Take the lines of the marked rows out of `out`; the new length."""
    begin = 0
    to = 0
    for row in range(count):
        end = line_end[row]
        if not dropped[row]:
            if to != begin:
                for place in range(end - begin):
                    out[to + place] = out[begin + place]
            to += end - begin
        begin = end
        line_end[row] = to
    return to
