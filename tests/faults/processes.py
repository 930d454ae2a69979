"""Runs of the command line in the middle of which something happens."""

import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.commands.command_line import TIMESTAMP, Desk, command, traits_mapping

PATIENCE = 60.0  # seconds to wait for what must come
ROWS = 1_000_000
WORKSPACE = ".amportal-*"


def large_customers(path: Path) -> None:
    """A million rows, about 220 MB: 10,000 IDs, a hundred rows each."""
    filler = ",".join("the quick brown fox jumps over the lazy dog" for _ in range(4))
    block = "".join(
        f"user-{number},town {number % 97},{number % 50 + 1},{filler}\n" for number in range(10_000)
    ).encode()
    with path.open("wb") as file:
        file.write(b"id,city,segments,f1,f2,f3,f4\n")
        for _ in range(ROWS // 10_000):
            file.write(block)


def slow_mapping(**members: Any) -> dict[str, Any]:
    """A mapping that gives the engine something to do."""
    columns = [{"column": f"f{number}", "action": "signal", "key": f"f{number}"} for number in range(1, 5)]
    return traits_mapping(columns=[*traits_mapping()["columns"], *columns], output={"compression": "gzip"}, **members)


def start(desk: Desk, *more: object) -> subprocess.Popen[str]:
    """Start `onboard` for a desk as a process of its own."""
    given = command("onboard", *desk.arguments("--timestamp", TIMESTAMP, *more))
    return subprocess.Popen(given, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_until(happened: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    """Wait for something to happen while a process runs; it must not end before."""
    end = time.monotonic() + PATIENCE
    while not happened():
        assert process.poll() is None, f"it ended before: {process.communicate()}"
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.005)


def bytes_in_workspace(desk: Desk, pattern: str) -> int:
    """How many bytes of some files a run has written so far."""
    total = 0
    for path in desk.out.glob(f"{WORKSPACE}/{pattern}"):
        try:
            total += path.stat().st_size
        except FileNotFoundError:  # the run is just ending
            return total
    return total


def everything_in(folder: Path) -> list[str]:
    """Every name in a folder, hidden ones too."""
    return sorted(path.name for path in folder.iterdir())
