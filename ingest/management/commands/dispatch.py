"""`manage.py dispatch`: the one process that hands jobs to workers and takes them back from those that died."""

import os
import signal
import socket
import uuid
from threading import Event
from typing import Any

from django.core.management.base import BaseCommand

from ingest.services.dispatch import Dispatcher


class Command(BaseCommand):
    """Runs until SIGTERM or Ctrl-C. A second one waits until the first has ended."""

    help = "Hand out work, take it back from workers that died, send what is due, delete what was kept long enough."
    requires_system_checks = ()

    def handle(self, *_args: Any, **_options: Any) -> None:
        stop = Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        owner = f"{socket.gethostname()[:40]}-{os.getpid()}-{uuid.uuid4().hex[:12]}"
        Dispatcher(owner).run(stop)
