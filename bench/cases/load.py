"""Pages and fragments with very many batches in the database and 20 people at work."""

from __future__ import annotations

import json
import shutil
import statistics
import sys
from typing import TYPE_CHECKING

from bench.load import people, postgres
from bench.load.server import environment, manage, serving
from bench.measure import run
from bench.results import Better, Result, Target

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bench.setting import Setting

BATCHES = 100_000
PEOPLE = 20
SECONDS = 120
PAGE = Target(Better.LOWER, 200)
FRAGMENT = Target(Better.LOWER, 100)


def measure(setting: Setting) -> Sequence[Result]:
    """Milliseconds that 95 of 100 answers take, of pages and of fragments, on SQLite and on PostgreSQL."""
    batches = setting.rows_or(BATCHES)
    folder = setting.workshop.folder / "load"
    found = _measured(folder / "sqlite", "SQLite", batches, {})
    if not postgres.is_here():
        print("PostgreSQL is not installed here, so only SQLite is measured", file=sys.stderr)
        return found
    with postgres.running(folder / "postgres") as address:
        return [*found, *_measured(folder / "with-postgres", "PostgreSQL", batches, {"AMPORTAL_DATABASE_URL": address})]


def _measured(data: Path, database: str, batches: int, more: dict[str, str]) -> list[Result]:
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True)
    variables = environment(data, **more)
    for command in (("migrate", "--verbosity=0"), ("collectstatic", "--noinput", "--verbosity=0")):
        manage(variables, *command)
    print(f"{batches:,} batches into {database} ...", file=sys.stderr, flush=True)
    told = data / "told.json"
    run([sys.executable, "-m", "bench.load.seed", str(batches), str(PEOPLE), str(told)], environment=variables)
    with serving(variables) as (address, _pid):
        sessions = json.loads(told.read_text(encoding="utf-8"))
        people.work(address, sessions, 20)  # warm: templates are read, the engine is loaded
        timings = people.work(address, sessions, SECONDS)
    if timings.wrong:
        print(f"{database}: {sorted(set(timings.wrong))[:5]}", file=sys.stderr)
    return [_result(database, what, batches, timings) for what in (*people.PAGES, *people.FRAGMENTS)]


def _result(database: str, what: str, batches: int, timings: people.Timings) -> Result:
    taken = timings.taken[what]
    p95 = statistics.quantiles(taken, n=20)[-1] if len(taken) > 1 else float("inf")
    details = {"answers": len(taken), "median": statistics.median(taken), "wrong": len(timings.wrong)}
    target = FRAGMENT if what.startswith("fragment") else PAGE
    return Result("load", f"{database} {what}, p95", batches, "ms", (p95,), target, details)
