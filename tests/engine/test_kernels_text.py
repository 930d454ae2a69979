"""Compiled loops over text against plain Python: blanks, UTF-8, quotes and escapes, what goes into refused.csv."""

import csv
import io

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ingest.aam.text import WHITE_SPACE, trim
from ingest.engine.kernels.refused import is_protected, protect, put_number, put_readable
from ingest.engine.kernels.tables import SPARE
from ingest.engine.kernels.text import character_length, has_high_byte, is_utf8, trimmed, unescape
from ingest.engine.refused import protected
from ingest.engine.refused_form import unprotected

FAST = settings(deadline=None, max_examples=400)
BLANKS = "".join(sorted(WHITE_SPACE))
# Characters that look like blanks to one rule or another, with those that are.
EDGES = BLANKS + "ab\x1c\x1d\x1e\x1f\x00\u180e\u200c\u200e\u2060\u2007\u202f\u00ad\ufeff\u200b\u3000\U0001f600\u00e9"


def _buffer(raw: bytes, room: int = 0) -> npt.NDArray[np.uint8]:
    return np.frombuffer(bytearray(raw + bytes(room + SPARE)), np.uint8)


@given(st.text(alphabet=EDGES, max_size=12), st.binary(max_size=4), st.binary(max_size=4))
@FAST
def test_blanks_at_the_ends_are_those_of_the_rules(text: str, before: bytes, behind: bytes) -> None:
    raw = text.encode()
    start, end = trimmed(_buffer(before + raw + behind), len(before), len(before) + len(raw))
    found = (before + raw + behind)[start:end]
    assert found == trim(text).encode()
    assert len(before) <= start <= end <= len(before) + len(raw)


def test_every_character_is_trimmed_as_the_rules_say() -> None:
    for place in range(0x11_0000):
        if 0xD800 <= place <= 0xDFFF or (place > 0x3100 and place % 97 and place < 0xFE00):
            continue
        raw = chr(place).encode()
        start, end = trimmed(_buffer(raw), 0, len(raw))
        assert (end == start) is (chr(place) in WHITE_SPACE), hex(place)


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


# The first and the last character of each length and of what lies between, what is just beyond, and what is cut off.
RISKY = st.sampled_from(
    [bytes.fromhex(one) for one in (
        "c080", "c1bf", "c280", "dfbf", "e09fbf", "e0a080", "ed9fbf", "eda080", "ee8080", "efbfbf", "f08fbfbf",
        "f0908080", "f48fbfbf", "f4908080", "f5808080", "ff", "e282", "f09f98", "c3", "61", "80", "bf",
    )]
)  # fmt: skip
BYTES = st.one_of(
    st.binary(max_size=12), st.lists(RISKY, max_size=5).map(b"".join), st.text(max_size=8).map(str.encode)
)


@given(BYTES)
@settings(deadline=None, max_examples=1500)
def test_valid_utf_8_is_what_python_decodes(raw: bytes) -> None:
    assert bool(is_utf8(_buffer(raw), 0, len(raw))) is _is_utf8(raw)
    assert bool(has_high_byte(_buffer(raw), 0, len(raw))) is not raw.isascii()


def test_every_pair_of_bytes_is_valid_where_python_says_so() -> None:
    for first in range(256):
        for second in range(256):
            raw = bytes([first, second])
            assert bool(is_utf8(_buffer(raw), 0, 2)) is _is_utf8(raw), raw


@given(st.characters(exclude_categories=["Cs"]))
@FAST
def test_a_character_is_as_long_as_python_writes_it(character: str) -> None:
    raw = character.encode()
    assert character_length(_buffer(raw), 0, len(raw)) == len(raw)


@given(BYTES)
@settings(deadline=None, max_examples=1500)
def test_what_is_not_utf_8_is_shown_as_python_shows_it(raw: bytes) -> None:
    out = np.zeros(4 * len(raw) + SPARE, np.uint8)
    end = put_readable(_buffer(raw), 0, len(raw), out, 0)
    assert out[:end].tobytes() == raw.decode("utf-8", "replace").encode()


@given(st.text(alphabet="\"'\\ab,\n", max_size=12), st.sampled_from([('"', ""), ("'", ""), ('"', "\\"), ("'", "\\")]))
@FAST
def test_escapes_and_doubled_quotes_are_resolved(text: str, signs: tuple[str, str]) -> None:
    quote, escape = signs
    wanted, at = "", 0
    while at < len(text):
        pair = text[at : at + 2]
        if len(pair) == 2 and (pair[0] == escape or pair == quote * 2):
            at += 1
        wanted += text[at]
        at += 1
    target = np.zeros(len(text) + SPARE, np.uint8)
    raw = _buffer(text.encode())
    end = unescape(raw, 0, len(text), ord(quote), ord(escape) if escape else -1, target, 0)
    assert target[:end].tobytes().decode() == wanted


CELLS = st.text(alphabet="=+-@\t\r\n'\",; ab\u00e9\U0001f600", max_size=10)


def _field(cell: str) -> bytes:
    raw = cell.encode()
    out = _buffer(raw, 2 * len(raw) + 8)
    end = protect(out, 0, len(raw))
    return out[:end].tobytes()


@given(st.lists(CELLS, min_size=2, max_size=5))
@FAST
@example(["", ""])
@example(["''=1", "\t"])
def test_a_protected_cell_is_read_back_by_the_csv_module_and_unprotected_to_what_it_was(cells: list[str]) -> None:
    line = b",".join(map(_field, cells)).decode()
    (read,) = csv.reader(io.StringIO(line + "\r\n", newline=""), strict=True)
    assert [unprotected(cell) for cell in read] == cells
    assert read == [protected(cell) for cell in cells]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in read)


@given(CELLS)
@FAST
def test_the_compiled_and_the_plain_way_back_agree(cell: str) -> None:
    raw = cell.encode()
    start = int(is_protected(_buffer(raw), 0, len(raw)))
    assert raw[start:].decode() == unprotected(cell)


@pytest.mark.parametrize("number", [1, 9, 10, 99, 100, 12_345, 10**9, 10**12, 10**17])
def test_a_row_number_is_written_in_decimal(number: int) -> None:
    out = np.zeros(40, np.uint8)
    end = put_number(np.int64(number), out, 3)
    assert out[3:end].tobytes() == str(number).encode()
