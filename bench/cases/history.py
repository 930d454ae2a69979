"""The first page of the history with 1,000 transfers and with 1,000,000: the same queries, the same rows."""

from __future__ import annotations

import json
import shutil
import sys
from typing import TYPE_CHECKING

from bench.load import postgres
from bench.load.server import environment, manage
from bench.measure import run
from bench.results import Better, Result, Target

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bench.setting import Setting

FEW = 1_000
MANY = 1_000_000
SAME = Target(Better.LOWER, 1.1)


def measure(setting: Setting) -> Sequence[Result]:
    """What the page costs with many transfers as a multiple of what it costs with few, on SQLite and PostgreSQL."""
    many, folder = setting.rows_or(MANY), setting.workshop.folder / "history"
    sqlite = [_read(folder / f"sqlite-{count}", count, {}) for count in (FEW, many)]
    found = _results("SQLite", "steps", many, sqlite)
    if not postgres.is_here():
        print("PostgreSQL is not installed here, so only SQLite is measured", file=sys.stderr)
        return found
    told = []
    for count in (FEW, many):
        with postgres.running(folder / "postgres") as address:
            told.append(_read(folder / "with-postgres", count, {"AMPORTAL_DATABASE_URL": address}))
    return [*found, *_results("PostgreSQL", "rows read", many, told)]


def _read(data: Path, count: int, more: dict[str, str]) -> dict[str, int]:
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True)
    variables = environment(data, **more)
    manage(variables, "migrate", "--verbosity=0")
    manage(variables, "collectstatic", "--noinput", "--verbosity=0")
    print(f"{count:,} transfers ...", file=sys.stderr, flush=True)
    done = run([sys.executable, "-m", "bench.load.reads", str(count)], environment=variables)
    shutil.rmtree(data)
    told: dict[str, int] = json.loads(done.output)
    return told


def _results(database: str, unit: str, many: int, told: Sequence[dict[str, int]]) -> list[Result]:
    few, most = told
    return [
        Result("history", f"{database} {what}: many / few", many, "x", (most[key] / few[key],), SAME, details)
        for what, key in (("queries", "queries"), (unit, "read"))
        for details in [{"few": few[key], "many": most[key]}]
    ]
