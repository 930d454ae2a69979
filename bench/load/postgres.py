"""A PostgreSQL server of our own on a socket in a folder, ended by its process ID."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from bench.errors import BenchError

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE_SECONDS = 30


def is_here() -> bool:
    """Whether Debian's PostgreSQL is installed."""
    return _programs() is not None


def _programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """The address of a new, empty database while its server runs. PostgreSQL refuses to run as root."""
    programs = _programs()
    if programs is None:
        raise BenchError("PostgreSQL is not installed")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    user = _user()
    if user is not None:
        os.chown(folder, user.pw_uid, user.pw_gid)
        for parent in folder.resolve().parents:
            if not parent.stat().st_mode & 0o001:
                raise BenchError(f"the user postgres may not enter {parent}: choose another --folder")
    _run(user, str(programs / "initdb"), "-D", str(folder / "data"), "-U", "bench", "-A", "trust")
    server = subprocess.Popen(
        [str(programs / "postgres"), "-D", str(folder / "data"), "-k", str(folder), "-c", "listen_addresses="],
        user=user.pw_uid if user else None, group=user.pw_gid if user else None,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait_for(folder, server)
        yield f"postgresql://bench@{quote(str(folder), safe='')}/postgres"
    finally:
        server.terminate()
        server.wait(30)


def _user() -> pwd.struct_passwd | None:
    return pwd.getpwnam("postgres") if os.getuid() == 0 else None


def _run(user: pwd.struct_passwd | None, *command: str) -> None:
    done = subprocess.run(
        command, user=user.pw_uid if user else None, group=user.pw_gid if user else None,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise BenchError(f"{command[0]} failed: {done.stderr[-500:]}")


def _wait_for(folder: Path, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until and server.poll() is None:
        if (folder / ".s.PGSQL.5432").exists():
            return
        time.sleep(0.1)
    raise BenchError("PostgreSQL does not start")
