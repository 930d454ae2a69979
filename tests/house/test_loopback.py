"""The guard of the tests themselves: they run without a network."""

import socket
from collections.abc import Callable

import pytest

from tests.loopback import NetworkForbiddenError, is_loopback


@pytest.mark.parametrize(
    "reach",
    [
        lambda: socket.create_connection(("192.0.2.1", 80), timeout=1),
        lambda: socket.create_connection(("portal.example.com", 80), timeout=1),
        lambda: socket.socket().connect_ex(("198.51.100.7", 22)),
        lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("203.0.113.9", 53)),
        lambda: socket.socket(socket.AF_INET6).connect(("2001:db8::1", 80, 0, 0)),
    ],
)
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_test_cannot_leave_this_machine(reach: Callable[[], object]) -> None:
    with pytest.raises(NetworkForbiddenError, match=r"use a server on 127\.0\.0\.1"):
        reach()


def test_a_server_on_loopback_can_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        client.sendall(b"hello")
        connection, _ = server.accept()
        with connection:
            assert connection.recv(5) == b"hello"


@pytest.mark.parametrize(
    ("host", "verdict"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("localhost", True),
        (b"127.0.0.1", True),
        (None, True),
        ("localhost.example.com", False),
        ("0.0.0.0", False),  # noqa: S104  an address to refuse
        ("10.0.0.1", False),
        ("::ffff:192.0.2.1", False),
    ],
)
def test_only_loopback_addresses_stay_here(host: str | bytes | None, *, verdict: bool) -> None:
    assert is_loopback(host) is verdict
