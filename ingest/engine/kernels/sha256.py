"""SHA-256 (FIPS 180-4) of byte ranges, written as lower-case hex.

Compiled sums of 32-bit numbers are 64 bits wide, so each is cut back where it is made.
"""

import numpy as np

from ingest.engine.kernels.compiled import compiled


def _first_bits_of_roots(count: int, root: float) -> list[int]:
    """The first 32 bits of the fractional parts of a root of the first primes, by integer arithmetic."""
    primes: list[int] = []
    candidate = 2
    while len(primes) < count:
        if all(candidate % prime for prime in primes):
            primes.append(candidate)
        candidate += 1
    power = 2 if root == 0.5 else 3
    found = []
    for prime in primes:
        scaled = prime << (32 * power)
        guess = round(prime**root * 2**32)
        while guess**power > scaled:
            guess -= 1
        while (guess + 1) ** power <= scaled:
            guess += 1
        found.append(guess & 0xFFFFFFFF)
    return found


ROUND_CONSTANTS = np.array(_first_bits_of_roots(64, 1 / 3), np.uint32)
INITIAL_STATE = np.array(_first_bits_of_roots(8, 0.5), np.uint32)
HEX = np.frombuffer(b"0123456789abcdef", np.uint8)
U4 = np.uint32


@compiled
def rotated(value, count):
    """A 32-bit number rotated to the right."""
    return U4((value >> U4(count)) | (value << U4(32 - count)))


@compiled
def expand(words):
    """The message schedule from its first 16 words."""
    for at in range(16, 64):
        early, late = words[at - 15], words[at - 2]
        first = rotated(early, 7) ^ rotated(early, 18) ^ (early >> U4(3))
        second = rotated(late, 17) ^ rotated(late, 19) ^ (late >> U4(10))
        words[at] = U4(words[at - 16] + first + words[at - 7] + second)


@compiled
def digest_block(state, words):
    """Mix one block of 64 bytes (as 16 words) into the state."""
    expand(words)
    a, b, c, d = state[0], state[1], state[2], state[3]
    e, f, g, h = state[4], state[5], state[6], state[7]
    for at in range(64):
        choice = (e & f) ^ (~e & g)
        total = U4(h + (rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)) + choice + ROUND_CONSTANTS[at] + words[at])
        majority = (a & b) ^ (a & c) ^ (b & c)
        mixed = U4((rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) + majority)
        h, g, f, e = g, f, e, U4(d + total)
        d, c, b, a = c, b, a, U4(total + mixed)
    state[0] += a
    state[1] += b
    state[2] += c
    state[3] += d
    state[4] += e
    state[5] += f
    state[6] += g
    state[7] += h


@compiled
def padded_byte(buffer, start, end, place, total):
    """Byte `place` of the message with its padding and its length in bits; `total` is the padded length."""
    length = end - start
    if place < length:
        return U4(buffer[start + place])
    if place == length:
        return U4(0x80)
    if place >= total - 8:
        return U4(((length * 8) >> ((total - 1 - place) * 8)) & 0xFF)
    return U4(0)


@compiled
def hex_sha256(buffer, start, end, to, words):
    """Write the SHA-256 of `buffer[start:end]` as 64 hex digits at `to` of the same buffer; the place behind them.

    `words`: room for 72 words.
    """
    state = words[64:]
    for place in range(8):
        state[place] = INITIAL_STATE[place]
    total = (end - start + 9 + 63) // 64 * 64
    for block in range(0, total, 64):
        for word in range(16):
            place = block + 4 * word
            words[word] = (
                padded_byte(buffer, start, end, place, total) << U4(24)
                | padded_byte(buffer, start, end, place + 1, total) << U4(16)
                | padded_byte(buffer, start, end, place + 2, total) << U4(8)
                | padded_byte(buffer, start, end, place + 3, total)
            )
        digest_block(state, words)
    for digit in range(64):
        nibble = (state[digit // 8] >> U4(28 - 4 * (digit % 8))) & U4(15)
        buffer[to + digit] = HEX[nibble]
    return to + 64
