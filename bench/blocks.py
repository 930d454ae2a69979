"""Make a large file from blocks of rows on all cores: the same bytes whatever the number of processes."""

from __future__ import annotations

import multiprocessing
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BLOCK_ROWS = 50_000


@dataclass(frozen=True)
class Block:
    """Rows `first` to `first + count - 1` (counted from 0) of a file of `rows` rows."""

    seed: int
    rows: int
    first: int
    count: int

    def random(self) -> Random:
        """A generator that depends on the seed and the place of the block alone."""
        return Random(f"{self.seed}/{self.first}")


Made = tuple[bytes, Counter[str]]


def split_into_blocks(rows: int, seed: int) -> Iterator[Block]:
    """The blocks of a file, in order."""
    for first in range(0, rows, BLOCK_ROWS):
        yield Block(seed, rows, first, min(BLOCK_ROWS, rows - first))


def write_file(out: Path, header: str, rows: int, seed: int, make: Callable[[Block], Made]) -> Counter[str]:
    """Write `header` and all blocks to `out`; returns what `make` counted, summed."""
    counts: Counter[str] = Counter()
    with out.open("wb") as file, multiprocessing.Pool() as pool:
        file.write(header.encode() + b"\n")
        for content, counted in pool.imap(make, split_into_blocks(rows, seed)):
            file.write(content)
            counts.update(counted)
    return counts


def generate(header: str, make: Callable[[Block], Made]) -> None:
    """The command line of a generator: ROWS OUT [SEED]; prints what was put in as JSON-like pairs."""
    rows, out, *seed = sys.argv[1:]
    counts = write_file(Path(out), header, int(rows), int(seed[0]) if seed else 42, make)
    print(dict(sorted(counts.items())))
