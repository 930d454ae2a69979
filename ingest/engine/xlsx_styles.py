"""How the cells of each style are written: at once in the compiled loop, or through their format's tokens."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import numpy as np
import numpy.typing as npt

from ingest.engine.xlsx_cells import (
    END,
    EXPONENT,
    ISO_DATE,
    KIND,
    NUMBER,
    RENDERED,
    RUNS,
    SHARED,
    START,
    STYLE,
    TEXT,
    VALUE,
    Cells,
)
from ingest.engine.xlsx_chunks import Bytes
from ingest.engine.xlsx_dates import serial_of_iso
from ingest.engine.xlsx_formats import NumberFormat, parse_format
from ingest.engine.xlsx_render import NumberRenderer, render_text
from ingest.engine.xlsx_strings import SharedTexts
from ingest.engine.xlsx_text import put_runs, put_text
from ingest.engine.xlsx_workbook import GENERAL

MAX_REMEMBERED = 100_000
TEXT_KINDS = (SHARED, RUNS, TEXT)


class Styles:
    """The cell styles of a workbook; one more, General, stands behind them for a cell whose style does not exist."""

    def __init__(self, codes: Sequence[str], *, date1904: bool) -> None:
        self.formats: list[NumberFormat] = [parse_format(code) for code in (*codes, GENERAL)]
        self.count = len(codes)
        self.shapes = np.array([shape_of(form) for form in self.formats], dtype=np.int64)
        self._by_tokens = np.array([not form.is_general and form.plain is None for form in self.formats])
        self._by_text = np.array([form.text is not None for form in self.formats])
        self._renderers = [NumberRenderer(form, date1904=date1904) for form in self.formats]
        self._date1904 = date1904
        self._remembered: dict[tuple[int, int, int], bytes] = {}

    def render(self, buffer: Bytes, cells: Cells, count: int, texts: SharedTexts) -> Bytes:
        """Write the cells that the compiled loop does not know into a buffer of their own, and mark them RENDERED."""
        kinds, styles = cells[:count, KIND], cells[:count, STYLE]
        numbers = np.flatnonzero((kinds == NUMBER) & self._by_tokens[styles])
        pieces = self._render_numbers(numbers, cells)
        others = np.flatnonzero((kinds == ISO_DATE) | (self._by_text[styles] & np.isin(kinds, TEXT_KINDS)))
        pieces += [self._render_other(buffer, cells, index, texts) for index in others.tolist()]
        indexes = np.concatenate((numbers, others))
        ends = np.cumsum([len(piece) for piece in pieces], dtype=np.int64)
        cells[indexes, KIND] = RENDERED
        cells[indexes, START] = np.concatenate(([0], ends[:-1]))[: len(ends)]
        cells[indexes, END] = ends
        return np.frombuffer(b"".join(pieces), dtype=np.uint8)

    def _render_numbers(self, indexes: npt.NDArray[np.int64], cells: Cells) -> list[bytes]:
        """The texts of these numbers; the same number under the same style is worked out once."""
        if len(self._remembered) > MAX_REMEMBERED:
            self._remembered.clear()
        remembered = self._remembered
        pieces: list[bytes] = []
        for style, value, exponent in cells[indexes[:, None], (STYLE, VALUE, EXPONENT)].tolist():
            key = (style, value, exponent)
            piece = remembered.get(key)
            if piece is None:
                piece = remembered[key] = self._renderers[style].render(value, exponent).encode("utf-8", "replace")
            pieces.append(piece)
        return pieces

    def _render_other(self, buffer: Bytes, cells: Cells, index: int, texts: SharedTexts) -> bytes:
        """The text of a date stored as ISO 8601, or of a text whose format adds something to it."""
        style = int(cells[index, STYLE])
        form = self.formats[style]
        raw = text_of(buffer, cells, index, texts)
        if cells[index, KIND] != ISO_DATE:
            return render_text(raw.decode("utf-8", "surrogateescape"), form).encode("utf-8", "surrogateescape")
        serial = serial_of_iso(raw.decode("utf-8", "replace"), date1904=self._date1904)
        if serial is None or form.is_general:
            return raw
        shown = self._renderers[style].render(*digits_of(serial))
        return shown.encode("utf-8", "replace")


def shape_of(form: NumberFormat) -> tuple[int, int, int, int]:
    """The format for the compiled loop: least digits, decimals, grouped, percent; no least digits is General."""
    plain = form.plain
    if plain is None:
        return 0, 0, 0, 0
    return plain.least_digits, plain.decimals, int(plain.grouped), int(plain.percent)


def digits_of(serial: Decimal) -> tuple[int, int]:
    """A serial number that was worked out, to the 11th decimal: under a microsecond."""
    return int(serial.scaleb(11).to_integral_value()), -11


def text_of(buffer: Bytes, cells: Cells, index: int, texts: SharedTexts) -> bytes:
    """The bare text of a cell."""
    start, end = int(cells[index, START]), int(cells[index, END])
    if cells[index, KIND] == SHARED:
        return unquoted(texts.fields[start:end].tobytes())
    out = np.empty(end - start, dtype=np.uint8)
    if cells[index, KIND] == RUNS:
        return out[: put_runs(buffer, start, end, out, 0)].tobytes()
    return out[: put_text(buffer, start, end, out, 0)].tobytes()


def unquoted(field: bytes) -> bytes:
    """A CSV field without its quotes."""
    return field[1:-1].replace(b'""', b'"') if field.startswith(b'"') else field
