"""A Redis that is full, silent or gone holds up nobody: the work is in the database, and is rung for again."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
import redis

from ingest import queue
from ingest.models import Job
from tests.fault_proxy import Fault, FaultProxy, Kind
from tests.operations.processes import wait_until
from tests.operations.redis import running_redis
from tests.transfer.ftp_servers import free_port

pytestmark = pytest.mark.django_db
MANY = 20
"""As many parts as a transfer may have: each is rung for, one after the other."""


@pytest.fixture(autouse=True)
def _fresh_producer() -> Iterator[None]:
    queue._producer.cache_clear()
    queue._silence.until = 0
    yield
    queue._producer.cache_clear()
    queue._silence.until = 0


def _ring() -> bool:
    return queue.ring(Job.Kind.DELIVER, 1)


def _fill(client: redis.Redis, size: int) -> None:
    for number in range(100_000):
        client.set(f"filler {size} {number}", b"x" * size)


def test_a_full_redis_takes_nothing_and_is_no_error(settings: Any) -> None:
    with running_redis("--maxmemory", "3mb") as url, redis.Redis.from_url(url) as client:
        settings.CELERY_BROKER_URL = url.replace("unix://", "redis+socket://")
        assert _ring()
        for size in (10_000, 100, 1):
            with pytest.raises(redis.exceptions.OutOfMemoryError):
                _fill(client, size)
        assert not _ring()
        for key in client.keys("filler*"):
            client.delete(key)
        assert wait_until(_ring, 10)


def test_a_silent_redis_holds_up_nobody_and_is_rung_again_when_it_is_back(settings: Any) -> None:
    port = free_port()
    with running_redis("--port", str(port)), FaultProxy(("127.0.0.1", port)) as line:
        settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{line.port}"
        assert _ring()
        line.strike(Fault(Kind.BLACK_HOLE, None))
        began = time.monotonic()
        assert [_ring() for _number in range(MANY)] == [False] * MANY
        assert time.monotonic() - began < 5, "a page waits for it"
        assert wait_until(_ring, 10)


def test_a_redis_that_cannot_be_connected_to_holds_up_nobody(settings: Any) -> None:
    """Whoever connects is neither let in nor sent away, as by a firewall that drops everything."""
    port = free_port()
    with running_redis("--port", str(port)), FaultProxy(("127.0.0.1", port)) as line:
        settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{line.port}"
        laid = [line.lay(Fault(Kind.BLACK_HOLE)) for _number in range(MANY)]
        began = time.monotonic()
        assert [_ring() for _number in range(MANY)] == [False] * MANY
        assert time.monotonic() - began < 5, "a page waits for it"
        for one in laid:
            line.lift(one)
        assert wait_until(_ring, 10)
