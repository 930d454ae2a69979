"""The texts that the cells of a workbook share, as CSV fields one after the other in one stretch of memory."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ingest.aam.words import gettext_noop
from ingest.engine.errors import FileProblem
from ingest.engine.xlsx_chunks import Bytes, Chunks
from ingest.engine.xlsx_lines import NO_DOCUMENT_TYPE, scan_texts
from ingest.engine.xlsx_package import Package, Utf8Part, refuse_document_type

MAX_TEXT_BYTES = 1024 * 1024 * 1024
TEXTS_AT_ONCE = 32_768


@dataclass(frozen=True)
class SharedTexts:
    """Text number `i` is the CSV field `fields[ends[i]:ends[i + 1]]`; `stored_bytes` is its part's size in the ZIP."""

    fields: Bytes
    ends: npt.NDArray[np.int64]
    stored_bytes: int


def read_shared_texts(package: Package, name: str | None) -> SharedTexts:
    """Read the part with the shared texts; none when the workbook has no such part.

    Raises FileProblem `file.too_large` when they would take more than 1 GiB of memory.
    """
    if name is None:
        return SharedTexts(np.empty(0, np.uint8), np.zeros(1, np.int64), 0)
    part = Utf8Part(package.open_part(name))
    try:
        return collect_texts(Chunks(part), part.stored_bytes)
    finally:
        part.close()


def collect_texts(chunks: Chunks, stored_bytes: int) -> SharedTexts:
    """All texts of a part, chunk by chunk; a text that is cut off at the end of the part is not there."""
    fields, ends = bytearray(), bytearray(8)
    found = np.empty(TEXTS_AT_ONCE, dtype=np.int64)
    scratch = out = np.empty(0, dtype=np.uint8)
    count = 0
    while count == TEXTS_AT_ONCE or chunks.fill():
        if len(out) < 2 * len(chunks.buffer) + 2 * TEXTS_AT_ONCE:
            scratch = np.empty(len(chunks.buffer), dtype=np.uint8)
            out = np.empty(2 * len(chunks.buffer) + 2 * TEXTS_AT_ONCE, dtype=np.uint8)
        count, written, chunks.start = scan_texts(
            chunks.buffer, chunks.start, chunks.end, scratch, out, found, len(fields)
        )
        if count == NO_DOCUMENT_TYPE:
            refuse_document_type()
        fields += out[:written].data
        ends += found[:count].tobytes()
        check_memory(len(fields) + len(ends))
    return SharedTexts(np.frombuffer(fields, np.uint8), np.frombuffer(ends, np.int64), stored_bytes)


def check_memory(size: int) -> None:
    """Raise FileProblem when the texts take too much memory."""
    if size > MAX_TEXT_BYTES:
        raise FileProblem(
            "file.too_large",
            gettext_noop(
                "The texts of the workbook take more than %(size)s GiB. Save the sheet as CSV UTF-8 and upload that "
                "file: it may be of any size."
            ),
            size=MAX_TEXT_BYTES >> 30,
        )
