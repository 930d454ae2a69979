"""Compiled hashes and sets against plain Python: SHA-256, table hashes, distinct counts."""

import hashlib
import random

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.engine.kernels.columns import column_entry, insert_new, raise_register
from ingest.engine.kernels.hashing import folded_hash, hash_of, put_word, word_at
from ingest.engine.kernels.sha256 import hex_sha256
from ingest.engine.kernels.tables import REGISTERS, SPARE
from ingest.engine.seen import _estimate

FAST = settings(deadline=None, max_examples=300)
SEED = np.uint64(0x1234_5678_9ABC_DEF1)


def _buffer(raw: bytes, room: int = 64) -> npt.NDArray[np.uint8]:
    return np.frombuffer(bytearray(raw + bytes(room + SPARE)), np.uint8)


def _sha256(raw: bytes, before: bytes = b"") -> str:
    buffer = _buffer(before + raw)
    words = np.zeros(72, np.uint32)
    end = hex_sha256(buffer, len(before), len(before) + len(raw), len(before), words)
    return buffer[len(before) : end].tobytes().decode()


@given(st.binary(max_size=300), st.binary(max_size=9))
@FAST
def test_sha256_is_the_one_of_the_standard(raw: bytes, before: bytes) -> None:
    assert _sha256(raw, before) == hashlib.sha256(raw).hexdigest()


@pytest.mark.parametrize("length", [0, 1, 54, 55, 56, 57, 63, 64, 65, 118, 119, 120, 127, 128, 1000, 102_400])
def test_sha256_is_right_at_the_ends_of_its_blocks(length: int) -> None:
    raw = random.Random(length).randbytes(length)
    assert _sha256(raw) == hashlib.sha256(raw).hexdigest()


@given(st.binary(min_size=8, max_size=40), st.integers(0, 32))
@FAST
def test_words_are_little_endian_and_come_back(raw: bytes, at: int) -> None:
    at = min(at, len(raw) - 8)
    buffer = _buffer(raw)
    assert int(word_at(buffer, at)) == int.from_bytes(raw[at : at + 8], "little")
    target = np.zeros(len(raw) + SPARE, np.uint8)
    put_word(target, at, np.uint64(word_at(buffer, at)))
    assert target[at : at + 8].tobytes() == raw[at : at + 8]


@given(st.binary(max_size=40), st.binary(max_size=9), st.binary(max_size=9))
@FAST
def test_a_hash_depends_on_the_bytes_in_the_range_and_nothing_else(raw: bytes, before: bytes, behind: bytes) -> None:
    alone = hash_of(_buffer(raw), 0, len(raw), SEED)
    inside = hash_of(_buffer(before + raw + behind), len(before), len(before) + len(raw), SEED)
    assert alone == inside


def test_hashes_of_many_texts_differ_and_fill_all_bits() -> None:
    texts = [f"user-{number}".encode() for number in range(20_000)] + [bytes(length) for length in range(500)]
    hashes = [int(hash_of(_buffer(text), 0, len(text), SEED)) for text in texts]
    assert len(set(hashes)) == len(texts)
    assert len({value & 0xFFFFFFFF for value in hashes}) > len(texts) - 5
    for bit in range(64):
        share = sum(value >> bit & 1 for value in hashes) / len(hashes)
        assert share == pytest.approx(0.5, abs=0.03)


@given(st.text(alphabet=st.characters(max_codepoint=0x7F), max_size=30))
@FAST
def test_a_folded_hash_is_the_hash_of_the_small_letters(text: str) -> None:
    raw, small = text.encode(), text.lower().encode()
    assert folded_hash(_buffer(raw), 0, len(raw), SEED) == hash_of(_buffer(small), 0, len(small), SEED)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 50)), max_size=100))
@FAST
def test_a_set_of_cells_tells_what_is_new(cells: list[tuple[int, int]]) -> None:
    table, met = np.zeros(256, np.uint64), set()
    for column, value in cells:
        raw = str(value).encode()
        entry = np.uint64(column_entry(column, np.uint64(hash_of(_buffer(raw), 0, len(raw), SEED))))
        assert bool(insert_new(table, entry)) is ((column, value) not in met)
        met.add((column, value))
    assert np.count_nonzero(table) == len(met)


def _registers(values: range) -> npt.NDArray[np.uint8]:
    registers = np.zeros((1, REGISTERS), np.uint8)
    for value in values:
        raw = f"value {value}".encode()
        raise_register(registers, 0, np.uint64(hash_of(_buffer(raw), 0, len(raw), SEED)))
    return registers


@pytest.mark.parametrize("count", [10_001, 11_000, 15_000, 40_000])
def test_the_estimate_of_different_values_is_within_5_percent(count: int) -> None:
    for first in range(0, 400_000, 100_000):
        found = _estimate(_registers(range(first, first + count))[0])
        assert found == pytest.approx(count, rel=0.05)


def test_registers_of_two_workers_together_are_those_of_one() -> None:
    one, other = _registers(range(12_000)), _registers(range(8_000, 20_000))
    assert np.array_equal(np.maximum(one, other), _registers(range(20_000)))


@given(st.integers(0, 2**64 - 1))
@FAST
def test_a_register_holds_the_place_of_the_first_bit_behind_its_number(value: int) -> None:
    registers = np.zeros((1, REGISTERS), np.uint8)
    raise_register(registers, 0, np.uint64(value))
    register, rest = value % REGISTERS, value // REGISTERS
    zeros = (rest & -rest).bit_length() - 1 if rest else 51
    assert registers[0, register] == min(zeros, 51) + 1
    assert np.count_nonzero(registers) == 1
