"""A Redis that would lose messages is refused by name, with what to change; one that keeps them is not."""

import subprocess
import sys

import pytest
import redis

from amportal import broker
from amportal.broker import UnsafeBrokerError, require_safe_broker
from tests.house.tree import PROJECT
from tests.operations.redis import running_redis

UNSAFE = [
    (["--maxmemory-policy", "allkeys-lru"], "broker.evicts: .*allkeys-lru.*Set maxmemory-policy noeviction"),
    (["--maxmemory-policy", "volatile-ttl"], "broker.evicts: .*volatile-ttl"),
    (["--appendonly", "no"], "broker.forgets: .*Set appendonly yes"),
]


def test_the_embedded_server_is_safe() -> None:
    with running_redis() as url:
        require_safe_broker(url)


@pytest.mark.parametrize(("changed", "sentence"), UNSAFE)
def test_a_server_that_loses_messages_is_refused(changed: list[str], sentence: str) -> None:
    with running_redis(*changed) as url, pytest.raises(UnsafeBrokerError, match=sentence):
        require_safe_broker(url)


def test_a_worker_does_not_start_on_one() -> None:
    with running_redis("--appendonly", "no") as url:
        command = [sys.executable, "manage.py", "worker", "housekeeping"]
        variables = {"AMPORTAL_REDIS_URL": url, "AMPORTAL_SECRET_KEY": "only-for-tests-" * 5, "PATH": "/usr/bin:/bin"}
        answer = subprocess.run(
            command, cwd=PROJECT, env=variables, capture_output=True, text=True, timeout=60, check=False
        )
    assert answer.returncode == 1
    assert "broker.forgets: Redis forgets everything at a restart. Set appendonly yes." in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_user_who_may_ask_for_nothing_is_refused() -> None:
    with running_redis() as url:
        with redis.Redis.from_url(url) as client:
            client.acl_setuser("guest", enabled=True, passwords=["+word"], categories=["-@all"])
        with pytest.raises(UnsafeBrokerError, match=r"broker\.refused"):
            require_safe_broker(f"{url}?username=guest&password=word")


def test_a_wrong_password_is_refused_and_not_repeated() -> None:
    with running_redis() as url, pytest.raises(UnsafeBrokerError) as refusal:
        require_safe_broker(f"{url}?username=guest&password=hunter2")
    assert refusal.value.code == "broker.refused"
    assert "hunter2" not in str(refusal.value)


def test_a_silent_server_is_waited_for_and_then_said() -> None:
    with pytest.raises(UnsafeBrokerError, match=r"broker\.silent: Redis did not answer within 0 seconds"):
        require_safe_broker("unix:///nonexistent/redis.sock", patience=0.3)


def test_an_old_celery_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("celery.__version__", "5.6.2")
    with pytest.raises(UnsafeBrokerError, match=r"celery\.too-old: Celery 5\.6\.2 is installed, 5\.7 or newer"):
        require_safe_broker("unix:///nonexistent/redis.sock", patience=0)


def test_an_old_redis_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    facts = {"maxmemory_policy": "noeviction", "aof_enabled": 1, "redis_version": "6.0.16"}
    monkeypatch.setattr(broker, "_ask", lambda _url, _patience: facts)
    with pytest.raises(UnsafeBrokerError, match=r"broker\.too-old: Redis is version 6\.0\.16, 6\.2 or newer"):
        require_safe_broker("unix:///nonexistent/redis.sock")
