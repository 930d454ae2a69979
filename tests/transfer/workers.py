"""Delivering from the tests: in this process, or in one of its own that may be killed."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ingest.transfer.base import Fence, Progress, Receipt, Source, Target
from tests.house.tree import PROJECT
from tests.transfer.receivers import TARGET, Receiver, destination_of

PATIENCE = 60


def nothing(*_arguments: object) -> None:
    """A progress that is not watched, a fence that always opens."""


def deliver(
    receiver: Receiver, source: Source, target: Target = TARGET, *, tag: str = "7-1",
    progress: Progress = nothing, fence: Fence = nothing,
) -> Receipt:  # fmt: skip
    """Deliver as the portal does."""
    with destination_of(receiver) as destination:
        return destination.deliver(source, target, temp_tag=tag, progress=progress, fence=fence)


class Worker:
    """A process that delivers a part; `more` is for `child.py`: `stop_at`, `waits_at_fence`."""

    def __init__(self, folder: Path, receiver: Receiver, source: Source, *, tag: str, **more: Any) -> None:
        job = folder / f"{tag}.json"
        content = {
            "method": receiver.method, "settings": dict(receiver.settings),
            "secrets": {name: secret.reveal() for name, secret in receiver.secrets.items()},
            "roots": [str(root) for root in receiver.limits.allowed_roots],
            "networks": [str(network) for network in receiver.limits.private_networks],
            "path": str(source.path), "size": source.size, "sha256": source.sha256,
            "name": TARGET.name, "day": TARGET.day.isoformat(), "tag": tag, **more,
        }  # fmt: skip
        job.write_text(json.dumps(content), encoding="utf-8")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.transfer.child", job],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=PROJECT,
        )  # fmt: skip

    def wait_for(self, word: str) -> None:
        """Until it says so; it waits there."""
        assert self.process.stdout is not None
        assert self.process.stdout.readline().strip() == word

    def go_on(self) -> None:
        """Let it go on from where it waits."""
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def outcome(self) -> dict[str, Any]:
        """What it ended with."""
        out, _ = self.process.communicate(timeout=PATIENCE)
        answer: dict[str, Any] = json.loads(out.splitlines()[-1])
        return answer

    def kill(self) -> None:
        """Kill it where it stands."""
        self.process.kill()
        self.process.communicate(timeout=PATIENCE)


def at_bytes(count: int, act: Callable[[], None]) -> Progress:
    """A progress that does something once, when so many bytes were sent."""
    pending = [act]

    def progress(sent: int) -> None:
        if pending and sent >= count:
            pending.pop()()

    return progress
