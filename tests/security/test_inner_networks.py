"""Whatever an administrator types for a host, no connection leads inside: not when it is saved, tested or sent to."""

import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client

from ingest.models import Destination, User, Workspace
from ingest.services.destination_open import opened
from ingest.services.destination_secrets import Changes, write
from ingest.transfer.base import Source, StepOutcome
from ingest.transfer.errors import TransferFailure
from ingest.transfer.registry import METHODS, SettingsError
from ingest.transfer.secret import Secret
from tests import factories
from tests.transfer.receivers import TARGET, source_of
from tests.transfer.workers import nothing

pytestmark = pytest.mark.django_db
PUBLIC = "93.184.216.34"

ADDRESSES = [
    "127.0.0.1", "127.1.2.3", "0.0.0.0", "10.0.0.5", "100.64.0.1", "169.254.169.254", "172.16.0.1", "192.168.1.1",  # noqa: S104 - to be refused
    "192.0.0.192", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%lo",
    "fc00::1", "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1", "::FFFF:7F00:1", "::ffff:169.254.169.254",
    "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2002:a9fe:a9fe::1",
    "2001:0:53aa:64c:0:fbff:80ff:fffe", "::127.0.0.1",
]  # fmt: skip
"""Addresses that lead inside, however they are wrapped."""

SPELLINGS = [
    "2130706433", "017700000001", "0177.0.0.1", "0x7f000001", "0x7f.0.0.1", "0X7F.1", "127.1", "127.0.1",
    "127.0.0.1.", "0", "localhost.", "example.com.", "[::1]", "user@127.0.0.1", "sftp.example.com@127.0.0.1",
    "127.0.0.1#sftp.example.com", "sftp.example.com\r\nHost: 127.0.0.1", "sftp.example.com\x00.127.0.0.1",
    "127.0.0.1:22", "http://127.0.0.1", "//127.0.0.1", "①②⑦.0.0.1", "ⓛocalhost", "127。0。0。1", "exämple.com",
    "sftp.example.com/../127.0.0.1", "sftp example.com", "-oProxyCommand=id",
]  # fmt: skip
"""What some programs would read as an address or as another host, and this one never looks up."""

NAMES: dict[str, list[list[str]]] = {
    "localhost": [["127.0.0.1", "::1"]],
    "LOCALHOST": [["127.0.0.1"]],
    "LocalHost.LocalDomain": [["127.0.0.1"]],
    "metadata.google.internal": [["169.254.169.254"]],
    "loopback.example.com": [["127.0.0.1"]],
    "alias.example.com": [["10.0.0.5"]],  # a CNAME: the name service gives the address it ends at
    "mixed.example.com": [[PUBLIC, "127.0.0.1"]],
    "six.example.com": [["::ffff:7f00:1"]],
    "xn--exmple-cua.com": [["192.168.1.1"]],
    "rebinding.example.com": [[PUBLIC], ["127.0.0.1"]],
}
"""Names, and what the name service answers: the last one again and again."""

HOSTS = [*ADDRESSES, *SPELLINGS, *NAMES]

Config = Callable[[str, int], dict[str, Any]]


def _s3(host: str, port: int) -> dict[str, Any]:
    shown = f"[{host}]" if ":" in host and not host.startswith(("[", "http", "//")) and "@" not in host else host
    return {
        "bucket": "planted", "partner_name": "acme", "access_key_id": "AKID", "has_path_style": True,
        "endpoint": f"https://{shown}:{port}",
    }  # fmt: skip


def _ssh(host: str, port: int) -> dict[str, Any]:
    key = "SHA256:" + "A" * 43
    return {"host": host, "port": port, "user": "u", "folder": ".", "sign_in": "password", "host_key": key}


def _ftp(security: str) -> Config:
    def config(host: str, port: int) -> dict[str, Any]:
        return {"host": host, "port": port, "user": "u", "security": security, "allows_plain": security == "plain"}

    return config


PROTOCOLS: dict[str, tuple[str, str, Config]] = {
    "s3": ("s3", "secret_access_key", _s3),
    "sftp": ("sftp", "password", _ssh),
    "ftp": ("ftp", "password", _ftp("plain")),
    "ftps": ("ftp", "password", _ftp("explicit")),
}


@dataclass
class Net:
    """Where connections were tried to, and which names were looked up."""

    port: int
    tried: list[str] = field(default_factory=list)
    looked_up: list[str] = field(default_factory=list)


@pytest.fixture
def net(monkeypatch: pytest.MonkeyPatch) -> Iterator[Net]:
    """A server that everything inside would lead to, a name service, and somebody who writes down every connection."""
    answers = {name: [list(one) for one in given] for name, given in NAMES.items()}
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0)
        seen = Net(listener.getsockname()[1])

        def connect(_self: socket.socket, address: Any) -> None:
            seen.tried.append(str(address[0]))
            raise ConnectionRefusedError

        def look_up(host: str, port: int, *_more: Any, **_named: Any) -> list[Any]:
            seen.looked_up.append(host)
            given = answers.get(host, [[host]])
            found = given.pop(0) if len(given) > 1 else given[0]
            kinds = [socket.AF_INET6 if ":" in one else socket.AF_INET for one in found]
            return [(kind, socket.SOCK_STREAM, 6, "", (one, port)) for kind, one in zip(kinds, found, strict=True)]

        for name in ("connect", "connect_ex"):
            monkeypatch.setattr(socket.socket, name, connect)
        monkeypatch.setattr(socket, "getaddrinfo", look_up)
        yield seen
        with pytest.raises(BlockingIOError):  # nobody has come by any other way
            listener.accept()


@pytest.fixture
def acme() -> Workspace:
    return factories.workspace(slug="acme", name="Acme")


@pytest.fixture
def admin(acme: Workspace) -> User:
    return factories.member(acme, "Ada", roles=["admin"])


def test_there_are_sixty_hosts_or_more() -> None:
    assert len(set(HOSTS)) == len(HOSTS) >= 60


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_host_that_leads_inside_is_not_even_asked_when_it_is_saved(
    acme: Workspace, admin: User, net: Net, protocol: str
) -> None:
    method, secret, config = PROTOCOLS[protocol]
    client = Client()
    client.force_login(admin, backend="allauth.account.auth_backends.AuthenticationBackend")
    taken = []
    for number, host in enumerate(HOSTS):
        values = config(host, net.port)
        answers = {f"config_{name}": value for name, value in values.items() if value is not False}
        answers |= {"name": f"place {number}", "environment": "beta", "most_at_once": "4", "pickup": "not_watched"}
        answers |= {f"secret_{secret}": "typed"} | _defaults(method, answers)
        url = f"/w/{acme.slug}/manage/destinations/new?preset=beta-{method}"
        if client.post(url, answers).status_code == 302:
            taken.append(host)
    assert (net.tried, net.looked_up) == ([], [])
    fine = {"[::1]"} if protocol == "s3" else set()  # the way to write it in an address of the web
    assert set(taken) & set(SPELLINGS) <= fine, "nothing but a name or an address is kept"
    assert {"loopback.example.com", "127.0.0.1"} <= set(taken), "what leads where may change, and is judged when used"


def _defaults(method: str, answers: dict[str, Any]) -> dict[str, Any]:
    """What the form shows in the fields of which this table says nothing."""
    open_fields = [one for one in METHODS[method].fields if not one.is_secret and one.default is not None]
    given = {f"config_{one.name}": one.default for one in open_fields if one.default is not False}
    return {name: value for name, value in given.items() if name not in answers}


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_no_test_and_no_delivery_connects_to_anything_inside(
    acme: Workspace, admin: User, net: Net, protocol: str, tmp_path: Any
) -> None:
    """Also where the row says what no form would have taken, as after a change of the database by hand."""
    method, secret, config = PROTOCOLS[protocol]
    source = source_of(tmp_path / "part", b"A-1\n")
    for number, host in enumerate(HOSTS):
        chosen = factories.destination(
            acme, method=method, config=config(host, net.port), name=f"place {number}", config_sha256="0" * 64
        )  # fmt: skip
        write(chosen, Changes({secret: Secret("typed")}), actor=admin, now=factories.NOW)
        assert _is_refused(chosen, source), host
    assert set(net.tried) <= {PUBLIC}, "only to the address that was judged, of the name that answers otherwise later"
    assert not set(net.looked_up) & set(SPELLINGS)


def _is_refused(chosen: Destination, source: Source) -> bool:
    """Whether neither its test nor a delivery comes to anything."""
    try:
        with opened(chosen) as place:
            steps = place.check(temp_tag="test-1")
            assert any(step.outcome is StepOutcome.FAILED for step in steps)
            place.deliver(source, TARGET, temp_tag="7-1", progress=nothing, fence=nothing)
    except (TransferFailure, SettingsError):
        return True
    return False
