"""One row of a block that outlives it: its cells are decoded when somebody asks for them."""

from dataclasses import dataclass
from functools import cached_property
from typing import Self

from ingest.engine.blocks import Block, Bytes, Places, own_cells, texts_in
from ingest.engine.kernels.tables import Layout


@dataclass(frozen=True, eq=False)
class RowCopy:
    """The bytes of a row and where its fields are in them. One whose quotes are broken has no fields.

    Two are equal when their cells are.
    """

    content: Bytes
    starts: Places
    ends: Places
    escaped: Bytes
    is_broken: bool
    layout: Layout

    @classmethod
    def of(cls, block: Block, row: int, layout: Layout) -> Self:
        """Copy a row; the block may be filled anew."""
        rows = block.rows
        start, end = rows.start[row], rows.end[row]
        fields = slice(rows.first_field[row], rows.first_field[row + 1])
        return cls(
            block.buffer[start:end].copy(), rows.field_start[fields] - start, rows.field_end[fields] - start,
            rows.field_escaped[fields].copy(), bool(rows.broken[row]), layout,
        )  # fmt: skip

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RowCopy) and self.cells == other.cells

    def __hash__(self) -> int:
        return hash(self.cells)

    @cached_property
    def cells(self) -> tuple[str, ...]:
        """The cells of the file's own columns; of a broken row its whole line."""
        if self.is_broken:
            return (self.line,)
        quote, escape = self.layout.quote, self.layout.escape
        return tuple(
            own_cells(texts_in(self.content, self.starts, self.ends, self.escaped, quote, escape), self.layout)
        )

    @property
    def line(self) -> str:
        """The bytes as text, with U+FFFD for what is not UTF-8."""
        return self.content.tobytes().decode(errors="replace")
