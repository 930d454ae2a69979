"""How many rows have each value of a column, as long as it has few different ones; their texts are kept beside."""

import numpy as np

from ingest.engine.kernels.compiled import compiled
from ingest.engine.kernels.tables import LONGEST_VALUE, MOST_VALUES, VALUE_PLACES

ONE = np.uint64(1)
PLACE_MASK = np.uint64(VALUE_PLACES - 1)
# The lowest bits choose a place among the values met lately.
PLACE_SHIFT = np.uint64(8)


@compiled
def put_value(values, column, place, order, buffer, start, end, value):
    """Begin to count a value, and keep its beginning."""
    values.hash[column, place] = value
    values.rows[column, place] = 1
    values.order[column, place] = order
    values.length[column, order] = end - start
    for at in range(min(end - start, LONGEST_VALUE)):
        values.text[column, order, at] = buffer[start + at]


@compiled
def count_value(values, column, known, buffer, start, end, value):
    """Count a cell of a column with `known` different values so far, at most MOST_VALUES: whether it is one of them.

    One more is counted from now on, as long as there is room.
    """
    place = (value >> PLACE_SHIFT) & PLACE_MASK
    while values.hash[column, place] != 0:
        if values.hash[column, place] == value:
            values.rows[column, place] += 1
            return True
        place = (place + ONE) & PLACE_MASK
    if known < MOST_VALUES:
        put_value(values, column, place, known, buffer, start, end, value)
    return False
