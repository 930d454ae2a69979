"""A PostgreSQL server of a test's own, in a folder of its own, reached by a socket there."""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest

USER = "postgres"


def _programs() -> Path | None:
    """The folder of its programs; Debian keeps them out of the PATH."""
    found = shutil.which("initdb")
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return versions[-1].parent if versions else Path(found).parent if found else None


@contextmanager
def running_postgresql() -> Iterator[str]:
    """The address of an empty database; skips the test where there is no server, or no account that it runs under."""
    programs = _programs()
    if programs is None:
        pytest.skip("no PostgreSQL server is installed here")
    folder = Path(tempfile.mkdtemp(prefix="amportal-pg-"))
    data = folder / "data"
    try:
        _hand_over(folder)
        settings = ["-A", "trust", "-U", USER, "-E", "UTF8", "--locale", "C.UTF-8"]
        _as_server([programs / "initdb", "-D", data, *settings])
        options = f"-c listen_addresses='' -c unix_socket_directories='{folder}'"
        _as_server([programs / "pg_ctl", "-D", data, "-l", folder / "log", "-w", "-o", options, "start"])
        try:
            yield f"postgresql://{USER}@{quote(str(folder), safe='')}/postgres"
        finally:
            _as_server([programs / "pg_ctl", "-D", data, "-m", "immediate", "stop"])
            time.sleep(0.1)
    finally:
        shutil.rmtree(folder)


def _hand_over(folder: Path) -> None:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() == 0:
        try:
            shutil.chown(folder, USER)
        except LookupError:
            pytest.skip("there is no account for a PostgreSQL server")


def _as_server(command: list[object]) -> None:
    account = pwd.getpwnam(USER) if os.geteuid() == 0 else None
    who = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, cwd="/", timeout=60, **who)  # type: ignore[call-overload]  # noqa: PLW1510 - told below
    assert done.returncode == 0, done.stderr
