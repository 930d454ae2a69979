"""The tasks that workers run: an ID comes in, one service is called, nothing goes out."""

import logging
import os
import socket
import uuid
from collections.abc import Callable

from celery import shared_task

# The engine is loaded before the worker forks, once for all.
from ingest.services import check_run, deliver, mail_send, pickup
from ingest.services.bugs import log_bug

logger = logging.getLogger(__name__)


def _owner() -> str:
    """A name that no other claim has: machine, process, and chance."""
    return f"{socket.gethostname()[:40]}-{os.getpid()}-{uuid.uuid4().hex[:12]}"


@shared_task(name="ingest.check")
def run_check(job_id: int) -> None:
    """Check a batch and build its parts."""
    _do(check_run.run, job_id)


@shared_task(name="ingest.deliver")
def run_delivery(job_id: int) -> None:
    """Send one part."""
    _do(deliver.run, job_id)


@shared_task(name="ingest.watch")
def run_watch(job_id: int) -> None:
    """Look whether the files of a delivery were picked up."""
    _do(pickup.run, job_id)


@shared_task(name="ingest.mail")
def run_mail(job_id: int) -> None:
    """Send the messages that are due."""
    _do(mail_send.run, job_id)


def _do(run: Callable[[int, str], None], job_id: object) -> None:
    """Messages may come from anybody who reaches the broker; one that names no job is dropped, and never repeated.

    A mistake of the program ends here: Celery would log what the exception says, which may be a customer's. The lease
    of the job runs out, and another worker takes it up.
    """
    if type(job_id) is not int or job_id <= 0:
        logger.warning("a message without the ID of a job was dropped")
        return
    try:
        run(job_id, _owner())
    except Exception as error:  # noqa: BLE001 - logged by type and place
        log_bug(error, f"job {job_id}")
