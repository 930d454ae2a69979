"""Logs: one line an event, in UTC."""

import logging

import pytest

from amportal.logging import LEVELS, UtcFormatter, logging_settings


def _line(message: str) -> str:
    record = logging.LogRecord("ingest.engine", logging.WARNING, "file.py", 1, message, None, None)
    record.created = 1_700_000_000.5
    return UtcFormatter().format(record)


def test_a_line_says_when_how_grave_and_where() -> None:
    assert _line("batch 7: 3 parts") == "2023-11-14T22:13:20Z WARNING ingest.engine batch 7: 3 parts"


def test_a_line_end_in_a_message_cannot_forge_a_line() -> None:
    assert _line("file a\r\n2023 ERROR b").endswith(r"file a\r\n2023 ERROR b")


@pytest.mark.parametrize("level", LEVELS)
def test_every_level_is_one_of_the_standard_library(level: str) -> None:
    assert logging_settings(level)["root"]["level"] == level
    assert level in logging.getLevelNamesMapping()
