"""The long-running programs of the portal, and how each is started: alike by `scripts/run`, a container and systemd."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

QUEUES = ("validate", "transfer", "housekeeping")
# On one machine: checks need the cores and have a worker of their own; the other two mostly wait and share one.
WORKERS = (("validate",), ("transfer", "housekeeping"))
AS_ROOT = "ignore:You're running the worker"  # Celery's warning is about pickled messages; ours are JSON alone
ROOT = Path(__file__).resolve().parent.parent


def web(*arguments: str) -> list[str]:
    """The web server; `arguments` are gunicorn's and win over amportal/web.py."""
    return [
        sys.executable,
        "-m",
        "gunicorn",
        "--config",
        "python:amportal.web",
        *arguments,
        "amportal.wsgi:application",
    ]


def dispatcher() -> list[str]:
    """The one process that hands jobs to workers and takes them back from those that died."""
    return [sys.executable, str(ROOT / "manage.py"), "dispatch"]


def worker(queues: Sequence[str], *arguments: str) -> list[str]:
    """A worker for some of `QUEUES`; `arguments` are Celery's and win."""
    celery = [sys.executable, "-W", AS_ROOT, "-m", "celery", "--app", "amportal.celery", "--quiet", "worker"]
    whose = ["--queues", ",".join(queues), "--hostname", f"{'-'.join(queues)}@%h"]
    plain = ["--loglevel", "WARNING", "--without-gossip", "--without-mingle", "--without-heartbeat"]
    return [*celery, *whose, "--concurrency", str(concurrency(queues)), *plain, *arguments]


def concurrency(queues: Sequence[str]) -> int:
    """How many jobs a worker does at once: two checks, so that a small file need not wait for a large one."""
    return min(2, os.cpu_count() or 1) if "validate" in queues else len(queues)


def prepare(*arguments: str) -> list[str]:
    """What has to be done once before the others start, and after every update (amportal/prepare.py)."""
    return [sys.executable, "-m", "amportal.prepare", *arguments]
