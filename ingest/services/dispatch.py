"""The dispatcher: every two seconds it rings for work and moves on what waits for its time; then it keeps house."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event
from typing import Final

from django.db import close_old_connections, connections
from django.utils import timezone

from ingest.services import dispatch_batches, dispatch_jobs, leader, mail_outbox, retain, sweep
from ingest.services.bugs import log_bug
from ingest.services.upload_sweep import sweep_uploads

logger = logging.getLogger(__name__)
ROLE: Final = "dispatcher"
SECONDS: Final = 2.0
MINUTE, TEN_MINUTES, HOUR = timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1)


@dataclass(frozen=True)
class Duty:
    """Something to be done again and again. `every`: not more often than this."""

    name: str
    do: Callable[[datetime], int]
    every: timedelta = timedelta()


DUTIES: Final = (
    Duty("give up", dispatch_jobs.give_up_hopeless),
    Duty("send due", dispatch_batches.send_due),
    Duty("mail", mail_outbox.ring_for_mail),
    Duty("ring", dispatch_jobs.ring_for_work),
    Duty("expire", dispatch_batches.expire_waiting, MINUTE),
    Duty("scratch", lambda _now: sweep.sweep_scratch(), MINUTE),
    Duty("uploads", sweep_uploads, MINUTE),
    Duty("digests", mail_outbox.write_digests, TEN_MINUTES),
    Duty("old mail", mail_outbox.forget_old, HOUR),
    Duty("retention", retain.delete_old_data, HOUR),
    Duty("destinations", sweep.sweep_destinations, HOUR),
    Duty("parts", sweep.sweep_parts, HOUR),
)


class Dispatcher:
    """One of perhaps several processes; only the one that leads does anything. Each duty may be done twice."""

    def __init__(self, owner: str, *, clock: Callable[[], datetime] = timezone.now) -> None:
        self._owner = owner
        self._clock = clock
        self._due: dict[str, datetime] = {}

    def run(self, stop: Event) -> None:
        """Go on until `stop` is set; a database or a broker that is away is waited for."""
        while not stop.is_set():
            close_old_connections()
            self.round(stop)
            stop.wait(SECONDS)
        self._guarded("resign", lambda now: leader.resign(ROLE, self._owner, now=now))

    def round(self, stop: Event) -> None:
        """Do every duty that is due, as long as this process leads."""
        for duty in DUTIES:
            if stop.is_set() or not self._guarded("lead", lambda now: leader.lead(ROLE, self._owner, now=now)):
                return
            if self._due.get(duty.name, self._clock()) <= self._clock():
                self._guarded(duty.name, duty.do)
                self._due[duty.name] = self._clock() + duty.every

    def _guarded(self, name: str, do: Callable[[datetime], object]) -> bool:
        """Whether it came to something. A duty that fails is done again later, and holds up none of the others."""
        try:
            return bool(do(self._clock()))
        except Exception as error:  # noqa: BLE001 - a dispatcher that dies of one row would stop everybody's work
            log_bug(error, f"dispatcher, {name}")
            connections.close_all()
            return False
