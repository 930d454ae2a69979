"""A portal's web server over a data folder of its own, as `scripts/run` starts it, ended by its process ID."""

from __future__ import annotations

import http.client
import os
import secrets
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bench.errors import BenchError
from bench.workshop import PROJECT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PATIENCE_SECONDS = 60


def environment(data: Path, **more: str) -> dict[str, str]:
    """The variables of a portal that keeps everything in `data`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AMPORTAL_")}
    secret = secrets.token_urlsafe(64)
    return {**kept, "AMPORTAL_DATA_DIR": str(data), "AMPORTAL_SECRET_KEY": secret, **more}


def manage(variables: dict[str, str], *arguments: str) -> None:
    """Run one of manage.py's commands."""
    command = [sys.executable, str(PROJECT / "manage.py"), *arguments]
    done = subprocess.run(command, env=variables, cwd=PROJECT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BenchError(f"manage.py {arguments[0]} failed: {done.stderr[-2000:]}")


@contextmanager
def serving(
    variables: dict[str, str], application: str = "amportal.wsgi:application"
) -> Iterator[tuple[tuple[str, int], int]]:
    """The server's address and process ID while it runs."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = ("127.0.0.1", int(probe.getsockname()[1]))
    command = [
        sys.executable, "-m", "gunicorn", "--config", "python:amportal.web", "--bind", f"{address[0]}:{address[1]}",
        application,
    ]  # fmt: skip
    process = subprocess.Popen(command, env=variables, cwd=PROJECT)
    try:
        _wait_for(address, process)
        yield address, process.pid
    finally:
        process.terminate()
        process.wait(30)


def _wait_for(address: tuple[str, int], process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            connection = http.client.HTTPConnection(*address, timeout=5)
            connection.request("GET", "/account/login/")
            connection.getresponse().read()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise BenchError("the web server does not answer")
