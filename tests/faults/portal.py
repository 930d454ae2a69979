"""A whole portal for tests that kill its processes: real Redis, workers and dispatcher in a folder of its own."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from amportal import programs
from amportal.serve import redis_server
from tests.faults.outbox import Outbox
from tests.house.tree import PROJECT

PLACES = {
    "check": ("claimed", "reading", "built", "part_stored", "stored", "committing", "committed"),
    "deliver": (
        "claimed", "begun", "verified", "sending", "fence", "fenced", "delivered", "committing", "committed",
    ),
}  # fmt: skip
EVERY_PLACE = [f"{kind}.{place}" for kind, places in PLACES.items() for place in places]
SEALED_PLACES = [f"deliver.{place}" for place in ("sealed", "sealed_kept", *PLACES["deliver"])]
"""Those of an encrypted part, which is sealed before it is sent."""


class Portal:
    """Its processes by name; each is started again by `tend` when it has died, as a supervisor does."""

    def __init__(
        self,
        folder: Path,
        *,
        lease: int = 3,
        workers: int = 3,
        database: str = "",
        more: Mapping[str, str] | None = None,
    ) -> None:
        self.folder = folder
        self.places = folder / "places"
        self.places.mkdir()
        self.socket = folder / "redis" / "redis.sock"
        self.socket.parent.mkdir()
        self.environment = _environment(folder, self.places, self.socket, lease)
        self.environment |= more or {}
        if database:
            self.environment["AMPORTAL_DATABASE_URL"] = database
        redis = redis_server.command(redis_server.find_server(), self.socket.parent, self.socket)
        self._commands = {"redis": redis, **self._programs(workers)}
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.kills = 0
        self._driver: subprocess.Popen[str] | None = None
        self._asking = threading.Lock()
        self.outbox = Outbox(folder / "outbox")

    @staticmethod
    def _programs(workers: int) -> dict[str, list[str]]:
        """By name, how each is started; the names of workers begin with `worker`."""
        worker = programs.worker(programs.QUEUES, "--concurrency", str(workers))
        return {"worker": worker, "dispatcher": programs.dispatcher()}

    def __enter__(self) -> Self:
        try:
            self._begin()
        except BaseException:
            self._end()
            raise
        return self

    def _begin(self) -> None:
        self._start("redis")
        self._wait(lambda: redis_server.answers(self.socket), "Redis does not answer")
        migrate = [sys.executable, "manage.py", "migrate", "--skip-checks", "--verbosity", "0"]
        subprocess.run(migrate, cwd=PROJECT, env=self.environment, check=True, timeout=180)
        self._driver = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.driver"], cwd=PROJECT, env=self.environment, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        self.tend()
        self.outbox.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._end()

    def _end(self) -> None:
        self.outbox.stop()
        for process in self.processes.values():
            _kill_group(process)
            process.wait()
        if self._driver is not None:
            self._driver.kill()
            self._driver.communicate()

    def _start(self, name: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                self._commands[name], cwd=PROJECT, env=self.environment, stdin=subprocess.DEVNULL, stdout=log,
                stderr=log, start_new_session=True,
            )  # fmt: skip

    def tend(self) -> None:
        """Start what has died, or was never started."""
        for name in self._commands:
            if name not in self.processes or self.processes[name].poll() is not None:
                self._start(name)

    def ask(self, command: str, **given: Any) -> Any:
        """Have the driver do something; its answer."""
        driver = self._driver
        assert driver is not None
        assert driver.stdin is not None
        assert driver.stdout is not None
        with self._asking:
            driver.stdin.write(json.dumps([command, given]) + "\n")
            driver.stdin.flush()
            answer = driver.stdout.readline()
        assert answer, f"the driver ended at {command}"
        return json.loads(answer)

    def lay(self, place: str, action: str) -> None:
        """Lay down what happens to the first process that reaches a place."""
        unfinished = self.places / f".{place}"
        unfinished.write_text(action, encoding="ascii")
        unfinished.rename(self.places / place)

    def reached(self) -> list[str]:
        """The places that were reached."""
        return [path.name.partition(".reached-")[0] for path in self.places.glob("*.reached-*")]

    def kill(self, name: str) -> None:
        """Kill a process and everything that came of it, all at once."""
        _kill_group(self.processes[name])
        self.processes[name].wait()
        self.kills += 1

    def children(self) -> list[int]:
        """The processes of the workers that do their jobs."""
        workers = [process for name, process in self.processes.items() if name.startswith("worker")]
        return [pid for worker in workers for pid in _children(worker.pid)]

    def kill_child(self, pid: int) -> bool:
        """Kill one process of a worker; False when it was gone."""
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return False
        self.kills += 1
        return True

    def frozen(self) -> list[int]:
        """The children that were stopped."""
        return [pid for pid in self.children() if _status(pid) == "T"]

    def thaw(self) -> int:
        """Let stopped children go on; how many."""
        stopped = self.frozen()
        for pid in stopped:
            os.kill(pid, signal.SIGCONT)
        return len(stopped)

    def finish(self, batches: list[int], *, seconds: float, meanwhile: Callable[[], None] = lambda: None) -> None:
        """Go on as people would until every batch is sent; `meanwhile` is called ten times a second."""
        end = time.monotonic() + seconds
        asked = 0.0
        states: dict[str, int] = {}
        while states != {"sent": len(batches)}:
            assert time.monotonic() < end, f"after {seconds} s: {states}, {self.ask('jobs')}\n{self.logs()}"
            meanwhile()
            self.tend()
            if time.monotonic() - asked > 0.5:
                states, asked = self.ask("push", batches=batches), time.monotonic()
            time.sleep(0.1)

    def settle(self, batches: list[int]) -> None:
        """Everything is as it should be, at the latest a little after the last batch was sent."""
        end = time.monotonic() + 30
        while (found := self.ask("faults", batches=batches)) and time.monotonic() < end:
            self.tend()
            time.sleep(0.5)
        assert not found, found
        assert self.outbox.faults() == []

    def logs(self) -> str:
        """What the processes said."""
        return "\n".join(f"{path.name}: {path.read_text()[-3000:]}" for path in sorted(self.folder.glob("*.log")))

    @staticmethod
    def _wait(holds: Callable[[], bool], otherwise: str) -> None:
        end = time.monotonic() + 30
        while not holds():
            assert time.monotonic() < end, otherwise
            time.sleep(0.05)


def _environment(folder: Path, places: Path, socket: Path, lease: int) -> dict[str, str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("AMPORTAL_", "DJANGO_"))}
    return {
        **plain,
        "DJANGO_SETTINGS_MODULE": "amportal.settings",
        "AMPORTAL_DATA_DIR": str(folder),
        "AMPORTAL_SECRET_KEY": "only-for-tests-" * 5,
        "AMPORTAL_REDIS_URL": f"unix://{socket}",
        "AMPORTAL_LEASE_SECONDS": str(lease),
        "AMPORTAL_FAILPOINTS": str(places),
    }


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _children(pid: int) -> list[int]:
    try:
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [int(number) for number in listed.split()]


def _status(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return ""
