"""Which hosts may be sent to: public ones, and private networks that the installation names."""

import ipaddress
import socket
from typing import Any

import pytest

from ingest.transfer import hosts
from ingest.transfer.errors import Misconfigured, Transient
from ingest.transfer.host_names import check_host_name
from ingest.transfer.hosts import connect, is_allowed, resolve

PUBLIC = ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "64:ff9b::5db8:d822", "::ffff:93.184.216.34"]
INNER = [
    "0.0.0.0",  # noqa: S104 - to be refused
    "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.1.2.3", "169.254.169.254", "172.16.0.1", "192.168.1.1",
    "192.0.0.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0",
    "fc00::1", "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1",
    "2002:7f00:1::", "2002:c0a8:101::1", "2001:0:53aa:64c:0:fbff:80ff:fffe",
    "192.0.0.192", "64:ff9b:1::7f00:1",
]  # fmt: skip
NO_HOSTS = [
    "", " ", "sftp example.com", "sftp://example.com", "example.com:22", "user@example.com", "example.com/path",
    "-a.example.com", "a-.example.com", "a..example.com", "example.com.", "exa\r\nmple.com", "exämple.com", "0x7f.1",
    "2130706433", "127.1", "0177.0.0.1", "1.2.3.256", "[::1]", "a" * 64 + ".com", "a." * 130 + "com",
]  # fmt: skip


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_may_be_sent_to(address: str) -> None:
    assert is_allowed(address, [])


@pytest.mark.parametrize("address", INNER)
def test_an_inner_address_may_not_however_it_is_wrapped(address: str) -> None:
    assert not is_allowed(address, [])


def test_a_network_that_the_installation_names_is_open_and_no_other() -> None:
    networks = [ipaddress.ip_network("10.1.0.0/16"), ipaddress.ip_network("fd12::/64")]
    assert is_allowed("10.1.9.9", networks)
    assert is_allowed("::ffff:10.1.9.9", networks)
    assert is_allowed("fd12::7", networks)
    assert not is_allowed("10.2.0.1", networks)
    assert not is_allowed("no address", networks)


@pytest.mark.parametrize("host", ["sftp.example.com", "localhost", "a-b.example", "93.184.216.34", "2606:2800::1"])
def test_names_and_addresses_are_hosts(host: str) -> None:
    assert check_host_name(host) is None


@pytest.mark.parametrize("host", NO_HOSTS, ids=repr)
def test_what_is_no_host_is_said_and_never_looked_up(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", _never)
    assert check_host_name(host) is not None
    with pytest.raises(Misconfigured) as caught:
        resolve(host, 22, private_networks=[])
    assert caught.value.code == "host.unusable"


def _never(*_arguments: object, **_more: object) -> Any:
    raise AssertionError("nothing is to be looked up")


def _answering(*addresses: str) -> Any:
    def answer(_host: str, port: int, **_more: object) -> list[Any]:
        families = [socket.AF_INET6 if ":" in address else socket.AF_INET for address in addresses]
        return [
            (family, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, port))
            for family, address in zip(families, addresses, strict=True)
        ]

    return answer


def test_one_inner_address_among_public_ones_is_enough_to_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", _answering("93.184.216.34", "127.0.0.1"))
    with pytest.raises(Misconfigured) as caught:
        resolve("sftp.example.com", 22, private_networks=[])
    assert caught.value.code == "host.not_allowed"
    assert "127" not in str(caught.value), "nobody learns what is inside"


def test_a_name_without_an_address_may_have_one_later(monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(*_arguments: object, **_more: object) -> Any:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    with pytest.raises(Transient) as caught:
        resolve("sftp.example.com", 22, private_networks=[])
    assert caught.value.code == "host.unknown"


def test_the_connection_goes_to_the_address_that_was_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        monkeypatch.setattr(socket, "getaddrinfo", _answering("127.0.0.1"))
        found = resolve("sftp.example.com", port, private_networks=[ipaddress.ip_network("127.0.0.0/8")])
        monkeypatch.undo()
        with connect(found, timeout=5) as line:
            assert line.getpeername() == ("127.0.0.1", port)


def test_a_port_that_nobody_listens_on_is_told_from_a_silent_one() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    endpoint = hosts.Endpoint("sftp.example.com", "127.0.0.1", port, socket.AF_INET)
    with pytest.raises(Transient) as caught:
        connect([endpoint], timeout=5)
    assert caught.value.code == "host.refused"
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        port = full.getsockname()[1]
        held = [socket.socket() for _ in range(3)]
        for one in held:
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", port))
        with pytest.raises(Transient) as caught:
            connect([hosts.Endpoint("sftp.example.com", "127.0.0.1", port, socket.AF_INET)], timeout=0.3)
        for one in held:
            one.close()
    assert caught.value.code == "host.silent"
