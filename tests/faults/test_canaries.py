"""Planted people and secrets in a portal of real processes: no log, message, key, row or left-over holds them."""

import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import redis

from tests.faults.portal import Portal
from tests.security.canaries import Planted, files_below, people, secret
from tests.transfer.ftp_script import Script, scripted

pytestmark = pytest.mark.timeout(240)
SECONDS = 150


@contextmanager
def watched(path: Path) -> Iterator[list[bytes]]:
    """Everything that Redis is told meanwhile, as its MONITOR shows it."""
    told: list[bytes] = []
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(str(path))
        line.sendall(b"MONITOR\r\n")

        def listen() -> None:
            while piece := line.recv(65536):
                told.append(piece)

        thread = threading.Thread(target=listen)
        thread.start()
        try:
            yield told
        finally:
            line.shutdown(socket.SHUT_RDWR)
            thread.join(10)


def everything_kept(path: Path) -> bytes:
    """Every key of Redis with what it holds."""
    found = []
    with redis.Redis(unix_socket_path=str(path)) as client:
        keys: list[bytes] = client.keys()
        for key in keys:
            kind = client.type(key).decode()
            readers: dict[str, Any] = {
                "list": lambda one: client.lrange(one, 0, -1), "hash": client.hgetall, "set": client.smembers,
                "string": client.get, "zset": lambda one: client.zrange(one, 0, -1),
            }  # fmt: skip
            found.append(f"{key!r} {readers[kind](key)!r}".encode())
    return b"\n".join(found)


def until_failed(portal: Portal, batch: int) -> None:
    """Go on as people would until the destination has refused, whatever happens on the way."""
    end = time.monotonic() + SECONDS
    while (state := portal.ask("go_on", batch=batch)) != "failed":
        assert time.monotonic() < end, f"{state}: {portal.ask('jobs')}\n{portal.logs()}"
        portal.tend()
        time.sleep(0.3)


def test_whatever_happens_nothing_planted_is_told_to_anybody(tmp_path: Path) -> None:
    planted, password = people(), secret()
    hidden = Planted({**planted, "password": password})
    some = " ".join(list(planted.values())[:4])
    word = planted["ID 1"]  # a mistake of the program names it in what it raises
    portal = Portal(tmp_path, workers=2)
    (tmp_path / "tmp").mkdir()
    portal.environment |= {
        "AMPORTAL_PRIVATE_DESTINATIONS": "127.0.0.0/8", "AMPORTAL_LOG_LEVEL": "DEBUG", "TMPDIR": str(tmp_path / "tmp"),
    }  # fmt: skip
    accidents = {
        "check.claimed": word, "check.reading": "kill", "check.built": word, "deliver.claimed": word,
        "deliver.verified": "kill",
    }  # fmt: skip
    with scripted(Script(replies={"STOR": f"550 no {password} {some}"})) as server, portal:
        for place, action in accidents.items():
            portal.lay(place, action)
        with watched(portal.socket) as told:
            batch = portal.ask("plant", port=server.port, password=password, people=planted)
            until_failed(portal, batch)
            kept = everything_kept(portal.socket)
        in_tables = portal.ask("in_database", texts={**planted, "password": password})
    assert set(portal.reached()) == set(accidents)
    assert "STOR" in "".join(server.heard), "it was refused by the server, in words that hold everything"
    log = "".join(path.read_text() for path in tmp_path.glob("*.log"))
    assert re.search(r"ERROR ingest\.services\.bugs job \d+: ValueError at ", log), "a mistake is logged, by its place"
    assert b"ingest.deliver" in b"".join(told), "Redis was listened to"
    assert in_tables == []
    assert hidden.found_in(b"".join(told)) == hidden.found_in(kept) == []
    # Customer files, parts and reports are where they belong; `places` is what this test laid down.
    assert hidden.found_in(files_below(tmp_path, but=("files", "places"))) == []
    assert hidden.found_in(files_below(tmp_path / "files")) != [], "the search finds what is there"
