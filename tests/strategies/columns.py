"""Columns of customer files for tests of proposals: a name and its cells, counted the way `examine` counts them."""

from collections import Counter
from collections.abc import Sequence

from ingest.crm.proposals import ColumnLook


def look_of(name: str, cells: Sequence[str], position: int = 0) -> ColumnLook:
    """How a column looks; an empty text is an empty cell."""
    values = Counter(cell for cell in cells if cell)
    return ColumnLook(
        name=name,
        position=position,
        filled=values.total(),
        rows=len(cells),
        distinct=len(values),
        samples=tuple(values.most_common()),
        longest=max(map(len, values), default=0),
    )


def numbered(pattern: str, rows: int = 40) -> list[str]:
    """A different value in each row."""
    return [pattern.format(row) for row in range(1, rows + 1)]


def uuids(rows: int = 40, *, upper: bool = False) -> list[str]:
    """Device IDs that nobody has."""
    made = [f"{row * 7919 + 4096:08x}-abcd-4ef0-8123-{row:012x}" for row in range(1, rows + 1)]
    return [value.upper() for value in made] if upper else made


def long_numbers(rows: int = 40) -> list[str]:
    """Numbers of 38 digits."""
    return [f"{row:04d}" + "1234567890" * 3 + "5678" for row in range(1, rows + 1)]
