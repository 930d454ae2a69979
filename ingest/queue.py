"""Work is put into the database in the transaction that causes it; after the commit the broker rings for it."""

import logging
import time
from datetime import datetime
from functools import cache
from typing import Any, Final

from celery import Celery
from django.db import transaction
from kombu.exceptions import KombuError
from redis.exceptions import RedisError

from ingest.models import Check, DeliveredPart, Job

logger = logging.getLogger(__name__)

LEAST_SECONDS: Final = 600
BYTES_A_SECOND: Final = 1_000_000
WAITED_IN_VAIN: Final = 0.5  # seconds
LEFT_ALONE: Final = 5.0  # seconds; the dispatcher rings for what was not rung for meanwhile
# How often a job is begun before a person has to look: a file that kills its worker must not do so for ever.
MAX_ATTEMPTS: Final = {Job.Kind.CHECK: 3, Job.Kind.DELIVER: 8, Job.Kind.WATCH: 5, Job.Kind.MAIL: 5}


def put(kind: Job.Kind, subject_id: int, *, now: datetime) -> Job:
    """Insert the job for one subject, or make an ended one ready again; rings once the transaction is through."""
    job, is_new = Job.objects.get_or_create(
        kind=kind, subject_id=subject_id, defaults={"max_attempts": MAX_ATTEMPTS[kind], "next_attempt_at": now}
    )
    if not is_new:
        ended = Job.objects.filter(pk=job.pk, state__in=[Job.State.DONE, Job.State.NEEDS_ATTENTION])
        ended.update(state=Job.State.READY, attempts=0, next_attempt_at=now, lease_until=None, last_error_code="")
    transaction.on_commit(lambda: ring(kind, job.pk))
    return job


def ring(kind: str, job_id: int) -> bool:
    """Tell the workers that a job is ready. False when the broker can't be reached: the dispatcher rings again."""
    began = time.monotonic()
    if began < _silence.until:
        return False
    try:
        _producer().send_task(f"ingest.{kind}", args=[job_id], time_limit=seconds_for(kind, job_id))
    except (KombuError, RedisError, OSError) as error:
        logger.warning("job %s: the broker could not be rung (%s)", job_id, type(error).__name__)
        _silence.after(time.monotonic() - began)
        return False
    return True


class _Silence:
    """After a broker was waited for in vain it is left alone for a while: a page that rings for many parts would wait
    once for each of them.
    """

    def __init__(self) -> None:
        self.until = 0.0

    def after(self, seconds: float) -> None:
        """It took so long to fail; one that refuses at once costs nobody any time."""
        if seconds > WAITED_IN_VAIN:
            self.until = time.monotonic() + LEFT_ALONE


_silence: Final = _Silence()


def seconds_for(kind: str, job_id: int) -> int:
    """After so many seconds a worker's child is ended, however it hangs, so that its place is free again.

    The job goes on when its lease has ended. It is a megabyte a second, which nothing that moves at all falls short of.
    """
    job = Job.objects.filter(pk=job_id).values("subject_id")
    sizes = {
        Job.Kind.CHECK: Check.objects.filter(pk__in=job).values_list("upload__received_bytes", flat=True),
        Job.Kind.DELIVER: DeliveredPart.objects.filter(pk__in=job).values_list("part__stored_bytes", flat=True),
    }
    size = sizes[Job.Kind(kind)].first() if kind in sizes else 0
    return LEAST_SECONDS + (size or 0) // BYTES_A_SECOND


def waiting(kind: str) -> int | None:
    """How many messages of a kind no worker has taken yet; None when the broker can't be reached."""
    task = f"ingest.{kind}"
    try:
        with _producer().connection_for_write() as connection:
            name = _producer().amqp.router.route({}, task)["queue"].name
            channel: Any = connection.default_channel
            return int(channel.queue_declare(name).message_count)
    except (KombuError, RedisError, OSError) as error:
        logger.warning("the broker could not be asked (%s)", type(error).__name__)
        return None


# Without these a page waits six seconds for a broker that is not there, and thirty for one that says nothing.
_AT_ONCE: Final = {
    "max_retries": 0, "interval_start": 0, "interval_step": 0, "interval_max": 0, "socket_connect_timeout": 1,
    "socket_timeout": 1,
}  # fmt: skip


@cache
def _producer() -> Celery:
    """An application that only sends; it is configured by the same settings as the workers'."""
    producer = Celery("amportal-producer", set_as_current=False)
    producer.config_from_object("django.conf:settings", namespace="CELERY")
    producer.conf.broker_transport_options = {**producer.conf.broker_transport_options, **_AT_ONCE}
    return producer
