"""Whether the Redis between the processes may be relied on: checked before anything is started on it.

The database owns the jobs, so a lost message is sent again. A server that evicts what it holds loses so many of them,
without a word, that work would crawl from one repeat to the next; that is refused, not endured.
"""

import re
import time
from typing import Any

import celery
import redis

OLDEST_REDIS = (6, 2)  # of Celery 5.7
OLDEST_CELERY = (5, 7)  # the first that does not stall after Redis came back
PATIENCE_SECONDS = 30.0  # for a server that is starting


class UnsafeBrokerError(Exception):
    """The broker must not be used; `code` names the check, the message is a sentence that says what to change."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(f"{code}: {sentence}")
        self.code = code


def require_safe_broker(url: str, *, patience: float = PATIENCE_SECONDS) -> None:
    """Raise `UnsafeBrokerError` unless the server at `url` keeps what it is given.

    `url` is what redis-py takes (`redis://`, `rediss://`, `unix://`). Waits up to `patience` seconds for the server.
    Asks with INFO, which managed servers allow, unlike CONFIG.
    """
    if _numbers(celery.__version__) < OLDEST_CELERY:
        raise UnsafeBrokerError("celery.too-old", f"Celery {celery.__version__} is installed, 5.7 or newer is needed.")
    facts = _ask(url, patience)
    policy = facts.get("maxmemory_policy")
    if policy != "noeviction":
        sentence = f"Redis drops entries when its memory is full (maxmemory-policy is {policy})."
        raise UnsafeBrokerError("broker.evicts", f"{sentence} Set maxmemory-policy noeviction.")
    if facts.get("aof_enabled") != 1:
        raise UnsafeBrokerError("broker.forgets", "Redis forgets everything at a restart. Set appendonly yes.")
    version = str(facts.get("redis_version", ""))
    if _numbers(version) < OLDEST_REDIS:
        raise UnsafeBrokerError("broker.too-old", f"Redis is version {version or 'unknown'}, 6.2 or newer is needed.")


def _ask(url: str, patience: float) -> dict[str, Any]:
    """What the server says about itself; the address is left out of every sentence, it may hold a password."""
    give_up = time.monotonic() + patience
    with redis.Redis.from_url(url, socket_connect_timeout=5, socket_timeout=5) as client:
        while True:
            try:
                facts: dict[str, Any] = client.info()
            except redis.AuthenticationError as error:
                raise UnsafeBrokerError("broker.refused", "Redis refuses the user name or password.") from error
            except redis.ConnectionError as error:  # also while the server still reads its file
                if time.monotonic() > give_up:
                    sentence = f"Redis did not answer within {patience:.0f} seconds ({type(error).__name__})."
                    raise UnsafeBrokerError("broker.silent", sentence) from error
                time.sleep(0.2)
            except redis.ResponseError as error:
                raise UnsafeBrokerError("broker.refused", "Redis does not let this user ask INFO.") from error
            else:
                return facts


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:2])
