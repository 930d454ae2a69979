"""`scripts/bench --container`: the Dockerfile's steps in a plain Debian root, and the programs that its image is for.

There is not always a container engine at hand, and this needs none: root, `debootstrap`, `unshare` and `chroot`. The
folder is made of Debian's packages, with Debian's Python, which stands for the base image's.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bench.dockerfile import Step, last, sent, steps
from bench.errors import BenchError
from bench.workshop import PROJECT

if TYPE_CHECKING:
    from collections.abc import Callable

SUITE = "bookworm"
PACKAGES = "ca-certificates,python3,python3-venv"
PYTHON = "/opt/python"  # an environment stands for the Python of the base image: `python` and `pip` are its own
# How this machine reaches its package index, if not directly: the root gets the same.
HOW_PIP_IS_SET_UP = ("/etc/pip.conf", "/etc/xdg/pip", "/etc/resolv.conf", "/etc/ssl/certs/ca-certificates.crt")
INSIDE = 'mount -t proc proc "$0/proc" && cd / && exec "$@"'
PORT = 8765
READY_SECONDS = 120


@dataclass
class Root:
    """A root folder, and what the steps so far have said about user, folder and environment."""

    folder: Path
    user: str = "0"
    workdir: str = "/"
    variables: dict[str, str] = field(default_factory=lambda: {"PATH": f"{PYTHON}/bin:/usr/sbin:/usr/bin:/sbin:/bin"})

    def command(self, arguments: list[str], user: str | None = None) -> list[str]:
        """The arguments of a process that sees nothing but this root, and ends with all it started."""
        who = user or self.user
        apart = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", INSIDE, str(self.folder)]
        chroot = [
            "chroot",
            f"--userspec={who}:{who}",
            str(self.folder),
            "sh",
            "-c",
            'cd "$0" && exec "$@"',
            self.workdir,
        ]
        return [*apart, *chroot, *arguments]

    def run(self, *arguments: str, user: str | None = None) -> None:
        """Run a program to its end; raises `BenchError` when it fails."""
        answer = subprocess.run(self.command([*arguments], user), env=self.variables, check=False)
        if answer.returncode:
            message = f"exit code {answer.returncode}: {' '.join(arguments)}"
            raise BenchError(message)

    def take(self, step: Step) -> None:
        """Do what one instruction of the Dockerfile says."""
        match step.name:
            case "ENV":
                self.variables |= step.variables()
            case "WORKDIR":
                self.workdir = step.rest
                self._inside(step.rest).mkdir(parents=True, exist_ok=True)
            case "USER":
                self.user = step.rest
            case "RUN":
                self.run("sh", "-c", step.rest)
            case "COPY":
                self._copy(*step.rest.split())
            case "FROM" | "HEALTHCHECK" | "EXPOSE" | "VOLUME" | "ENTRYPOINT" | "CMD":
                return
            case _:
                message = f"{step.name} is not known here: teach bench/container.py"
                raise BenchError(message)

    def _copy(self, source: str, target: str) -> None:
        into = self._inside(self.workdir) / target
        for name in sent(PROJECT):
            if source in (".", str(name)):
                (into / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(PROJECT / name, into / name)

    def _inside(self, path: str) -> Path:
        return self.folder / path.lstrip("/")


def check(folder: Path) -> int:
    """Build the image's root and use it; the exit code."""
    for tool in ("debootstrap", "unshare", "chroot", "bash"):
        if shutil.which(tool) is None:
            message = f"{tool} is missing: on Debian, apt-get install debootstrap util-linux coreutils bash"
            raise BenchError(message)
    if os.geteuid():
        message = "only root can make a root folder: run it with sudo, or in a throw-away machine"
        raise BenchError(message)
    dockerfile = steps((PROJECT / "Dockerfile").read_text(encoding="utf-8"))
    root = _fresh_root(folder)
    for step in dockerfile:
        _timed(f"{step.name} {step.rest[:60]}", partial(root.take, step))
    program = last(dockerfile, "ENTRYPOINT").command()
    _timed(
        "every program of the image, and its health check", lambda: _use(root, program, last(dockerfile, "HEALTHCHECK"))
    )
    _timed("onboard as another user", lambda: _onboard(root, program))
    return 0


def _fresh_root(folder: Path) -> Root:
    base, root = folder / "base", folder / "root"
    if not (base / "usr/bin/python3").exists():
        made = folder / "unfinished"
        shutil.rmtree(made, ignore_errors=True)
        made.mkdir(parents=True)
        command = ["debootstrap", "--variant=minbase", f"--include={PACKAGES}", SUITE, str(made)]
        _timed("debootstrap", lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL))
        made.rename(base)
    shutil.rmtree(root, ignore_errors=True)
    subprocess.run(["cp", "-a", str(base), str(root)], check=True)
    for name in HOW_PIP_IS_SET_UP:
        if Path(name).exists():
            (root / name.lstrip("/")).parent.mkdir(parents=True, exist_ok=True)
            subprocess.run(["cp", "-rL", "--no-target-directory", name, str(root / name.lstrip("/"))], check=True)
    (root / "dev/shm").chmod(0o1777)
    made_root = Root(root)
    made_root.run("python3", "-m", "venv", PYTHON)
    return made_root


def _use(root: Root, program: list[str], health: Step) -> None:
    """Everything in one process tree, as `docker run … serve` has it, until its own health check says it is well."""
    arguments = [*program, "serve", "--no-demo", "--port", str(PORT)]
    with subprocess.Popen(root.command(arguments), env=root.variables, stdout=sys.stderr) as running:
        check_web = [*Step("CMD", health.rest.partition("CMD ")[2]).command(), f"127.0.0.1:{PORT}"]
        try:
            for command in (check_web, [*program, "health", "worker"], [*program, "health", "dispatch"]):
                _await(root, command, running)
        finally:
            _tell_to_stop(running.pid)
            running.wait(60)


def _tell_to_stop(unshare: int) -> None:
    """`unshare` keeps signals to itself; its only child is the first process of the root."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has just ended
            if stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[1] == str(unshare):
                os.kill(int(stat.parent.name), signal.SIGTERM)


def _await(root: Root, command: list[str], running: subprocess.Popen[bytes]) -> None:
    give_up = time.monotonic() + READY_SECONDS
    while subprocess.run(root.command(command), env=root.variables, capture_output=True, check=False).returncode:
        if time.monotonic() > give_up or running.poll() is not None:
            message = f"it never got well: {' '.join(command)}"
            raise BenchError(message)
        time.sleep(1)


def _onboard(root: Root, program: list[str]) -> None:
    work = root.folder / "work"
    shutil.copytree(PROJECT / "docs" / "practice", work)
    os.chown(work, 1234, 1234)
    there = Root(root.folder, "1234", "/work", root.variables)
    there.run(*program, "onboard", "customers.csv", "--mapping", "mapping.json", "--out", "out")
    if not list((work / "out").glob("ftp_dpm_*")):
        message = "onboard made no file"
        raise BenchError(message)


def _timed(name: str, do: Callable[[], object]) -> None:
    started = time.monotonic()
    do()
    print(f"{time.monotonic() - started:7.1f} s  {name}", flush=True)
