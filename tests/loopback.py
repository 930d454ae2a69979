"""The guard that keeps tests off the network: a socket reaches this machine's loopback addresses and nothing else."""

import ipaddress
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

INTERNET = (socket.AF_INET, socket.AF_INET6)


class NetworkForbiddenError(RuntimeError):
    """A test tried to leave this machine; it must use a server on loopback."""


def is_loopback(host: str | bytes | None) -> bool:
    """Whether `host`, a name or an address as `getaddrinfo` takes it, stays on this machine."""
    text = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    if text in {None, "", "localhost"}:
        return True
    try:
        return ipaddress.ip_address(str(text).partition("%")[0]).is_loopback
    except ValueError:
        return False


def refuse_unless_loopback(host: str | bytes | None) -> None:
    """Raise `NetworkForbiddenError` for any other host."""
    if not is_loopback(host):
        message = f"no test may reach {host!r}: use a server on 127.0.0.1"
        raise NetworkForbiddenError(message)


def _guarded(method: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(self: socket.socket, *arguments: Any) -> Any:
        address = arguments[-1]  # connect(address), connect_ex(address), sendto(data[, flags], address)
        if self.family in INTERNET:
            refuse_unless_loopback(address[0])
        return method(self, *arguments)

    return guarded


@contextmanager
def only_loopback() -> Iterator[None]:
    """While this lasts, `socket` refuses every other address and does not look up any other name."""
    look_up = socket.getaddrinfo

    def guarded_look_up(host: str | bytes | None, *arguments: Any, **options: Any) -> Any:
        refuse_unless_loopback(host)
        return look_up(host, *arguments, **options)

    with (
        patch.object(socket.socket, "connect", _guarded(socket.socket.connect)),
        patch.object(socket.socket, "connect_ex", _guarded(socket.socket.connect_ex)),
        patch.object(socket.socket, "sendto", _guarded(socket.socket.sendto)),
        patch.object(socket, "getaddrinfo", guarded_look_up),
    ):
        yield
