"""What each column of the file holds: filled cells, distinct values, first samples, words that stand for nothing."""

import numpy as np

from ingest.engine.kernels.compiled import compiled
from ingest.engine.kernels.hashing import mixed
from ingest.engine.kernels.tables import MOST_VALUES, RECENT, REGISTERS, SAMPLES_PER_COLUMN
from ingest.engine.kernels.values import count_value

EXACT_DISTINCT = 10_000
LONGEST_WORD = 6
COLUMN_SEED = np.uint64(0x9E3779B97F4A7C15)
U8 = np.uint64
ONE = np.uint64(1)
REGISTER_MASK = np.uint64(REGISTERS - 1)
REGISTER_BITS = np.uint64(12)
LONGEST_RUN = np.uint64(51)
RECENT_MASK = np.uint64(RECENT - 1)
COLUMN_MASK = np.uint64(0xFFFF)
FIRST_OF_HASH = np.uint64(0x10000)
ENTRY_SHIFT = np.uint64(20)


@compiled
def raise_register(registers, column, value):
    """HyperLogLog: keep the longest run of zero bits (plus one) seen behind the register number."""
    register = value & REGISTER_MASK
    rest = value >> REGISTER_BITS
    rank = U8(registers[column, register])
    if rest & ((ONE << rank) - ONE) != 0:
        return
    while rank < LONGEST_RUN and (rest >> rank) & ONE == 0:
        rank += ONE
    registers[column, register] = rank + ONE


@compiled
def column_entry(column, value):
    """One cell value of one column as a set member: 48 bits of hash over 16 bits of column number; never 0."""
    return (mixed(value ^ (U8(column + 1) * COLUMN_SEED)) | FIRST_OF_HASH) & ~COLUMN_MASK | (U8(column) & COLUMN_MASK)


@compiled
def insert_new(table, entry):
    """Put an entry into the set; False when it was there."""
    mask = U8(table.size - 1)
    at = (entry >> ENTRY_SHIFT) & mask
    while table[at] != 0:
        if table[at] == entry:
            return False
        at = (at + ONE) & mask
    table[at] = entry
    return True


@compiled
def take_sample(seen, column, row, start, end):
    """Remember where a new value stands, for the first few of a column."""
    if seen.samples[column] < SAMPLES_PER_COLUMN:
        seen.samples[column] += 1
        at = seen.fresh_count[0]
        seen.fresh[at, 0] = column
        seen.fresh[at, 1] = row
        seen.fresh[at, 2] = start
        seen.fresh[at, 3] = end
        seen.fresh_count[0] = at + 1


@compiled
def count_word(seen, column, value):
    """Count a cell that holds a word such as NULL or N/A."""
    for word in range(seen.words.size):
        if seen.words[word] == value:
            seen.word_rows[column, word] += 1


@compiled
def note_cell(seen, column, row, buffer, start, end, value):
    """Count a filled cell whose hash is `value`."""
    seen.filled[column] += 1
    if end - start <= LONGEST_WORD and seen.word_lead[buffer[start]]:
        count_word(seen, column, value)
    known = seen.distinct[column]
    if known > EXACT_DISTINCT:
        raise_register(seen.registers, column, value)
        return
    if known <= MOST_VALUES and count_value(seen.values, column, known, buffer, start, end, value):
        return
    place = value & RECENT_MASK
    if seen.recent[column, place] == value:
        return
    seen.recent[column, place] = value
    if insert_new(seen.table, column_entry(column, value)):
        seen.used[0] += 1
        seen.distinct[column] += 1
        raise_register(seen.registers, column, value)
        take_sample(seen, column, row, start, end)
