"""Distinct cells of one column, block by block, so that each is looked at once."""

from ingest.engine.kernels.columns import column_entry, insert_new
from ingest.engine.kernels.compiled import compiled
from ingest.engine.kernels.hashing import hash_of
from ingest.engine.kernels.judge import CELL_SEED, reader_bits
from ingest.engine.kernels.text import trimmed


@compiled
def fresh_cells(buffer, rows, count, column, layout, bits, table, picked):
    """Rows whose (raw) cell in `column` was not met before; how many. `table`: a set of hashes, at most half full."""
    found = 0
    for row in range(count):
        field = rows.first_field[row] + layout.leading + column
        if field >= rows.first_field[row + 1] or reader_bits(buffer, rows, row, layout, bits) != 0:
            continue
        start, end = trimmed(buffer, rows.field_start[field], rows.field_end[field])
        if end > start and insert_new(table, column_entry(column, hash_of(buffer, start, end, CELL_SEED))):
            picked[found] = row
            found += 1
    return found
