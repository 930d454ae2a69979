"""Logs: one line an event on standard error, UTC; they carry IDs, codes and counts, never the content of a cell."""

import logging
import time
from typing import Any

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


class UtcFormatter(logging.Formatter):
    """Writes `2026-01-31T12:00:00Z WARNING ingest.engine message`; a line end in a message is made visible."""

    converter = staticmethod(time.gmtime)

    def __init__(self) -> None:
        super().__init__("%(asctime)sZ %(levelname)s %(name)s %(message)s", datefmt="%Y-%m-%dT%H:%M:%S")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  the name is the standard library's
        """One event stays one line, so that nobody can forge a second one through a file name."""
        return super().formatMessage(record).replace("\r", "\\r").replace("\n", "\\n")


def logging_settings(level: str) -> dict[str, Any]:
    """The `LOGGING` setting for a level of `LEVELS`."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"utc": {"()": UtcFormatter}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "utc"}},
        "root": {"handlers": ["stderr"], "level": level},
    }
