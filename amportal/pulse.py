"""A worker's pulse: a file that it touches while it listens, for `manage.py health worker`."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from celery import bootsteps

BEAT_SECONDS = 10.0
STILL_SECONDS = 60.0  # a pulse older than this is none
FORGOTTEN_SECONDS = 86_400.0  # a worker that was killed this long ago is none


class Pulse(bootsteps.StartStopStep):
    """Beats from the worker's own loop: a loop that hangs, or that waits for a lost Redis, beats no more."""

    requires = ("celery.worker.components:Timer",)

    def start(self, parent: Any) -> None:
        """Begin to beat under the worker's name, which ends in the host's."""
        from django.conf import settings  # noqa: PLC0415 - not before the worker has set Django up

        self._file = pulse_folder(settings.DATA_DIR) / str(parent.hostname)
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.touch()
        parent.timer.call_repeatedly(BEAT_SECONDS, self._file.touch)

    def stop(self, _parent: Any) -> None:
        """A worker that ended in order leaves no pulse behind."""
        self._file.unlink(missing_ok=True)


def pulse_folder(data: Path) -> Path:
    """Where pulses are kept below the data folder."""
    return data / "pulse"


def silent_workers(data: Path) -> list[str]:
    """The workers of this machine whose pulse has stopped."""
    oldest = time.time() - STILL_SECONDS
    return [file.name for file in _here(data) if file.stat().st_mtime < oldest]


def has_worker(data: Path) -> bool:
    """Whether any worker of this machine has left a pulse."""
    return any(True for _ in _here(data))


def _here(data: Path) -> Iterator[Path]:
    oldest = time.time() - FORGOTTEN_SECONDS
    files = pulse_folder(data).glob(f"*@{socket.gethostname()}")
    yield from (file for file in files if file.stat().st_mtime > oldest)
