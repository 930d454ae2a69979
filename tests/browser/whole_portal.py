"""The whole portal as its first user gets it: web, dispatcher, workers and Redis, with the accounts that it prints."""

import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tests.operations.processes import Run

START_SECONDS = 120.0  # on a busy machine
READY = "amportal is ready: "
DONE = "Ctrl-C stops amportal."
_ACCOUNT = re.compile(r"\s+(maker|approver|admin|viewer)\s+(\S+@example\.com)\s+(\S+)")


@dataclass(frozen=True)
class Account:
    """Somebody of the demo workspace."""

    email: str
    password: str


class WholePortal:
    """`manage.py serve` with a fresh data folder; it ends with the `with`, by the IDs of its processes.

    `variables` are settings beside the usual ones.
    """

    def __init__(self, **variables: str) -> None:
        self._more = variables
        # Short, for the path of a socket lies below it.
        self._home = Path(tempfile.mkdtemp(prefix="amportal-"))
        self.data = self._home / "data"
        self._run: Run | None = None
        self.url = ""
        self.accounts: dict[str, Account] = {}

    def __enter__(self) -> Self:
        variables = {"AMPORTAL_DATA_DIR": str(self.data), "AMPORTAL_DISK_RESERVE_MIB": "0", **self._more}
        self._run = Run(["manage.py", "serve", "--port", "0"], variables)
        try:
            assert self._run.said(DONE, START_SECONDS), self._run.text()
            self._read(self._run.lines)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self._run is not None:
            self._run.process.terminate()
            self._run.ends(20)
            self._run.end()
        shutil.rmtree(self._home, ignore_errors=True)

    def said(self) -> str:
        """Everything that it has printed, for the message of a test that fails."""
        return self._run.text() if self._run else ""

    def folder(self, environment: str) -> Path:
        """Where the demo destination "beta" or "production" puts its files."""
        return self.data / "outbox" / f"demo-{environment}"

    def _read(self, lines: list[str]) -> None:
        self.url = next(line.partition(READY)[2] for line in lines if READY in line)
        for line in lines:
            if found := _ACCOUNT.match(line):
                role, email, password = found.groups()
                self.accounts[role] = Account(email, password)
        assert len(self.accounts) == 4, self.accounts.keys()
