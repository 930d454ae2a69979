"""What the columns hold in rows that are not sent."""

from ingest.engine.kernels.compiled import compiled
from ingest.engine.kernels.judge import read_cells


@compiled
def note_left_out(buffer, used, rows, count, bits, refusing, unread, layout, seen, scratch):
    """Note the cells of all rows of a judged block that are refused, but for those that could not be read.

    Its unescaped fields are written once more over what judging has left behind the block's bytes.
    """
    at = used + 8
    for row in range(count):
        if bits[row] & refusing != 0 and bits[row] & unread == 0:
            at = read_cells(buffer, rows, row, at, layout, seen, scratch)
