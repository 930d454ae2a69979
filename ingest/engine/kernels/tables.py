"""The arrays that the kernels share. A *slot* is one use that the mapping makes of one file column."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

# What a slot's pieces are.
ROLE_ID, ROLE_SIGNAL, ROLE_TRAIT, ROLE_IC, ROLE_HASH = 0, 1, 2, 3, 4
# Whether a byte may stand in a value that needs no second look.
NOT_PLAIN, PLAIN, PLAIN_LEAD = 0, 1, 2
CASE_KEPT, CASE_UPPER, CASE_LOWER = 0, 1, 2
# Where the result of a cell is.
CELL_EMPTY, CELL_BYTES, CELL_KNOWN, CELL_UNKNOWN = 0, 1, 2, 3
# Where an item may stand a second time: nowhere, in the same cell, in another cell of the row too.
REPEATS_NEVER, REPEATS_IN_CELL, REPEATS_ANYWHERE = 0, 1, 2
# Transforms that the kernels know; everything else is decided by the exact rules, once per distinct value.
OP_LOWER, OP_UPPER, OP_DIGITS, OP_STRIP_ZEROS, OP_SHA256, OP_EMAIL_SHA256, OP_REPLACE, OP_PREFIX, OP_PAD_LEFT = range(9)

# Counters of items stand in this order: signals, d_sid, d_unsid, ic.
KINDS_OF_ITEMS = 4
SAMPLES_PER_COLUMN = 5
# Bytes are copied eight at a time: every buffer has this many to spare behind its last byte.
SPARE = 16
REGISTERS = 4096
RECENT = 64
# Values are counted in columns with at most so many different ones; so many bytes of each are kept.
MOST_VALUES = 100
LONGEST_VALUE = 96
VALUE_PLACES = 256


class Bits(NamedTuple):
    """One bit per finding that kernels decide, numbered by `ingest.engine.findings`; `refusing`: all that refuse."""

    unreadable: np.uint64
    too_few_fields: np.uint64
    too_many_fields: np.uint64
    unread: np.uint64  # the three above together
    id_missing: np.uint64
    case_changed: np.uint64
    phone: np.uint64
    conflict: np.uint64
    nothing_to_send: np.uint64
    too_long: np.uint64
    too_many_lines: np.uint64
    case_variant: np.uint64
    refusing: np.uint64


class Slots(NamedTuple):
    """One entry per slot; `text` holds the constants that the ranges point into."""

    column: npt.NDArray[np.int32]
    role: npt.NDArray[np.uint8]
    direct: npt.NDArray[np.uint8]  # the kernels may decide a plain cell; else every distinct value is asked for
    plain: npt.NDArray[np.uint8]  # [slot, byte]
    separator: npt.NDArray[np.int32]  # one ASCII byte, or -1
    item: npt.NDArray[np.int32]  # which counter of items: signal, d_sid, d_unsid, ic; -1 for IDs
    prefix_start: npt.NDArray[np.int32]
    prefix_end: npt.NDArray[np.int32]
    closing: npt.NDArray[np.uint8]  # a closing quote follows the value
    template_start: npt.NDArray[np.int32]
    template_end: npt.NDArray[np.int32]
    case: npt.NDArray[np.uint8]
    may_repeat: npt.NDArray[np.uint8]
    first_step: npt.NDArray[np.int32]  # [slot + 1] into the steps
    step: npt.NDArray[np.uint8]
    step_number: npt.NDArray[np.int32]
    step_from: npt.NDArray[np.int32]  # [step, 2]: start and end in text
    step_to: npt.NDArray[np.int32]
    text: npt.NDArray[np.uint8]


class Layout(NamedTuple):
    """What is the same for every row of the file."""

    columns: int
    leading: int  # fields before the file's own columns: those of a refused.csv that comes back
    id_slots: int
    pad_short_rows: bool
    quote: int
    escape: int
    between_items: int  # ',' or TAB
    checks_conflicts: bool
    folds_ids: bool
    longest_record: int
    wraps: bool  # a longer record is continued on a next line


class Cells(NamedTuple):
    """What became of the cells of one block: [row, slot]."""

    kind: npt.NDArray[np.uint8]
    start: npt.NDArray[np.int32]
    end: npt.NDArray[np.int32]


class Verdicts(NamedTuple):
    """What became of the rows of one block."""

    bits: npt.NDArray[np.uint64]
    id_exact: npt.NDArray[np.uint64]
    id_folded: npt.NDArray[np.uint64]
    line_end: npt.NDArray[np.int64]
    signals: npt.NDArray[np.int32]
    added: npt.NDArray[np.int32]
    removed: npt.NDArray[np.int32]
    codes: npt.NDArray[np.int32]


class Known(NamedTuple):
    """The answers already asked for: an open-addressing table from (slot, cell) to an entry."""

    slots: npt.NDArray[np.int32]  # entry number + 1, 0 = free
    hash: npt.NDArray[np.uint64]
    slot: npt.NDArray[np.int32]
    key_start: npt.NDArray[np.int64]
    key_end: npt.NDArray[np.int64]
    keys: npt.NDArray[np.uint8]
    bits: npt.NDArray[np.uint64]
    text_start: npt.NDArray[np.int64]
    text_end: npt.NDArray[np.int64]
    texts: npt.NDArray[np.uint8]
    items: npt.NDArray[np.int32]  # [entry, 4]
    folded: npt.NDArray[np.uint64]


class Scratch(NamedTuple):
    """Room that a worker's kernels use over and over."""

    bounds: npt.NDArray[np.int32]  # [column, 2]: the trimmed cell
    values: npt.NDArray[np.uint64]  # per column: the hash of the cell
    counts: npt.NDArray[np.int32]  # items of the record at hand, per kind
    items: npt.NDArray[np.int64]  # [place, 2]: items of the record at hand
    words: npt.NDArray[np.uint32]  # the words and the state of SHA-256


def make_scratch(columns: int, item_places: int) -> Scratch:
    """Room for files with `columns` columns; `item_places`: a power of two, twice as many as a record has items."""
    return Scratch(
        bounds=np.zeros((columns, 2), np.int32),
        values=np.zeros(columns, np.uint64),
        counts=np.zeros(KINDS_OF_ITEMS, np.int32),
        items=np.zeros((item_places, 2), np.int64),
        words=np.zeros(72, np.uint32),
    )


class Values(NamedTuple):
    """How many rows have each value of the columns that have few; an open-addressing table for each column."""

    hash: npt.NDArray[np.uint64]  # [column, place], 0 = free
    rows: npt.NDArray[np.int64]  # [column, place]
    order: npt.NDArray[np.uint8]  # [column, place]: as the how manieth value it was met
    length: npt.NDArray[np.int32]  # [column, order]: bytes of the whole value
    text: npt.NDArray[np.uint8]  # [column, order, byte]: its beginning


def make_values(columns: int) -> Values:
    """Room for the values of so many columns; memory is taken where there are values only."""
    return Values(
        hash=np.zeros((columns, VALUE_PLACES), np.uint64),
        rows=np.zeros((columns, VALUE_PLACES), np.int64),
        order=np.zeros((columns, VALUE_PLACES), np.uint8),
        length=np.zeros((columns, MOST_VALUES), np.int32),
        text=np.zeros((columns, MOST_VALUES, LONGEST_VALUE), np.uint8),
    )


class Seen(NamedTuple):
    """What the columns of the file hold, as far as rows were read."""

    filled: npt.NDArray[np.int64]
    distinct: npt.NDArray[np.int64]
    table: npt.NDArray[np.uint64]
    used: npt.NDArray[np.int64]
    recent: npt.NDArray[np.uint64]  # [column, RECENT]: hashes met lately, so that a common value costs one look
    registers: npt.NDArray[np.uint8]
    samples: npt.NDArray[np.int64]  # per column: how many samples were taken
    fresh: npt.NDArray[np.int32]  # [n, 4]: column, row, start, end of samples taken in this block
    fresh_count: npt.NDArray[np.int64]
    words: npt.NDArray[np.uint64]  # hashes of words that often stand for "nothing"
    word_lead: npt.NDArray[np.uint8]
    word_rows: npt.NDArray[np.int64]  # [column, word]
    values: Values
