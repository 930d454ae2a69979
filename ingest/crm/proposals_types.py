"""What proposals are made from: how a column of a customer file looks."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ColumnLook:
    """A column over the first rows of its file.

    `name` is trimmed and may be empty or stand in the header twice; `position` counts the file's own columns from 0.
    `rows` could be read, `filled` of them have a cell that is not empty. `distinct` and `samples` are about those cells
    without the white space around them: how many different ones, and the most frequent ones with their rows, the
    longest among them cut off. `longest` is the length of the longest cell in characters.
    """

    name: str
    position: int
    filled: int
    rows: int
    distinct: int
    samples: tuple[tuple[str, int], ...]
    longest: int
