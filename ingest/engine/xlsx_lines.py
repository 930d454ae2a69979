"""Write cells as CSV lines, every sheet row in its place; and shared texts as fields that are ready to be copied."""

from ingest.engine.kernels.compiled import compiled
from ingest.engine.xlsx_cells import (
    BOOLEAN,
    CELL_COLUMN,
    CELL_ROW,
    END,
    EXPONENT,
    KIND,
    NUMBER,
    RENDERED,
    RUNS,
    SHARED,
    START,
    STYLE,
    VALUE,
)
from ingest.engine.xlsx_digits import MAX_NUMBER_BYTES, put_general, put_shaped
from ingest.engine.xlsx_tags import (
    LESS,
    find_byte,
    is_closing,
    is_forbidden,
    is_named,
    is_self_closed,
    tag_end,
)
from ingest.engine.xlsx_text import COMMA, LF, put_field, put_runs, put_text

# What `place` remembers: the row that is being written, its columns so far, the header's width, the bytes written.
AT_ROW, AT_COLUMN, WIDTH, WRITTEN = 0, 1, 2, 3
ITEM_TAG = b"si"
NO_DOCUMENT_TYPE = -2


@compiled
def put_byte(byte, times, out, at):
    """Write a byte several times, none for a count below 1: where it stops."""
    for _ in range(times):
        out[at] = byte
        at += 1
    return at


@compiled
def end_line(out, at, place):
    """Pad the row that is being written to the header's width; the first row that holds anything is the header."""
    if place[AT_COLUMN] == 0:
        return at
    if place[WIDTH] == 0:
        place[WIDTH] = place[AT_COLUMN]
    return put_byte(COMMA, place[WIDTH] - place[AT_COLUMN], out, at)


@compiled
def move_to(row, column, out, at, place):
    """Write the line ends and commas between the last cell and this one."""
    if row > place[AT_ROW]:
        at = put_byte(LF, row - place[AT_ROW], out, end_line(out, at, place))
        place[AT_ROW], place[AT_COLUMN] = row, 0
    at = put_byte(COMMA, column - max(place[AT_COLUMN], 1), out, at)
    place[AT_COLUMN] = column
    return at


@compiled
def put_copy(source, start, end, out, at):
    """Copy a range."""
    for index in range(start, end):
        out[at + index - start] = source[index]
    return at + end - start


@compiled
def put_number(value, exponent, style, shapes, out):
    """Write a number to the beginning of `out` as its style's shape says: its length."""
    if shapes[style, 0] == 0:
        return put_general(value, exponent, out, 0)
    shape = (shapes[style, 0], shapes[style, 1], shapes[style, 2] == 1, shapes[style, 3])
    return put_shaped(value, exponent, shape, out, 0)


@compiled
def put_boolean(value, out):
    """Write TRUE or FALSE to the beginning of `out`: its length."""
    word = b"TRUE" if value else b"FALSE"
    for at in range(len(word)):
        out[at] = word[at]
    return len(word)


@compiled
def put_content(buffer, cells, index, shapes, out):
    """Write the bare text of a cell that is neither shared nor rendered to the beginning of `out`: its length."""
    kind = cells[index, KIND]
    if kind == NUMBER:
        return put_number(cells[index, VALUE], cells[index, EXPONENT], cells[index, STYLE], shapes, out)
    if kind == BOOLEAN:
        return put_boolean(cells[index, VALUE] == 1, out)
    if kind == RUNS:
        return put_runs(buffer, cells[index, START], cells[index, END], out, 0)
    return put_text(buffer, cells[index, START], cells[index, END], out, 0)


@compiled
def resolve_texts(cells, count, ends):
    """Turn the numbers of shared texts into their ranges; False when there is no such text."""
    for index in range(count):
        if cells[index, KIND] == SHARED:
            number = cells[index, VALUE]
            if number < 0 or number + 1 >= len(ends):
                return False
            cells[index, START], cells[index, END] = ends[number], ends[number + 1]
    return True


@compiled
def write_cells(buffer, cells, first, count, shapes, texts, rendered, scratch, out, place):
    """Write the cells `first:count` while `out` has room: (the first one not written, the room it asks for).

    An empty cell leaves no trace: the next one writes the commas for both.
    """
    at = place[WRITTEN]
    for index in range(first, count):
        row, column, kind = cells[index, CELL_ROW], cells[index, CELL_COLUMN], cells[index, KIND]
        start, end = cells[index, START], cells[index, END]
        room = 2 * (end - start) + MAX_NUMBER_BYTES + row - place[AT_ROW] + column + place[WIDTH]
        if at + room > len(out):
            place[WRITTEN] = at
            return index, room
        length = end - start
        if kind != SHARED and kind != RENDERED:
            length = put_content(buffer, cells, index, shapes, scratch)
        if length > 0:
            at = move_to(row, column, out, at, place)
            if kind == SHARED:
                at = put_copy(texts, start, end, out, at)
            elif kind == RENDERED:
                at = put_field(rendered, start, end, out, at)
            else:
                at = put_field(scratch, 0, length, out, at)
    place[WRITTEN] = at
    return count, 0


@compiled
def find_item_end(buffer, at, end):
    """The `<` of the closing tag of the shared text whose content begins at `at`; -1 when it is not there yet."""
    at = find_byte(buffer, at, end, LESS)
    while at < end:
        close = tag_end(buffer, at, end)
        if close < 0:
            return -1
        if is_closing(buffer, at) and is_named(buffer, at, close, ITEM_TAG):
            return at
        at = find_byte(buffer, close + 1, end, LESS)
    return -1


@compiled
def scan_texts(buffer, at, end, scratch, out, ends, base):
    """Read whole shared texts from `at` on into `out` as CSV fields, `base` being the bytes of those before.

    (how many, bytes written, where to go on); -2 texts: a document type declaration.
    """
    count, written = 0, 0
    at = find_byte(buffer, at, end, LESS)
    while at < end and count < len(ends):
        close = tag_end(buffer, at, end)
        if close < 0:
            break
        if is_forbidden(buffer, at, close):
            return NO_DOCUMENT_TYPE, 0, at
        if not is_closing(buffer, at) and is_named(buffer, at, close, ITEM_TAG):
            if not is_self_closed(buffer, close):
                stop = find_item_end(buffer, close + 1, end)
                if stop < 0:
                    break
                length = put_runs(buffer, close + 1, stop, scratch, 0)
                written = put_field(scratch, 0, length, out, written)
                close = stop
            ends[count] = base + written
            count += 1
        at = find_byte(buffer, close + 1, end, LESS)
    return count, written, at
