"""A worker of its own that delivers one part: `python -m tests.transfer.child JOB.json`.

It prints a line for what happens, and waits for a line before it goes on where the job says so.
"""

import ipaddress
import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

from ingest.transfer.base import Source, Target
from ingest.transfer.errors import TransferFailure
from ingest.transfer.registry import Limits, build
from ingest.transfer.secret import Secret


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _say_and_wait(word: str) -> None:
    _say(word)
    sys.stdin.readline()


def _deliver(job: dict[str, Any]) -> dict[str, Any]:
    pending = [job["stop_at"]] if "stop_at" in job else []

    def progress(sent: int) -> None:
        if pending and sent >= pending[0]:
            pending.clear()
            _say_and_wait("sending")

    def fence() -> None:
        if job.get("waits_at_fence"):
            _say_and_wait("at the fence")

    networks = tuple(map(ipaddress.ip_network, job["networks"]))
    limits = Limits(allowed_roots=tuple(map(Path, job["roots"])), private_networks=networks)
    secrets = {name: Secret(text) for name, text in job["secrets"].items()}
    with build(job["method"], job["settings"], secrets=secrets, limits=limits) as destination:
        receipt = destination.deliver(
            Source(Path(job["path"]), job["size"], job["sha256"]),
            Target(job["name"], date.fromisoformat(job["day"])),
            temp_tag=job["tag"], progress=progress, fence=fence,
        )  # fmt: skip
    return {"already_there": receipt.already_there, "sha256": receipt.sha256}


def main() -> None:
    try:
        outcome = _deliver(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    except TransferFailure as failed:
        outcome = {"code": failed.code, "kind": type(failed).__name__}
    _say(json.dumps(outcome))


if __name__ == "__main__":
    main()
