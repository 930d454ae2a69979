"""refused.csv: every row that is not sent, complete and in order, with what to do about it."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import numpy as np
import numpy.typing as npt

from ingest.aam.findings import FINDINGS
from ingest.engine.blocks import Block
from ingest.engine.findings import bits_of, codes_of
from ingest.engine.kernels.refused import put_refused, runs_as_formula
from ingest.engine.plan import Plan
from ingest.engine.refused_form import LEADING_COLUMNS

_BOM = b"\xef\xbb\xbf"
_ROOM = 1024 * 1024
_LINE_END = "\r\n"


def protected(text: str) -> str:
    """A cell that a spreadsheet would run as a formula, made harmless; exact to undo (docs/decisions/0001, 29)."""
    raw = np.frombuffer(bytearray(text.encode()), np.uint8)
    return f"'{text}" if runs_as_formula(raw, 0, raw.size) else text


def csv_row(cells: Sequence[str]) -> str:
    """Cells as one CSV line without its line end."""
    line = io.StringIO()
    csv.writer(line, lineterminator=_LINE_END).writerow(cells)
    return line.getvalue().removesuffix(_LINE_END)


class RefusedWriter:
    """Writes as rows are refused; the file exists, with its header, even when none is."""

    def __init__(self, path: Path, plan: Plan, refusing: int) -> None:
        self._plan = plan
        self._refusing = refusing
        self._file: BinaryIO = path.open("xb")
        self._out = np.empty(_ROOM, np.uint8)
        self._leads: dict[int, int] = {}
        self._lead_bytes = bytearray()
        self._lead_bounds: list[tuple[int, int]] = []
        header = csv_row([*LEADING_COLUMNS, *map(protected, plan.header.names)])
        self._file.write(_BOM + f"{header}{_LINE_END}".encode())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()

    def write(self, block: Block, picked: npt.NDArray[np.intp]) -> None:
        """Append the picked rows of a block, which are in order."""
        if not picked.size:
            return
        refusing = block.verdicts.bits[picked] & np.uint64(self._refusing)
        masks, which = np.unique(refusing, return_inverse=True)
        numbers = np.array([self._lead(int(mask)) for mask in masks], np.int32)
        unreadable = (refusing & np.uint64(bits_of(["row.unreadable"])) != 0).astype(np.uint8)
        self._put(block, picked.astype(np.int64), unreadable, numbers[which])

    def _lead(self, mask: int) -> int:
        """Which lead (codes, what to do) belongs to some refusing bits; made at first use."""
        if mask not in self._leads:
            codes = codes_of(mask)
            what_to_do = " ".join(FINDINGS[code].what_to_do for code in codes)
            start = len(self._lead_bytes)
            self._lead_bytes += csv_row([";".join(codes), what_to_do]).encode()
            self._lead_bounds.append((start, len(self._lead_bytes)))
            self._leads[mask] = len(self._leads)
        return self._leads[mask]

    def _put(
        self,
        block: Block,
        picked: npt.NDArray[np.int64],
        unreadable: npt.NDArray[np.uint8],
        leads: npt.NDArray[np.int32],
    ) -> None:
        lead_bytes = np.frombuffer(bytearray(self._lead_bytes), np.uint8)
        bounds = np.array(self._lead_bounds, np.int64)
        done = 0
        while done < picked.size:
            count, end = put_refused(
                block.buffer, block.rows, picked[done:], unreadable[done:], leads[done:], lead_bytes, bounds,
                self._plan.layout, self._out, 0,
            )  # fmt: skip
            self._file.write(memoryview(self._out)[:end])
            done += count
            if not count:
                self._out = np.empty(2 * self._out.size, np.uint8)
