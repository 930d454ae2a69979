"""Hashes of byte ranges: 64 bits for tables, chosen for short text."""

import numpy as np

from ingest.engine.kernels.compiled import compiled

PRIME_1 = np.uint64(0x9E3779B185EBCA87)
PRIME_2 = np.uint64(0xC2B2AE3D27D4EB4F)
PRIME_3 = np.uint64(0x165667B19E3779F9)
SHIFT_29 = np.uint64(29)
SHIFT_31 = np.uint64(31)
SHIFT_32 = np.uint64(32)
SHIFT_33 = np.uint64(33)
SHIFT_8 = np.uint64(8)
U8 = np.uint64


@compiled
def word_at(buffer, at):
    """Eight bytes as one little-endian number; the compiler makes this a single load."""
    at = U8(at)
    return (
        U8(buffer[at])
        | U8(buffer[at + U8(1)]) << U8(8)
        | U8(buffer[at + U8(2)]) << U8(16)
        | U8(buffer[at + U8(3)]) << U8(24)
        | U8(buffer[at + U8(4)]) << U8(32)
        | U8(buffer[at + U8(5)]) << U8(40)
        | U8(buffer[at + U8(6)]) << U8(48)
        | U8(buffer[at + U8(7)]) << U8(56)
    )


@compiled
def tail_word(buffer, at, end):
    """The last one to seven bytes as one number; the bytes behind them are read and masked."""
    return word_at(buffer, at) & ((U8(1) << (U8(end - at) << U8(3))) - U8(1))


@compiled
def mixed(value):
    """Spread every bit of a 64-bit number over all others (the finaliser of MurmurHash3)."""
    value ^= value >> SHIFT_33
    value *= PRIME_2
    value ^= value >> SHIFT_29
    value *= PRIME_3
    value ^= value >> SHIFT_32
    return value


@compiled
def hash_of(buffer, start, end, seed):
    """A 64-bit hash of a byte range with SPARE bytes behind it; `seed` (uint64) makes independent hashes."""
    state = seed ^ (U8(end - start) * PRIME_1)
    at = start
    while at + 8 <= end:
        state = (state ^ word_at(buffer, at)) * PRIME_1
        state ^= state >> SHIFT_31
        at += 8
    if at < end:
        state = (state ^ tail_word(buffer, at, end)) * PRIME_1
        state ^= state >> SHIFT_31
    return mixed(state)


@compiled
def folded_byte(byte):
    """An ASCII capital as its small letter, every other byte as it is."""
    return byte | 0x20 if 65 <= byte <= 90 else byte


@compiled
def folded_hash(buffer, start, end, seed):
    """The hash of an ASCII range in which capitals count as small letters."""
    state = seed ^ (U8(end - start) * PRIME_1)
    at = start
    while at < end:
        stop = min(at + 8, end)
        word = U8(0)
        for place in range(stop - 1, at - 1, -1):
            word = (word << SHIFT_8) | U8(folded_byte(buffer[place]))
        state = (state ^ word) * PRIME_1
        state ^= state >> SHIFT_31
        at = stop
    return mixed(state)


@compiled
def put_word(target, at, word):
    """Eight bytes from one little-endian number; the compiler makes this a single store."""
    at = U8(at)
    target[at] = word & U8(0xFF)
    target[at + U8(1)] = (word >> U8(8)) & U8(0xFF)
    target[at + U8(2)] = (word >> U8(16)) & U8(0xFF)
    target[at + U8(3)] = (word >> U8(24)) & U8(0xFF)
    target[at + U8(4)] = (word >> U8(32)) & U8(0xFF)
    target[at + U8(5)] = (word >> U8(40)) & U8(0xFF)
    target[at + U8(6)] = (word >> U8(48)) & U8(0xFF)
    target[at + U8(7)] = (word >> U8(56)) & U8(0xFF)
