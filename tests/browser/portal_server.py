"""The portal as users get it: gunicorn with its own data folder, in a process of its own."""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Self

from amportal.programs import web
from tests.house.tree import PROJECT

START_SECONDS = 60


class PortalServer:
    """Starts at `with`, ends with it. `people` are signed in by their cookie: nobody has to type passwords."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("AMPORTAL_", "COV"))}
        self.environment = {
            **kept,
            "AMPORTAL_SECRET_KEY": "only-for-the-browser-" * 3,
            "AMPORTAL_DATA_DIR": str(folder),
            "AMPORTAL_DISK_RESERVE_MIB": "0",
            "AMPORTAL_LOG_LEVEL": "ERROR",
            "DJANGO_SETTINGS_MODULE": "amportal.settings",
            **settings,
        }
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.manage("migrate", "--verbosity", "0")
        self.manage("createcachetable", "--verbosity", "0")
        self.manage("collectstatic", "--no-input", "--verbosity", "0", "--ignore", "README.md")
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start the web server and wait until it answers."""
        command = web("--bind", f"127.0.0.1:{self.port}", "--workers", "1")
        with (self.folder / "web.log").open("ab") as log:
            self._process = subprocess.Popen(command, cwd=PROJECT, env=self.environment, stdout=log, stderr=log)
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError((self.folder / "web.log").read_text())
            time.sleep(0.1)

    def stop(self) -> None:
        """End the web server."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=30)
            self._process = None

    @property
    def pid(self) -> int:
        """The process that watches over the ones that serve."""
        assert self._process is not None
        return self._process.pid

    def manage(self, *arguments: str) -> str:
        """Run a command of manage.py with the server's settings; returns what it printed."""
        return self._run(str(PROJECT / "manage.py"), *arguments)

    def people(self, *roles: str) -> list[dict[str, Any]]:
        """A workspace of their own with one person for each of `roles` ("maker", "approver,admin", "viewer")."""
        made: list[dict[str, Any]] = json.loads(self._run("-m", "tests.browser.make_people", *roles))
        return made

    def _run(self, *arguments: str, seconds: float = 120) -> str:
        done = subprocess.run(
            [sys.executable, *arguments], cwd=PROJECT, env=self.environment, check=False, capture_output=True,
            text=True, timeout=seconds,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def _answers(self) -> bool:
        asked = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            asked.request("GET", "/account/login/")
            return asked.getresponse().status == 200
        except OSError:
            return False
        finally:
            asked.close()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
