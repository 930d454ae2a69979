"""How Celery is used: the database owns the work, so messages carry only IDs and may be lost (docs/decisions/0008)."""

from typing import Any
from urllib.parse import urlsplit

QUEUES = {
    "ingest.check": "validate",
    "ingest.deliver": "transfer",
    "ingest.watch": "transfer",
    "ingest.mail": "housekeeping",
}


def celery_settings(redis_url: str) -> dict[str, Any]:
    """The `CELERY_…` settings for a broker at `redis_url` (`redis://`, `rediss://` or `unix:///path/to/redis.sock`)."""
    return {
        "CELERY_BROKER_URL": _broker_url(redis_url),
        "CELERY_TASK_ROUTES": {task: {"queue": queue} for task, queue in QUEUES.items()},
        "CELERY_TASK_DEFAULT_QUEUE": "housekeeping",
        # The lease in the database is the acknowledgement; a message that was taken is gone.
        "CELERY_TASK_ACKS_LATE": False,
        "CELERY_TASK_IGNORE_RESULT": True,
        "CELERY_RESULT_BACKEND": None,
        "CELERY_TASK_SERIALIZER": "json",
        "CELERY_ACCEPT_CONTENT": ["json"],
        "CELERY_WORKER_PREFETCH_MULTIPLIER": 1,
        "CELERY_WORKER_DISABLE_PREFETCH": True,
        "CELERY_BROKER_TRANSPORT_OPTIONS": {
            "visibility_timeout": 3600,
            "unacked_restore_interval": 5,
            "unacked_restore_throttle": 1,
            "socket_connect_timeout": 5,
            "socket_timeout": 30,
            "socket_keepalive": not redis_url.startswith("unix:"),
            "health_check_interval": 25,
            "global_keyprefix": "aam:",
        },
        "CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP": True,
        "CELERY_BROKER_CONNECTION_MAX_RETRIES": None,
        # The dispatcher rings again; a page must not hang on Redis.
        "CELERY_TASK_PUBLISH_RETRY": False,
        "CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT": 30.0,
        "CELERY_WORKER_ENABLE_SOFT_SHUTDOWN_ON_IDLE": True,
        # A short break of Redis must not end a transfer of two gigabytes.
        "CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS": False,
        "CELERY_WORKER_MAX_TASKS_PER_CHILD": 200,
        "CELERY_WORKER_PROC_ALIVE_TIMEOUT": 30.0,
        "CELERY_WORKER_HIJACK_ROOT_LOGGER": False,
        "CELERY_WORKER_SEND_TASK_EVENTS": False,
    }


def _broker_url(redis_url: str) -> str:
    """Celery's own spelling of a socket's address."""
    parts = urlsplit(redis_url)
    return f"redis+socket://{parts.path}" if parts.scheme == "unix" else redis_url
