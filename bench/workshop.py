"""Where the benchmarks keep their input files, and how these come to be: made once, by a process of their own."""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from bench.errors import BenchError
from bench.measure import run

if TYPE_CHECKING:
    from collections.abc import Mapping

PROJECT = Path(__file__).resolve().parent.parent
SPARE_DISK_BYTES = 2_000_000_000


@dataclass(frozen=True)
class Recipe:
    """A generator (`python -m MODULE ROWS OUT`) and what it needs of the disk."""

    module: str
    suffix: str
    bytes_per_row: int


class Kind(Enum):
    """The input files there are; a new version of a generator takes a new name."""

    CUSTOMERS = Recipe("bench.customers", "customers-1.csv", 113)
    WIDE = Recipe("bench.wide", "wide-1.csv", 800)
    REPEATS = Recipe("bench.repeats", "repeats-1.csv", 56)
    SHEET = Recipe("bench.sheet", "sheet-1.xlsx", 160)


@dataclass(frozen=True)
class Workshop:
    """A folder (`var/bench`) with inputs, mappings and the room where outputs are made and thrown away."""

    folder: Path

    def input(self, kind: Kind, rows: int) -> Path:
        """The file of that kind with `rows` rows; made if it isn't there, and read once so that it is in the cache."""
        path = self.folder / "inputs" / f"{rows}-{kind.value.suffix}"
        if not path.exists():
            self._make(kind.value, rows, path)
        run(["cat", str(path)], discard_output=True)
        return path

    def _make(self, recipe: Recipe, rows: int, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.require_disk(2 * rows * recipe.bytes_per_row)
        print(f"making {path.name} ...", file=sys.stderr, flush=True)
        unfinished = path.with_name("unfinished-" + path.name)
        run([sys.executable, "-m", recipe.module, str(rows), str(unfinished)])
        unfinished.rename(path)

    def require_disk(self, needed: int) -> None:
        """Raise BenchError unless `needed` bytes and some spare ones are free."""
        free = shutil.disk_usage(self.folder).free
        if free < needed + SPARE_DISK_BYTES:
            raise BenchError(f"{self.folder} has {free:,} bytes free, and {needed + SPARE_DISK_BYTES:,} are needed")

    def mapping(self, name: str, document: Mapping[str, object]) -> Path:
        """Write a mapping document and give its place."""
        path = self.folder / "mappings" / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(document, indent=1), encoding="utf-8")
        return path

    def empty_output(self) -> Path:
        """A place for one run's output that is not there yet; what the run before left is gone."""
        path = self.folder / "out"
        shutil.rmtree(path, ignore_errors=True)
        return path
