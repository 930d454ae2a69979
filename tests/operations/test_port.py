"""The address of the portal: taken once, said clearly when it cannot be had."""

import socket

import pytest

from amportal.serve import port
from amportal.serve.errors import StartError


def test_port_0_takes_a_free_one_and_the_address_names_it() -> None:
    with port.listen("127.0.0.1", 0) as listener:
        assert port.address(listener) == f"http://127.0.0.1:{listener.getsockname()[1]}"
        assert listener.get_inheritable()
        with socket.create_connection(port.reachable(listener), timeout=5):
            pass


def test_a_busy_port_is_said_with_one_that_is_free() -> None:
    with port.listen("127.0.0.1", 0) as listener:
        busy = listener.getsockname()[1]
        with pytest.raises(StartError) as refusal:
            port.listen("127.0.0.1", busy)
    said = str(refusal.value)
    assert said.startswith(f"Port {busy} is used by another program. Choose another: scripts/run --port ")
    with port.listen("127.0.0.1", int(said.rpartition(" ")[2])):
        pass


def test_a_portal_that_listens_everywhere_is_looked_for_here() -> None:
    with socket.socket() as listener:
        listener.bind(("0.0.0.0", 0))  # noqa: S104 - the point of the test
        assert port.reachable(listener) == ("127.0.0.1", listener.getsockname()[1])
