"""A sheet of an .xlsx workbook as CSV: what people see in it, row by row, in bounded memory (docs/decisions/0005)."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from ingest.engine.xlsx_chunks import Chunks
from ingest.engine.xlsx_package import Package, Utf8Part, check_growth
from ingest.engine.xlsx_sheet import SheetReader
from ingest.engine.xlsx_strings import read_shared_texts
from ingest.engine.xlsx_styles import Styles
from ingest.engine.xlsx_workbook import read_workbook


class SheetSource:
    """A sheet as UTF-8 CSV: commas, `"` doubled inside quotes, LF. Row 1 of the sheet is line 1 of the CSV.

    A row without a value is an empty line; every other one is padded to the width of the first one that has any.
    """

    def __init__(self, path: Path, sheet: str | None) -> None:
        with ExitStack() as opened:
            package = opened.enter_context(Package(path))
            workbook = read_workbook(package)
            chosen = workbook.choose(sheet)
            texts = read_shared_texts(package, workbook.strings_part)
            part = Utf8Part(package.open_part(chosen.part))
            opened.callback(part.close)
            styles = Styles(workbook.formats, date1904=workbook.date1904)
            self.sheet = chosen.name
            self._stored_bytes = part.stored_bytes + texts.stored_bytes
            self._produced_bytes = 0
            self._reader = SheetReader(Chunks(part), texts, styles)
            self._waiting = memoryview(b"")
            self._opened = opened.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def readinto(self, view: memoryview) -> int:
        """Fill `view` (bytes) with the next bytes of the CSV; 0 at its end.

        Raises FileProblem: `file.not_text` for a damaged sheet, `file.compressed_bomb`, `file.too_large`.
        """
        filled = 0
        while filled < len(view):
            if not self._waiting:
                self._waiting = self._reader.next_bytes()
                self._produced_bytes += len(self._waiting)
                check_growth(self._produced_bytes, self._stored_bytes)
                if not self._waiting:
                    break
            length = min(len(view) - filled, len(self._waiting))
            view[filled : filled + length] = self._waiting[:length]
            self._waiting = self._waiting[length:]
            filled += length
        return filled

    def close(self) -> None:
        """Close the file."""
        self._opened.close()


def open_sheet(path: Path, *, sheet: str | None) -> SheetSource:
    """Open a sheet of the workbook at `path`: the one named, else the first visible one.

    Raises FileProblem: `file.columns_missing` when there is no sheet of that name (the sentence names those there are),
    `file.not_text` when it is no workbook or a damaged one, `file.encrypted`, `file.too_large`, `file.compressed_bomb`.
    """
    return SheetSource(path, sheet)
