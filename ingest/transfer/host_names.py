"""How a host may be written: a name or an address. Whether it may be connected to is judged in hosts.py."""

import ipaddress
import re
from typing import Final

from ingest.crm.words import gettext_noop
from ingest.transfer.words import Message

LONGEST_HOST: Final = 253  # RFC 1035, section 2.3.4
_HOST: Final = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)(\.(?!-)[A-Za-z0-9-]{1,63}(?<!-))*", re.ASCII)
_NO_HOST: Final = Message(gettext_noop("Give a host name such as sftp.example.com, without a protocol, port or path."))


def check_host_name(host: str) -> Message | None:
    """What is wrong with a host as it was typed, or None. Addresses are taken; what they may be is judged when used."""
    if as_address(host) is not None:
        return None
    last_label = host.rpartition(".")[2]
    # A name whose last label is a number would be read as an address by some libraries, in ways that differ.
    is_name = len(host) <= LONGEST_HOST and _HOST.fullmatch(host) and not re.fullmatch(r"(0[xX].*|[0-9]+)", last_label)
    return None if is_name else _NO_HOST


def as_address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address that a text is, its zone left out; None for anything else."""
    try:
        return ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
