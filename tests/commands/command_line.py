"""The command line as a user starts it: in this process where that is enough, else as a process of its own."""

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.management.commands.onboard import Command
from tests.house.tree import PROJECT

TIMESTAMP = 1_700_000_000
SIGNALS = (signal.SIGINT, signal.SIGTERM)


@dataclass(frozen=True)
class Ran:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str


def onboard_here(*arguments: object) -> Ran:
    """`manage.py onboard` in this process; the handlers that it sets for signals are taken back."""
    handlers = {number: signal.getsignal(number) for number in SIGNALS}
    out, err = io.StringIO(), io.StringIO()
    code = 0
    try:
        with redirect_stdout(out), redirect_stderr(err):
            Command().run_from_argv(["manage.py", "onboard", *map(str, arguments)])
    except SystemExit as end:
        code = int(end.code or 0)
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    return Ran(code, out.getvalue(), err.getvalue())


def command(*arguments: object) -> list[str]:
    """What starts `manage.py` with these arguments as a process of its own; warnings are errors there too."""
    return [sys.executable, "-W", "error", str(PROJECT / "manage.py"), *map(str, arguments)]


def manage(*arguments: object, **environment: str) -> Ran:
    """`manage.py` as a process of its own, to its end."""
    done = subprocess.run(
        command(*arguments), capture_output=True, text=True, timeout=100, check=False, env={**os.environ, **environment}
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def traits_mapping(**members: Any) -> dict[str, Any]:
    """A small `traits` mapping over the columns `id`, `city` and `segments`; nothing about the reader is said."""
    return {
        "version": 1,
        "kind": "traits",
        "mode": "sync",
        "dpid": 478,
        "id": {"column": "id", "type": "customer_id"},
        "columns": [
            {"column": "city", "action": "signal", "key": "city"},
            {"column": "segments", "action": "add_traits", "split": "|"},
        ],
        "output": {"compression": "none"},
        **members,
    }


@dataclass(frozen=True)
class Desk:
    """A folder with a customer file, a mapping and a place for the results."""

    folder: Path

    @property
    def customers(self) -> Path:
        """The customer file."""
        return self.folder / "customers.csv"

    @property
    def mapping(self) -> Path:
        """The mapping document."""
        return self.folder / "mapping.json"

    @property
    def out(self) -> Path:
        """Where the results go."""
        return self.folder / "out"

    def lay(self, customers: str | bytes, mapping: Mapping[str, Any] | None = None) -> "Desk":
        """Write the customer file and the mapping."""
        self.customers.write_bytes(customers.encode() if isinstance(customers, str) else customers)
        self.mapping.write_text(json.dumps(traits_mapping() if mapping is None else mapping), encoding="utf-8")
        return self

    def arguments(self, *more: object) -> list[str]:
        """The arguments of `onboard` for this desk."""
        return [str(self.customers), "--mapping", str(self.mapping), "--out", str(self.out), *map(str, more)]

    def onboard(self, *more: object) -> Ran:
        """Run `onboard` here."""
        return onboard_here(*self.arguments(*more))

    def results(self) -> dict[str, bytes]:
        """Every file in the folder of results, by name, hidden ones and those in folders too."""
        files = sorted(path for path in self.out.rglob("*") if path.is_file())
        return {str(path.relative_to(self.out)): path.read_bytes() for path in files}

    def parts(self) -> dict[str, bytes]:
        """The parts among them."""
        return {name: data for name, data in self.results().items() if name not in {"report.json", "refused.csv"}}

    def report(self) -> dict[str, Any]:
        """What report.json says."""
        report: dict[str, Any] = json.loads((self.out / "report.json").read_bytes())
        return report
