"""A wide customer file, clean: 100 columns, an ID and 99 attributes: `python -m bench.wide ROWS OUT [SEED]`.

Of the attributes, by their number modulo 4: few values (0), words (1), numbers (2), dates (3); a fifth is empty.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bench.blocks import Block, Made, generate
from bench.customers import ordinary_id

if TYPE_CHECKING:
    from random import Random

ATTRIBUTES = 99
CODES = ("A", "B", "C", "D", "E", "F", "G", "H")
WORDS = tuple(f"{first} {second}" for first in ("North", "South", "East", "West", "Old") for second in ("Gate", "Hill"))


def attribute_name(number: int) -> str:
    """The name of attribute 1 to 99."""
    return f"attribute_{number:02d}"


def header() -> str:
    """The header line."""
    return ",".join(["crm_id", *(attribute_name(number) for number in range(1, ATTRIBUTES + 1))])


def pool_of(number: int, rng: Random) -> tuple[str, ...]:
    """Values that the attribute takes in one block: drawing from a pool keeps the generator quick."""
    match number % 4:
        case 0:
            return (*CODES, "", "")
        case 1:
            return (*WORDS, "", "")
        case 2:
            return (*(str(rng.randrange(100_000)) for _ in range(400)), *[""] * 100)
        case _:
            days = (rng.randrange(1, 29) for _ in range(400))
            return (*(f"2025-{rng.randrange(1, 13):02d}-{day:02d}" for day in days), *[""] * 100)


def make_block(block: Block) -> Made:
    """The rows of a block as CSV; there is no dirt to count."""
    rng = block.random()
    columns = [rng.choices(pool_of(number, rng), k=block.count) for number in range(1, ATTRIBUTES + 1)]
    ids = [ordinary_id(block.seed, index) for index in range(block.first, block.first + block.count)]
    lines = map(",".join, zip(ids, *columns, strict=True))
    return ("\n".join(lines) + "\n").encode(), Counter()


if __name__ == "__main__":
    generate(header(), make_block)
