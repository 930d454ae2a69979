"""Logs: one line an event on standard error, UTC; they carry IDs, codes and counts, never the content of a cell."""

import logging
import re
import time
import traceback
from types import TracebackType
from typing import Any

from amportal.request_id import current

# Addresses that are secrets: whoever has one can join, or set a password.
_SECRET_ADDRESS = re.compile(r"(/invitation/|/reset/key/)[^\s?]+")

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


class UtcFormatter(logging.Formatter):
    """Writes `2026-01-31T12:00:00Z WARNING ingest.engine [4f1c…] message`; a line end in a message is made visible.

    In brackets stands the number of the request, where there is one. An exception is told by its kind and the places in
    the code that it came through: its own words may quote what somebody entered.
    """

    converter = staticmethod(time.gmtime)

    def __init__(self) -> None:
        super().__init__("%(asctime)sZ %(levelname)s %(name)s %(message)s", datefmt="%Y-%m-%dT%H:%M:%S")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  the name is the standard library's
        """One event stays one line, so that nobody can forge a second one through a file name."""
        number = current.get()
        if number != "-":
            record.message = f"[{number}] {record.message}"
        line = _SECRET_ADDRESS.sub(r"\1…", super().formatMessage(record))
        return line.replace("\r", "\\r").replace("\n", "\\n")

    def formatException(  # noqa: N802  the name is the standard library's
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        """Kind and places, nothing that the exception says."""
        kind, _error, trace = ei
        places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]
        return f"  {kind.__name__ if kind else 'no exception'} at " + " < ".join(reversed(places))


def logging_settings(level: str) -> dict[str, Any]:
    """The `LOGGING` setting for a level of `LEVELS`."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"utc": {"()": UtcFormatter}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "utc"}},
        "root": {"handlers": ["stderr"], "level": level},
    }
