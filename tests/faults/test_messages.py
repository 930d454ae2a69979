"""Whoever can write to Redis can ring, and nothing more: no message makes a worker do what no job says."""

import base64
import json
import pickle
import signal
import time
import uuid
from pathlib import Path
from typing import Any

import pytest
import redis

from tests.faults.portal import Portal

EVIL = "touched-by-a-message"


class Bomb:
    """What unpickling this does is write a file."""

    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.target,)


def _message(task: str, body: bytes, content_type: str) -> str:
    """A message as kombu lays it into a list of Redis."""
    properties = {
        "correlation_id": str(uuid.uuid4()), "delivery_mode": 2, "delivery_tag": str(uuid.uuid4()), "priority": 0,
        "delivery_info": {"exchange": "", "routing_key": "validate"}, "body_encoding": "base64",
    }  # fmt: skip
    headers = {"lang": "py", "task": task, "id": str(uuid.uuid4()), "root_id": None, "parent_id": None, "group": None}
    return json.dumps(
        {
            "body": base64.b64encode(body).decode(), "content-encoding": "utf-8", "content-type": content_type,
            "headers": headers, "properties": properties,
        }
    )  # fmt: skip


def _json(task: str, *arguments: object) -> str:
    body = json.dumps([arguments, {}, {"callbacks": None, "errbacks": None, "chain": None, "chord": None}])
    return _message(task, body.encode(), "application/json")


@pytest.mark.timeout(120)
def test_messages_that_nobody_sent_change_nothing_and_harm_no_worker(tmp_path: Path) -> None:
    with Portal(tmp_path) as portal:
        batches = portal.ask("make", batches=2, rows=100, first=1)
        portal.finish(batches, seconds=60)
        before = portal.ask("jobs")
        bomb = pickle.dumps((((Bomb(tmp_path / EVIL)),), {}, {}))
        with redis.Redis(unix_socket_path=str(portal.socket)) as server:
            for queue in ("validate", "transfer", "housekeeping"):
                for message in (
                    _message("ingest.check", bomb, "application/x-python-serialize"),
                    _json("os.system", f"touch {tmp_path / EVIL}"),
                    _json("celery.backend_cleanup"),
                    *(_json(task, 10**9) for task in ("ingest.check", "ingest.deliver")),
                    *(_json(task, number) for task in ("ingest.check", "ingest.deliver") for number in range(1, 12)),
                    *(_json("ingest.check", wrong) for wrong in ("1 OR 1=1", None, -1, [1])),
                ):
                    server.lpush(f"aam:{queue}", message)
        time.sleep(3)
        assert portal.ask("jobs") == before
        assert not (tmp_path / EVIL).exists()
        more = portal.ask("make", batches=1, rows=100, first=10)
        portal.finish(more, seconds=60)
        portal.settle([*batches, *more])


@pytest.mark.timeout(60)
def test_a_second_dispatcher_waits_and_takes_over_and_ends_within_two_seconds(tmp_path: Path) -> None:
    with Portal(tmp_path) as portal:
        first = portal.processes.pop("dispatcher")
        portal.tend()  # starts a second one beside it
        batches = portal.ask("make", batches=3, rows=100, first=1)
        portal.finish(batches, seconds=40)
        begun = time.monotonic()
        first.send_signal(signal.SIGTERM)
        assert first.wait(10) == 0
        assert time.monotonic() - begun < 2.5
        more = portal.ask("make", batches=1, rows=100, first=10)
        portal.finish(more, seconds=30)
        portal.settle([*batches, *more])
        second = portal.processes["dispatcher"]
        begun = time.monotonic()
        second.send_signal(signal.SIGTERM)
        assert second.wait(10) == 0
        assert time.monotonic() - begun < 2.5
