"""A stretch of a part's bytes that grows until the next whole element is in it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ingest.aam.words import gettext_noop
from ingest.engine.errors import FileProblem
from ingest.engine.xlsx_package import Utf8Part

Bytes = npt.NDArray[np.uint8]
FIRST_BYTES = 1024 * 1024
MAX_ELEMENT_BYTES = 32 * 1024 * 1024  # a cell holds at most 32,767 characters; with every one formatted this is ample


class Chunks:
    """The bytes `start:end` of `buffer` are waiting to be read; `fill` gets more."""

    def __init__(self, part: Utf8Part) -> None:
        self._part = part
        self.buffer: Bytes = np.empty(FIRST_BYTES, dtype=np.uint8)
        self.start = 0
        self.end = 0

    def fill(self) -> bool:
        """Get more bytes behind those that are waiting; False when the part has ended."""
        waiting = self.end - self.start
        self.buffer[:waiting] = self.buffer[self.start : self.end].copy()
        self.start, self.end = 0, waiting
        if waiting > len(self.buffer) // 2:
            self._grow()
        length = self._part.readinto(self.buffer.data[self.end :])
        self.end += length
        return length > 0

    def finish(self) -> None:
        """Read what is left of the part, so that the ZIP's checksum is compared."""
        while self._part.readinto(self.buffer.data):
            continue

    def _grow(self) -> None:
        if len(self.buffer) >= 2 * MAX_ELEMENT_BYTES:
            raise FileProblem(
                "file.too_large",
                gettext_noop(
                    "A single cell of the workbook takes more than %(size)s MiB; a sheet allows 32,767 characters. "
                    "Shorten it and upload the workbook again."
                ),
                size=MAX_ELEMENT_BYTES >> 20,
            )
        self.buffer = np.concatenate((self.buffer, np.empty(len(self.buffer), dtype=np.uint8)))
