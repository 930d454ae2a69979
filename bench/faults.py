"""`scripts/bench --faults NUMBER`: as many faults in one run while transfers are sent to every kind of receiver."""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from bench.load import postgres
from bench.machine import describe

SECONDS_A_FAULT = 6
"""Far more than it takes: a run that stands still ends."""


def run(faults: int, seed: int, folder: Path, *, on_postgresql: bool) -> int:
    """Print the table; the exit code is 1 when anything is not as it must be, and the portal's logs are kept then."""
    from tests.faults.world import World  # noqa: PLC0415 - needs what is installed for the tests

    print(
        f"{faults} faults, seed {seed}, on {'PostgreSQL' if on_postgresql else 'SQLite'}", file=sys.stderr, flush=True
    )
    machine = describe()
    with ExitStack() as stack:
        # A short path: sockets stand in it. Apart from the folder of the benchmarks for the same reason.
        here = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="faults-")))
        database = stack.enter_context(postgres.running(Path(f"{here}-pg"))) if on_postgresql else ""
        began = time.monotonic()
        try:
            with World(here, seed=seed, database=database) as world:
                outcome = world.run(faults, seconds=60 + SECONDS_A_FAULT * faults, told=Teller())
        except AssertionError as error:
            print(f"not as it must be: {error}", file=sys.stderr)
            _keep(here, folder)
            return 1
    print(outcome.table())
    print(f"{time.monotonic() - began:.0f} s in all; {', '.join(f'{name} {value}' for name, value in machine.items())}")
    return 0


class Teller:
    """Says how far it is, now and then."""

    def __init__(self) -> None:
        self._said = 0

    def __call__(self, count: int) -> None:
        if count >= self._said + 50:
            self._said = count
            print(f"{count} faults so far", file=sys.stderr, flush=True)


def _keep(here: Path, folder: Path) -> None:
    kept = folder / "faults"
    shutil.rmtree(kept, ignore_errors=True)
    kept.mkdir(parents=True)
    for path in [*here.glob("*.log"), *here.glob("*.sqlite3*")]:
        shutil.copy(path, kept)
    print(f"logs and database are in {kept}", file=sys.stderr)
