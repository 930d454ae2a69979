"""A worker that delivers one part: `python -m bench.subjects.deliver JOB.json`.

Prints JSON: when the delivery began and ended (seconds of the system's clock that only goes forward), its processor
seconds, and the bytes that the process held before and at most. Everything of the product is loaded before, as in a
worker that waits. The delivery is whole: connect, sign in, look, send, verify as the settings say, give the name.
"""

from __future__ import annotations

import ipaddress
import json
import sys
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.transfer.base import Source, Target
from ingest.transfer.registry import Limits, build
from ingest.transfer.secret import Secret

if TYPE_CHECKING:
    from ingest.transfer.base import Destination

LOOPBACK = tuple(map(ipaddress.ip_network, ("127.0.0.0/8", "::1/128")))


def main(path: str) -> None:
    """Deliver, and refuse a figure of what did not arrive now and whole."""
    job: dict[str, Any] = json.loads(Path(path).read_text(encoding="utf-8"))
    source = Source(Path(job["path"]), job["size"], job["sha256"])
    target = Target(job["name"], date.fromisoformat(job["day"]))
    secrets = {name: Secret(text) for name, text in job["secrets"].items()}
    limits = Limits(private_networks=LOOPBACK, allowed_roots=tuple(map(Path, job["roots"])))
    destination = build(job["method"], job["settings"], secrets=secrets, limits=limits)
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # what was held at most is counted from here on
    idle, cpu, began = _held("VmRSS"), time.process_time(), time.monotonic()
    told = _deliver(destination, source, target)
    ended = time.monotonic()
    assert max(told) == source.size
    print(
        json.dumps(
            {"began": began, "ended": ended, "cpu": time.process_time() - cpu, "idle": idle, "peak": _held("VmHWM")}
        )
    )


def _deliver(destination: Destination, source: Source, target: Target) -> list[int]:
    told: list[int] = []
    with destination:
        receipt = destination.deliver(source, target, temp_tag="1-1", progress=told.append, fence=lambda: None)
    assert not receipt.already_there
    assert (receipt.size, receipt.sha256) == (source.size, source.sha256)
    return told


def _held(name: str) -> int:
    """Bytes of this process, by their name in /proc/self/status."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024
    raise AssertionError(name)


if __name__ == "__main__":
    main(sys.argv[1])
