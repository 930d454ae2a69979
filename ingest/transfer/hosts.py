"""From the name of a host to the addresses that may be connected to: nothing that is typed reaches an inner network.

Every address that a name stands for is judged, and the connection is made to a judged address, not to the name once
more: a name may answer differently the next time (DNS rebinding). Private networks are open only where the installation
names them (`Limits.private_networks`).
"""

import ipaddress
import socket
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ingest.crm.words import gettext_noop
from ingest.transfer.failures import failure
from ingest.transfer.host_names import as_address, check_host_name
from ingest.transfer.settings import Value
from ingest.transfer.words import Message

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# What `is_global` takes for public although it leads inside: RFC 6052 (NAT64) and RFC 3056 (6to4) wrap IPv4 addresses.
_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
# Older versions of Python take these for public: some clouds answer with the keys of the machine in the first (IANA's
# special-purpose registry, RFC 6890), and the second is NAT64 of a network's own (RFC 8215).
_INNER: Final = (ipaddress.IPv4Network("192.0.0.0/24"), ipaddress.IPv6Network("64:ff9b:1::/48"))
_NO_PORT: Final = Message(gettext_noop("Give a number from 1 to 65535."))


@dataclass(frozen=True)
class Endpoint:
    """A judged address to connect to; `host` is the name it was found under, for certificates and words."""

    host: str
    address: str
    port: int
    family: socket.AddressFamily


def check_port(port: Value) -> Message | None:
    """What is wrong with a port, which is a whole number, or None."""
    return None if 1 <= int(port) <= 65535 else _NO_PORT


def resolve(host: str, port: int, *, private_networks: Sequence[Network]) -> tuple[Endpoint, ...]:
    """The addresses behind a host, in the system's order, all of them allowed.

    Raises Misconfigured `host.unusable` or `host.not_allowed` (if even one of them leads inside), Transient
    `host.unknown` when the name service gives none.
    """
    if check_host_name(host) is not None:
        raise failure("host.unusable", host=host)
    found = tuple(_endpoints(host, port))
    for endpoint in found:
        if not is_allowed(endpoint.address, private_networks):
            raise failure("host.not_allowed", host=host)
    return found


def _endpoints(host: str, port: int) -> Iterator[Endpoint]:
    try:
        answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    except (OSError, UnicodeError):
        raise failure("host.unknown", host=host) from None
    for family, _kind, _protocol, _name, address in answers:
        yield Endpoint(host, str(address[0]), port, family)


def is_allowed(address: str, private_networks: Sequence[Network]) -> bool:
    """Whether it may be connected to: public, or inside one of the networks that the installation opens."""
    found = as_address(address)
    if found is None:
        return False
    inner = _unwrapped(found)
    if any(inner.version == network.version and inner in network for network in private_networks):
        return True
    if any(inner.version == network.version and inner in network for network in _INNER):
        return False
    return inner.is_global and not (inner.is_multicast or inner.is_reserved or inner.is_unspecified)


def _unwrapped(address: Address) -> Address:
    """The IPv4 address inside an IPv6 one that only wraps it, however it does that."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if address.teredo is not None:
        return address.teredo[1]
    return address.ipv4_mapped or address.sixtofour or address


def connect(endpoints: Sequence[Endpoint], *, timeout: float) -> socket.socket:
    """A connected socket to the first address that answers within `timeout` seconds each.

    Raises Transient `host.refused` or `host.silent`, as the last of them failed.
    """
    problem: OSError | None = None
    for endpoint in endpoints:
        try:
            return socket.create_connection((endpoint.address, endpoint.port), timeout=timeout)
        except OSError as error:
            problem = error
    host, port = (endpoints[0].host, endpoints[0].port) if endpoints else ("", 0)
    code = "host.refused" if isinstance(problem, ConnectionRefusedError) else "host.silent"
    raise failure(code, host=host, port=port)
