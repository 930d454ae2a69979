"""The portal on one machine: which programs it consists of, in which order they start, and when it is ready."""

import os
import signal
import socket
from dataclasses import dataclass
from pathlib import Path

from amportal import health, programs, settings
from amportal.serve import port, redis_server
from amportal.serve.child import Program
from amportal.serve.console import Console
from amportal.serve.errors import StartError
from amportal.serve.home import Claim, Home
from amportal.serve.supervisor import Stopped, Supervisor

REDIS_SECONDS = 60.0  # it reads its file first
READY_SECONDS = 120.0


@dataclass(frozen=True)
class Options:
    """What was asked for on the command line."""

    host: str
    port: int
    demo: bool


def serve(options: Options, console: Console) -> None:
    """Start the portal and return when somebody has ended it; raises `StartError` when it cannot start."""
    home = Home(settings.DATA_DIR)
    home.make()
    claim = home.claim(console.say)
    with port.listen(options.host, options.port) as listener:
        claim.tell(port.address(listener))
        supervisor = Supervisor(console, environment(home, port.address(listener)), claim.note_children)
        supervisor.heed_signals()
        try:
            _start(supervisor, _Parts(home, claim, listener, options.demo))
            supervisor.watch(float("inf"))
        except Stopped:
            console.say("Stopped before it was ready.")
        finally:
            supervisor.stop()


@dataclass(frozen=True)
class _Parts:
    home: Home
    claim: Claim
    listener: socket.socket
    demo: bool

    def program(self, name: str, called: str, command: list[str], *, gently: bool = False) -> Program:
        """A program that holds our claim; `gently` if it is to end in order when we are killed."""
        inherits = (self.claim.children, self.listener.fileno()) if name == "web" else (self.claim.children,)
        orphaned = signal.SIGTERM if gently else signal.SIGKILL
        return Program(name, called, command, inherits, quiet=name == "redis", orphaned=orphaned)


def _start(supervisor: Supervisor, parts: _Parts) -> None:
    """Redis first, then the database and the files, then the programs that use them."""
    if embedded := _embedded_socket(parts.home):
        _start_redis(supervisor, parts, embedded)
    demo = ["--demo"] if parts.demo else []
    prepare = parts.program("prepare", "Preparing the database", programs.prepare(*demo), gently=True)
    told = supervisor.run_once(prepare)
    web = programs.web("--bind", f"fd://{parts.listener.fileno()}")
    supervisor.start(parts.program("web", "The web server", web, gently=True))
    supervisor.start(parts.program("dispatch", "The dispatcher", programs.dispatcher()))
    for queues in programs.WORKERS:
        called = f"The worker for {' and '.join(queues)}"
        supervisor.start(parts.program(queues[0], called, programs.worker(queues)))
    if not supervisor.await_true(lambda: _is_ready(parts.listener), seconds=READY_SECONDS):
        message = f"The web server did not answer within {READY_SECONDS:.0f} seconds; the lines above say why."
        raise StartError(message)
    supervisor.settled = True
    address = port.address(parts.listener)
    supervisor.console.say(
        "", f"amportal is ready: {address}", *told, f"Everything is kept in {parts.home.folder}. Ctrl-C stops amportal."
    )


def _start_redis(supervisor: Supervisor, parts: _Parts, socket_path: Path) -> None:
    command = redis_server.command(redis_server.find_server(), parts.home.redis, socket_path)
    supervisor.start(parts.program("redis", "Redis", command, gently=True))
    if not supervisor.await_true(lambda: redis_server.answers(socket_path), seconds=REDIS_SECONDS):
        message = f"Redis did not answer within {REDIS_SECONDS:.0f} seconds; the lines above say why."
        raise StartError(message)


def _embedded_socket(home: Home) -> Path | None:
    """The socket of the embedded Redis, unless the settings name another server."""
    socket_path = home.redis / "redis.sock"
    return socket_path if f"unix://{socket_path}" == settings.REDIS_URL else None


def environment(home: Home, address: str) -> dict[str, str]:
    """What every program gets: ours, the key of the data folder where no other is set, and where people find us."""
    own = {} if settings.SECRET_KEY else {"AMPORTAL_SECRET_KEY_FILE": str(home.secret_key)}
    if not settings.HTTPS:
        own["AMPORTAL_ADDRESS"] = os.environ.get("AMPORTAL_ADDRESS", address)
    return {**os.environ, "PYTHONUNBUFFERED": "1", **own}


def _is_ready(listener: socket.socket) -> bool:
    host, number = port.reachable(listener)
    return health.answers(host, number, seconds=2.0)
