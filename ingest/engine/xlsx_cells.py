"""Find the cells in the XML of a worksheet: where they stand, what kind they are, where their text or number is."""

import numpy as np
import numpy.typing as npt

from ingest.engine.kernels.compiled import compiled
from ingest.engine.xlsx_digits import read_number
from ingest.engine.xlsx_tags import (
    LESS,
    find_byte,
    is_closing,
    is_forbidden,
    is_named,
    is_self_closed,
    next_attribute,
    tag_end,
)

# What a cell holds. RENDERED: its text was made in Python and stands in another buffer.
SHARED, RUNS, TEXT, NUMBER, BOOLEAN, ISO_DATE, RENDERED = 0, 1, 2, 3, 4, 5, 6

# What `state` remembers from one stretch of XML to the next.
PHASE, ROW, COLUMN, DAMAGE = 0, 1, 2, 3
BEFORE_CELLS, IN_CELLS, AFTER_CELLS = 0, 1, 2
FORBIDDEN_MARKUP, OUT_OF_ORDER, OUTSIDE_THE_SHEET, UNKNOWN_TEXT = 1, 2, 3, 4

MAX_ROWS, MAX_COLUMNS = 1_048_576, 16_384  # of a sheet: ECMA-376 and Excel's own limits
CELLS_AT_ONCE = 32_768
SHEET_DATA, ROW_TAG, CELL_TAG, VALUE_TAG, INLINE_TAG = b"sheetData", b"row", b"c", b"v", b"is"


# The columns of the table of cells, in the order of the sheet. START and END are a range of the XML; a number is
# `VALUE * 10 ** EXPONENT`.
Cells = npt.NDArray[np.int64]
CELL_ROW, CELL_COLUMN, KIND, STYLE, VALUE, EXPONENT, START, END = 0, 1, 2, 3, 4, 5, 6, 7


def room_for_cells(count: int) -> Cells:
    """A table for `count` cells."""
    return np.empty((count, 8), dtype=np.int64)


@compiled
def read_whole(buffer, start, end):
    """The whole number in the range; -1 when there is none, or more than nine digits."""
    number = 0 if start < end and end - start < 10 else -1
    for at in range(start, end):
        if buffer[at] < 48 or buffer[at] > 57 or number < 0:
            return -1
        number = number * 10 + int(buffer[at]) - 48
    return number


@compiled
def read_column(buffer, start, end):
    """The column of a reference such as `AB12`, A being 1; 0 when it has none."""
    column = 0
    while start < end and 65 <= buffer[start] <= 90 and column <= MAX_COLUMNS:
        column = column * 26 + int(buffer[start]) - 64
        start += 1
    return column


@compiled
def name_end_of(buffer, tag, close):
    """Where the attributes of an opening tag begin."""
    at = tag + 1
    while at < close and buffer[at] > 32:
        at += 1
    return at


@compiled
def enter_row(buffer, tag, close, state):
    """Note the number of the row whose opening tag is given; one without a number follows the row before it."""
    number = state[ROW] + 1
    at = name_end_of(buffer, tag, close)
    letter = 0
    while letter >= 0:
        letter, start, end, at = next_attribute(buffer, at, close)
        if letter == ord("r"):
            number = read_whole(buffer, start, end)
    if number <= state[ROW]:
        state[DAMAGE] = OUT_OF_ORDER
    if number > MAX_ROWS:
        state[DAMAGE] = OUTSIDE_THE_SHEET
    state[ROW], state[COLUMN] = number, 0


@compiled
def kind_of(buffer, start, end):
    """The kind that the attribute `t` in the range names; a number where there is none (ECMA-376, ST_CellType)."""
    first = buffer[start] if start < end else ord("n")
    if end - start > 1:
        return RUNS if first == ord("i") else TEXT
    if first == ord("s"):
        return SHARED
    if first == ord("b"):
        return BOOLEAN
    if first == ord("d"):
        return ISO_DATE
    return NUMBER if first == ord("n") else TEXT


@compiled
def enter_cell(buffer, tag, close, state, styles):
    """Note the column of the cell whose opening tag is given: (its kind, its style; `styles` where it names none)."""
    column, style, kind = state[COLUMN] + 1, 0, NUMBER
    at = name_end_of(buffer, tag, close)
    letter = 0
    while letter >= 0:
        letter, start, end, at = next_attribute(buffer, at, close)
        if letter == ord("r"):
            column = read_column(buffer, start, end)
        elif letter == ord("s"):
            style = read_whole(buffer, start, end)
        elif letter == ord("t"):
            kind = kind_of(buffer, start, end)
    if column <= state[COLUMN] or state[ROW] == 0:
        state[DAMAGE] = OUT_OF_ORDER
    if column > MAX_COLUMNS:
        state[DAMAGE] = OUTSIDE_THE_SHEET
    state[COLUMN] = column
    return kind, (style if 0 <= style < styles else styles)


@compiled
def find_content(buffer, at, end, runs):
    """The content of the cell whose opening tag ends before `at`: (start, end, where the cell ends).

    It is the inside of `<is>` or of `<v>`; the last is -1 when the cell is not complete.
    """
    name = INLINE_TAG if runs else VALUE_TAG
    start, stop = at, at
    at = find_byte(buffer, at, end, LESS)
    while at < end:
        close = tag_end(buffer, at, end)
        if close < 0:
            break
        if is_closing(buffer, at) and is_named(buffer, at, close, CELL_TAG):
            return start, stop, close + 1
        if is_named(buffer, at, close, name):
            if is_closing(buffer, at):
                stop = at
            elif not is_self_closed(buffer, close):
                start = close + 1
        at = find_byte(buffer, close + 1, end, LESS)
    return start, stop, -1


@compiled
def keep_cell(buffer, place, kind, style, state, cells, count):
    """Note a cell with a content as number `count`: what is no number or no known text stays as it is written."""
    start, end = place
    value, exponent = np.int64(0), 0
    if kind == SHARED:
        value = np.int64(read_whole(buffer, start, end))
    elif kind == NUMBER:
        known, value, exponent = read_number(buffer, start, end)
        kind = NUMBER if known else TEXT
    elif kind == BOOLEAN:
        value = np.int64(buffer[start] == ord("1") or buffer[start] == ord("t"))
    cells[count, CELL_ROW], cells[count, CELL_COLUMN] = state[ROW], state[COLUMN]
    cells[count, KIND], cells[count, STYLE] = kind, style
    cells[count, VALUE], cells[count, EXPONENT] = value, exponent
    cells[count, START], cells[count, END] = start, end


@compiled
def scan_cell(buffer, at, close, end, styles, state, cells, count):
    """Read the cell whose opening tag is `at:close`: (where it ends or -1, the new count)."""
    stop = close + 1
    column = state[COLUMN]
    kind, style = enter_cell(buffer, at, close, state, styles)
    if is_self_closed(buffer, close):
        return stop, count
    start, content_end, stop = find_content(buffer, close + 1, end, kind == RUNS)
    if stop < 0:
        state[COLUMN] = column
        return -1, count
    if start < content_end:
        keep_cell(buffer, (start, content_end), kind, style, state, cells, count)
        count += 1
    return stop, count


@compiled
def scan_tag(buffer, at, close, state):
    """Take note of a tag that is no cell."""
    if is_forbidden(buffer, at, close):
        state[DAMAGE] = FORBIDDEN_MARKUP
    elif is_named(buffer, at, close, SHEET_DATA):
        ends = is_closing(buffer, at) or is_self_closed(buffer, close)
        state[PHASE] = AFTER_CELLS if ends else IN_CELLS
    elif state[PHASE] == IN_CELLS and not is_closing(buffer, at) and is_named(buffer, at, close, ROW_TAG):
        enter_row(buffer, at, close, state)


@compiled
def scan_cells(buffer, at, end, styles, state, cells):
    """Read whole cells from `at` on, as many as `cells` has room for: (how many, where to go on)."""
    count = 0
    at = find_byte(buffer, at, end, LESS)
    while at < end and count < len(cells) and state[PHASE] != AFTER_CELLS and state[DAMAGE] == 0:
        close = tag_end(buffer, at, end)
        if close < 0:
            break
        stop = close + 1
        if state[PHASE] == IN_CELLS and not is_closing(buffer, at) and is_named(buffer, at, close, CELL_TAG):
            stop, count = scan_cell(buffer, at, close, end, styles, state, cells, count)
            if stop < 0:
                break
        else:
            scan_tag(buffer, at, close, state)
        at = find_byte(buffer, stop, end, LESS)
    return count, at
