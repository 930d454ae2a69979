"""`refused.csv`: its cells on the way out and on the way back in (contract section 5, decisions 28 to 30)."""

from collections.abc import Sequence

from tests.reference.characters import trim
from tests.reference.reader import Dialect, read_rows

LEADING_NAMES = ("row", "codes", "what to do")
_DANGEROUS = "=+-@\t\r"


def guarded(cell: str) -> str:
    """The cell as `refused.csv` shows it: no spreadsheet takes it for a formula."""
    return "'" + cell if _needs_guard(cell) else cell


def unguarded(cell: str) -> str:
    """The inverse of `guarded`."""
    return cell[1:] if cell.startswith("'") and _needs_guard(cell) else cell


def _needs_guard(cell: str) -> bool:
    bare = cell.lstrip("'")
    return bare != "" and bare[0] in _DANGEROUS


def is_refused_file(header: Sequence[str]) -> bool:
    """Whether the first three names are those that amportal writes."""
    return tuple(trim(name) for name in header[:3]) == LEADING_NAMES


def original_cells(cells: Sequence[str]) -> tuple[str, ...]:
    """The cells of a row of a re-uploaded file without what was added to them."""
    return tuple(unguarded(cell) for cell in cells[3:])


def parse_refused_file(raw: bytes) -> list[tuple[str, ...]]:
    """The records of a `refused.csv` that was written, header first; raises ValueError when it is not well formed."""
    text = raw.decode("utf-8")
    if not text.startswith("\ufeff") or not text.endswith("\r\n"):
        raise ValueError("refused.csv must begin with a BOM and end with CR LF")
    rows: list[tuple[str, ...]] = []
    for row in read_rows(text[1:], Dialect(",")):
        if row.cells is None:
            raise ValueError(f"refused.csv has a record with broken quoting: {row.shown!r}")
        rows.append(row.cells)
    return rows
