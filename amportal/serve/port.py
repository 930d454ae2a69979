"""The address of the portal: taken once, before anything starts, and handed to every web server that follows."""

import errno
import os
import socket

from amportal.serve.errors import StartError

NEXT_PORTS = 50  # this many are looked at for one that is free


def listen(host: str, port: int) -> socket.socket:
    """A listening socket that children inherit; port 0 takes any free one.

    It stays while the web server is started again: visitors wait instead of being refused.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        listener = _bind(family, address)
    except socket.gaierror as error:
        message = f"{host!r} is no address of this machine. Choose another: scripts/run --host 127.0.0.1"
        raise StartError(message) from error
    except OSError as error:
        raise StartError(_why(host, port, error)) from error
    listener.listen(512)
    os.set_inheritable(listener.fileno(), True)  # noqa: FBT003 - by position only
    return listener


def address(listener: socket.socket) -> str:
    """The address to type into a browser."""
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def reachable(listener: socket.socket) -> tuple[str, int]:
    """Host and port under which this machine itself reaches the portal."""
    host, port = listener.getsockname()[:2]
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host), port  # noqa: S104 - compared, not bound


def _bind(family: int, address: tuple[object, ...]) -> socket.socket:
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except OSError:
        listener.close()
        raise
    return listener


def _why(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        free = _free_port(host, port)
        return f"Port {port} is used by another program. Choose another: scripts/run --port {free}"
    if error.errno == errno.EACCES:
        return f"Only root may listen on port {port}. Choose one from 1024 on: scripts/run --port 8000"
    why = os.strerror(error.errno or 0)
    return (
        f"Nothing can listen on {host}, port {port} ({why}). Choose another: scripts/run --host 127.0.0.1 --port 8000"
    )


def _free_port(host: str, busy: int) -> int:
    for port in range(busy + 1, min(busy + NEXT_PORTS, 65_535)):
        try:
            family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
            _bind(family, address).close()
        except OSError:
            continue
        return port
    return 8001
