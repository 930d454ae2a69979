"""The row scanner: every cut of a text into blocks gives the rows that the text in one piece gives."""

from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ingest.engine.blocks import Block
from ingest.engine.kernels.scan import DialectBytes, make_dialect, room_for_rows, scan_rows
from ingest.engine.kernels.tables import SPARE
from ingest.engine.scanner import Scanner
from tests.reference.reader import Dialect, read_rows

THOROUGH = settings(deadline=None, max_examples=500)
DIALECTS = [
    Dialect(",", '"', ""), Dialect(";", "'", ""), Dialect("\t", '"', ""), Dialect(",", '"', "\\"), Dialect("|", "", ""),
    Dialect(",", "", "\\"), Dialect(",", '"', "", skip_blanks_before_quote=True),
    Dialect("\t", '"', "\\", skip_blanks_before_quote=True), Dialect(",", '"', '"'),
]  # fmt: skip
TEXTS = st.text(alphabet=",;\t|\"'\\\r\n  ab\u00e9", max_size=40)


class Row(NamedTuple):
    """A row as both sides tell it; cells are None when the quoting is broken."""

    number: int
    cells: tuple[str, ...] | None
    shown: str


class Pieces:
    """A text that arrives in pieces of these sizes, the last one again and again."""

    def __init__(self, raw: bytes, sizes: list[int]) -> None:
        self._raw = raw
        self._sizes = sizes or [1]

    def readinto(self, view: memoryview, /) -> int:
        """The next piece."""
        size = self._sizes.pop(0) if len(self._sizes) > 1 else self._sizes[0]
        piece = self._raw[: min(size, len(view))]
        self._raw = self._raw[len(piece) :]
        view[: len(piece)] = piece
        return len(piece)


def _bytes(dialect: Dialect) -> DialectBytes:
    quote = ord(dialect.quote) if dialect.quote else -1
    escape = ord(dialect.escape) if dialect.escape else -1
    return make_dialect(ord(dialect.delimiter), quote, escape, skip_blanks=dialect.skip_blanks_before_quote)


def _rows_of(block: Block, dialect: DialectBytes) -> list[Row]:
    rows = block.rows
    return [
        Row(int(rows.number[row]), None, block.line_of(row))
        if rows.broken[row]
        else Row(int(rows.number[row]), tuple(block.texts_of(row, dialect.quote, dialect.escape)), block.line_of(row))
        for row in range(block.count)
    ]


def _scan(text: str, dialect: Dialect, *, block_bytes: int, sizes: list[int]) -> list[Row]:
    raw = _bytes(dialect)
    scanner, block = Scanner(Pieces(text.encode(), sizes), raw), Block(block_bytes, 0)
    rows: list[Row] = []
    while scanner.fill(block):
        rows += _rows_of(block, raw)
    return rows


def _plainly(text: str, dialect: Dialect) -> list[Row]:
    return [Row(row.number, row.cells, row.shown) for row in read_rows(text, dialect)]


@given(TEXTS, st.sampled_from(DIALECTS))
@THOROUGH
@example('"a"\r', DIALECTS[0])
@example('a,"b\n"c"\nd', DIALECTS[0])
@example('a\\\r\nb,"\\', DIALECTS[3])
@example(' "a" ,  "b"x\n', DIALECTS[6])
def test_rows_of_a_text_are_those_of_the_plain_reading(text: str, dialect: Dialect) -> None:
    assert _scan(text, dialect, block_bytes=4096, sizes=[4096]) == _plainly(text, dialect)


@given(TEXTS, st.sampled_from(DIALECTS), st.integers(1, 9), st.lists(st.integers(1, 7), min_size=1, max_size=5))
@THOROUGH
def test_cutting_a_text_into_blocks_changes_no_row(
    text: str, dialect: Dialect, block_bytes: int, sizes: list[int]
) -> None:
    assert _scan(text, dialect, block_bytes=block_bytes, sizes=sizes) == _plainly(text, dialect)


HARD = 'a,"b ""c"", \r\n d"\r\n\r\n"x"y,z\n\u00e9,"\u00e9\n"\r"open, \n1,2\r\n" ",\n'


@pytest.mark.parametrize("dialect", DIALECTS, ids=str)
def test_every_single_cut_of_a_hard_text_changes_no_row(dialect: Dialect) -> None:
    wanted = _plainly(HARD, dialect)
    raw = _bytes(dialect)
    for cut in range(1, len(HARD.encode())):
        found = _scan(HARD, dialect, block_bytes=cut, sizes=[cut, 1000])
        assert found == wanted, f"blocks of {cut} bytes"
    whole = np.frombuffer(bytearray(HARD.encode() + bytes(SPARE)), np.uint8)
    for cut in range(len(HARD.encode())):
        first = room_for_rows(len(whole))
        _, at, number = scan_rows(whole, 0, cut, False, raw, first, 1)
        second = room_for_rows(len(whole))
        scan_rows(whole, at, len(HARD.encode()), True, raw, second, number)
        assert at <= cut


@given(TEXTS, st.sampled_from(DIALECTS), st.integers(1, 6), st.integers(1, 9))
@settings(deadline=None, max_examples=200)
def test_the_first_rows_can_be_asked_for(text: str, dialect: Dialect, most: int, block_bytes: int) -> None:
    raw = _bytes(dialect)
    scanner, block = Scanner(Pieces(text.encode(), [1000]), raw), Block(block_bytes, 0)
    rows: list[Row] = []
    while len(rows) < most and scanner.fill(block, most_rows=most - len(rows)):
        rows += _rows_of(block, raw)
    assert rows == _plainly(text, dialect)[:most]


@given(TEXTS, st.sampled_from(DIALECTS), st.integers(1, 9))
@settings(deadline=None, max_examples=200)
def test_a_header_is_the_first_row_and_the_others_follow(text: str, dialect: Dialect, block_bytes: int) -> None:
    raw = _bytes(dialect)
    scanner, block = Scanner(Pieces(text.encode(), [3]), raw), Block(block_bytes, 0)
    rows = _rows_of(block, raw) if scanner.take_header(block) else []
    while scanner.fill(block):
        rows += _rows_of(block, raw)
    assert rows == _plainly(text, dialect)
