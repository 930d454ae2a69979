"""Places where a test makes a process fail: nothing at all unless the setting FAILPOINTS names a folder.

A file in that folder with the name of a place says what happens to the first process that gets there: `kill`,
`freeze` (SIGSTOP), `sleep SECONDS` or `error NUMBER` (an OSError of that errno). The file is taken away first.
"""

import os
import signal
import time
from pathlib import Path

from django.conf import settings


def failpoint(name: str) -> None:
    """Do what a test has laid down for this place; nothing otherwise."""
    if settings.FAILPOINTS:
        _reach(Path(settings.FAILPOINTS) / name)


def _reach(laid: Path) -> None:
    taken = laid.with_name(f"{laid.name}.reached-{os.getpid()}-{time.monotonic_ns()}")
    try:
        laid.rename(taken)
    except FileNotFoundError:
        return
    action, _, argument = taken.read_text(encoding="ascii").strip().partition(" ")
    match action:
        case "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        case "freeze":
            os.kill(os.getpid(), signal.SIGSTOP)
        case "sleep":
            time.sleep(float(argument))
        case "error":
            raise OSError(int(argument), os.strerror(int(argument)))
        case _:
            raise ValueError(f"{laid.name} holds {action!r}; kill, freeze, sleep or error is expected")
