"""The heartbeat of a worker: prolongs its lease from the progress of the work itself."""

import logging
import threading
import time
from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction

from ingest.services.work import Claim, LeaseLost

logger = logging.getLogger(__name__)
SECONDS: Final = 1.0


class Heartbeat:
    """Told often, it renews the claim and calls `write` at most once a second, in one transaction.

    There is no side thread on purpose: work that hangs must lose its lease. Calls from threads other than the one that
    made it are passed over, since a connection to the database belongs to one thread.
    """

    def __init__(self, claim: Claim, write: Callable[[], None]) -> None:
        self._claim = claim
        self._write = write
        self._thread = threading.get_ident()
        self._renewed = time.monotonic()
        self._due = 0.0

    def beat(self) -> None:
        """Something was done. Raises LeaseLost once somebody else has the job, or may have it by now."""
        now = time.monotonic()
        if now < self._due or threading.get_ident() != self._thread:
            return
        self._due = now + SECONDS
        try:
            with transaction.atomic():
                self._claim.renew()
                self._write()
        except (OperationalError, InterfaceError) as error:
            self._bear(error)
        else:
            self._renewed = time.monotonic()

    def _bear(self, error: Exception) -> None:
        """The database is away for a while: go on, but not beyond the lease."""
        logger.warning("job %s: no heartbeat, the database failed (%s)", self._claim.job_id, type(error).__name__)
        connection.close()
        if time.monotonic() - self._renewed > settings.LEASE.total_seconds():
            raise LeaseLost from error
